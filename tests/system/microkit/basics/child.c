/* SPDX-License-Identifier: BSD-2-Clause */
/* There to be restarted at an address that is none. */
#include "support/test.h"

void init(void)
{
}

void notified(microkit_channel ch)
{
    (void)ch;
}
