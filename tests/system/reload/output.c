/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/reload/output.h"

#include "tests/system/reload/layout.h"

/* PL011: data register, and in the flag register whether nothing has been received. */
#define UART_DATA         (*(volatile uint32_t *)UART)
#define UART_FLAGS        (*(volatile uint32_t *)(UART + 0x18))
#define UART_RECEIVE_NONE (1u << 4)

static void put_text(const char *text)
{
    for (; *text != '\0'; text++) {
        UART_DATA = (unsigned char)*text;
    }
}

static void put_number(uint64_t value)
{
    char digits[21];
    char *at = &digits[20];

    *at = '\0';
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put_text(at);
}

void output_figure(const char *name, uint64_t value)
{
    put_text("BENCH ");
    put_text(name);
    put_text(" ");
    put_number(value);
    put_text("\n");
}

void output_line(const char *text, uint64_t number)
{
    put_text(text);
    if (number != UINT64_MAX) {
        put_text(" ");
        put_number(number);
    }
    put_text("\n");
}

static void stop(void)
{
    for (;;) {
        __asm__ volatile("" ::: "memory");
    }
}

void check(bool good, const char *what, uint64_t number)
{
    if (!good) {
        output_line(what, number);
        put_text("RUN FAILED\n");
        stop();
    }
}

void output_end(void)
{
    put_text("RUN PASSED\n");
    stop();
    __builtin_unreachable();
}

void output_wait(void)
{
    if (TRACED) {
        put_text("READY\n");
        while (UART_FLAGS & UART_RECEIVE_NONE) {}
        (void)UART_DATA;
    }
}
