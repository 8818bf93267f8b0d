/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memcpy and its relatives, which the compiler also calls by itself. Weak, so that a program with a
 * C library keeps the library's. General registers only: a PD that never touches the FPU is switched
 * faster. On normal memory only; the core handles unaligned words there.
 */
#include <stddef.h>
#include <stdint.h>

#define WEAK __attribute__((weak))

#define WORD  sizeof(uint64_t)
#define BLOCK (8 * WORD)

typedef uint64_t unaligned_word __attribute__((may_alias, aligned(1)));

/* Loads all of a block before it stores any, so overlapping blocks copy right in either direction. */
static inline void copy_block(char *destination, const char *source)
{
    const unaligned_word *from = (const unaligned_word *)source;
    unaligned_word *to = (unaligned_word *)destination;
    uint64_t w0 = from[0], w1 = from[1], w2 = from[2], w3 = from[3];
    uint64_t w4 = from[4], w5 = from[5], w6 = from[6], w7 = from[7];

    /* All eight are in registers here: the compiler then loads and stores them in pairs. */
    __asm__("" : "+r"(w0), "+r"(w1), "+r"(w2), "+r"(w3), "+r"(w4), "+r"(w5), "+r"(w6), "+r"(w7));
    to[0] = w0;
    to[1] = w1;
    to[2] = w2;
    to[3] = w3;
    to[4] = w4;
    to[5] = w5;
    to[6] = w6;
    to[7] = w7;
}

static inline void copy_word(char *destination, const char *source)
{
    *(unaligned_word *)destination = *(const unaligned_word *)source;
}

WEAK void *memcpy(void *restrict destination, const void *restrict source, size_t size)
{
    char *to = destination;
    const char *from = source;

    for (; size >= BLOCK; size -= BLOCK, to += BLOCK, from += BLOCK) {
        copy_block(to, from);
    }
    for (; size >= WORD; size -= WORD, to += WORD, from += WORD) {
        copy_word(to, from);
    }
    for (; size > 0; size--) {
        *to++ = *from++;
    }
    return destination;
}

WEAK void *memmove(void *destination, const void *source, size_t size)
{
    char *to = (char *)destination + size;
    const char *from = (const char *)source + size;

    /* Forwards is right unless the destination starts inside the source. */
    if ((uintptr_t)destination - (uintptr_t)source >= size) {
        return memcpy(destination, source, size);
    }
    for (; size >= BLOCK; size -= BLOCK) {
        to -= BLOCK;
        from -= BLOCK;
        copy_block(to, from);
    }
    for (; size > 0; size--) {
        *--to = *--from;
    }
    return destination;
}

WEAK void *memset(void *destination, int value, size_t size)
{
    char *to = destination;
    uint64_t word = (unsigned char)value * 0x0101010101010101ull;

    for (; size >= WORD; size -= WORD, to += WORD) {
        *(unaligned_word *)to = word;
    }
    for (; size > 0; size--) {
        *to++ = (char)value;
    }
    return destination;
}

WEAK int memcmp(const void *a, const void *b, size_t size)
{
    const unsigned char *left = a;
    const unsigned char *right = b;

    for (size_t i = 0; i < size; i++) {
        if (left[i] != right[i]) {
            return left[i] - right[i];
        }
    }
    return 0;
}
