/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets two milliseconds pass, then answers. */
#include "support/test.h"

void init(void)
{
}

void notified(microkit_channel ch)
{
    spin_us(2000);
    microkit_notify(ch);
}
