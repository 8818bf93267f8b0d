/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/arch/aarch64/debug.h"

#ifdef CONFIG_HARDWARE_DEBUG_API
#include "kernel/src/arch/arch.h"

#define MDSCR_SINGLE_STEP    BIT(0)
#define MDSCR_MONITOR_ENABLE BIT(15)
#define SPSR_SINGLE_STEP     BIT(21)

#define EC_BREAKPOINT  0x30
#define EC_SINGLE_STEP 0x32
#define EC_WATCHPOINT  0x34

enum debug_reason {
    REASON_WATCHPOINT = 0,
    REASON_BREAKPOINT = 1,
    REASON_SINGLE_STEP = 2,
    REASON_SOFTWARE_BREAK = 3,
};

/* Debug registers have no indexed form: one instruction each. */
#define LOAD_BREAKPOINT(n)                                               \
    do {                                                                 \
        write_sysreg(dbgbvr##n##_el1, tcb->debug.breakpoint_address[n]); \
        write_sysreg(dbgbcr##n##_el1, tcb->debug.breakpoint_control[n]); \
    } while (0)
#define LOAD_WATCHPOINT(n)                                               \
    do {                                                                 \
        write_sysreg(dbgwvr##n##_el1, tcb->debug.watchpoint_address[n]); \
        write_sysreg(dbgwcr##n##_el1, tcb->debug.watchpoint_control[n]); \
    } while (0)

static void load_registers(const struct tcb *tcb)
{
    LOAD_BREAKPOINT(0);
    LOAD_BREAKPOINT(1);
    LOAD_BREAKPOINT(2);
    LOAD_BREAKPOINT(3);
    LOAD_BREAKPOINT(4);
    LOAD_BREAKPOINT(5);
    LOAD_WATCHPOINT(0);
    LOAD_WATCHPOINT(1);
    LOAD_WATCHPOINT(2);
    LOAD_WATCHPOINT(3);
}

static bool any_enabled(const struct tcb *tcb)
{
    uint32_t enabled = 0;

    for (word_t i = 0; i < HW_BREAKPOINTS; i++) {
        enabled |= tcb->debug.breakpoint_control[i];
    }
    for (word_t i = 0; i < HW_WATCHPOINTS; i++) {
        enabled |= tcb->debug.watchpoint_control[i];
    }
    return enabled & 1;
}

void arch_debug_switch(struct tcb *next)
{
    bool any = any_enabled(next);

    if (any || this_core->debug_registers_loaded) {
        load_registers(next);
    }
    this_core->debug_registers_loaded = any || next->debug.single_stepping;
    write_sysreg(mdscr_el1,
            (any ? MDSCR_MONITOR_ENABLE : 0)
                    | (next->debug.single_stepping ? MDSCR_SINGLE_STEP : 0));
    __asm__ volatile("isb");
}

void arch_debug_registers_changed(struct tcb *tcb)
{
    tcb->debug_active = any_enabled(tcb) || tcb->debug.single_stepping;
    if (tcb == this_core->current) {
        this_core->debug_registers_loaded = true;
        arch_debug_switch(tcb);
    }
}

void arch_debug_set_stepping(struct tcb *tcb, word_t instructions)
{
    tcb->debug.single_step_count = instructions;
    tcb->debug.single_stepping = instructions > 0;
    tcb->debug.step_done = false;
    arch_debug_registers_changed(tcb);
}

/*
 * An interrupt may come between the instruction that was stepped and the exception for it: then the
 * state says that the step is done, and must be left so, or one more instruction would be executed.
 */
void arch_debug_interrupted(struct tcb *tcb)
{
    tcb->debug.step_done =
            tcb->debug.single_stepping && (tcb->context.spsr & SPSR_SINGLE_STEP) == 0;
}

/* Otherwise the step state is armed anew at each return to user mode. */
void arch_debug_exit(void)
{
    struct tcb *current = this_core->current;

    if (current->debug.single_stepping && !current->debug.step_done) {
        current->context.spsr |= SPSR_SINGLE_STEP;
    } else {
        current->context.spsr &= ~SPSR_SINGLE_STEP;
    }
    current->debug.step_done = false;
}

static word_t find_breakpoint(const struct tcb *tcb, vaddr_t address)
{
    for (word_t i = 0; i < HW_BREAKPOINTS; i++) {
        if ((tcb->debug.breakpoint_control[i] & 1) && tcb->debug.breakpoint_address[i] == address) {
            return i;
        }
    }
    return 0;
}

static word_t find_watchpoint(const struct tcb *tcb, vaddr_t address)
{
    for (word_t i = 0; i < HW_WATCHPOINTS; i++) {
        uint32_t control = tcb->debug.watchpoint_control[i];
        word_t offset = address - tcb->debug.watchpoint_address[i];

        if ((control & 1) && offset < 8 && (control >> 5 >> offset & 1)) {
            return i;
        }
    }
    return 0;
}

static vaddr_t watched_address(const struct tcb *tcb, word_t index)
{
    uint32_t bytes = tcb->debug.watchpoint_control[index] >> 5 & 0xff;

    return tcb->debug.watchpoint_address[index] + (bytes == 0 ? 0 : (word_t)__builtin_ctz(bytes));
}

static bool describe_step(struct tcb *tcb, struct fault *fault)
{
    tcb->context.spsr &= ~SPSR_SINGLE_STEP;
    if (tcb->debug.single_step_count > 1) {
        tcb->debug.single_step_count--;
        return false;
    }
    tcb->debug.single_step_count = 0;
    fault->debug.reason = REASON_SINGLE_STEP;
    return true;
}

bool arch_debug_exception(struct tcb *tcb, word_t esr, word_t far, struct fault *fault)
{
    word_t index;

    *fault = (struct fault){ .type = FAULT_DEBUG_EXCEPTION };
    switch (esr >> 26 & MASK(6)) {
    case EC_BREAKPOINT:
        index = find_breakpoint(tcb, tcb->context.pc);
        fault->debug.reason = REASON_BREAKPOINT;
        fault->debug.trigger_address = tcb->context.pc;
        fault->debug.breakpoint = index;
        return true;
    case EC_WATCHPOINT:
        index = find_watchpoint(tcb, far);
        fault->debug.reason = REASON_WATCHPOINT;
        fault->debug.trigger_address = watched_address(tcb, index);
        fault->debug.breakpoint = HW_BREAKPOINTS + index;
        return true;
    case EC_SINGLE_STEP:
        return describe_step(tcb, fault);
    default:
        fault->debug.reason = REASON_SOFTWARE_BREAK;
        return true;
    }
}
#else
#include "kernel/src/arch/arch.h"

bool arch_debug_exception(struct tcb *tcb, word_t esr, word_t far, struct fault *fault)
{
    (void)tcb;
    (void)esr;
    (void)far;
    (void)fault;
    return true;
}

void arch_debug_set_stepping(struct tcb *tcb, word_t instructions)
{
    (void)tcb;
    (void)instructions;
}

void arch_debug_switch(struct tcb *next)
{
    (void)next;
}
#endif
