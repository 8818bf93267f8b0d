/* SPDX-License-Identifier: BSD-2-Clause */
/* The format of pprof: a message of its public profile.proto, compressed by gzip. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "console/profile/export.h"

/* Numbers of fields in profile.proto. */
enum {
    PROFILE_SAMPLE_TYPE = 1,
    PROFILE_SAMPLE = 2,
    PROFILE_LOCATION = 4,
    PROFILE_FUNCTION = 5,
    PROFILE_STRING_TABLE = 6,
    PROFILE_DURATION_NANOS = 10,
    PROFILE_PERIOD_TYPE = 11,
    PROFILE_PERIOD = 12,
    VALUE_TYPE_TYPE = 1,
    VALUE_TYPE_UNIT = 2,
    SAMPLE_LOCATION_ID = 1,
    SAMPLE_VALUE = 2,
    SAMPLE_LABEL = 3,
    LABEL_KEY = 1,
    LABEL_STR = 2,
    LOCATION_ID = 1,
    LOCATION_LINE = 4,
    LINE_FUNCTION_ID = 1,
    FUNCTION_ID = 1,
    FUNCTION_NAME = 2,
    FUNCTION_SYSTEM_NAME = 3,
    FUNCTION_FILENAME = 4,
};

struct buffer {
    unsigned char *bytes;
    size_t length, room;
};

struct strings {
    const char **texts;
    size_t count, room;
};

/* ---- protocol buffers ---- */

static void put_byte(struct buffer *buffer, unsigned char byte)
{
    if (buffer->length == buffer->room) {
        buffer->room = buffer->room == 0 ? 256 : buffer->room * 2;
        buffer->bytes = realloc(buffer->bytes, buffer->room);
    }
    buffer->bytes[buffer->length++] = byte;
}

static void put_varint(struct buffer *buffer, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) {
        put_byte(buffer, (unsigned char)(value | 0x80));
    }
    put_byte(buffer, (unsigned char)value);
}

static void put_number(struct buffer *buffer, unsigned field, uint64_t value)
{
    put_varint(buffer, field << 3 | 0);
    put_varint(buffer, value);
}

static void put_bytes(struct buffer *buffer, unsigned field, const void *bytes, size_t length)
{
    put_varint(buffer, field << 3 | 2);
    put_varint(buffer, length);
    for (size_t i = 0; i < length; i++) {
        put_byte(buffer, ((const unsigned char *)bytes)[i]);
    }
}

/* Puts `part` as a message, and empties it. */
static void put_message(struct buffer *buffer, unsigned field, struct buffer *part)
{
    put_bytes(buffer, field, part->bytes, part->length);
    part->length = 0;
}

/* ---- the profile ---- */

static uint64_t string_number(struct strings *strings, const char *text)
{
    for (size_t i = 0; i < strings->count; i++) {
        if (strcmp(strings->texts[i], text) == 0) {
            return i;
        }
    }
    if (strings->count == strings->room) {
        strings->room = strings->room == 0 ? 256 : strings->room * 2;
        strings->texts = realloc(strings->texts, strings->room * sizeof(*strings->texts));
    }
    strings->texts[strings->count] = text;
    return strings->count++;
}

static void put_value_type(struct buffer *buffer, unsigned field, struct strings *strings,
        const char *type, const char *unit)
{
    struct buffer part = { .bytes = NULL };

    put_number(&part, VALUE_TYPE_TYPE, string_number(strings, type));
    put_number(&part, VALUE_TYPE_UNIT, string_number(strings, unit));
    put_message(buffer, field, &part);
    free(part.bytes);
}

/* A function and the one location that it has; both are called id. */
static void put_function(struct buffer *buffer, struct strings *strings, uint64_t id,
        const char *name, const char *file)
{
    struct buffer function = { .bytes = NULL }, location = { .bytes = NULL };
    struct buffer line = { .bytes = NULL };

    put_number(&function, FUNCTION_ID, id);
    put_number(&function, FUNCTION_NAME, string_number(strings, name));
    put_number(&function, FUNCTION_SYSTEM_NAME, string_number(strings, name));
    put_number(&function, FUNCTION_FILENAME, string_number(strings, file));
    put_message(buffer, PROFILE_FUNCTION, &function);
    put_number(&line, LINE_FUNCTION_ID, id);
    put_number(&location, LOCATION_ID, id);
    put_message(&location, LOCATION_LINE, &line);
    put_message(buffer, PROFILE_LOCATION, &location);
    free(function.bytes);
    free(location.bytes);
    free(line.bytes);
}

static void put_label(
        struct buffer *sample, struct strings *strings, const char *key, const char *text)
{
    struct buffer label = { .bytes = NULL };

