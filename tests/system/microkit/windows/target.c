/* SPDX-License-Identifier: BSD-2-Clause */
/* Lets others look at a variable and at its stack, and tells what they have changed. */
#include "support/test.h"
#include "windows/facts.h"

#define JUDGE 1

volatile struct facts *facts;

static volatile seL4_Word variable = VARIABLE_BEFORE;

void init(void)
{
    volatile seL4_Word local = LOCAL_BEFORE;

    facts->variable = (seL4_Word)&variable;
    facts->local = (seL4_Word)&local;
    microkit_ppcall(JUDGE, microkit_msginfo_new(0, 0));
    microkit_mr_set(0, variable);
    microkit_mr_set(1, local);
    microkit_ppcall(JUDGE, microkit_msginfo_new(1, 2));
}

void notified(microkit_channel ch)
{
    (void)ch;
}
