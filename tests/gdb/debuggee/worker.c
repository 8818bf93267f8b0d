/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls, loops, recursion, structures, floating point: something to step through. */
#include "tick.h"

enum colour {
    RED,
    GREEN,
    BLUE
};

struct shape {
    char name[8];
    enum colour colour;
    int sides;
    double area;
    struct shape *next;
};

struct shape square = { "square", GREEN, 4, 0, 0 };
struct shape triangle = { "triangl", RED, 3, 0.5, &square };

volatile uint64_t ticks;
volatile int watched;
volatile int untouched = 7;
volatile int seen;
volatile long total;
volatile int numbers[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

__attribute__((noinline)) int leaf(int value)
{
    int doubled = value * 2;

    watched = doubled;
    return doubled + 1;
}

__attribute__((noinline)) int middle(int value)
{
    int result = leaf(value);

    return result + 10;
}

__attribute__((noinline)) int outer(int value)
{
    int result = middle(value);

    return result + 100;
}

__attribute__((noinline)) int factorial(int n)
{
    if (n <= 1) {
        return 1; /* the bottom */
    }
    return n * factorial(n - 1);
}

__attribute__((noinline)) double area_of(double width, double height)
{
    double area = width * height;

    return area;
}

/* One line, a few hundred instructions. */
__attribute__((noinline)) long sum(void)
{
    long result = 0;

    /* clang-format off */
    for (int i = 0; i < 64; i++) { result += numbers[i & 7]; }
    /* clang-format on */
    return result;
}

static void tick(void)
{
    ticks++;
    total += outer((int)ticks);
    seen = untouched;
    total += factorial(5);
    square.area = area_of(1.5, 4.0);
    total += sum();
}
