/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/test.h"

/* PL011: data register, and the flag that there is no room. */
#define UART_DATA  0x00
#define UART_FLAGS 0x18
#define UART_FULL  (1U << 5)

uintptr_t uart_base;

static const char *current_case;
static bool case_failed;
static bool run_failed;

static void put(char letter)
{
    while (*(volatile uint32_t *)(uart_base + UART_FLAGS) & UART_FULL) {}
    *(volatile uint32_t *)(uart_base + UART_DATA) = (unsigned char)letter;
}

void print(const char *text)
{
    while (*text != 0) {
        put(*text++);
    }
}

static void print_in_base(uint64_t value, unsigned base)
{
    char digits[21];
    char *at = &digits[20];

    *at = 0;
    do {
        *--at = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    print(at);
}

void print_decimal(uint64_t value)
{
    print_in_base(value, 10);
}

void print_hex(uint64_t value)
{
    print("0x");
    print_in_base(value, 16);
}

static void end_case(void)
{
    if (current_case != NULL && !case_failed) {
        print("PASS ");
        print(current_case);
        print("\n");
    }
}

void begin_case(const char *name)
{
    end_case();
    current_case = name;
    case_failed = false;
}

void finish_run(void)
{
    end_case();
    current_case = NULL;
    print(run_failed ? "RUN FAILED\n" : "RUN PASSED\n");
}

static void fail(const char *what, const char *file, int line)
{
    case_failed = true;
    run_failed = true;
    print("FAIL ");
    print(current_case == NULL ? "outside of cases" : current_case);
    print(": ");
    print(file);
    print(":");
    print_decimal((uint64_t)line);
    print(": ");
    print(what);
}

void expect(bool good, const char *what, const char *file, int line)
{
    if (!good) {
        fail(what, file, line);
        print("\n");
    }
}

void expect_equal(uint64_t wanted, uint64_t got, const char *what, const char *file, int line)
{
    if (wanted != got) {
        fail(what, file, line);
        print(" is ");
        print_hex(got);
        print(", wanted ");
        print_hex(wanted);
        print("\n");
    }
}
