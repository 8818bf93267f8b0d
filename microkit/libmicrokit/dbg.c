/* SPDX-License-Identifier: BSD-2-Clause */
/* The debug console, and the messages about misuse. */
#include <microkit.h>

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
    while (*s != 0) {
        microkit_dbg_putc(*s++);
    }
}

void microkit_dbg_put32(seL4_Uint32 x)
{
    char digits[11];
    char *at = &digits[10];

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

static void put_name(void)
{
    for (int i = 0; i < MICROKIT_PD_NAME_LENGTH && microkit_name[i] != 0; i++) {
        microkit_dbg_putc(microkit_name[i]);
    }
}

void microkit_internal_invalid_channel(const char *function, unsigned int id)
{
    put_name();
    microkit_dbg_putc(' ');
    microkit_dbg_puts(function);
    microkit_dbg_puts(": invalid channel given '");
    microkit_dbg_put32(id);
    microkit_dbg_puts("'\n");
}

void microkit_internal_refused(const char *function, seL4_Error error)
{
    put_name();
    microkit_dbg_putc(' ');
    microkit_dbg_puts(function);
    microkit_dbg_puts(": the kernel refused: error ");
    microkit_dbg_put32((seL4_Uint32)error);
    microkit_dbg_puts("; is the id one of the system description?\n");
    microkit_internal_crash(error);
}
