/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of which each byte can be checked: who says it, its number, and letters that follow from the number. Both the
 * clients in the target and the program that reads them include this.
 */
#pragma once

#include <stdint.h>

#define NUMBERED_LINE_MAX 256 /* bytes, with the newline */

static inline uint32_t numbered_put(char *to, uint32_t at, const char *text)
{
    while (*text != 0) {
        to[at++] = *text++;
    }
    return at;
}

/* Writes line `number` of `who`, a short name; returns its length, 18 to NUMBERED_LINE_MAX. Ends with a newline. */
static inline uint32_t numbered_line(char to[NUMBERED_LINE_MAX], const char *who, uint32_t number)
{
    uint32_t random = number * 2654435761u + 1; /* Knuth's multiplicative hash */
    uint32_t letters = 1 + (random >> 8) % 200;
    uint32_t at = numbered_put(to, 0, who);

    to[at++] = ' ';
    for (int shift = 28; shift >= 0; shift -= 4) {
        to[at++] = "0123456789abcdef"[number >> shift & 15];
    }
    to[at++] = ' ';
    for (uint32_t i = 0; i < letters; i++) {
        random = random * 1664525u + 1013904223u;
        to[at++] = (char)('a' + (random >> 24) % 26);
    }
    to[at++] = '\n';
    return at;
}
