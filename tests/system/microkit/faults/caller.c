/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls a PD that cannot be called, and so waits for ever. */
#include "support/test.h"

#define NOT_CALLABLE 1
#define JUDGE        2

void init(void)
{
    microkit_ppcall(NOT_CALLABLE, microkit_msginfo_new(0, 0));
    microkit_notify(JUDGE);
}

void notified(microkit_channel ch)
{
    (void)ch;
}
