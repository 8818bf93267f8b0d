/* SPDX-License-Identifier: BSD-2-Clause */
/* Never waits. */
#include <stdint.h>

#include <microkit.h>

volatile uint64_t turns;

__attribute__((noinline)) void turn(uint64_t number)
{
    turns = number + 1;
}

void init(void)
{
    for (;;) {
        turn(turns);
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
