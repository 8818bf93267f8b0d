/* SPDX-License-Identifier: BSD-2-Clause */
/* Printing on the kernel's debug console, whichever library sddf_printf() is linked from. */
#include <os/sddf.h>

#include <sddf/util/printf.h>

static void debug_console_put(char character, void *unused)
{
    (void)unused;
    microkit_dbg_putc(character);
}

int sddf_vdprintf(const char *format, va_list arguments)
{
    return sddf_vfctprintf(debug_console_put, NULL, format, arguments);
}

int sddf_dprintf(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = sddf_vdprintf(format, arguments);
    va_end(arguments);
    return length;
}
