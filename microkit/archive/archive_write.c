/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "microkit/archive/archive.h"

static size_t round_up(size_t value)
{
    return (value + 7) / 8 * 8;
}

void *archive_build(
        const void *description, const struct archive_file *files, size_t count, size_t *size)
{
    char *text = json_dumps(description, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    uint64_t length = text != NULL ? strlen(text) : 0;
    size_t total = round_up(16 + length);
    size_t at = total;
    char *bytes;

    for (size_t i = 0; i < count; i++) {
        total = round_up(total + files[i].size);
    }
    bytes = text != NULL ? calloc(1, total) : NULL;
    if (bytes == NULL) {
        free(text);
        return NULL;
    }
    memcpy(bytes, ARCHIVE_MAGIC, 8);
    for (int i = 0; i < 8; i++) {
        bytes[8 + i] = (char)(length >> (8 * i));
    }
    memcpy(bytes + 16, text, length);
    free(text);
    for (size_t i = 0; i < count; i++) {
        memcpy(bytes + at, files[i].bytes, files[i].size);
        at = round_up(at + files[i].size);
    }
    *size = total;
    return bytes;
}
