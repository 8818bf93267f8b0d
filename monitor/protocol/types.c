/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of messages as data, for the codec. */
#include "monitor/protocol/codec.h"

#define KIND_OF_u8     KIND_NUMBER
#define KIND_OF_u16    KIND_NUMBER
#define KIND_OF_u32    KIND_NUMBER
#define KIND_OF_u64    KIND_NUMBER
#define KIND_OF_bytes  KIND_BYTES
#define KIND_OF_sparse KIND_SPARSE
#define KIND_OF_list   KIND_LIST

#define RECORD_OF_u8(record)     NULL
#define RECORD_OF_u16(record)    NULL
#define RECORD_OF_u32(record)    NULL
#define RECORD_OF_u64(record)    NULL
#define RECORD_OF_bytes(record)  NULL
#define RECORD_OF_sparse(record) NULL
#define RECORD_OF_list(record)   &record_##record

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* `S` is the structure that the field is a member of. */
#define DESCRIBE_FIELD(S, field_kind, field_name, field_limit, field_record) \
    {                                                                        \
        .name = #field_name,                                                 \
        .kind = KIND_OF_##field_kind,                                        \
        .offset = offsetof(struct protocol_##S, field_name),                 \
        .size = sizeof(((struct protocol_##S *)NULL)->field_name),           \
        .limit = field_limit,                                                \
        .record = RECORD_OF_##field_kind(field_record),                      \
    },

#define DESCRIBE_RECORD(record_name)                                                \
    {                                                                               \
        .name = #record_name, .size = sizeof(struct protocol_##record_name),        \
        .fields = fields_##record_name, .field_count = COUNT(fields_##record_name), \
    }

#define DEFINE_FIELDS(record_name, FIELDS)                                \
    static const struct protocol_field fields_##record_name[] = { FIELDS( \
            DESCRIBE_FIELD, record_name) };

#define DEFINE_RECORD(record_name, FIELDS) \
    DEFINE_FIELDS(record_name, FIELDS)     \
    static const struct protocol_record record_##record_name = DESCRIBE_RECORD(record_name);
PROTOCOL_RECORDS(DEFINE_RECORD)

#define DEFINE_BODY_FIELDS(number, constant, name, channel, FIELDS) DEFINE_FIELDS(name, FIELDS)
PROTOCOL_MESSAGES(DEFINE_BODY_FIELDS)

#define DESCRIBE_TYPE(number, constant, name, on_channel, FIELDS) \
    {                                                             \
        .type = number,                                           \
        .channel = CHANNEL_##on_channel,                          \
        .body = DESCRIBE_RECORD(name),                            \
    },

const struct protocol_type_info protocol_types[] = { PROTOCOL_MESSAGES(DESCRIBE_TYPE) };
const size_t protocol_type_count = COUNT(protocol_types);

#define PLACE_OF(number, constant, name, channel, FIELDS) PLACE_##constant,
enum {
    PROTOCOL_MESSAGES(PLACE_OF)
};

#define FIND(number, constant, name, channel, FIELDS) \
    case number:                                      \
        return &protocol_types[PLACE_##constant];

/* A table, not a search: what comes over the line while a PD is exchanged waits for this. */
const struct protocol_type_info *protocol_find_type(uint16_t type)
{
    switch (type) {
        PROTOCOL_MESSAGES(FIND)
    default:
        return NULL;
    }
}

int protocol_channel(uint16_t type)
{
    const struct protocol_type_info *info = protocol_find_type(type);

    return info != NULL ? info->channel : -1;
}

const char *protocol_type_name(uint16_t type)
{
    const struct protocol_type_info *info = protocol_find_type(type);

    return info != NULL ? info->body.name : NULL;
}
