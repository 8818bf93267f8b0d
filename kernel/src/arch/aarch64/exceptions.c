/* SPDX-License-Identifier: BSD-2-Clause */
/* What the entry code calls for everything that is not a system call (sel4-abi.md, 10.5). */
#include "kernel/src/arch/aarch64/exceptions.h"

#include "kernel/src/api/syscall.h"
#include "kernel/src/arch/aarch64/debug.h"
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/fault.h"
#include "kernel/src/core/print.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/observe/sampling.h"

enum exception_class {
    EC_FPU_ACCESS = 0x07,
    EC_INSTRUCTION_ABORT = 0x20,
    EC_DATA_ABORT = 0x24,
    EC_BREAKPOINT = 0x30,
    EC_SINGLE_STEP = 0x32,
    EC_WATCHPOINT = 0x34,
    EC_BRK = 0x3c,
};

static bool is_debug_exception(word_t class)
{
    return class == EC_BREAKPOINT || class == EC_SINGLE_STEP || class == EC_WATCHPOINT
            || class == EC_BRK;
}

/*
 * Fills in the thread's fault. False: there is nothing to tell anybody (a single step that was not
 * the last one).
 */
static inline bool describe(struct tcb *tcb, word_t esr, word_t far)
{
    struct fault *fault = &tcb->fault;
    word_t class = esr >> 26 & MASK(6);

    if (class == EC_DATA_ABORT || class == EC_INSTRUCTION_ABORT) {
        fault->type = FAULT_VM;
        fault->vm.instruction = class == EC_INSTRUCTION_ABORT;
        fault->vm.address = class == EC_INSTRUCTION_ABORT ? tcb->context.pc : far;
        fault->vm.status = esr & MASK(32);
        return true;
    }
    if (KERNEL_HARDWARE_DEBUG && is_debug_exception(class)) {
        if (arch_debug_exception(tcb, esr, far, fault)) {
            return true;
        }
        fault->type = FAULT_NONE;
        return false;
    }
    fault->type = FAULT_USER_EXCEPTION;
    fault->user_exception.number = esr & MASK(32);
    fault->user_exception.code = 0;
    return true;
}

struct tcb *exception_entry(word_t esr, word_t far)
{
    struct tcb *current = this_core->current;

    if ((esr >> 26 & MASK(6)) == EC_FPU_ACCESS && arch_fpu_trapped(current)) {
        return current;
    }
    time_update();
    if (!budget_check_restart()) {
        if (KERNEL_HARDWARE_DEBUG) {
            arch_debug_interrupted(current); /* a step that is done must not be done again */
        }
    } else if (describe(current, esr, far)) {
        return fastpath_fault(current);
    }
    schedule();
    return this_core->current;
}

struct tcb *interrupt_entry(word_t last_restart_pc)
{
    struct core_state *core = this_core;

    __asm__("" : "+r"(core)); /* in a register: samples are to cost little */
    core->last_restart_pc = last_restart_pc;
    core->last_entry = core->now;
    core->now = arch_time_now();
    if (KERNEL_HARDWARE_DEBUG) {
        arch_debug_interrupted(core->current);
    }
    if (unlikely(core->now >= core->sample_at)) {
        return sampling_tick(core);
    }
    if (unlikely(core->sample_by_event) && arch_pmu_has_overflowed()) {
        return sampling_overflow(core);
    }
    budget_check();
    irq_handle();
    schedule();
    return this_core->current;
}

_Noreturn void kernel_exception_panic(word_t esr, word_t elr, word_t far)
{
    kprintf("\nkernel exception: esr 0x%lx, pc 0x%lx, address 0x%lx\n", esr, elr, far);
    kernel_panic("exception in the kernel");
}
