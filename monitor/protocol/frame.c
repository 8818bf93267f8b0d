/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/protocol/frame.h"

#include "monitor/protocol/crc32c.h"

#define HEADER_FORMAT 0x10 /* high half of the header byte; the low half is the channel */
#define HEADER_BYTES  3
#define CRC_BYTES     4
/* Shorter runs of text in a damaged frame are chance: 16 bytes are text by chance once in 10^6. */
#define SALVAGE_MIN 16

/* --- sending --- */

static void put_little_endian(uint8_t *at, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t get_little_endian(const uint8_t *at, int bytes)
{
    uint32_t value = 0;

    for (int i = 0; i < bytes; i++) {
        value |= (uint32_t)at[i] << (8 * i);
    }
    return value;
}

size_t frame_encode(enum frame_channel channel, uint16_t sequence, const uint8_t *payload,
        size_t length, uint8_t *wire)
{
    uint8_t header[HEADER_BYTES];
    uint8_t crc[CRC_BYTES];
    struct cobs_writer writer;
    size_t encoded;

    if (length > FRAME_PAYLOAD_MAX || (unsigned)channel >= FRAME_CHANNELS) {
        return 0;
    }
    header[0] = (uint8_t)(HEADER_FORMAT | channel);
    put_little_endian(&header[1], sequence, 2);
    put_little_endian(
            crc, crc32c_add(crc32c_add(0, header, HEADER_BYTES), payload, length), CRC_BYTES);

    wire[0] = 0;
    cobs_begin(&writer, wire + 1);
    cobs_add(&writer, header, HEADER_BYTES);
    cobs_add(&writer, payload, length);
    cobs_add(&writer, crc, CRC_BYTES);
    encoded = cobs_end(&writer);
    wire[1 + encoded] = 0;
    return encoded + 2;
}

/* --- receiving --- */

static bool is_header(uint8_t byte)
{
    return byte >= HEADER_FORMAT && byte < HEADER_FORMAT + FRAME_CHANNELS;
}

static bool is_printable(uint8_t byte)
{
    return (byte >= ' ' && byte < 0x7f) || byte == '\t' || byte == '\n' || byte == '\r';
}

/* What programs print: also UTF-8, colours, bells and backspaces. */
static bool is_text(uint8_t byte)
{
    return is_printable(byte) || byte >= 0x80 || byte == 0x1b || byte == '\a' || byte == '\b';
}

static void deliver_text(
        struct frame_receiver *receiver, size_t start, size_t end, const struct frame_sink *sink)
{
    receiver->statistics.text_bytes += end - start;
    if (sink->text != NULL && end > start) {
        sink->text(sink->context, (const char *)receiver->chunk + start, end - start);
    }
}

/* The chunk is damaged: passes on what in it can only be text. */
static void salvage_text(struct frame_receiver *receiver, const struct frame_sink *sink)
{
    size_t start = 0;

    receiver->statistics.damaged += receiver->damage_counted ? 0 : 1;
    receiver->damage_counted =
            true; /* noise may have ends of lines; it is one piece until a zero */
    for (size_t i = 0; i <= receiver->length; i++) {
        if (i < receiver->length && is_printable(receiver->chunk[i])) {
            continue;
        }
        if (i - start >= SALVAGE_MIN) {
            deliver_text(receiver, start, i, sink);
        }
        start = i + 1;
    }
}

static void count_sequence(struct frame_receiver *receiver, uint16_t sequence)
{
    uint16_t missing = (uint16_t)(sequence - receiver->next_sequence);
    bool restarted = receiver->reordered_run && sequence == receiver->next_reordered;

    receiver->statistics.frames++;
    receiver->reordered_run = receiver->any_frame && missing >= 0x8000 && !restarted;
    if (receiver->reordered_run) {
        receiver->statistics.reordered++;
        receiver->next_reordered = (uint16_t)(sequence + 1);
        return; /* one old frame is a replay; two in a row are a sender that counts anew */
    }
    if (receiver->any_frame && !restarted) {
        receiver->statistics.lost += missing;
    }
    receiver->any_frame = true;
    receiver->next_sequence = (uint16_t)(sequence + 1);
}

/* Takes the chunk for a frame. False if it is none; the chunk is then as it was. */
static bool deliver_frame(struct frame_receiver *receiver, const struct frame_sink *sink)
{
    uint8_t *body = receiver->body;
    size_t length = cobs_decode(receiver->chunk, receiver->length, body);
    struct frame frame;

    if (length == COBS_INVALID || length < FRAME_OVERHEAD || length > FRAME_BODY_MAX
            || !is_header(body[0])
            || crc32c_add(0, body, length - CRC_BYTES)
                    != get_little_endian(&body[length - CRC_BYTES], CRC_BYTES)) {
        return false;
    }
    frame.channel = body[0] & (FRAME_CHANNELS - 1);
    frame.sequence = (uint16_t)get_little_endian(&body[1], 2);
    frame.payload = &body[HEADER_BYTES];
    frame.length = length - FRAME_OVERHEAD;
    count_sequence(receiver, frame.sequence);
    if (sink->frame != NULL) {
        sink->frame(sink->context, &frame);
    }
    return true;
}

static bool chunk_is_text(const struct frame_receiver *receiver)
{
    for (size_t i = 0; i < receiver->length; i++) {
        if (!is_text(receiver->chunk[i])) {
            return false;
        }
    }
    return true;
}

/* The chunk may be the beginning of a frame. */
static bool chunk_looks_like_frame(const struct frame_receiver *receiver)
{
    return receiver->length >= 2 && is_header(receiver->chunk[1]);
}

static void finish_chunk(struct frame_receiver *receiver, const struct frame_sink *sink)
{
    if (receiver->length > 0 && !deliver_frame(receiver, sink)) {
        if (chunk_is_text(receiver)) {
            deliver_text(receiver, 0, receiver->length, sink);
        } else {
            salvage_text(receiver, sink);
        }
    }
    receiver->length = 0;
    receiver->damage_counted = false;
}

/* A line of text is passed on at its end, not only when a frame follows. */
static void finish_text(struct frame_receiver *receiver, const struct frame_sink *sink)
{
    if (chunk_is_text(receiver)) {
        deliver_text(receiver, 0, receiver->length, sink);
    } else {
        salvage_text(receiver, sink);
    }
    receiver->length = 0;
}

/* An end of line alone may also be the first byte of a frame; the byte after it tells. */
static void pass_empty_line(struct frame_receiver *receiver, const struct frame_sink *sink)
{
    if (receiver->length == 2 && receiver->chunk[0] == '\n' && !chunk_looks_like_frame(receiver)) {
        deliver_text(receiver, 0, 1, sink);
        receiver->chunk[0] = receiver->chunk[1];
        receiver->length = 1;
    }
}

static bool text_line_is_complete(const struct frame_receiver *receiver)
{
    return receiver->length >= 2 && receiver->chunk[receiver->length - 1] == '\n'
            && !chunk_looks_like_frame(receiver);
}

/* Most of what comes is the inside of frames. Returns how many bytes were. */
static size_t take_inside(struct frame_receiver *receiver, const uint8_t *bytes, size_t length)
{
    uint8_t *to = receiver->chunk + receiver->length;
    size_t room = sizeof(receiver->chunk) - 1 - receiver->length; /* the last one is looked at */
    size_t count = 0;
    uint64_t word;

    if (!chunk_looks_like_frame(receiver)) {
        return 0;
    }
    length = length < room ? length : room;
    for (size_t before = sizeof(word); before == sizeof(word) && length - count >= sizeof(word);) {
        __builtin_memcpy(&word, bytes + count, sizeof(word));
        __builtin_memcpy(to + count, &word, sizeof(word));
        before = cobs_before_zero(word);
        count += before;
    }
    while (count < length && bytes[count] != 0) {
        to[count] = bytes[count];
        count++;
    }
    receiver->length += count;
    return count;
}

void frame_receiver_push(struct frame_receiver *receiver, const uint8_t *bytes, size_t length,
        const struct frame_sink *sink)
{
    receiver->statistics.bytes += length;
    for (size_t i = 0; i < length; i++) {
        i += take_inside(receiver, bytes + i, length - i);
        if (i == length) {
            return;
        }
        if (bytes[i] == 0) {
            finish_chunk(receiver, sink);
            continue;
        }
        receiver->chunk[receiver->length++] = bytes[i];
        pass_empty_line(receiver, sink);
        if (receiver->length == sizeof(receiver->chunk) || text_line_is_complete(receiver)) {
            finish_text(receiver, sink);
        }
    }
}

void frame_receiver_idle(
        struct frame_receiver *receiver, bool abandon_frame, const struct frame_sink *sink)
{
    if (receiver->length > 0 && (abandon_frame || !chunk_looks_like_frame(receiver))) {
        finish_text(receiver, sink);
    }
}
