/* SPDX-License-Identifier: BSD-2-Clause */
/* Values as text and JSON. */
#include "host-tools/lib/c_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host-tools/lib/escape.h"
#include "host-tools/lib/json_output.h"

#define PATH_MAX_BYTES 400
#define TEXT_MAX_BYTES 400
#define ELEMENTS_SHOWN 64 /* of an array; the rest is one line */
#define DEPTH_MAX      8

uint64_t value_number(const unsigned char *bytes, uint64_t size)
{
    uint64_t number = 0;

    if (size != 1 && size != 2 && size != 4 && size != 8) {
        return 0;
    }
    for (uint64_t i = 0; i < size; i++) {
        number |= (uint64_t)bytes[i] << (8 * i);
    }
    return number;
}

/* The bits of a simple value; bit fields cut out of theirs. */
static uint64_t number_of(const struct c_place *place, const unsigned char *bytes)
{
    uint64_t number = 0;

    if (place->bit_size == 0) {
        return value_number(bytes, place->type.size);
    }
    for (unsigned i = 0; i < place->bit_size; i++) {
        unsigned at = place->bit_offset + i;

        number |= (uint64_t)(bytes[at / 8] >> (at % 8) & 1) << i;
    }
    return number;
}

static int64_t sign_extended(const struct c_place *place, uint64_t number)
{
    unsigned bits = place->bit_size != 0 ? place->bit_size : (unsigned)(8 * place->type.size);

    return bits == 0 || bits >= 64 ? (int64_t)number
                                   : (int64_t)(number << (64 - bits)) >> (64 - bits);
}

static double float_of(const unsigned char *bytes, uint64_t size)
{
    double number = 0;
    float single;

    if (size == sizeof(double)) {
        memcpy(&number, bytes, sizeof(number));
    } else if (size == sizeof(float)) {
        memcpy(&single, bytes, sizeof(single));
        number = single;
    }
    return number;
}

static void pointer_text(struct symbols *symbols, uint64_t pointer, char *out, size_t size)
{
    struct code_location location;
    int length = snprintf(out, size, "0x%" PRIx64, pointer);

    if (pointer != 0 && symbols_locate(symbols, pointer, &location) && location.symbol[0] != '\0') {
        snprintf(out + length, size - (size_t)length, " <%s+%" PRIu64 ">", location.symbol,
                location.offset);
    }
}

static void simple_text(struct symbols *symbols, const struct c_place *place,
        const unsigned char *bytes, char *out, size_t size)
{
    uint64_t number = number_of(place, bytes);
    char name[80];

    switch (place->type.kind) {
    case TYPE_SIGNED:
        snprintf(out, size, "%" PRId64, sign_extended(place, number));
        break;
    case TYPE_UNSIGNED:
    case TYPE_CHARACTER:
        snprintf(
                out, size, number > 9 ? "%" PRIu64 " (0x%" PRIx64 ")" : "%" PRIu64, number, number);
        break;
    case TYPE_BOOLEAN:
        snprintf(out, size,
                number == 0           ? "false"
                        : number == 1 ? "true"
                                      : "%" PRIu64 " (no bool)",
                number);
        break;
    case TYPE_FLOAT:
        snprintf(out, size, "%g", float_of(bytes, place->type.size));
        break;
    case TYPE_POINTER:
        pointer_text(symbols, number, out, size);
        break;
    case TYPE_ENUM:
        if (type_enumerator(&place->type, number, name, sizeof(name))) {
            snprintf(out, size, "%s (%" PRIu64 ")", name, number);
        } else {
            snprintf(out, size, "%" PRIu64 " (no enumerator)", number);
        }
        break;
    default:
        snprintf(out, size, "? (%" PRIu64 " bytes of unknown type)", place->type.size);
        break;
    }
}

