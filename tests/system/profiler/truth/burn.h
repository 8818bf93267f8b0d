/* SPDX-License-Identifier: BSD-2-Clause */
/* Time that is spent where it says: `units` rounds of 32 instructions and the loop. */
#pragma once

#include <stdint.h>

#define BURN_UNIT 100

static inline __attribute__((always_inline)) void burn(uint64_t units)
{
    for (uint64_t i = 0; i < units * BURN_UNIT; i++) {
        __asm__ volatile(".rept 30\n nop\n .endr" : "+r"(i));
    }
}
