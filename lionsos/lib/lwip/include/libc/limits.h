/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of <limits.h> that libraries use, for programs without a C library. */
#pragma once

#define CHAR_BIT  8
#define INT_MAX   __INT_MAX__
#define UINT_MAX  (__INT_MAX__ * 2U + 1U)
#define LONG_MAX  __LONG_MAX__
#define ULONG_MAX (__LONG_MAX__ * 2UL + 1UL)
