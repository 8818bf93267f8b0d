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

/* `next` runs from `now` on, until then it was `previous`. */
static inline void count_switch(struct tcb *previous, struct tcb *next, ticks_t now)
{
    if (KERNEL_STATISTICS) {
        previous->statistics.ticks_run += now - this_core->ran_since;
        this_core->ran_since = now;
        next->statistics.scheduled++;
    }
}
