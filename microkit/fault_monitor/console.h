/* SPDX-License-Identifier: BSD-2-Clause */
/* Text on the kernel's console. */
#pragma once

#include <stdint.h>

void put_text(const char *text);
/* At most `limit` characters, or up to a 0. */
void put_name(const char *name, unsigned limit);
/* 0x and 16 digits. */
void put_hex(uint64_t value);
/* 0x and as many digits as needed. */
void put_short_hex(uint64_t value);
void put_decimal(uint64_t value);
/* "MON|ERROR: " */
void begin_line(void);
