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

static bool needs_escape(uint8_t byte)
{
    return byte == '$' || byte == '#' || byte == '}' || byte == '*';
}

static bool word_needs_escape(uint64_t word)
{
    return (word_zeros(word ^ EACH_BYTE('$')) | word_zeros(word ^ EACH_BYTE('#'))
                   | word_zeros(word ^ EACH_BYTE('}')) | word_zeros(word ^ EACH_BYTE('*')))
            != 0;
}

void rsp_put_binary(struct rsp_builder *builder, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    const uint8_t *end = from + length;
    uint8_t *to = builder->bytes + builder->length;

    if (length > rsp_room_for_binary(builder)) {
        builder->too_long = true;
        return;
    }
    while (from < end) {
        if (end - from >= BYTES_OF_WORD && !word_needs_escape(word_at(from))) {
            word_put(to, word_at(from));
            to += BYTES_OF_WORD;
            from += BYTES_OF_WORD;
            continue;
        }
        for (const uint8_t *stop = from + at_most((uint64_t)(end - from), BYTES_OF_WORD);
                from < stop; from++) {
            if (needs_escape(*from)) {
                *to++ = '}';
            }
            *to++ = needs_escape(*from) ? *from ^ 0x20 : *from;
        }
    }
    builder->length = (size_t)(to - builder->bytes);
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

#define RUN_BIAS  29 /* added to how often a byte is repeated: a character that can be printed */
#define RUN_SHORT 3  /* repetitions; fewer take no less room as a run */
#define RUN_LONG  97 /* '~' */

/* How often the byte at the begin is repeated after it, as often as can be said: not by "#$+-". */
static size_t repetitions(const uint8_t *bytes, size_t length)
{
    size_t count = 1;
    uint64_t difference = 0;

    while (length - count >= BYTES_OF_WORD && count <= RUN_LONG && difference == 0) {
        difference = word_at(bytes + count) ^ EACH_BYTE(bytes[0]);
        count += difference == 0 ? BYTES_OF_WORD : word_first(difference);
    }
    while (difference == 0 && count < length && count <= RUN_LONG && bytes[count] == bytes[0]) {
        count++;
    }
    count = at_most(count - 1, RUN_LONG);
    while (count + RUN_BIAS == '#' || count + RUN_BIAS == '$' || count + RUN_BIAS == '+'
            || count + RUN_BIAS == '-') {
        count--;
    }
    return count;
}

/* How many of eight bytes come before the first that is the same as the one after it. */
static size_t before_pair(const uint8_t *bytes)
{
    uint64_t pairs = word_zeros(word_at(bytes) ^ word_at(bytes + 1));

    return pairs == 0 ? BYTES_OF_WORD : word_first(pairs);
}

/* Runs are written as byte, '*', count. Never longer than what goes in. */
static void put_runs(struct rsp_queue *queue, const uint8_t *payload, size_t length)
{
    uint8_t *out = queue->bytes + queue->end;
    size_t i = 0;

    while (i < length) {
        if (length - i > BYTES_OF_WORD) {
            size_t plain = before_pair(payload + i);

            word_put(out, word_at(payload + i)); /* what is too much is overwritten */
            out += plain;
            i += plain;
            if (plain != 0) {
                continue;
            }
        }

        size_t repeated = repetitions(payload + i, length - i);

        *out++ = payload[i++];
        if (repeated >= RUN_SHORT) {
            *out++ = '*';
            *out++ = (uint8_t)(repeated + RUN_BIAS);
            i += repeated;
        }
    }
    queue->end = (size_t)(out - queue->bytes);
}

static uint8_t check_sum(const uint8_t *bytes, size_t length)
{
    uint8_t sum = 0;

    for (; length >= BYTES_OF_WORD; bytes += BYTES_OF_WORD, length -= BYTES_OF_WORD) {
        sum = (uint8_t)(sum + word_sum(word_at(bytes)));
    }
    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum;
}

bool rsp_queue_packet(struct rsp_queue *queue, uint8_t kind, const uint8_t *payload, size_t length)
{
    uint8_t sum;

    if (!make_room(queue, length + 4)) {
        return false;
    }
    queue->last = queue->end;
    queue->bytes[queue->end++] = kind;
    put_runs(queue, payload, length);
    sum = check_sum(queue->bytes + queue->last + 1, queue->end - queue->last - 1);
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
