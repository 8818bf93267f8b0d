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
uint64_t counted;
volatile int numbers[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

/* To be read in bulk: 64 KB as programs keep it, and 64 KB that nothing makes shorter. */
struct record {
    struct record *next;
    uint32_t id;
    uint16_t length, flags;
    uint64_t room[6];
};
struct record records[1024];
uint64_t noise[8192];

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

/* A loop of exclusive accesses, which ends only if nothing comes between load and store. */
__attribute__((noinline)) uint64_t count_up(uint64_t by)
{
    uint64_t count = __atomic_add_fetch(&counted, by, __ATOMIC_SEQ_CST);

    return count + 1;
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

static void fill_bulk(void)
{
    uint64_t state = 1;

    for (unsigned i = 0; i < 1024; i++) {
        records[i] = (struct record){ .next = &records[(i + 1) % 1024],
            .id = i,
            .length = (uint16_t)(i * 40 % 1500),
            .flags = i % 4,
            .room = { i * i, (uint64_t)(uintptr_t)&noise[i] } };
    }
    for (unsigned i = 0; i < 8192; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        noise[i] = state ^ state >> 29;
    }
}

static void tick(void)
{
    if (ticks == 0) {
        fill_bulk();
    }
    ticks++;
    total += outer((int)ticks);
    seen = untouched;
    total += factorial(5);
    square.area = area_of(1.5, 4.0);
    total += sum();
    total += (long)count_up(1);
}
