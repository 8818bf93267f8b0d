/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The four functions that compilers call even in freestanding programs. Weak: a program that brings
 * its own uses those.
 */
#include <stddef.h>

#define WEAK __attribute__((weak))

WEAK void *memset(void *target, int value, size_t count);
WEAK void *memcpy(void *target, const void *source, size_t count);
WEAK void *memmove(void *target, const void *source, size_t count);
WEAK int memcmp(const void *left, const void *right, size_t count);

void *memset(void *target, int value, size_t count)
{
    unsigned char *at = target;

    while (count-- > 0) {
        *at++ = (unsigned char)value;
    }
    return target;
}

void *memcpy(void *target, const void *source, size_t count)
{
    unsigned char *to = target;
    const unsigned char *from = source;

    while (count-- > 0) {
        *to++ = *from++;
    }
    return target;
}

void *memmove(void *target, const void *source, size_t count)
{
    unsigned char *to = target;
    const unsigned char *from = source;

    if (to <= from) {
        return memcpy(target, source, count);
    }
    while (count-- > 0) {
        to[count] = from[count];
    }
    return target;
}

int memcmp(const void *left, const void *right, size_t count)
{
    const unsigned char *a = left;
    const unsigned char *b = right;

    for (; count > 0; count--, a++, b++) {
        if (*a != *b) {
            return *a - *b;
        }
    }
    return 0;
}
