/* SPDX-License-Identifier: BSD-2-Clause */
/* Returns each notification. */
#include <microkit.h>

void init(void)
{
}

void notified(microkit_channel ch)
{
    microkit_notify(ch);
}
