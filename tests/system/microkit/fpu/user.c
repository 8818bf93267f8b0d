/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD without FPU: uses it when told. */
#include "support/test.h"

#define JUDGE 11

void init(void)
{
}

void notified(microkit_channel ch)
{
    (void)ch;
    __asm__ volatile("fmov d0, #1.0" ::: "v0");
    microkit_notify(JUDGE);
}
