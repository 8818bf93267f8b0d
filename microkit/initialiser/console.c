/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/initialiser/console.h"

#include <sel4/sel4.h>

static void put(char letter)
{
#ifdef CONFIG_PRINTING
    seL4_DebugPutChar(letter);
#else
    (void)letter;
#endif
}

static void put_text(const char *text)
{
    while (*text != 0) {
        put(*text++);
    }
}

void console_line(const char *text, const char *more)
{
    put_text(text);
    put_text(more);
    put('\n');
}

void console_value(const char *text, uint64_t value)
{
    put_text("INIT|ERROR:     ");
    put_text(text);
    put_text("0x");
    for (int shift = 60; shift >= 0; shift -= 4) {
        put("0123456789abcdef"[value >> shift & 15]);
    }
    put('\n');
}
