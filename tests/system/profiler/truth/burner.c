/* SPDX-License-Identifier: BSD-2-Clause */
/* Three functions that take 50, 30 and 20 % of its time, two, four and three calls deep. */
#include <microkit.h>

#include "tests/system/profiler/truth/burn.h"

#define KEPT __attribute__((noinline, noclone))

volatile uint64_t rounds;

KEPT static void burn_half(void)
{
    burn(50);
}

KEPT static void burn_third(void)
{
    burn(30);
}

KEPT static void burn_fifth(void)
{
    burn(20);
}

KEPT static void third_inner(void)
{
    burn_third();
    rounds++; /* no tail call */
}

KEPT static void third_outer(void)
{
    third_inner();
    rounds++;
}

KEPT static void fifth_outer(void)
{
    burn_fifth();
    rounds++;
}

KEPT static void one_round(void)
{
    burn_half();
    third_outer();
    fifth_outer();
    rounds++;
}

void init(void)
{
    for (;;) {
        one_round();
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
