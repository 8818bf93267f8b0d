/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/derivation.h"

error_t preemption_point(void)
{
    if (++this_core->work_units < WORK_UNITS_PER_PREEMPTION) {
        return OK;
    }
    this_core->work_units = 0;
    if (arch_interrupt_pending() || arch_time_now() > this_core->entry_deadline) {
        return PREEMPTED;
    }
    return OK;
}
