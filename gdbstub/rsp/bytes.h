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
