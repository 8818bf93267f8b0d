/* SPDX-License-Identifier: BSD-2-Clause */
/* One of many. */
#include <stdint.h>

#include <microkit.h>

volatile uint64_t rounds;

__attribute__((noinline)) void turn(void)
{
    rounds++;
}

void init(void)
{
    for (;;) {
        turn();
        for (volatile int i = 0; i < 1000; i++) {}
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
