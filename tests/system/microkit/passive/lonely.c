/* SPDX-License-Identifier: BSD-2-Clause */
/* A passive PD without channels. */
#include "support/test.h"

void init(void)
{
}

void notified(microkit_channel ch)
{
    (void)ch;
}
