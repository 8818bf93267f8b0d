/* SPDX-License-Identifier: BSD-2-Clause */
/* The finest clock that a PD can read: cycles with a benchmark kernel, ticks of the timer otherwise. */
#pragma once

#include <stdint.h>

#include <sel4/sel4.h>

#define PMCR_ENABLE       1u
#define PMCR_LONG         (1u << 6) /* the cycle counter overflows at 2^64 */
#define PMCNTENSET_CYCLES (1u << 31)

static inline void cycle_counter_start(void)
{
#ifdef CONFIG_EXPORT_PMU_USER
    uint64_t control;

    __asm__ volatile("mrs %0, pmcr_el0" : "=r"(control));
    __asm__ volatile("msr pmcr_el0, %0" : : "r"(control | PMCR_ENABLE | PMCR_LONG));
    __asm__ volatile("msr pmcntenset_el0, %0; isb" : : "r"((uint64_t)PMCNTENSET_CYCLES));
#endif
}

static inline uint64_t cycle_counter_read(void)
{
    uint64_t now;

#ifdef CONFIG_EXPORT_PMU_USER
    __asm__ volatile("mrs %0, pmccntr_el0" : "=r"(now));
#else
    __asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(now));
#endif
    return now;
}
