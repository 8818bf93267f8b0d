/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Microseconds of the API and ticks of the timer (sel4-abi.md, 9.1). Pure arithmetic on the board's
 * timer frequency; exact where the frequency is a whole number of kHz.
 */
#pragma once

#include <board_facts.h>

#include "kernel/src/core/config.h"
#include "kernel/src/core/types.h"

#define TIMER_KHZ          (BOARD_TIMER_HZ / 1000)
#define TIMER_MHZ          (BOARD_TIMER_HZ / 1000000)
#define TIMER_IS_WHOLE_MHZ (BOARD_TIMER_HZ % 1000000 == 0)

/* us: at most MAX_PERIOD_US, so that nothing overflows. */
static inline ticks_t ticks_from_us(word_t us)
{
    return TIMER_IS_WHOLE_MHZ ? us * TIMER_MHZ : us * TIMER_KHZ / 1000;
}

static inline word_t us_from_ticks(ticks_t ticks)
{
    return TIMER_IS_WHOLE_MHZ ? ticks / TIMER_MHZ : ticks * 1000 / TIMER_KHZ;
}

/* The least a budget may be, and the least a thread must have left to enter the kernel. */
#define MIN_BUDGET_US (2 * KERNEL_WCET_US)
#define MIN_BUDGET    (2 * ticks_from_us(KERNEL_WCET_US))
/* The longest period or budget: leaves room for several periods in a 64-bit time stamp. */
#define MAX_PERIOD_US (UINT64_MAX / (TIMER_IS_WHOLE_MHZ ? TIMER_MHZ : TIMER_KHZ) / 8)
/* Refill times stay below this (sel4-abi.md, 9.11). */
#define MAX_RELEASE_TIME (UINT64_MAX - 5 * ticks_from_us(MAX_PERIOD_US))