/* Bytes that a value lies in. */
static uint64_t needed(const struct c_place *place)
{
    return place->bit_size != 0 ? (place->bit_offset + place->bit_size + 7) / 8 : place->type.size;
}

/* --- text --- */

struct line_writer {
    struct symbols *symbols;
    value_line_fn line;
    void *context;
    const unsigned char *bytes; /* of the structure whose members are visited */
    uint64_t size;              /* of bytes */
    const char *path;
    unsigned depth;
};

static void write_value(const struct line_writer *writer, const struct c_place *place,
        const unsigned char *bytes, uint64_t size, const char *path, unsigned depth);

static bool write_member(void *context, const struct c_member *member)
{
    const struct line_writer *writer = context;
    struct c_place place = { 0, member->type, member->bit_offset, member->bit_size };
    char path[PATH_MAX_BYTES];

    snprintf(path, sizeof(path), "%s%s%s", writer->path, member->name[0] != '\0' ? "." : "",
            member->name);
    if (member->offset <= writer->size) {
        write_value(writer, &place, writer->bytes + member->offset, writer->size - member->offset,
                path, writer->depth + 1);
    }
    return true;
}

static bool all_zero(const unsigned char *bytes, uint64_t size)
{
    for (uint64_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

static void write_text(const struct line_writer *writer, const unsigned char *bytes, uint64_t size,
        const char *path)
{
    char safe[TEXT_MAX_BYTES], quoted[TEXT_MAX_BYTES + 4];
    size_t length = strnlen((const char *)bytes, size);

    escape_text((const char *)bytes, length, 1, safe, sizeof(safe));
    snprintf(quoted, sizeof(quoted), "\"%s\"", safe);
    writer->line(writer->context, path, quoted);
}

static void write_array(const struct line_writer *writer, const struct c_type *type,
        const unsigned char *bytes, const char *path, unsigned depth)
{
    struct c_place element = { 0 };
    char inner[PATH_MAX_BYTES];
    uint64_t count;

    if (!type_element(type, &element.type, &count) || element.type.size == 0) {
        writer->line(writer->context, path, "? (elements of unknown size)");
        return;
    }
    if (element.type.kind == TYPE_CHARACTER) {
        write_text(writer, bytes, type->size, path);
        return;
    }
    for (uint64_t i = 0; i < count; i++) {
        if (i >= 2 && count - i > 1
                && all_zero(bytes + i * element.type.size, type->size - i * element.type.size)) {
            snprintf(inner, sizeof(inner), "%s[%" PRIu64 "..%" PRIu64 "]", path, i, count - 1);
            writer->line(writer->context, inner, "all zero");
            return;
        }
        if (i == ELEMENTS_SHOWN) {
            snprintf(inner, sizeof(inner), "%s[%" PRIu64 "..%" PRIu64 "]", path, i, count - 1);
            writer->line(writer->context, inner, "(not shown)");
            return;
        }
        snprintf(inner, sizeof(inner), "%s[%" PRIu64 "]", path, i);
        write_value(writer, &element, bytes + i * element.type.size, element.type.size, inner,
                depth + 1);
    }
}

static void write_value(const struct line_writer *writer, const struct c_place *place,
        const unsigned char *bytes, uint64_t size, const char *path, unsigned depth)
{
    struct line_writer inner = *writer;
    char text[TEXT_MAX_BYTES];

    if (depth > DEPTH_MAX || needed(place) > size) {
        writer->line(writer->context, path,
                depth > DEPTH_MAX ? "(deeper ones are not shown)"
                                  : "? (the debug information contradicts itself)");
        return;
    }
    inner.bytes = bytes;
    inner.size = place->type.size;
    inner.path = path;
    inner.depth = depth;
    if (place->type.kind == TYPE_STRUCT || place->type.kind == TYPE_UNION) {
        type_each_member(&place->type, write_member, &inner);
    } else if (place->type.kind == TYPE_ARRAY) {
        write_array(writer, &place->type, bytes, path, depth);
    } else {
        simple_text(writer->symbols, place, bytes, text, sizeof(text));
        writer->line(writer->context, path, text);
    }
}

void value_lines(struct symbols *symbols, const struct c_place *place, const unsigned char *bytes,
        const char *name, value_line_fn line, void *context)
{
    const struct line_writer writer = { symbols, line, context, bytes, needed(place), name, 0 };

    write_value(&writer, place, bytes, needed(place), name, 0);
}

/* --- JSON --- */

struct json_writer {
    struct symbols *symbols;
    const unsigned char *bytes;
    uint64_t size;
    unsigned depth;
    json_t *object;
};

static json_t *to_json(struct symbols *symbols, const struct c_place *place,
        const unsigned char *bytes, uint64_t size, unsigned depth);

static bool add_member(void *context, const struct c_member *member)
{
    const struct json_writer *writer = context;
    struct c_place place = { 0, member->type, member->bit_offset, member->bit_size };
    json_t *value = member->offset > writer->size
            ? json_null()
            : to_json(writer->symbols, &place, writer->bytes + member->offset,
                    writer->size - member->offset, writer->depth + 1);

    if (member->name[0] != '\0') {
        json_object_set_new(writer->object, member->name, value);
    } else { /* members of an anonymous structure are members of what it is in */
        json_object_update(writer->object, value);
        json_decref(value);
    }
    return true;
}

static json_t *array_json(struct symbols *symbols, const struct c_type *type,
        const unsigned char *bytes, unsigned depth)
{
    struct c_place element = { 0 };
    json_t *list;
    uint64_t count;

    if (!type_element(type, &element.type, &count) || element.type.size == 0) {
        return json_null();
    }
    if (element.type.kind == TYPE_CHARACTER) {
        return json_text((const char *)bytes, strnlen((const char *)bytes, type->size));
    }
    list = json_array();
    for (uint64_t i = 0; i < count; i++) {
        json_array_append_new(list,
                to_json(symbols, &element, bytes + i * element.type.size, element.type.size,
                        depth + 1));
    }
    return list;
}

static json_t *simple_json(const struct c_place *place, const unsigned char *bytes)
{
    uint64_t number = number_of(place, bytes);
    char name[80];

    switch (place->type.kind) {
    case TYPE_SIGNED:
        return place->type.size == 8 ? json_sprintf("%" PRId64, sign_extended(place, number))
                                     : json_integer(sign_extended(place, number));
    case TYPE_UNSIGNED:
    case TYPE_CHARACTER:
        return place->type.size == 8 ? json_u64(number) : json_integer((json_int_t)number);
    case TYPE_BOOLEAN:
        return json_boolean(number != 0);
    case TYPE_FLOAT:
        return json_measure(float_of(bytes, place->type.size));
    case TYPE_POINTER:
        return json_address(number);
    case TYPE_ENUM:
        return type_enumerator(&place->type, number, name, sizeof(name))
                ? json_string(name)
                : json_integer((json_int_t)number);
    default:
        return json_null();
    }
}

static json_t *to_json(struct symbols *symbols, const struct c_place *place,
        const unsigned char *bytes, uint64_t size, unsigned depth)
{
    struct json_writer writer = { symbols, bytes, place->type.size, depth, NULL };

    if (depth > DEPTH_MAX || needed(place) > size) {
        return json_null();
    }
    if (place->type.kind == TYPE_STRUCT || place->type.kind == TYPE_UNION) {
        writer.object = json_object();
        type_each_member(&place->type, add_member, &writer);
        return writer.object;
    }
    return place->type.kind == TYPE_ARRAY ? array_json(symbols, &place->type, bytes, depth)
                                          : simple_json(place, bytes);
}

json_t *value_json(struct symbols *symbols, const struct c_place *place, const unsigned char *bytes)
{
    return to_json(symbols, place, bytes, needed(place), 0);
}
