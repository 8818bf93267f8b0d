/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers twice what it is asked. */
#include <stdint.h>

#include <microkit.h>

volatile uint64_t calls;

void init(void)
{
}

void notified(microkit_channel channel)
{
    (void)channel;
}

microkit_msginfo protected(microkit_channel channel, microkit_msginfo message)
{
    uint64_t question = microkit_mr_get(0);

    (void)channel;
    (void)message;
    calls++;
    microkit_mr_set(0, 2 * question);
    return microkit_msginfo_new(0, 1);
}
