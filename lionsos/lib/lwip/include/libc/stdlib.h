/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of <stdlib.h> that lwIP uses, for programs without a C library. */
#pragma once

#include <stddef.h>

/* Decimal digits only, as in names of interfaces. */
static inline int atoi(const char *digits)
{
    int value = 0;

    for (; *digits >= '0' && *digits <= '9'; digits++) {
        value = value * 10 + (*digits - '0');
    }
    return value;
}