    put_number(&label, LABEL_KEY, string_number(strings, key));
    put_number(&label, LABEL_STR, string_number(strings, text));
    put_message(sample, SAMPLE_LABEL, &label);
    free(label.bytes);
}

/* Ids from 1: the functions; then roots (PDs, idle, not sampled) and the kernel, by their names. */
struct roots {
    const char *names[80];
    size_t count;
};

static uint64_t root_id(struct buffer *buffer, struct strings *strings, struct roots *roots,
        const struct profile *profile, const char *name)
{
    size_t i;

    for (i = 0; i < roots->count && strcmp(roots->names[i], name) != 0; i++) {}
    if (i == sizeof(roots->names) / sizeof(roots->names[0])) {
        return 0;
    }
    if (i == roots->count) {
        roots->names[roots->count++] = name;
        put_function(buffer, strings, profile->function_count + 1 + i, name, "");
    }
    return profile->function_count + 1 + i;
}

static void put_sample(struct buffer *buffer, struct strings *strings, struct roots *roots,
        const struct profile *profile, const struct profile_sample *sample, uint64_t period_ns)
{
    struct buffer part = { .bytes = NULL }, ids = { .bytes = NULL }, values = { .bytes = NULL };

    if (profile_top(sample) != NULL) {
        put_varint(&ids, root_id(buffer, strings, roots, profile, profile_top(sample)));
    }
    for (unsigned i = 0; i < sample->depth; i++) {
        put_varint(&ids, sample->frames[i] + 1);
    }
    put_varint(&ids, root_id(buffer, strings, roots, profile, profile_root(profile, sample)));
    put_message(&part, SAMPLE_LOCATION_ID, &ids);
    put_varint(&values, 1);
    put_varint(&values, period_ns);
    put_message(&part, SAMPLE_VALUE, &values);
    if (sample->pd != 0) {
        put_label(&part, strings, "pd", profile->pds[sample->pd]);
    }
    if (sample->payer != 0) {
        put_label(&part, strings, "payer", profile->pds[sample->payer]);
    }
    put_message(buffer, PROFILE_SAMPLE, &part);
    free(part.bytes);
    free(ids.bytes);
    free(values.bytes);
}

/* Nanoseconds; a recording may say whatever it likes. */
static uint64_t nanoseconds(const struct profile *profile, uint64_t ticks)
{
    double ns = (double)ticks * 1e9 / (double)profile->ticks_per_second;

    return ns < 9e18 ? (uint64_t)ns : (uint64_t)INT64_MAX;
}

static void put_profile(struct buffer *buffer, const struct profile *profile)
{
    struct strings strings = { .texts = NULL };
    struct roots roots = { .count = 0 };
    uint64_t period_ns = nanoseconds(profile, profile->period);
    size_t last = profile->sample_count - 1;

    string_number(&strings, ""); /* number 0 has to be empty */
    put_value_type(buffer, PROFILE_SAMPLE_TYPE, &strings, "samples", "count");
    put_value_type(buffer, PROFILE_SAMPLE_TYPE, &strings, "cpu", "nanoseconds");
    for (size_t i = 0; i < profile->function_count; i++) {
        put_function(
                buffer, &strings, i + 1, profile->functions[i].name, profile->functions[i].file);
    }
    for (size_t i = 0; i < profile->sample_count; i++) {
        put_sample(buffer, &strings, &roots, profile, &profile->samples[i], period_ns);
    }
    put_value_type(buffer, PROFILE_PERIOD_TYPE, &strings, "cpu", "nanoseconds");
    put_number(buffer, PROFILE_PERIOD, period_ns);
    if (profile->sample_count > 1 && profile->samples[last].time >= profile->samples[0].time) {
        put_number(buffer, PROFILE_DURATION_NANOS,
                nanoseconds(profile, profile->samples[last].time - profile->samples[0].time));
    }
    for (size_t i = 0; i < strings.count; i++) {
        put_bytes(buffer, PROFILE_STRING_TABLE, strings.texts[i], strlen(strings.texts[i]));
    }
    free(strings.texts);
}

void export_pprof(const struct profile *profile, FILE *out)
{
    struct buffer buffer = { .bytes = NULL };
    z_stream stream = { .zalloc = NULL };
    unsigned char piece[16384];
    int state = Z_OK;

    put_profile(&buffer, profile);
    /* 15 + 16: the largest window, and a header of gzip. */
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY)
            == Z_OK) {
        stream.next_in = buffer.bytes;
        stream.avail_in = (uInt)buffer.length;
        while (state == Z_OK) {
            stream.next_out = piece;
            stream.avail_out = sizeof(piece);
            state = deflate(&stream, Z_FINISH);
            fwrite(piece, 1, sizeof(piece) - stream.avail_out, out);
        }
        deflateEnd(&stream);
    }
    free(buffer.bytes);
}
