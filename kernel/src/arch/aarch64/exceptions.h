/* SPDX-License-Identifier: BSD-2-Clause */
/* Called by entry.S with the thread's registers saved, on the kernel stack. */
#pragma once

#include "kernel/src/core/types.h"

struct tcb;

/* Each returns the thread to resume, which is this_core->current. */
/* Synchronous exceptions other than svc. far: FAR_EL1, if the exception sets it. */
struct tcb *exception_entry(word_t esr, word_t far);
/* last_restart_pc: of the thread, from its last time in the kernel. */
struct tcb *interrupt_entry(word_t last_restart_pc);
/* An exception from the kernel itself. */
_Noreturn void kernel_exception_panic(word_t esr, word_t elr, word_t far);
