/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts for ever. */
#include "support/test.h"

volatile seL4_Word *counter;

void init(void)
{
    for (;;) {
        ++*counter;
    }
}

void notified(microkit_channel ch)
{
    (void)ch;
}
