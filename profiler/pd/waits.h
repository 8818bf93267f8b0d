/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why PDs do not run: sums up switch records. Pure: builds for the host. PDs are called index + 1, as in
 * samples; 0 is everything that is not sampled.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAITS_PDS_MAX     64
#define WAITS_ENTRIES_MAX 512
#define WAITS_BY_IDLE     UINT16_MAX

/* The same numbers as enum protocol_wait_reason. */
enum wait_reason {
    WAIT_NONE,
    WAIT_SIGNAL,
    WAIT_CALL,
    WAIT_SEND,
    WAIT_BUDGET,
    WAIT_PREEMPTED,
    WAIT_STOPPED,
    WAIT_BEFORE,
    WAIT_REASONS
};

struct wait_entry {
    uint16_t pd; /* index + 1 */
    uint16_t by; /* index + 1; 0: not known; WAITS_BY_IDLE */
    uint8_t reason;
    uint64_t ticks;
    uint64_t times;
};

struct waits {
    struct wait_entry entries[WAITS_ENTRIES_MAX];
    size_t count;
    uint64_t since;
    uint64_t lost;      /* intervals that found no entry */
    uint64_t preempted; /* bit n - 1: PD number n could run, but another does */
    struct {
        uint64_t since; /* when it began to run, or stopped */
        uint16_t by;    /* of a PD that is preempted: who runs now */
        uint8_t reason; /* WAIT_NONE: it runs */
    } pds[WAITS_PDS_MAX + 1];
};

/* A switch: how the thread that ran until then was left is told by the kernel's state number. */
struct wait_switch {
    uint64_t time;
    uint16_t from, to; /* index + 1; 0: not sampled; WAITS_BY_IDLE */
    uint8_t state;     /* of `from` (sel4/lionscope.h: lionscope_tcb_statistics.state) */
    bool out_of_budget;
};

/* Forgets everything; nobody is known to run. */
void waits_begin(struct waits *waits, uint64_t now);
void waits_switch(struct waits *waits, const struct wait_switch *record);
/* Counts what is going on up to `now`, so that each PD's ticks add up to now - since. */
void waits_settle(struct waits *waits, uint64_t now);
