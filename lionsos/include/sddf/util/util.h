/* SPDX-License-Identifier: BSD-2-Clause */
/* Small macros, byte order, and assert() for programs without a C library. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef BIT
#define BIT(n) (1UL << (n))
#endif

#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#endif

#ifndef MAX
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* Rounding to a multiple of `align`, which must be a power of two. */
#ifndef ALIGN
#define ALIGN(x, align) (((x) + (align)-1) & ~((align)-1))
#endif
#ifndef ROUND_UP
#define ROUND_UP(x, align) ALIGN(x, align)
#endif
#ifndef ROUND_DOWN
#define ROUND_DOWN(x, align) ((x) & ~((align)-1))
#endif

#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#endif
#ifndef unlikely
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
#ifndef LIKELY
#define LIKELY(x) likely(x)
#endif
#ifndef UNLIKELY
#define UNLIKELY(x) unlikely(x)
#endif

/* True for 1, 2, 4, 8, ...; false for 0. */
static inline bool is_power_of_two(uint64_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/* Network byte order; the target is little endian. */
#ifndef HTONS
#define HTONS(x) ((uint16_t)__builtin_bswap16(x))
#endif
#ifndef HTONL
#define HTONL(x) ((uint32_t)__builtin_bswap32(x))
#endif
#ifndef htons
#define htons(x) HTONS(x)
#define ntohs(x) HTONS(x)
#define htonl(x) HTONL(x)
#define ntohl(x) HTONL(x)
#endif

/*
 * Reports a broken assumption about this program's own state or its build-time configuration on the
 * debug console and stops the PD. Input from another PD is never the subject of an assert.
 */
__attribute__((noreturn)) void _assert_fail(
        const char *assertion, const char *file, unsigned int line, const char *function);

#ifndef assert
#ifdef NDEBUG
#define assert(expression) ((void)0)
#else
#define assert(expression) \
    ((expression) ? (void)0 : _assert_fail(#expression, __FILE__, __LINE__, __func__))
#endif
#endif
