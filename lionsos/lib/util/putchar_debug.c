/* SPDX-License-Identifier: BSD-2-Clause */
/* sddf_printf() on the kernel's debug console: part of libsddf_util_debug. */
#include <os/sddf.h>

#include <sddf/util/printf.h>

void _sddf_putchar(char character)
{
    microkit_dbg_putc(character);
}

void sddf_putchar_unbuffered(char character)
{
    microkit_dbg_putc(character);
}
