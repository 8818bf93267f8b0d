/* SPDX-License-Identifier: BSD-2-Clause */
/* Bars and lines made of characters, one column each, with an ASCII form for terminals without UTF-8. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAPHIC_MAX 512 /* bytes of the largest one */

/* A bar: `share` (0..1) of `width` columns; `mark` (0..1, or negative for none) shows a high-water mark. */
void graphic_bar(double share, double mark, unsigned width, bool utf8, char *out);
/*
 * The last `width` of `length` values in a ring, the newest one at `end` - 1, each as a column of height
 * value/top; values that are not known are blank.
 */
void graphic_spark(const float *ring, unsigned size, uint64_t end, unsigned length, double top,
        unsigned width, bool utf8, char *out);
/* Counts as columns, the largest one full; a count of zero is a dot. */
void graphic_histogram(const uint32_t *counts, unsigned length, bool utf8, char *out);
