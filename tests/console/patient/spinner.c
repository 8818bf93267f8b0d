/* SPDX-License-Identifier: BSD-2-Clause */
/* Never waits. */
#include <stdint.h>

#include <microkit.h>

volatile uint64_t turns;

void init(void)
{
    for (;;) {
        turns++;
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
