/* SPDX-License-Identifier: BSD-2-Clause */
/* Debug builds keep a list of all threads, for DebugDumpScheduler and the invariant checker. */
#pragma once

#include "kernel/src/core/kernel_state.h"

#ifdef CONFIG_DEBUG_BUILD
static inline void thread_list_add(struct tcb *tcb)
{
    tcb->all_prev = NULL;
    tcb->all_next = all_threads;
    if (all_threads != NULL) {
        all_threads->all_prev = tcb;
    }
    all_threads = tcb;
}

static inline void thread_list_remove(struct tcb *tcb)
{
    if (tcb->all_prev != NULL) {
        tcb->all_prev->all_next = tcb->all_next;
    } else {
        all_threads = tcb->all_next;
    }
    if (tcb->all_next != NULL) {
        tcb->all_next->all_prev = tcb->all_prev;
    }
}
#else
static inline void thread_list_add(struct tcb *tcb)
{
    (void)tcb;
}

static inline void thread_list_remove(struct tcb *tcb)
{
    (void)tcb;
}
#endif
