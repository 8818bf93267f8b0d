/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks that are not plain: recursion, tail calls, inlined functions, leaf functions, a frame of variable size. */
#include <microkit.h>

#include "tests/system/profiler/truth/burn.h"

#define KEPT __attribute__((noinline, noclone))

volatile uint64_t rounds;
volatile uint64_t depth = 5;

KEPT static void recursion(uint64_t left)
{
    if (left == 0) {
        burn(2);
    } else {
        recursion(left - 1);
    }
    rounds++;
}

KEPT static void tail_target(uint64_t units)
{
    burn(units);
    rounds++;
}

/* With -O2 a jump. */
KEPT static void tail_jumper(uint64_t units)
{
    rounds++;
    tail_target(units);
}

KEPT static void tail_caller(void)
{
    tail_jumper(2);
    rounds++;
}

static inline __attribute__((always_inline)) void inlined_inner(void)
{
    burn(2);
}

static inline __attribute__((always_inline)) void inlined_outer(void)
{
    inlined_inner();
    rounds++;
}

KEPT static void inlining(void)
{
    inlined_outer();
    rounds++;
}

KEPT static uint64_t leaf(uint64_t x)
{
    for (int i = 0; i < 60; i++) {
        __asm__ volatile("nop\n nop\n nop" : "+r"(x));
    }
    return x;
}

KEPT static void leaf_caller(void)
{
    for (uint64_t i = 0; i < 40; i++) {
        rounds += leaf(i);
    }
}

KEPT static void variable_frame(uint64_t bytes)
{
    volatile char *memory = __builtin_alloca(bytes);

    memory[0] = 1;
    for (uint64_t i = 0; i < 30; i++) {
        leaf(i);
    }
    burn(1);
    memory[bytes - 1] = memory[0];
}

/* Without call-frame information: who called it cannot be known, and must not be made up. */
void bare_burn(void);
__asm__(".text\n"
        ".type bare_burn, %function\n"
        "bare_burn:\n"
        "    mov x0, #3000\n"
        "1:  subs x0, x0, #1\n"
        "    b.ne 1b\n"
        "    ret\n"
        ".size bare_burn, . - bare_burn\n");

KEPT static void bare_caller(void)
{
    bare_burn();
    rounds++;
}

/* All the time in prologues and epilogues. */
KEPT static uint64_t small(uint64_t x)
{
    return leaf(x & 1) + x;
}

KEPT static void many_calls(void)
{
    for (uint64_t i = 0; i < 20; i++) {
        rounds += small(i);
    }
}

void init(void)
{
    for (;;) {
        recursion(depth);
        tail_caller();
        inlining();
        leaf_caller();
        variable_frame(16 + (rounds & 0xf0));
        bare_caller();
        many_calls();
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
