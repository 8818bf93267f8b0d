/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of the loader. */
#pragma once

#include <stdint.h>

/* First page tables (1:1 and the kernel's window), then MMU and caches on. */
void loader_enable_mmu(void);
/* To the kernel's first instruction with x0..x5 = arguments. */
_Noreturn void loader_jump(uint64_t entry, const uint64_t arguments[6]);
/* On the board's UART; nothing in builds without console. */
void loader_puts(const char *string);
