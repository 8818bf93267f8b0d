/* SPDX-License-Identifier: BSD-2-Clause */
/* The little of <string.h> that the stub needs, so that it builds where there is none. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline void bytes_copy(void *to, const void *from, size_t length)
{
    __builtin_memcpy(to, from, length);
}

static inline void bytes_clear(void *at, size_t length)
{
    __builtin_memset(at, 0, length);
}

/* ---- eight bytes at a time ---- */

#define BYTES_OF_WORD 8
#define EACH_BYTE(b)  (UINT64_C(0x0101010101010101) * (uint8_t)(b))

static inline uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word;

    __builtin_memcpy(&word, bytes, sizeof(word));
    return word;
}

static inline void word_put(uint8_t *to, uint64_t word)
{
    __builtin_memcpy(to, &word, sizeof(word));
}

/* Not 0 if one of the bytes is. */
static inline uint64_t word_zeros(uint64_t word)
{
    return (word - EACH_BYTE(1)) & ~word & EACH_BYTE(0x80);
}

/* Which of the bytes is the first that is not 0; one of them is not. */
static inline size_t word_first(uint64_t word)
{
    return (size_t)__builtin_ctzll(word) / 8; /* little endian, as all that we run on */
}

/* The sum of the bytes, modulo 256. */
static inline uint8_t word_sum(uint64_t word)
{
    const uint64_t every_second = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t pairs = (word & every_second) + (word >> 8 & every_second);

    return (uint8_t)(pairs * UINT64_C(0x0001000100010001) >> 48);
}

static inline size_t text_length(const char *text)
{
    size_t length = 0;

    while (text[length] != '\0') {
        length++;
    }
    return length;
}

/* True if the `length` bytes are exactly the text. */
static inline bool text_is(const char *text, const uint8_t *bytes, size_t length)
{
    return text_length(text) == length && __builtin_memcmp(text, bytes, length) == 0;
}

static inline uint64_t at_most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}
