/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/drivers/timer/arm_generic/generic_timer.h"

/* D13.8.16: CNTP_CTL_EL0 */
#define CONTROL_ENABLE (1ul << 0)

uint64_t generic_timer_frequency(void)
{
    uint64_t frequency;

    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    return frequency;
}

uint64_t generic_timer_now(void)
{
    uint64_t ticks;

    /* without the barrier the counter may be read before what stands in front of it */
    __asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(ticks) : : "memory");
    return ticks;
}

void generic_timer_set_deadline(uint64_t deadline)
{
    uint64_t control = deadline == GENERIC_TIMER_NEVER ? 0 : CONTROL_ENABLE;

    __asm__ volatile("msr cntp_cval_el0, %0" : : "r"(deadline));
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" : : "r"(control) : "memory");
}
