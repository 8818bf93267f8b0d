/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel assertions: checked in debug builds, free otherwise. Never used on user input. */
#pragma once

#include "kernel/src/core/config.h"

/* Prints where and what, then stops the machine. Never returns. */
_Noreturn void kernel_assert_failed(const char *what, const char *file, int line);
/*
 * Prints the reason (PRINTING builds) and stops the machine. For states the kernel cannot survive.
 */
_Noreturn void kernel_panic(const char *reason);

#if defined(CONFIG_DEBUG_BUILD) || defined(KERNEL_CHECK_INVARIANTS_ON)
#define kassert(x) ((x) ? (void)0 : kernel_assert_failed(#x, __FILE__, __LINE__))
#else
#define kassert(x) ((void)sizeof(x))
#endif

#define unreachable() __builtin_unreachable()
