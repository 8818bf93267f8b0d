/* SPDX-License-Identifier: BSD-2-Clause */
/* The debug console. */
#include <microkit.h>

/* Digits of the largest 64-bit number, and a 0. */
#define DECIMAL_ROOM 21

void microkit_dbg_putc(int c)
{
#ifdef CONFIG_PRINTING
    seL4_DebugPutChar((char)c);
#else
    (void)c;
#endif
}

void microkit_dbg_puts(const char *s)
{
#ifdef CONFIG_PRINTING
    while (*s != 0) {
        microkit_dbg_putc(*s++);
    }
#else
    (void)s;
#endif
}

void microkit_dbg_put32(seL4_Uint32 x)
{
    char digits[DECIMAL_ROOM];
    char *at = &digits[DECIMAL_ROOM - 1];

    *at = 0;
    do {
        *--at = (char)('0' + x % 10);
        x /= 10;
    } while (x != 0);
    microkit_dbg_puts(at);
}

void microkit_dbg_put8(seL4_Uint8 x)
{
    microkit_dbg_put32(x);
}
