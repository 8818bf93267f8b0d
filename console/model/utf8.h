/* SPDX-License-Identifier: BSD-2-Clause */
/* Widths of text on a terminal. All text here is valid UTF-8 without control characters. */
#pragma once

#include <stddef.h>

/* Columns that `text` takes. */
size_t utf8_columns(const char *text);
/* Bytes of the first character; 0 at the end. */
size_t utf8_length(const char *text);
/*
 * Copies text so that it takes at most `columns`: what does not fit is left out in the middle, with
 * `mark` (one column) in its place.
 */
void utf8_shorten(const char *text, size_t columns, const char *mark, char *out, size_t size);
/* The same, but what is left out is the end. */
void utf8_cut(const char *text, size_t columns, const char *mark, char *out, size_t size);
