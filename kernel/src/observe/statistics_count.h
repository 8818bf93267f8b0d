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

/* One thread switches to the other by a message that is a call: neighbours are written together. */
static inline void count_call(struct tcb *caller, struct tcb *server, ticks_t now)
{
    if (KERNEL_STATISTICS) {
        ticks_t ran = caller->statistics.ticks_run + (now - this_core->ran_since);
        word_t calls = caller->statistics.calls + 1;
        word_t scheduled = server->statistics.scheduled + 1;
        word_t receives = server->statistics.receives + 1;

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
        previous->statistics.ticks_run += now - this_core->ran_since;
        this_core->ran_since = now;
        next->statistics.scheduled++;
    }
}
