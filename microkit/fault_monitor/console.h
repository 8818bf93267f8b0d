/* SPDX-License-Identifier: BSD-2-Clause */
/* Text on the kernel's console; nothing where the kernel has none. */
#pragma once

#include <sel4/sel4.h>

/* Whether anybody could read a report. */
#ifdef CONFIG_PRINTING
#define HAS_CONSOLE 1
#else
#define HAS_CONSOLE 0
#endif

/* A text that ends with 0. */
void put_text(const char *text);
/* At most `limit` characters, or up to a 0. */
void put_name(const char *name, unsigned limit);
/* 0x and `digits` digits, 1..16. */
void put_hex(seL4_Word value, unsigned digits);
/* 0x and as many digits as needed. */
void put_short_hex(seL4_Word value);
/* As many digits as needed. */
void put_decimal(seL4_Word value);
/* "MON|ERROR: ", how each line of a report begins, then `text`. */
void begin_line(const char *text);
/* The end of a line that begin_line began. */
void end_line(void);
