/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keeps values in all vector registers for several time slices, and tells the judge if they
 * stayed.
 */
#include "support/test.h"

/* This program uses the FPU. */

#define RESULT_CHANNEL_IF_GOOD (microkit_name[0] == 'f' ? 11 : 12)

typedef double vectors[32];

static void load(const double *values)
{
    __asm__ volatile("ldp d0, d1, [%0]\n\t"
                     "ldp d8, d9, [%0, #64]\n\t"
                     "ldp d16, d17, [%0, #128]\n\t"
                     "ldp d30, d31, [%0, #240]" ::"r"(values)
                     : "memory", "v0", "v1", "v8", "v9", "v16", "v17", "v30", "v31");
}

static void store(double *values)
{
    __asm__ volatile("stp d0, d1, [%0]\n\t"
                     "stp d8, d9, [%0, #64]\n\t"
                     "stp d16, d17, [%0, #128]\n\t"
                     "stp d30, d31, [%0, #240]" ::"r"(values)
                     : "memory");
}

/* The values stay in registers while the other PD, which does the same, takes its turns. */
static bool values_stay(const double *values)
{
    vectors got;

    load(values);
    /* By hand: nothing in between may use the registers. */
    __asm__ volatile("mov x9, #20000\n"
                     "1: mov x10, #100\n"
                     "2: subs x10, x10, #1\n\tb.ne 2b\n\t"
                     "subs x9, x9, #1\n\tb.ne 1b" ::
                             : "x9", "x10", "cc");
    store(got);
    return got[0] == values[0] && got[1] == values[1] && got[8] == values[8] && got[9] == values[9]
            && got[16] == values[16] && got[17] == values[17] && got[30] == values[30]
            && got[31] == values[31];
}

void init(void)
{
    vectors values;

    for (int i = 0; i < 32; i++) {
        values[i] = (microkit_name[0] == 'f' ? 1.5 : -7.25) * (i + 1);
    }
    if (values_stay(values)) {
        microkit_notify(RESULT_CHANNEL_IF_GOOD);
    }
}

void notified(microkit_channel ch)
{
    (void)ch;
}
