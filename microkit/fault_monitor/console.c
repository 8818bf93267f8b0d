/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/fault_monitor/console.h"

/* Digits of the largest 64-bit number, and a 0. */
#define DECIMAL_ROOM 21

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

void put_hex(seL4_Word value, unsigned digits)
{
    put_text("0x");
    while (digits-- > 0) {
        put("0123456789abcdef"[value >> (4 * digits) & 15]);
    }
}

void put_short_hex(seL4_Word value)
{
    put_hex(value, value == 0 ? 1 : (67 - (unsigned)__builtin_clzl(value)) / 4);
}

void put_decimal(seL4_Word value)
{
    char digits[DECIMAL_ROOM];
    char *at = &digits[DECIMAL_ROOM - 1];

    *at = 0;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put_text(at);
}

void begin_line(const char *text)
{
    put_text("MON|ERROR: ");
    put_text(text);
}

void end_line(void)
{
    put_text("\n");
}
