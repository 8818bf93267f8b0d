/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 128-bit division, for programs that are linked without the compiler's run-time library. The names
 * are those the compiler itself calls for / and % on unsigned __int128; libsddf_util has them.
 */
#pragma once

typedef unsigned __int128 tu_int;

/* dividend / divisor; *remainder (if not NULL) := dividend % divisor. Divisor 0 gives 0 and dividend. */
tu_int __udivmodti4(tu_int dividend, tu_int divisor, tu_int *remainder);
tu_int __udivti3(tu_int dividend, tu_int divisor);
tu_int __umodti3(tu_int dividend, tu_int divisor);
