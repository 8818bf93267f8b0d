/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t word_t;
typedef int64_t sword_t;
typedef uint64_t paddr_t; /* physical address */
typedef uint64_t vaddr_t; /* user virtual address: never dereferenced by the kernel directly */
typedef uint64_t ticks_t; /* system timer ticks, absolute or a span */

#define WORD_BITS 64

/* True for the expected outcome, so that the compiler lays out the other one off the hot path. */
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Compiled for size: a function that no program calls often. */
#define RARELY_CALLED __attribute__((cold))

#define BIT(n) (UINT64_C(1) << (n))
/* The n lowest bits; n in 0..63. */
#define MASK(n)             (BIT(n) - 1)
#define IS_ALIGNED(x, bits) (((x)&MASK(bits)) == 0)
#define ALIGN_DOWN(x, bits) ((x) & ~MASK(bits))
#define ALIGN_UP(x, bits)   (((x) + MASK(bits)) & ~MASK(bits))
#define MIN(a, b)           ((a) < (b) ? (a) : (b))
#define MAX(a, b)           ((a) > (b) ? (a) : (b))
#define ARRAY_LENGTH(a)     (sizeof(a) / sizeof((a)[0]))
