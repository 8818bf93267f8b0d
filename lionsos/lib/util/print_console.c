/* SPDX-License-Identifier: BSD-2-Clause */
/* sddf_printf(): to whichever _sddf_putchar() the program is linked with. */
#include <sddf/util/printf.h>

static void console_put(char character, void *unused)
{
    (void)unused;
    _sddf_putchar(character);
}

int sddf_vprintf(const char *format, va_list arguments)
{
    return sddf_vfctprintf(console_put, NULL, format, arguments);
}

int sddf_printf(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = sddf_vprintf(format, arguments);
    va_end(arguments);
    return length;
}
