/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/backtrace_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "backtrace: "

struct words {
    struct programs *programs;
    unsigned pd;
    uint64_t time; /* ticks */
    char text[PROTOCOL_TEXT_MAX];
    size_t length;
    unsigned frames;
    char function[96]; /* of the innermost frame */
};

static void add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add(struct words *words, const char *format, ...)
{
    va_list args;
    size_t room = sizeof(words->text) - words->length;
    int length;

    va_start(args, format);
    length = vsnprintf(words->text + words->length, room, format, args);
    va_end(args);
    words->length += length > 0 && (size_t)length < room ? (size_t)length : 0;
}

static const char *base_name(const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash != NULL ? slash + 1 : file;
}

/*
 * The link register names a caller only in a function that has no frame record and has called nothing. In
 * all others it points into the function itself, behind its last call.
 */
static bool is_caller(const struct words *words, const struct code_location *location)
{
    return strcmp(location->symbol, words->function) != 0;
}

static void add_frame(struct words *words, uint64_t address, bool from_link_register)
{
    struct code_location location;
    struct symbols *symbols = programs_at(words->programs, words->pd, words->time, address);
    /* A return address is behind the call, and that may be the next line's. */
    bool known = symbols != NULL
            && symbols_locate(symbols, words->frames == 0 ? address : address - 1, &location);

    if (from_link_register && (!known || !is_caller(words, &location))) {
        return;
    }
    add(words, "%s#%u ", words->frames == 0 ? "" : " ", words->frames);
    if (!known || location.symbol[0] == '\0') {
        add(words, "0x%" PRIx64, address);
    } else if (location.file[0] == '\0') {
        add(words, "%s+0x%" PRIx64, location.symbol, location.offset);
    } else {
        add(words, "%s (%s:%d)", location.symbol, base_name(location.file), location.line);
    }
    if (words->frames++ == 0) {
        snprintf(words->function, sizeof(words->function), "%s", known ? location.symbol : "");
    }
}

void backtrace_words(struct programs *programs, struct protocol_log_record *record)
{
    static struct words words;
    char raw[PROTOCOL_TEXT_MAX + 1];
    char *rest = NULL;
    bool from_link_register = false;
    uint64_t before = 0;

    memcpy(raw, record->text.at, record->text.length);
    raw[record->text.length] = '\0';
    if (record->source >= PROTOCOL_PDS_MAX || strncmp(raw, PREFIX, strlen(PREFIX)) != 0) {
        return;
    }
    if (!programs->names->trusted) {
        return;
    }
    words = (struct words){ .programs = programs, .pd = record->source, .time = record->time };
    add(&words, PREFIX);
    for (char *word = strtok_r(raw + strlen(PREFIX), " ", &rest); word != NULL;
            word = strtok_r(NULL, " ", &rest)) {
        uint64_t address = strtoull(word, NULL, 16);

        if (address == 0) {
            from_link_register = strcmp(word, "lr") == 0;
            continue;
        }
        if (address != before) { /* the frame record says the same as the link register */
            add_frame(&words, address, from_link_register);
        }
        before = address;
        from_link_register = false;
    }
    memcpy(record->text.at, words.text, words.length);
    record->text.length = (uint16_t)words.length;
}
