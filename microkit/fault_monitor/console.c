/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/fault_monitor/console.h"

#include <sel4/sel4.h>

static void put(char letter)
{
#ifdef CONFIG_PRINTING
    seL4_DebugPutChar(letter);
#else
    (void)letter;
#endif
}

void put_text(const char *text)
{
    while (*text != 0) {
        put(*text++);
    }
}

void put_name(const char *name, unsigned limit)
{
    for (unsigned i = 0; i < limit && name[i] != 0; i++) {
        put(name[i]);
    }
}

static void put_digits(uint64_t value, unsigned digits)
{
    put_text("0x");
    while (digits-- > 0) {
        put("0123456789abcdef"[value >> (4 * digits) & 15]);
    }
}

void put_hex(uint64_t value)
{
    put_digits(value, 16);
}

void put_short_hex(uint64_t value)
{
    put_digits(value, value == 0 ? 1 : (67 - (unsigned)__builtin_clzll(value)) / 4);
}

void put_decimal(uint64_t value)
{
    char digits[21];
    char *at = &digits[20];

    *at = 0;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put_text(at);
}

void begin_line(void)
{
    put_text("MON|ERROR: ");
}
