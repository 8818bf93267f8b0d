/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The four functions that compilers call even in freestanding programs. Weak: a program that brings
 * its own uses those. They access words at their natural alignment only, because memory that is
 * mapped as device memory permits nothing else.
 */
#include <stddef.h>
#include <stdint.h>

#define WEAK __attribute__((weak))

#define WORD_BYTES sizeof(word)

typedef uint64_t word __attribute__((may_alias));

WEAK void *memset(void *target, int value, size_t count);
WEAK void *memcpy(void *restrict target, const void *restrict source, size_t count);
WEAK void *memmove(void *target, const void *source, size_t count);
WEAK int memcmp(const void *left, const void *right, size_t count);

static inline int is_aligned(const void *address)
{
    return (uintptr_t)address % WORD_BYTES == 0;
}

/* Whether both reach a word boundary at the same time. */
static inline int align_together(const void *left, const void *right)
{
    return ((uintptr_t)left - (uintptr_t)right) % WORD_BYTES == 0;
}

void *memset(void *target, int value, size_t count)
{
    unsigned char *to = target;

    for (; count > 0 && !is_aligned(to); count--) {
        *to++ = (unsigned char)value;
    }
    for (; count >= WORD_BYTES; count -= WORD_BYTES, to += WORD_BYTES) {
        *(word *)(void *)to = (unsigned char)value * 0x0101010101010101UL;
    }
    for (; count > 0; count--) {
        *to++ = (unsigned char)value;
    }
    return target;
}

/* From the first byte to the last: right for overlaps with the target below the source. */
static inline void copy_upwards(unsigned char *to, const unsigned char *from, size_t count)
{
    if (align_together(to, from)) {
        for (; count > 0 && !is_aligned(to); count--) {
            *to++ = *from++;
        }
        for (; count >= WORD_BYTES; count -= WORD_BYTES, to += WORD_BYTES, from += WORD_BYTES) {
            *(word *)(void *)to = *(const word *)(const void *)from;
        }
    }
    for (; count > 0; count--) {
        *to++ = *from++;
    }
}

/* From the last byte to the first. */
static inline void copy_downwards(unsigned char *to, const unsigned char *from, size_t count)
{
    to += count;
    from += count;
    if (align_together(to, from)) {
        for (; count > 0 && !is_aligned(to); count--) {
            *--to = *--from;
        }
        for (; count >= WORD_BYTES; count -= WORD_BYTES) {
            to -= WORD_BYTES;
            from -= WORD_BYTES;
            *(word *)(void *)to = *(const word *)(const void *)from;
        }
    }
    for (; count > 0; count--) {
        *--to = *--from;
    }
}

void *memcpy(void *restrict target, const void *restrict source, size_t count)
{
    copy_upwards(target, source, count);
    return target;
}

void *memmove(void *target, const void *source, size_t count)
{
    if ((uintptr_t)target - (uintptr_t)source >= count) {
        copy_upwards(target, source, count);
    } else {
        copy_downwards(target, source, count);
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
