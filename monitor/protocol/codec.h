/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages to bytes and back. All numbers travel as LEB128 (seven bits a byte, low ones first, shortest
 * form only), so that small values are short:
 *
 *   message = type, number, fields
 *   bytes   = length, bytes        list = count, items        sparse = mask, the numbers that are there
 *
 * Decoding checks everything: lengths, limits, shortest form, nothing left over. Nothing here keeps
 * state or allocates.
 */
#pragma once

#include "monitor/protocol/frame.h"
#include "monitor/protocol/messages.h"

enum protocol_decoding {
    PROTOCOL_DECODED,
    PROTOCOL_CUT_OFF,      /* the bytes end in the middle of a field */
    PROTOCOL_BAD_NUMBER,   /* more than 64 bits, or not the shortest form */
    PROTOCOL_OVER_LIMIT,   /* a number, a length or a count beyond the table's limit */
    PROTOCOL_LEFT_OVER,    /* bytes after the last field */
    PROTOCOL_UNKNOWN_TYPE, /* message.type and message.number are set */
    PROTOCOL_WRONG_CHANNEL,
};

/*
 * Writes a message to `out`. Returns its length; 0 if it does not fit, breaks a limit of the table or
 * has an unknown type.
 */
size_t protocol_encode(const struct protocol_message *message, uint8_t *out, size_t capacity);

/*
 * Reads a message that came on `channel`. Fields that a sparse set does not have are 0. Unless it is
 * PROTOCOL_DECODED the message is partly written; type and number are 0 if they could not be read.
 * `offset`, unless NULL, becomes the place in `bytes` where reading ended.
 */
enum protocol_decoding protocol_decode(enum frame_channel channel, const uint8_t *bytes,
        size_t length, struct protocol_message *message, size_t *offset);

/* The channel a type travels on; -1 if there is no such type. */
int protocol_channel(uint16_t type);
/* Its name in the table, for people; NULL if there is no such type. */
const char *protocol_type_name(uint16_t type);

/* --- for tools that treat all messages alike --- */

enum protocol_kind {
    KIND_NUMBER,
    KIND_BYTES,
    KIND_SPARSE,
    KIND_LIST
};

struct protocol_record {
    const char *name;
    uint32_t size; /* of the C structure */
    const struct protocol_field *fields;
    size_t field_count;
};

struct protocol_field {
    const char *name;
    enum protocol_kind kind;
    uint32_t offset; /* in the C structure */
    uint32_t size;   /* of the member */
    uint64_t limit;
    const struct protocol_record *record; /* of a list's items */
};

struct protocol_type_info {
    uint16_t type;
    uint8_t channel;
    struct protocol_record body;
};

extern const struct protocol_type_info protocol_types[];
extern const size_t protocol_type_count;

/* Bytes that a record takes where it is encoded, as part of a message. */
size_t protocol_record_length(const struct protocol_record *record, const void *from);

/* NULL if there is no such type. */
const struct protocol_type_info *protocol_find_type(uint16_t type);
/* Where items of a list begin in its member, whose first two bytes are the count. */
size_t protocol_list_items(const struct protocol_field *field);
