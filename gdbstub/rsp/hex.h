/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal digits. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Value of a hexadecimal digit of either case; -1 if it is none. */
static inline int hex_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Digit of a value 0..15. */
static inline uint8_t hex_digit(unsigned value)
{
    return (uint8_t) "0123456789abcdef"[value & 15];
}

static inline bool hex_is_decimal(uint8_t digit)
{
    return digit >= '0' && digit <= '9';
}
