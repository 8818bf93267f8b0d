/* SPDX-License-Identifier: BSD-2-Clause */
/* Restarts a child that it does not have. */
#include "support/test.h"

void init(void)
{
    microkit_pd_restart(61, 0x200000);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
