/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* The processor's counter, which the kernel lets every PD read: the unit of times in a hand-over region. */
static inline uint64_t sddf_ticks_now(void)
{
    uint64_t ticks;

    __asm__ volatile("mrs %0, cntpct_el0" : "=r"(ticks));
    return ticks;
}
