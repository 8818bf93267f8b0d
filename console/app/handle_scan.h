/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How often queues' users have refused to believe their indices: each end counts that in its handle, in its own
 * memory. The handles are found by their type in the programs, and read one after the other.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "monitor/protocol/messages.h"

#define HANDLES_MAX 256

struct session;

/* Of a net_queue_handle_t or a serial_queue_handle_t. */
struct queue_handle {
    unsigned pd;
    uint64_t address;
    uint32_t size;
    uint32_t queues_at[2]; /* offsets of its pointers to queues */
    unsigned queue_count;
    uint32_t refused_at;
    bool unused; /* its pointers lead nowhere */
};

struct handle_scan {
    bool found;        /* they have been looked for */
    unsigned installs; /* images that had been replaced by then */
    struct queue_handle handles[HANDLES_MAX];
    unsigned count;
    unsigned next;
    bool waits;         /* for an answer */
    int64_t next_round; /* ms */
    bool seen[PROTOCOL_QUEUES_MAX];
    uint64_t sums[PROTOCOL_QUEUES_MAX];
};

/* Asks the next question if it is time to. */
void handle_scan_step(struct session *session, int64_t now);
