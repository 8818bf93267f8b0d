/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Small compiler helpers that user programs of this interface expect. */

#define LIBSEL4_BIT(n)              (1UL << (n))
#define SEL4_PACKED                 __attribute__((packed))
#define SEL4_CONST                  __attribute__((__const__))
#define SEL4_DEPRECATED(x)          __attribute__((deprecated(x)))
#define SEL4_DEPRECATE_MACRO(x)     _Pragma("deprecated") x
#define SEL4_OFFSETOF(type, member) __builtin_offsetof(type, member)
#define LIBSEL4_UNUSED              __attribute__((unused))
#define LIBSEL4_WEAK                __attribute__((weak))
#define LIBSEL4_NOINLINE            __attribute__((noinline))
#ifdef __cplusplus
#define LIBSEL4_INLINE                  static inline
#define LIBSEL4_INLINE_FUNC             static inline
#define SEL4_COMPILE_ASSERT(name, expr) static_assert(expr, #name);
#else
#define LIBSEL4_INLINE                  static inline
#define LIBSEL4_INLINE_FUNC             static inline
#define SEL4_COMPILE_ASSERT(name, expr) _Static_assert(expr, #name);
#endif
/* Short forms; a program's own definitions win. */
#ifndef CONST
#define CONST __attribute__((__const__))
#endif
#ifndef PURE
#define PURE __attribute__((__pure__))
#endif
/* Makes an enum as wide as a word, so that it can travel in one. */
#define SEL4_FORCE_LONG_ENUM(type) _enum_pad_##type = ((1ULL << ((sizeof(long) * 8) - 1)) - 1)
