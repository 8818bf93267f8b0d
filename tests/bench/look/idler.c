/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes what nobody wants, and makes little of it: reading a device's register is one instruction, so a
 * nanosecond of virtual time, for which the emulator takes as long as for some hundred others. So hardly
 * any virtual time passes while the host is late with the next packets.
 */
#include <stdint.h>

#include <microkit.h>

/* setvar: the board's real-time clock, whose registers change nothing when they are read */
volatile uint32_t *clock_register;

void init(void)
{
    for (;;) {
        (void)*clock_register;
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
