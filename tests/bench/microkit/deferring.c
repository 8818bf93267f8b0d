/* SPDX-License-Identifier: BSD-2-Clause */
/* Returns each notification, together with its next wait. */
#include <microkit.h>

void init(void)
{
}

void notified(microkit_channel ch)
{
    microkit_deferred_notify(ch);
}
