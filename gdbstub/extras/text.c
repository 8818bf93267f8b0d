/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdbstub/core/parts.h"
#include "gdbstub/rsp/hex.h"

static void put_character(struct text *text, char character)
{
    if (text->room > 1) {
        *text->at++ = character;
        *text->at = '\0';
        text->room--;
    }
}

void text_put(struct text *text, const char *words)
{
    while (*words != '\0') {
        put_character(text, *words++);
    }
}

void text_put_hex(struct text *text, uint64_t number)
{
    int shift = 60;

    while (shift > 0 && number >> shift == 0) {
        shift -= 4;
    }
    text_put(text, "0x");
    for (; shift >= 0; shift -= 4) {
        put_character(text, (char)hex_digit((unsigned)(number >> shift)));
    }
}

void text_put_decimal(struct text *text, uint64_t number)
{
    char digits[21];
    char *at = digits + sizeof(digits) - 1;

    *at = '\0';
    do {
        *--at = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    text_put(text, at);
}
