/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Internet checksum (RFC 1071). The sum of 16-bit words modulo 2^16 - 1 can be taken over words of any
 * size, if the carries are added back; so it is taken over 64-bit words.
 */
#include "lionsos/lib/lwip/checksum.h"

#include <stdint.h>

/* sum + word, the carry added back. */
static inline uint64_t add_around(uint64_t sum, uint64_t word)
{
    sum += word;
    return sum + (sum < word);
}

static inline uint64_t load_64(const uint8_t *at)
{
    uint64_t word;

    __builtin_memcpy(&word, at, sizeof(word));
    return word;
}

#define BLOCK 64

/* Adds 64 bytes; the sum of all carries is at most 1 at the end of a chain of additions with carry. */
static inline uint64_t add_block(uint64_t sum, const uint8_t *at)
{
#ifdef __aarch64__
    uint64_t a, b, c, d;

    __asm__("ldp %1, %2, [%5]\n\t"
            "ldp %3, %4, [%5, #16]\n\t"
            "adds %0, %0, %1\n\t"
            "adcs %0, %0, %2\n\t"
            "ldp %1, %2, [%5, #32]\n\t"
            "adcs %0, %0, %3\n\t"
            "adcs %0, %0, %4\n\t"
            "ldp %3, %4, [%5, #48]\n\t"
            "adcs %0, %0, %1\n\t"
            "adcs %0, %0, %2\n\t"
            "adcs %0, %0, %3\n\t"
            "adcs %0, %0, %4\n\t"
            "adc %0, %0, xzr"
            : "+r"(sum), "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d)
            : "r"(at), "m"(*(const uint8_t(*)[BLOCK])at)
            : "cc");
#else
    for (unsigned int i = 0; i < BLOCK; i += sizeof(uint64_t)) {
        sum = add_around(sum, load_64(at + i));
    }
#endif
    return sum;
}

/* Copies 64 bytes and adds them. */
static inline uint64_t copy_and_add_block(uint64_t sum, uint8_t *to, const uint8_t *at)
{
#ifdef __aarch64__
    uint64_t a, b, c, d;

    __asm__("ldp %1, %2, [%7]\n\t"
            "ldp %3, %4, [%7, #16]\n\t"
            "stp %1, %2, [%6]\n\t"
            "adds %0, %0, %1\n\t"
            "stp %3, %4, [%6, #16]\n\t"
            "adcs %0, %0, %2\n\t"
            "ldp %1, %2, [%7, #32]\n\t"
            "adcs %0, %0, %3\n\t"
            "adcs %0, %0, %4\n\t"
            "ldp %3, %4, [%7, #48]\n\t"
            "stp %1, %2, [%6, #32]\n\t"
            "adcs %0, %0, %1\n\t"
            "adcs %0, %0, %2\n\t"
            "stp %3, %4, [%6, #48]\n\t"
            "adcs %0, %0, %3\n\t"
            "adcs %0, %0, %4\n\t"
            "adc %0, %0, xzr"
            : "+r"(sum), "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d), "=m"(*(uint8_t(*)[BLOCK])to)
            : "r"(to), "r"(at), "m"(*(const uint8_t(*)[BLOCK])at)
            : "cc");
#else
    sum = add_block(sum, at);
    __builtin_memcpy(to, at, BLOCK);
#endif
    return sum;
}

/* The last bytes, fewer than 8, as a word with zeroes behind them. */
static inline uint64_t load_rest(const uint8_t *at, unsigned int length)
{
    uint64_t word = 0;
    unsigned int shift = 0;
    uint32_t four;
    uint16_t two;

    if (length & 4) {
        __builtin_memcpy(&four, at, sizeof(four));
        word = four;
        shift = 32;
        at += 4;
    }
    if (length & 2) {
        __builtin_memcpy(&two, at, sizeof(two));
        word |= (uint64_t)two << shift;
        shift += 16;
        at += 2;
    }
    return length & 1 ? word | (uint64_t)*at << shift : word;
}

static uint16_t fold(uint64_t sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

uint16_t sddf_lwip_checksum(const void *data, int length)
{
    const uint8_t *at = data;
    unsigned int left = length > 0 ? (unsigned int)length : 0;
    uint64_t sum = 0;

    for (; left >= 2 * BLOCK; left -= 2 * BLOCK, at += 2 * BLOCK) {
        sum = add_block(add_block(sum, at), at + BLOCK);
    }
    for (; left >= BLOCK; left -= BLOCK, at += BLOCK) {
        sum = add_block(sum, at);
    }
    for (; left >= sizeof(uint64_t); left -= sizeof(uint64_t), at += sizeof(uint64_t)) {
        sum = add_around(sum, load_64(at));
    }
    return fold(add_around(sum, load_rest(at, left)));
}

uint16_t sddf_lwip_copy_checksum(void *to, const void *from, int length)
{
    uint8_t *target = to;
    const uint8_t *at = from;
    unsigned int left = length > 0 ? (unsigned int)length : 0;
    uint64_t sum = 0;

    for (; left >= 2 * BLOCK; left -= 2 * BLOCK, at += 2 * BLOCK, target += 2 * BLOCK) {
        sum = copy_and_add_block(sum, target, at);
        sum = copy_and_add_block(sum, target + BLOCK, at + BLOCK);
    }
    for (; left >= BLOCK; left -= BLOCK, at += BLOCK, target += BLOCK) {
        sum = copy_and_add_block(sum, target, at);
    }
    for (; left >= sizeof(uint64_t); left -= sizeof(uint64_t)) {
        uint64_t word = load_64(at);

        __builtin_memcpy(target, &word, sizeof(word));
        sum = add_around(sum, word);
        at += sizeof(word);
        target += sizeof(word);
    }
    for (unsigned int i = 0; i < left; i++) {
        target[i] = at[i];
    }
    return fold(add_around(sum, load_rest(at, left)));
}
