/* SPDX-License-Identifier: BSD-2-Clause */
/* Wants all the time, and has the budget for a tenth of it. */
#include <microkit.h>

#include "tests/system/profiler/truth/burn.h"

void init(void)
{
    for (;;) {
        burn(10);
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
