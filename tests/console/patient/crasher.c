/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes where nothing is. */
#include <stdint.h>

#include <microkit.h>

void init(void)
{
    *(volatile uint32_t *)0x666000 = 1;
}

void notified(microkit_channel channel)
{
    (void)channel;
}
