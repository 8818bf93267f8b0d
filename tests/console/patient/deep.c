/* SPDX-License-Identifier: BSD-2-Clause */
/* Uses nearly all of its stack of 8 KiB, once. */
#include <stdint.h>

#include <microkit.h>

#define NEARLY_ALL 7600 /* bytes */

/* Returns one of the bytes, so that they are all needed. */
static unsigned fill(unsigned which)
{
    volatile uint8_t bytes[NEARLY_ALL];

    for (unsigned i = 0; i < NEARLY_ALL; i++) {
        bytes[i] = 0x5a;
    }
    return bytes[which % NEARLY_ALL];
}

unsigned last;

void init(void)
{
    last = fill(7);
}

void notified(microkit_channel channel)
{
    (void)channel;
}
