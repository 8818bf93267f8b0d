/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/protocol/fill.h"

#include <string.h>

uint64_t fill_next(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

/* Small and large numbers alike, at most `limit`. */
static uint64_t choose(enum fill how, uint64_t limit, uint64_t *random)
{
    uint64_t value = fill_next(random);

    if (how == FILL_EMPTY) {
        return 0;
    }
    if (how == FILL_LARGEST) {
        return limit;
    }
    value >>= fill_next(random) % 64;
    return limit == UINT64_MAX ? value : value % (limit + 1);
}

static void put(uint8_t *at, size_t size, uint64_t value)
{
    memcpy(at, &value, size); /* the host is little endian */
}

static void fill_record(
        uint8_t *to, const struct protocol_record *record, enum fill how, uint64_t *random)
{
    for (size_t i = 0; i < record->field_count; i++) {
        const struct protocol_field *field = &record->fields[i];
        uint8_t *at = to + field->offset;
        uint64_t count;

        switch (field->kind) {
        case KIND_NUMBER:
            put(at, field->size, choose(how, field->limit, random));
            break;
        case KIND_BYTES:
            count = choose(how, field->limit, random);
            put(at, 2, count);
            for (size_t byte = 0; byte < count; byte++) {
                at[2 + byte] = (uint8_t)choose(how, UINT8_MAX, random);
            }
            break;
        case KIND_SPARSE:
            count = choose(how, (UINT64_C(1) << field->limit) - 1, random);
            put(at, 4, count);
            for (size_t number = 0; number < field->limit; number++) {
                if (count >> number & 1) {
                    put(at + 8 + 8 * number, 8, choose(how, UINT64_MAX, random));
                }
            }
            break;
        case KIND_LIST:
            count = choose(how, field->limit, random);
            put(at, 2, count);
            for (size_t item = 0; item < count; item++) {
                fill_record(at + protocol_list_items(field) + item * field->record->size,
                        field->record, how, random);
            }
            break;
        }
    }
}

void fill_message(struct protocol_message *message, const struct protocol_type_info *info,
        enum fill how, uint64_t *random)
{
    memset(message, 0, sizeof(*message));
    message->type = info->type;
    message->number = (uint16_t)choose(how, UINT16_MAX, random);
    fill_record((uint8_t *)&message->hello_request, &info->body, how, random);
}
