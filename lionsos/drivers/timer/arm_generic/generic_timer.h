/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Arm generic timer's physical counter and comparator, as EL0 sees them (Arm ARM DDI 0487, chapter
 * D11), and its ticks in nanoseconds. A test replaces generic_timer.c by a clock of its own.
 */
#pragma once

#include <stdint.h>

#define GENERIC_TIMER_NEVER UINT64_MAX

/* Ticks per second. */
uint64_t generic_timer_frequency(void);

/* Ticks since the machine started. */
uint64_t generic_timer_now(void);

/* Interrupt from `deadline` (ticks) on, at once if that has passed; GENERIC_TIMER_NEVER: none. */
void generic_timer_set_deadline(uint64_t deadline);

#define NANOSECONDS_PER_SECOND 1000000000ull

/* Ticks to ns, rounded down. Exact in 64 bits for 584 years: whole seconds are converted apart. */
static inline uint64_t generic_timer_ticks_to_ns(uint64_t ticks, uint64_t frequency)
{
    return ticks / frequency * NANOSECONDS_PER_SECOND
            + ticks % frequency * NANOSECONDS_PER_SECOND / frequency;
}

/* Ns to ticks, rounded up, so that a timeout is never early. Any ns, frequency up to 1 GHz. */
static inline uint64_t generic_timer_ns_to_ticks(uint64_t ns, uint64_t frequency)
{
    uint64_t rest = ns % NANOSECONDS_PER_SECOND * frequency;

    return ns / NANOSECONDS_PER_SECOND * frequency
            + (rest + NANOSECONDS_PER_SECOND - 1) / NANOSECONDS_PER_SECOND;
}
