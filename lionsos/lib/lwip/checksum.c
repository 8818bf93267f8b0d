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

/* The last bytes, fewer than 8, as a word with zeroes behind them. */
static uint64_t load_rest(const uint8_t *at, unsigned int length)
{
    uint64_t word = 0;

    for (unsigned int i = 0; i < length; i++) {
        word |= (uint64_t)at[i] << (8 * i);
    }
    return word;
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

    for (; left >= BLOCK; left -= BLOCK, at += BLOCK) {
        sum = add_block(sum, at);
    }
    for (; left >= sizeof(uint64_t); left -= sizeof(uint64_t), at += sizeof(uint64_t)) {
        sum = add_around(sum, load_64(at));
    }
    return fold(add_around(sum, load_rest(at, left)));
}
