/* SPDX-License-Identifier: BSD-2-Clause */
/* Time in ticks of the architected counter, which user level may read. */
#pragma once

#include <stdint.h>

static inline uint64_t clock_now(void)
{
    uint64_t value;

    __asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value));
    return value;
}

static inline uint64_t clock_hz(void)
{
    uint64_t value;

    __asm__("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}
