/* SPDX-License-Identifier: BSD-2-Clause */
/* Last steps of the fast paths, shared by them. */
#include "kernel/src/api/fastpath.h"

struct tcb *fastpath_switch_registers(struct tcb *next)
{
    arch_switch_fpu_and_debug(next);
    return next;
}

struct tcb *fastpath_switch_context(struct tcb *previous, struct tcb *next, ticks_t now)
{
    this_core->now = now;
    sched_context_switch(next->sc);
    return switch_registers(previous, next);
}
