/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits at boot for a debugger; what it has done says how far it has come. */
#include <microkit.h>

volatile int steps;

__attribute__((noinline)) static void step(void)
{
    steps++;
}

void init(void)
{
    step();
    step();
}

void notified(microkit_channel channel)
{
    (void)channel;
}
