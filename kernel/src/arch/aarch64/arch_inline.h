/* SPDX-License-Identifier: BSD-2-Clause */
/* The inline half of arch.h for AArch64 at EL1. */
#pragma once

#include <board_facts.h>

#include "kernel/src/core/types.h"

#define read_sysreg(name)                                                                          \
    ({                                                                                             \
        word_t value_;                                                                             \
        __asm__ volatile("mrs %0, " #name : "=r"(value_));                                         \
        value_;                                                                                    \
    })
#define write_sysreg(name, value) __asm__ volatile("msr " #name ", %0" ::"r"((word_t)(value)))

/* The kernel tick: the virtual counter (sel4-abi.md, 1.2). */
static inline ticks_t arch_time_now(void)
{
    return read_sysreg(cntvct_el0);
}

static inline void arch_timer_set(ticks_t deadline)
{
    write_sysreg(cntv_cval_el0, deadline);
}

static inline ticks_t arch_timer_hz(void)
{
    return BOARD_TIMER_HZ;
}

/* ISR_EL1: bits 7 (IRQ) and 6 (FIQ) show what is pending, masked or not. */
static inline bool arch_interrupt_pending(void)
{
    return read_sysreg(isr_el1) & 0x80;
}

static inline word_t arch_cycle_count(void)
{
    return read_sysreg(pmccntr_el0);
}
