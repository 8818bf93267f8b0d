/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/print.h"

#ifdef CONFIG_PRINTING
#include <stdarg.h>

#include "kernel/src/arch/arch.h"

void console_putchar(char c)
{
    if (c == '\n') {
        arch_console_putchar('\r');
    }
    arch_console_putchar(c);
}

static void print_string(const char *string, int width)
{
    int length = 0;

    while (string[length] != 0) {
        length++;
    }
    for (int i = length; i < width; i++) {
        console_putchar(' ');
    }
    for (int i = 0; i < length; i++) {
        console_putchar(string[i]);
    }
}

static void print_number(word_t value, word_t base, int width, char fill)
{
    char digits[24];
    int at = sizeof(digits) - 1;

    digits[at] = 0;
    do {
        digits[--at] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while ((int)sizeof(digits) - 1 - at < width && at > 0) {
        digits[--at] = fill;
    }
    print_string(&digits[at], 0);
}

void kprintf(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    for (; *format != 0; format++) {
        char fill = ' ';
        int width = 0;

        if (*format != '%') {
            console_putchar(*format);
            continue;
        }
        format++;
        if (*format == '0') {
            fill = '0';
        }
        while (*format >= '0' && *format <= '9') {
            width = width * 10 + *format++ - '0';
        }
        bool is_long = *format == 'l';

        format += is_long;
        switch (*format) {
        case 's':
            print_string(va_arg(args, const char *), width);
            break;
        case 'c':
            console_putchar((char)va_arg(args, int));
            break;
        case 'd':
        case 'u':
            print_number(is_long ? va_arg(args, word_t) : va_arg(args, unsigned), 10, width, fill);
            break;
        case 'x':
            print_number(is_long ? va_arg(args, word_t) : va_arg(args, unsigned), 16, width, fill);
            break;
        case 'p':
            print_string("0x", 0);
            print_number(va_arg(args, word_t), 16, 0, fill);
            break;
        default:
            console_putchar(*format);
            break;
        }
    }
    va_end(args);
}
#endif
