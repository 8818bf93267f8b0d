/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From user mode into the kernel. The entry code has saved the current thread's registers into its
 * context, runs on the kernel stack, and calls exactly one of these; when it returns, the thread in
 * this_core->current is resumed.
 */
#pragma once

#include "kernel/src/core/types.h"

/* Any system call, the slow and complete way. number: x7 as it was, signed. */
void syscall_handle(word_t cptr, word_t info, sword_t number);

/* The common cases; each falls back to syscall_handle() when something is out of the ordinary. */
void fastpath_call(word_t cptr, word_t info);
void fastpath_reply_recv(word_t cptr, word_t info, word_t reply_cptr);
void fastpath_send(word_t cptr, word_t info);
