/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of C types: found by a path like "queue->buffers[3].len", and printed. */
#pragma once

#include <jansson.h>

#include "host-tools/lib/symbols.h"

/* Reads memory of the program that the symbols are of. False: it cannot be read; *error says why. */
typedef bool (*memory_read_fn)(
        void *context, uint64_t address, void *bytes, size_t size, struct error_report *error);

struct c_place {
    uint64_t address;
    struct c_type type;
    unsigned bit_offset, bit_size; /* bit_size 0: whole bytes */
};

/*
 * Where `path` leads: a variable, then members (. or ->, alike), indices, and * before all of it. `read`
 * follows pointers. False: *error says which part is wrong.
 */
bool path_resolve(struct symbols *symbols, const char *path, memory_read_fn read, void *context,
        struct c_place *place, struct error_report *error);

/* A number of `size` bytes (1, 2, 4, 8), little endian; 0 for other sizes. */
uint64_t value_number(const unsigned char *bytes, uint64_t size);

/*
 * Calls `line` for each simple value in it: its path below `name`, and the value as C shows it.
 * `symbols` names what pointers point to.
 */
typedef void (*value_line_fn)(void *context, const char *path, const char *value);
void value_lines(struct symbols *symbols, const struct c_place *place, const unsigned char *bytes,
        const char *name, value_line_fn line, void *context);

/* The same as JSON: objects, arrays, numbers (64 bits: strings), pointers as "0x...". */
json_t *value_json(
        struct symbols *symbols, const struct c_place *place, const unsigned char *bytes);
