/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting for the statistics by capability (statistics.c): a few instructions on each path. */
#pragma once

#include "kernel/src/core/kernel_state.h"

static inline void count(word_t *counter)
{
    if (KERNEL_STATISTICS) {
        (*counter)++;
    }
}

/*
 * Switch records (sampling.c), when they are asked for: from the middle of the fast paths, so that it takes two
 * registers and leaves all others alone, x30 too. It reads no more than the operands say, and writes the ring only.
 */
static inline void note_switch(struct tcb *previous, struct tcb *next)
{
    if (unlikely(this_core->record_switches)) {
        __asm__ volatile(
                "str x30, [sp, #-16]!\n\tmov x16, %0\n\tmov x17, %1\n\tbl sampling_switch_entry\n\t"
                "ldr x30, [sp], #16"
                :
                : "r"(previous), "r"(next), "m"(previous->state), "m"(previous->in_queue)
                : "x16", "x17", "cc");
    }
}

/* One thread switches to the other by a message that is a call: neighbours are written together. */
static inline void count_call(struct tcb *caller, struct tcb *server, ticks_t now)
{
    if (KERNEL_STATISTICS) {
        ticks_t ran = caller->statistics.ticks_run + (now - this_core->ran_since);
        word_t calls = caller->statistics.calls + 1;
        word_t scheduled = server->statistics.scheduled + 1;
        word_t receives = server->statistics.receives + 1;

        note_switch(caller, server);
        caller->statistics.ticks_run = ran;
        caller->statistics.calls = calls;
        server->statistics.scheduled = scheduled;
        server->statistics.receives = receives;
        this_core->ran_since = now;
    }
}

/* The same for the answer, which the server does not count. */
static inline void count_reply(struct tcb *server, struct tcb *caller, ticks_t now)
{
    if (KERNEL_STATISTICS) {
        word_t scheduled = caller->statistics.scheduled + 1;
        word_t receives = caller->statistics.receives + 1;

        note_switch(server, caller);
        server->statistics.ticks_run += now - this_core->ran_since;
        caller->statistics.scheduled = scheduled;
        caller->statistics.receives = receives;
        this_core->ran_since = now;
    }
}

/* `next` runs from `now` on, until then it was `previous`. */
static inline void count_switch(struct tcb *previous, struct tcb *next, ticks_t now)
{
    if (KERNEL_STATISTICS) {
        note_switch(previous, next);
        previous->statistics.ticks_run += now - this_core->ran_since;
        this_core->ran_since = now;
        next->statistics.scheduled++;
    }
}
