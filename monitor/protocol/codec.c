/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/protocol/codec.h"

#define NUMBER_BYTES_MAX 10 /* of 64 bits, seven at a time */

/* --- C structures, through their description ------------------------------------------------------ */

/* Numbers in memory have 1, 2, 4 or 8 bytes and the machine's order. */
static uint64_t load(const uint8_t *at, uint32_t size)
{
    switch (size) {
    case 1:
        return *at;
    case 2:
        return *(const uint16_t *)(const void *)at;
    case 4:
        return *(const uint32_t *)(const void *)at;
    default:
        return *(const uint64_t *)(const void *)at;
    }
}

static void store(uint8_t *at, uint32_t size, uint64_t value)
{
    switch (size) {
    case 1:
        *at = (uint8_t)value;
        break;
    case 2:
        *(uint16_t *)(void *)at = (uint16_t)value;
        break;
    case 4:
        *(uint32_t *)(void *)at = (uint32_t)value;
        break;
    default:
        *(uint64_t *)(void *)at = value;
        break;
    }
}

/* Members that are more than a number: a length, mask or count first, then, aligned, what it counts. */
#define BYTES_COUNT_SIZE  2
#define SPARSE_COUNT_SIZE 4
#define SPARSE_VALUES_AT  8
#define LIST_COUNT_SIZE   2

size_t protocol_list_items(const struct protocol_field *field)
{
    return field->size - field->limit * field->record->size;
}

/* --- encoding -------------------------------------------------------------------------------------- */

struct writer {
    uint8_t *out;
    size_t capacity;
    size_t length;
    bool failed;
};

static void put_number(struct writer *writer, uint64_t value, uint64_t limit)
{
    if (value > limit) {
        writer->failed = true;
    }
    do {
        if (writer->length >= writer->capacity) {
            writer->failed = true;
            return;
        }
        writer->out[writer->length++] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value != 0);
}

static void put_bytes(struct writer *writer, const uint8_t *member, uint64_t limit)
{
    uint64_t length = load(member, BYTES_COUNT_SIZE);

    put_number(writer, length, limit);
    if (writer->failed || length > writer->capacity - writer->length) {
        writer->failed = true;
        return;
    }
    for (size_t i = 0; i < length; i++) {
        writer->out[writer->length++] = member[BYTES_COUNT_SIZE + i];
    }
}

static void put_sparse(struct writer *writer, const uint8_t *member, uint64_t limit)
{
    uint64_t present = load(member, SPARSE_COUNT_SIZE);

    put_number(writer, present, (UINT64_C(1) << limit) - 1);
    for (unsigned i = 0; i < limit && !writer->failed; i++) {
        if (present & UINT64_C(1) << i) {
            put_number(writer, load(member + SPARSE_VALUES_AT + 8 * i, 8), UINT64_MAX);
        }
    }
}

/* Records contain lists of records, twice at most: the table has no recursion, so neither has this. */
static void put_record(
        struct writer *writer, const struct protocol_record *record, const uint8_t *from)
{
    for (size_t i = 0; i < record->field_count && !writer->failed; i++) {
        const struct protocol_field *field = &record->fields[i];
        const uint8_t *at = from + field->offset;
        uint64_t count;

        switch (field->kind) {
        case KIND_NUMBER:
            put_number(writer, load(at, field->size), field->limit);
            break;
        case KIND_BYTES:
            put_bytes(writer, at, field->limit);
            break;
        case KIND_SPARSE:
            put_sparse(writer, at, field->limit);
            break;
        case KIND_LIST:
            count = load(at, LIST_COUNT_SIZE);
            put_number(writer, count, field->limit);
            at += protocol_list_items(field);
            for (size_t item = 0; item < count && !writer->failed; item++) {
                put_record(writer, field->record, at + item * field->record->size);
            }
            break;
        }
    }
}

size_t protocol_encode(const struct protocol_message *message, uint8_t *out, size_t capacity)
{
    const struct protocol_type_info *info = protocol_find_type(message->type);
    struct writer writer = { .out = out, .capacity = capacity };

    if (info == NULL) {
        return 0;
    }
    put_number(&writer, message->type, UINT16_MAX);
    put_number(&writer, message->number, UINT16_MAX);
    put_record(&writer, &info->body, (const uint8_t *)&message->hello_request);
    return writer.failed ? 0 : writer.length;
}

static size_t number_length(uint64_t value)
{
    return (size_t)(63 - __builtin_clzll(value | 1)) / 7 + 1;
}

static size_t sparse_length(const uint8_t *member, uint64_t limit)
{
    uint64_t present = load(member, SPARSE_COUNT_SIZE);
    size_t length = number_length(present);

    for (unsigned i = 0; i < limit; i++) {
        if (present & UINT64_C(1) << i) {
            length += number_length(load(member + SPARSE_VALUES_AT + 8 * i, 8));
        }
    }
    return length;
}

static size_t list_length(const struct protocol_field *field, const uint8_t *member)
{
    uint64_t count = load(member, LIST_COUNT_SIZE);
    size_t length = number_length(count);

    for (size_t item = 0; item < count && item < field->limit; item++) {
        length += protocol_record_length(
                field->record, member + protocol_list_items(field) + item * field->record->size);
    }
    return length;
}

size_t protocol_record_length(const struct protocol_record *record, const void *from)
{
    size_t length = 0;

    for (size_t i = 0; i < record->field_count; i++) {
        const struct protocol_field *field = &record->fields[i];
        const uint8_t *at = (const uint8_t *)from + field->offset;

        switch (field->kind) {
        case KIND_NUMBER:
            length += number_length(load(at, field->size));
            break;
        case KIND_BYTES:
            length += number_length(load(at, BYTES_COUNT_SIZE)) + load(at, BYTES_COUNT_SIZE);
            break;
        case KIND_SPARSE:
            length += sparse_length(at, field->limit);
            break;
        case KIND_LIST:
            length += list_length(field, at);
            break;
        }
    }
    return length;
}

