/* SPDX-License-Identifier: BSD-2-Clause */
/* 128-bit division by shifting and subtracting; weak, so that a compiler's own library wins. */
#include <stddef.h>

#include <sddf/util/udivmodti4.h>

#define WEAK __attribute__((weak))

WEAK tu_int __udivmodti4(tu_int dividend, tu_int divisor, tu_int *remainder)
{
    tu_int quotient = 0;
    tu_int rest = divisor == 0 ? dividend : 0;

    for (int bit = divisor == 0 ? -1 : 127; bit >= 0; bit--) {
        /* The bit shifted out is number 128: with it the rest exceeds any divisor. */
        unsigned int carry = (unsigned int)(rest >> 127);

        rest = (rest << 1) | ((dividend >> bit) & 1);
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient |= (tu_int)1 << bit;
        }
    }
    if (remainder != NULL) {
        *remainder = rest;
    }
    return quotient;
}

WEAK tu_int __udivti3(tu_int dividend, tu_int divisor)
{
    return __udivmodti4(dividend, divisor, NULL);
}

WEAK tu_int __umodti3(tu_int dividend, tu_int divisor)
{
    tu_int remainder;

    __udivmodti4(dividend, divisor, &remainder);
    return remainder;
}
