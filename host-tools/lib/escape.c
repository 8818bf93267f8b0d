/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/escape.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of the UTF-8 character at `text`, 0 if there is none: shortest form, no surrogates, no C1. */
static size_t utf8_length(const unsigned char *text, size_t length)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t bytes = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
    uint32_t point;

    if (text[0] < 0xc2 || text[0] > 0xf4 || bytes > length) {
        return 0;
    }
    point = text[0] & (0x7fu >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        point = point << 6 | (text[i] & 0x3f);
    }
    /* C1 controls move the cursor on some terminals; U+202x and U+206x turn the writing direction. */
    if (point < least[bytes] || point < 0xa0 || (point >= 0xd800 && point < 0xe000)
            || point > 0x10ffff || (point >= 0x202a && point <= 0x202e)
            || (point >= 0x2066 && point <= 0x2069)) {
        return 0;
    }
    return bytes;
}

/* Length of a colour sequence at `text`, 0 if there is none. */
static size_t colour_length(const unsigned char *text, size_t length)
{
    size_t at = 2;

    if (length < 3 || text[0] != 0x1b || text[1] != '[') {
        return 0;
    }
    while (at < length && ((text[at] >= '0' && text[at] <= '9') || text[at] == ';')) {
        at++;
    }
    return at < length && text[at] == 'm' ? at + 1 : 0;
}

size_t escape_text(const char *text, size_t length, int utf8, char *out, size_t size)
{
    const unsigned char *from = (const unsigned char *)text;
    size_t at = 0;

    for (size_t i = 0; i < length;) {
        char piece[8];
        size_t used = colour_length(from + i, length - i);

        if (used > 0) {
            i += used;
            continue;
        }
        used = 1;
        if (from[i] >= ' ' && from[i] < 0x7f) {
            snprintf(piece, sizeof(piece), "%c", from[i]);
        } else if (from[i] == '\t') {
            snprintf(piece, sizeof(piece), "    ");
        } else if (from[i] < ' ') {
            snprintf(piece, sizeof(piece), "^%c", from[i] + '@');
        } else if (utf8 && utf8_length(from + i, length - i) > 0) {
            used = utf8_length(from + i, length - i);
            snprintf(piece, sizeof(piece), "%.*s", (int)used, text + i);
        } else {
            snprintf(piece, sizeof(piece), "\\x%02x", from[i]);
        }
        if (at + strlen(piece) + 1 > size) {
            break;
        }
        memcpy(out + at, piece, strlen(piece));
        at += strlen(piece);
        i += used;
    }
    if (size > 0) {
        out[at] = '\0';
    }
    return at;
}

void escape_xml(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\n':
        case '\r':
        case '\t':
            fprintf(out, "&#%d;", *text);
            break;
        default:
            fputc((unsigned char)*text < ' ' ? '?' : *text, out);
        }
    }
}
