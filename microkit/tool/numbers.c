/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/numbers.h"

/* 16 and above: not a digit. */
static unsigned digit_value(char letter)
{
    if (letter >= '0' && letter <= '9') {
        return (unsigned)(letter - '0');
    }
    if (letter >= 'a' && letter <= 'f') {
        return (unsigned)(letter - 'a') + 10;
    }
    if (letter >= 'A' && letter <= 'F') {
        return (unsigned)(letter - 'A') + 10;
    }
    return 16;
}

enum number_result parse_number(const char *text, bool decimal_only, uint64_t *value)
{
    unsigned base = 10;
    unsigned digits = 0;
    uint64_t sum = 0;

    if (!decimal_only && text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    }
    for (; *text != 0; text++) {
        if (*text == '_') {
            continue;
        }

        unsigned digit = digit_value(*text);

        if (digit >= base) {
            return NUMBER_MALFORMED;
        }
        if (__builtin_mul_overflow(sum, base, &sum) || __builtin_add_overflow(sum, digit, &sum)) {
            return NUMBER_TOO_LARGE;
        }
        digits++;
    }
    if (digits == 0) {
        return NUMBER_MALFORMED;
    }
    *value = sum;
    return NUMBER_GOOD;
}
