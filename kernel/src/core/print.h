/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's console. In builds without PRINTING all of it vanishes. */
#pragma once

#include "kernel/src/core/config.h"
#include "kernel/src/core/types.h"

/* %s %c %d %lu %lx %x %p, a width with or without leading 0; \n is sent as \r\n. */
#ifdef CONFIG_PRINTING
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void console_putchar(char c);
#else
static inline void __attribute__((format(printf, 1, 2))) kprintf(const char *format, ...)
{
    (void)format;
}
static inline void console_putchar(char c)
{
    (void)c;
}
#endif
