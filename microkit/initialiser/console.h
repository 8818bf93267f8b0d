/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines on the kernel's console; nothing where the kernel has none. */
#pragma once

#include <stdint.h>

#include <sel4/config.h>

/* Both texts, then a new line. */
void console_line(const char *text, const char *more);
/* The text and a hexadecimal number. */
void console_value(const char *text, uint64_t value);
