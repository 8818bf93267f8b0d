/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/protocol/gdb_stream.h"

static void put_number(uint8_t *at, uint32_t number)
{
    for (unsigned i = 0; i < sizeof(number); i++) {
        at[i] = (uint8_t)(number >> (8 * i));
    }
}

static uint32_t get_number(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

bool gdb_frame_read(const uint8_t *payload, size_t length, struct gdb_frame *frame)
{
    if (length < GDB_FRAME_HEADER_BYTES) {
        return false;
    }
    frame->kind = payload[0] >> 4;
    frame->session = payload[0] & 15;
    frame->generation = payload[1];
    frame->offset = get_number(payload + 2);
    frame->acknowledged = get_number(payload + 6);
    frame->bytes = payload + GDB_FRAME_HEADER_BYTES;
    frame->length = length - GDB_FRAME_HEADER_BYTES;
    return true;
}

void gdb_frame_write_header(const struct gdb_frame *frame, uint8_t header[GDB_FRAME_HEADER_BYTES])
{
    header[0] = (uint8_t)(frame->kind << 4 | frame->session);
    header[1] = frame->generation;
    put_number(header + 2, frame->offset);
    put_number(header + 6, frame->acknowledged);
}

size_t gdb_stream_in_flight(const struct gdb_stream *stream)
{
    return stream->sent - stream->acknowledged;
}

void gdb_stream_send(
        struct gdb_stream *stream, struct gdb_frame *frame, size_t length, uint64_t now_ms)
{
    frame->offset = stream->sent;
    frame->acknowledged = stream->received;
    stream->sent += (uint32_t)length;
    stream->must_acknowledge = false;
    if (length != 0) {
        stream->progress_ms = now_ms;
    }
}

static size_t take_acknowledgement(struct gdb_stream *stream, uint32_t number, uint64_t now_ms)
{
    uint32_t done = number - stream->acknowledged;

    if (done == 0 || done > gdb_stream_in_flight(stream)) {
        return 0; /* an old one, or nonsense */
    }
    stream->acknowledged = number;
    stream->progress_ms = now_ms;
    return done;
}

size_t gdb_stream_take(struct gdb_stream *stream, struct gdb_frame *frame, uint64_t now_ms)
{
    uint32_t known = stream->received - frame->offset;

    stream->must_acknowledge =
            stream->must_acknowledge || frame->length != 0 || frame->kind == GDB_FRAME_ALIVE;
    if (known <= frame->length) {
        frame->bytes += known;
        frame->length -= known;
        stream->received += (uint32_t)frame->length;
    } else {
        frame->length = 0;
    }
    return take_acknowledgement(stream, frame->acknowledged, now_ms);
}

bool gdb_stream_resend_if_due(struct gdb_stream *stream, uint64_t now_ms, uint32_t line_rate)
{
    size_t in_flight = gdb_stream_in_flight(stream);
    /* There, and the acknowledgement back. */
    uint64_t line_ms = line_rate == 0 ? 0 : (uint64_t)in_flight * 2000 / line_rate;

    if (in_flight == 0 || now_ms < stream->progress_ms + GDB_STREAM_RESEND_MS + line_ms) {
        return false;
    }
    stream->sent = stream->acknowledged;
    stream->progress_ms = now_ms;
    stream->resent++;
    return true;
}
