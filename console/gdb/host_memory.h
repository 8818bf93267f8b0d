/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GDB's reading of memory, made cheaper for the line. What no PD can write (text and constants) comes from
 * the program's file in the archive. All else is asked for in binary, although GDB before 16 asks in
 * hexadecimal, which is twice as long, and long pieces before GDB asks (read_ahead.h).
 */
#pragma once

#include "console/gdb/host_files.h"
#include "console/gdb/read_ahead.h"

#define HOST_REQUEST_MAX 64

struct host_memory {
    const struct model *model;
    int process;       /* that packets are about: number of the PD plus one; 0: not known */
    int chosen;        /* what `process` becomes when the target agrees; 0: nothing waits */
    bool asked_no_ack; /* GDB waits for the answer to QStartNoAckMode */
    struct read_ahead ahead;
    uint64_t rewritten; /* bit i: text of PD i may not be that of its file any more */
};

enum host_memory_way {
    HOST_PASS,           /* the packet goes to the target as it is */
    HOST_ANSWERED,       /* *answer is the reply */
    HOST_ASKS_OTHERWISE, /* *answer is for the target instead, at most HOST_REQUEST_MAX bytes */
    HOST_HAS_ASKED,      /* nothing to be sent */
};

void host_memory_init(struct host_memory *memory, const struct model *model);
/* A packet from GDB. */
enum host_memory_way host_memory_request(struct host_memory *memory, const uint8_t *packet,
        size_t length, struct host_answer *answer);
/* After that, unless it was HOST_PASS. True: *answer is one more packet for the target. */
bool host_memory_ahead(struct host_memory *memory, struct host_answer *answer);
/* A reply from the target. HOST_ANSWERED: *answer is what GDB gets; HOST_HAS_ASKED: it gets nothing. */
enum host_memory_way host_memory_reply(struct host_memory *memory, const uint8_t *packet,
        size_t length, struct host_answer *answer);
