/* SPDX-License-Identifier: BSD-2-Clause */
/* Is busy for as long as it is told. */
#include "passive/shared.h"
#include "support/test.h"

volatile struct shared *shared;

void init(void)
{
}

void notified(microkit_channel ch)
{
    spin_us(shared->spin_us);
    shared->heard++;
    microkit_deferred_notify(ch);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo request)
{
    (void)ch;
    (void)request;
    spin_us(microkit_mr_get(0));
    return microkit_msginfo_new(0, 0);
}
