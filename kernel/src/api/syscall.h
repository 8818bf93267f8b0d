/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From user mode into the kernel. The entry code has saved the current thread's registers into its
 * context, runs on the kernel stack, and calls exactly one of these; each returns the thread to
 * resume, which is this_core->current.
 */
#pragma once

#include "kernel/src/core/types.h"

struct slot;
struct tcb;

/* Any system call, the slow and complete way. number: x7 as it was, signed. */
struct tcb *syscall_handle(sword_t number);

/* The rest of a Call whose capability has been found: now is the time of the kernel entry. */
struct tcb *fastpath_invoke(struct slot *slot, word_t cptr, word_t info, ticks_t now);

/*
 * The common cases, with x0 to x6 as the user left them; each falls back to syscall_handle() when
 * something is out of the ordinary.
 */
struct tcb *fastpath_call(word_t cptr, word_t info);
struct tcb *fastpath_reply_recv(word_t cptr, word_t info, word_t mr0, word_t mr1, word_t mr2,
        word_t mr3, word_t reply_cptr);
struct tcb *fastpath_send(word_t cptr, word_t info);
struct tcb *fastpath_recv(word_t cptr, word_t info, word_t mr0, word_t mr1, word_t mr2, word_t mr3,
        word_t reply_cptr);
struct tcb *fastpath_wait(word_t cptr);
struct tcb *fastpath_yield(void);

/* The current thread has faulted, its field `fault` says how: tells its handler, and schedules. */
struct tcb *fastpath_fault(struct tcb *faulter);
