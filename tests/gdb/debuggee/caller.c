/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls the server at each tick. */
#include "tick.h"

volatile uint64_t answers;
volatile uint64_t last;

static void tick(void)
{
    microkit_mr_set(0, answers);
    microkit_ppcall(1, microkit_msginfo_new(0, 1));
    last = microkit_mr_get(0);
    answers++;
}
