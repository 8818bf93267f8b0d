/* SPDX-License-Identifier: BSD-2-Clause */
/* The inline half of arch.h for AArch64 at EL1. */
#pragma once

#include <board_facts.h>

#include "kernel/src/core/kernel_state.h"

#define read_sysreg(name)                                  \
    ({                                                     \
        word_t value_;                                     \
        __asm__ volatile("mrs %0, " #name : "=r"(value_)); \
        value_;                                            \
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

/* ---- switching threads ---- */

#define ASID_BITS_PER_POOL 9
#define ASID_POOLS         128

/* One page: which VSpace (kernel address of its root table) has which ASID of the pool. */
struct asid_pool {
    void *roots[1 << ASID_BITS_PER_POOL];
};

extern struct asid_pool *asid_pools[ASID_POOLS];

/* The root table that has this ASID now, or NULL. */
static inline void *arch_root_of_asid(word_t asid)
{
    struct asid_pool *pool = asid_pools[asid >> ASID_BITS_PER_POOL];

    return pool == NULL ? NULL : pool->roots[asid & MASK(ASID_BITS_PER_POOL)];
}

/* Finds the thread's address space and caches it in the TCB; false if it has none that is valid. */
bool arch_vspace_find_root(struct tcb *tcb);

/* TTBR0 value for the thread's address space; false if it has none that is valid. */
static inline bool arch_vspace_root(struct tcb *tcb, word_t *root)
{
    if (unlikely(tcb->root_generation != this_core->asid_generation)
            && !arch_vspace_find_root(tcb)) {
        return false;
    }
    *root = tcb->root;
    return true;
}

/* An ASID has lost its VSpace: every cached root is looked up again. */
static inline void arch_vspace_forget_roots(void)
{
    this_core->asid_generation++;
}

void arch_fpu_switch(struct tcb *next);
/* Stores the FPU registers in `from`, loads them from `to`, and returns `result`. */
struct tcb *arch_fpu_exchange(
        struct tcb *result, struct fpu_state *from, const struct fpu_state *to);
void arch_debug_switch(struct tcb *next);

static inline void arch_switch_fpu_and_debug(struct tcb *next)
{
    if (next->fpu_used | this_core->fpu_enabled) {
        arch_fpu_switch(next);
    }
    if (KERNEL_HARDWARE_DEBUG && (next->debug_active | this_core->debug_registers_loaded)) {
        arch_debug_switch(next);
    }
}

/* The performance monitor's counter for samples has overflowed; its interrupt is pending. */
static inline bool arch_pmu_has_overflowed(void)
{
    return (read_sysreg(pmovsset_el0) & 1) != 0;
}

/* The interrupt is taken: it ends, the next one is set. Returns the events since it was due. */
static inline word_t arch_pmu_overflow(word_t period)
{
    uint32_t late = (uint32_t)read_sysreg(pmevcntr0_el0); /* the counter has 32 bits */

    /* The next one is due a period after this one was, not after now. */
    write_sysreg(pmevcntr0_el0, (uint32_t)(late % (uint32_t)period - (uint32_t)period));
    write_sysreg(pmovsclr_el0, 1);
    return late;
}

/*
 * switch_key is compared at once: what fits in the byte below the gap is a difference of priority.
 */
#define SWITCH_KEY_MAX_PRIORITY_DISTANCE 255
#define SWITCH_KEY_FPU                   BIT(16)

/* Address space and everything else that belongs to next; the exception return synchronises. */
static inline void arch_switch_fast(struct tcb *next, word_t root)
{
    write_sysreg(ttbr0_el1, root);
    arch_switch_fpu_and_debug(next);
}
