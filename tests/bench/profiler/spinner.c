/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes what nobody wants. Its loop is long: a sample counts as the kernel's if it hits where the kernel has just
 * returned to, which in a short loop would be everywhere.
 */
#include <microkit.h>

void init(void)
{
    for (;;) {
        __asm__ volatile(".rept 4096\n\tnop\n\t.endr");
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
