/* SPDX-License-Identifier: BSD-2-Clause */
/* Defers a notification that becoming passive replaces. */
#include "support/test.h"

void init(void)
{
    microkit_deferred_notify(4);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
