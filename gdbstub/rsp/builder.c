/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdbstub/rsp/builder.h"

#include "gdbstub/rsp/bytes.h"
#include "gdbstub/rsp/hex.h"

void rsp_put_byte(struct rsp_builder *builder, uint8_t byte)
{
    if (builder->length == sizeof(builder->bytes)) {
        builder->too_long = true;
    } else {
        builder->bytes[builder->length++] = byte;
    }
}

void rsp_put(struct rsp_builder *builder, const char *text)
{
    while (*text != '\0') {
        rsp_put_byte(builder, (uint8_t)*text++);
    }
}

void rsp_put_number(struct rsp_builder *builder, uint64_t number)
{
    int shift = 60;

    while (shift > 0 && number >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        rsp_put_byte(builder, hex_digit((unsigned)(number >> shift)));
    }
}

void rsp_put_hex(struct rsp_builder *builder, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;

    if (length > (sizeof(builder->bytes) - builder->length) / 2) {
        builder->too_long = true;
        return;
    }
    for (size_t i = 0; i < length; i++) {
        builder->bytes[builder->length++] = hex_digit(from[i] >> 4);
        builder->bytes[builder->length++] = hex_digit(from[i]);
    }
}

void rsp_put_binary(struct rsp_builder *builder, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;

    for (size_t i = 0; i < length; i++) {
        if (from[i] == '$' || from[i] == '#' || from[i] == '}' || from[i] == '*') {
            rsp_put_byte(builder, '}');
            rsp_put_byte(builder, from[i] ^ 0x20);
        } else {
            rsp_put_byte(builder, from[i]);
        }
    }
}

size_t rsp_room_for_binary(const struct rsp_builder *builder)
{
    return (sizeof(builder->bytes) - builder->length) / 2;
}

static bool make_room(struct rsp_queue *queue, size_t length)
{
    if (queue->start != 0) {
        __builtin_memmove(queue->bytes, queue->bytes + queue->start, queue->end - queue->start);
        queue->end -= queue->start;
        queue->last = queue->last > queue->start ? queue->last - queue->start : 0;
        queue->start = 0;
    }
    return length <= sizeof(queue->bytes) - queue->end;
}

bool rsp_queue_packet(struct rsp_queue *queue, uint8_t kind, const uint8_t *payload, size_t length)
{
    uint8_t sum = 0;

    if (!make_room(queue, length + 4)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + payload[i]);
    }
    queue->last = queue->end;
    queue->bytes[queue->end++] = kind;
    bytes_copy(queue->bytes + queue->end, payload, length);
    queue->end += length;
    queue->bytes[queue->end++] = '#';
    queue->bytes[queue->end++] = hex_digit(sum >> 4);
    queue->bytes[queue->end++] = hex_digit(sum);
    return true;
}

void rsp_queue_byte(struct rsp_queue *queue, uint8_t byte)
{
    if (make_room(queue, 1)) {
        queue->bytes[queue->end++] = byte;
        queue->last = queue->end;
    }
}

void rsp_queue_resend(struct rsp_queue *queue)
{
    queue->start = queue->last;
}
