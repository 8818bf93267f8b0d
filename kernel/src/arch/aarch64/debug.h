/* SPDX-License-Identifier: BSD-2-Clause */
/* Hardware breakpoints, watchpoints and single steps of threads (sel4-abi.md, 18.2). */
#pragma once

#include "kernel/src/core/kernel_state.h"

/*
 * Turns a debug exception into a fault. False: a single step that was not the last one; the thread
 * just goes on.
 */
bool arch_debug_exception(struct tcb *tcb, word_t esr, word_t far, struct fault *fault);

/* The thread's registers have changed: loads them if it is the current one. */
void arch_debug_registers_changed(struct tcb *tcb);
/* The thread has been interrupted: whether it had done the instruction it was to step is noted. */
void arch_debug_interrupted(struct tcb *tcb);
