/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's symbols, types and values, whatever the file is. */
#include "host-tools/lib/c_value.h"

static struct symbols *symbols;

static void count_line(void *context, const char *path, const char *value)
{
    *(size_t *)context += path[0] != '\0' && value[0] != '\0';
}

static bool read_file(
        void *context, uint64_t address, void *to, size_t length, struct error_report *error)
{
    const unsigned char *from = symbols_bytes(symbols, address, length);

    (void)context;
    for (size_t i = 0; from != NULL && i < length; i++) {
        ((unsigned char *)to)[i] = from[i];
    }
    return from != NULL || error_set(error, STATUS_FAILURE, "not there");
}

static bool look(void *context, const struct c_variable *variable)
{
    struct c_place place = { variable->address, variable->type, 0, 0 };
    const unsigned char *bytes = symbols_bytes(symbols, place.address, place.type.size);
    size_t lines = 0;

    (void)context;
    if (bytes != NULL && place.type.size <= 4096) {
        value_lines(symbols, &place, bytes, variable->name, count_line, &lines);
        json_decref(value_json(symbols, &place, bytes));
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct error_report error;
    struct code_location location;
    struct c_place place;

    symbols = symbols_open(bytes, length, &error);
    if (symbols != NULL) {
        symbols_each_variable(symbols, look, NULL);
        symbols_locate(symbols, 0x200000, &location);
        path_resolve(symbols, "specimen.pointer->tail", read_file, NULL, &place, &error);
        symbols_close(symbols);
    }
    return 0;
}
