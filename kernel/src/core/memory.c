/* SPDX-License-Identifier: BSD-2-Clause */
/* What the compiler may call by itself, even freestanding. Not for hot paths. */
#include "kernel/src/core/types.h"

void *memset(void *target, int value, size_t count);
void *memcpy(void *target, const void *source, size_t count);

void *memset(void *target, int value, size_t count)
{
    volatile char *at = target;

    while (count-- > 0) {
        *at++ = (char)value;
    }
    return target;
}

void *memcpy(void *target, const void *source, size_t count)
{
    volatile char *to = target;
    const char *from = source;

    while (count-- > 0) {
        *to++ = *from++;
    }
    return target;
}
