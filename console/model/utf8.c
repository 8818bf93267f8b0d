/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

size_t utf8_length(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    size_t length = first == 0 ? 0 : first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            return i;
        }
    }
    return length;
}

static size_t width(const char *text, size_t length)
{
    uint32_t code = (unsigned char)text[0];
    int columns;

    if (length > 1) {
        code &= 0x7fu >> length;
        for (size_t i = 1; i < length; i++) {
            code = code << 6 | ((unsigned char)text[i] & 0x3f);
        }
    }
    columns = code < 0x80 ? 1 : wcwidth((wchar_t)code);
    return columns < 0 ? 1 : (size_t)columns;
}

size_t utf8_columns(const char *text)
{
    size_t columns = 0;
    size_t length;

    for (; (length = utf8_length(text)) > 0; text += length) {
        columns += width(text, length);
    }
    return columns;
}

/* The place in text behind its first `columns` columns. */
static const char *skip(const char *text, size_t columns)
{
    size_t length;

    while ((length = utf8_length(text)) > 0 && width(text, length) <= columns) {
        columns -= width(text, length);
        text += length;
    }
    return text;
}

void utf8_shorten(const char *text, size_t columns, const char *mark, char *out, size_t size)
{
    size_t all = utf8_columns(text);
    size_t begin, end;
    const char *tail;

    if (all <= columns) {
        snprintf(out, size, "%s", text);
        return;
    }
    if (columns == 0) {
        out[0] = '\0';
        return;
    }
    begin = columns / 2;
    end = columns - 1 - begin;
    tail = skip(text, all - end);
    snprintf(out, size, "%.*s%s%s", (int)(skip(text, begin) - text), text, mark, tail);
}

void utf8_cut(const char *text, size_t columns, const char *mark, char *out, size_t size)
{
    if (utf8_columns(text) <= columns) {
        snprintf(out, size, "%s", text);
    } else if (columns == 0) {
        out[0] = '\0';
    } else {
        snprintf(out, size, "%.*s%s", (int)(skip(text, columns - 1) - text), text, mark);
    }
}