/* --- decoding -------------------------------------------------------------------------------------- */

struct reader {
    const uint8_t *bytes;
    size_t length;
    size_t at;
    enum protocol_decoding result;
};

static bool fail(struct reader *reader, enum protocol_decoding result)
{
    if (reader->result == PROTOCOL_DECODED) {
        reader->result = result;
    }
    return false;
}

static bool take_number(struct reader *reader, uint64_t limit, uint64_t *value)
{
    uint64_t sum = 0;

    /* Most are small. */
    if (reader->at < reader->length && reader->bytes[reader->at] < 0x80
            && reader->bytes[reader->at] <= limit) {
        *value = reader->bytes[reader->at++];
        return true;
    }
    for (unsigned i = 0; i < NUMBER_BYTES_MAX; i++) {
        uint8_t byte;

        if (reader->at >= reader->length) {
            return fail(reader, PROTOCOL_CUT_OFF);
        }
        byte = reader->bytes[reader->at++];
        if ((byte == 0 && i > 0) || (i == NUMBER_BYTES_MAX - 1 && byte > 1)) {
            return fail(reader, PROTOCOL_BAD_NUMBER);
        }
        sum |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *value = sum;
            return sum <= limit || fail(reader, PROTOCOL_OVER_LIMIT);
        }
    }
    return fail(reader, PROTOCOL_BAD_NUMBER);
}

static void take_bytes(struct reader *reader, uint8_t *member, uint64_t limit)
{
    uint64_t length;

    store(member, BYTES_COUNT_SIZE, 0);
    if (!take_number(reader, limit, &length)) {
        return;
    }
    if (length > reader->length - reader->at) {
        fail(reader, PROTOCOL_CUT_OFF);
        return;
    }
    store(member, BYTES_COUNT_SIZE, length);
    for (size_t i = 0; i < length; i++) {
        member[BYTES_COUNT_SIZE + i] = reader->bytes[reader->at++];
    }
}

/* Numbers beyond what this side knows come from a newer peer: they are read and left. */
static void take_sparse(struct reader *reader, uint8_t *member, uint64_t limit)
{
    uint64_t present;
    uint64_t value;

    store(member, SPARSE_COUNT_SIZE, 0);
    for (unsigned i = 0; i < limit; i++) {
        store(member + SPARSE_VALUES_AT + 8 * i, 8, 0);
    }
    if (!take_number(reader, UINT32_MAX, &present)) {
        return;
    }
    for (unsigned i = 0; i < PROTOCOL_SPARSE_MAX; i++) {
        if (!(present & UINT64_C(1) << i)) {
            continue;
        }
        if (!take_number(reader, UINT64_MAX, &value)) {
            return;
        }
        if (i < limit) {
            store(member, SPARSE_COUNT_SIZE, load(member, SPARSE_COUNT_SIZE) | UINT64_C(1) << i);
            store(member + SPARSE_VALUES_AT + 8 * i, 8, value);
        }
    }
}

static void take_record(struct reader *reader, const struct protocol_record *record, uint8_t *to)
{
    for (size_t i = 0; i < record->field_count && reader->result == PROTOCOL_DECODED; i++) {
        const struct protocol_field *field = &record->fields[i];
        uint8_t *at = to + field->offset;
        uint64_t value = 0;

        switch (field->kind) {
        case KIND_NUMBER:
            take_number(reader, field->limit, &value);
            store(at, field->size, reader->result == PROTOCOL_DECODED ? value : 0);
            break;
        case KIND_BYTES:
            take_bytes(reader, at, field->limit);
            break;
        case KIND_SPARSE:
            take_sparse(reader, at, field->limit);
            break;
        case KIND_LIST:
            store(at, LIST_COUNT_SIZE, 0);
            if (!take_number(reader, field->limit, &value)) {
                break;
            }
            store(at, LIST_COUNT_SIZE, value);
            at += protocol_list_items(field);
            for (size_t item = 0; item < value && reader->result == PROTOCOL_DECODED; item++) {
                take_record(reader, field->record, at + item * field->record->size);
            }
            break;
        }
    }
}

enum protocol_decoding protocol_decode(enum frame_channel channel, const uint8_t *bytes,
        size_t length, struct protocol_message *message, size_t *offset)
{
    struct reader reader = { .bytes = bytes, .length = length, .result = PROTOCOL_DECODED };
    const struct protocol_type_info *info = NULL;
    uint64_t type = 0;
    uint64_t number = 0;

    if (take_number(&reader, UINT16_MAX, &type) && take_number(&reader, UINT16_MAX, &number)) {
        info = protocol_find_type((uint16_t)type);
        if (info == NULL) {
            fail(&reader, PROTOCOL_UNKNOWN_TYPE);
        } else if (info->channel != channel) {
            fail(&reader, PROTOCOL_WRONG_CHANNEL);
        }
    } else {
        type = number = 0;
    }
    message->type = (uint16_t)type;
    message->number = (uint16_t)number;
    if (reader.result == PROTOCOL_DECODED) {
        take_record(&reader, &info->body, (uint8_t *)&message->hello_request);
    }
    if (reader.result == PROTOCOL_DECODED && reader.at != length) {
        fail(&reader, PROTOCOL_LEFT_OVER);
    }
    if (offset != NULL) {
        *offset = reader.at;
    }
    return reader.result;
}
