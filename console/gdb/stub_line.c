/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/stub_line.h"

#include <string.h>

#include "host-tools/lib/clock.h"

/* Bytes in a frame: as many as go through a serial virtualiser in one piece. */
#define PIECE 470
/* Bytes towards the target that are not acknowledged: what its queues of input surely hold. */
#define WINDOW 4096
/* Bytes from the target are acknowledged with the next request; without one after so many, or so long. */
#define ACKNOWLEDGE_EVERY    4096
#define ACKNOWLEDGE_AFTER_MS 30

static uint32_t line_rate(const struct stub_line *line)
{
    return line->session->client != NULL ? client_transport(line->session->client)->byte_rate : 0;
}

/* Bytes in a frame; fewer where short frames are likelier to come through. */
static size_t piece_max(const struct stub_line *line)
{
    size_t limit = line->session->client != NULL ? client_payload_limit(line->session->client) : 0;

    return limit > GDB_FRAME_HEADER_BYTES && limit - GDB_FRAME_HEADER_BYTES < PIECE
            ? limit - GDB_FRAME_HEADER_BYTES
            : PIECE;
}

static void send_frame(
        struct stub_line *line, enum gdb_frame_kind kind, const uint8_t *bytes, size_t length)
{
    uint8_t payload[GDB_FRAME_HEADER_BYTES + PIECE];
    struct gdb_frame frame = {
        .kind = (uint8_t)kind, .session = line->number, .generation = line->generation
    };

    gdb_stream_send(&line->stream, &frame, length, (uint64_t)clock_ms());
    gdb_frame_write_header(&frame, payload);
    memcpy(payload + GDB_FRAME_HEADER_BYTES, bytes, length);
    /* Without room there it counts as lost, and is sent again. */
    session_send_frame(line->session, CHANNEL_GDB, payload, GDB_FRAME_HEADER_BYTES + length);
    line->unacknowledged = 0;
}

static void send_alive(struct stub_line *line, int64_t now)
{
    line->next_alive = now + GDB_FRAME_ALIVE_MS;
    send_frame(line, GDB_FRAME_ALIVE, (const uint8_t *)"", 0);
}

void stub_line_open(struct stub_line *line, struct session *session, uint8_t number)
{
    uint8_t before = line->generation;

    memset(line, 0, sizeof(*line));
    line->session = session;
    line->number = number;
    /* Neither the last one's nor, most likely, that of a console before this one. */
    line->generation = (uint8_t)clock_us();
    line->generation = (uint8_t)(line->generation + (line->generation == before));
    send_alive(line, clock_ms());
}

void stub_line_close(struct stub_line *line)
{
    send_frame(line, GDB_FRAME_CLOSE, (const uint8_t *)"", 0);
}

bool stub_line_has_room(const struct stub_line *line)
{
    return line->backlog_length < STUB_LINE_BACKLOG_MAX;
}

static void send_backlog(struct stub_line *line)
{
    size_t at;

    while ((at = gdb_stream_in_flight(&line->stream)) < line->backlog_length && at < WINDOW) {
        size_t left = line->backlog_length - at;
        size_t piece = piece_max(line);

        send_frame(line, GDB_FRAME_DATA, line->backlog + at, left < piece ? left : piece);
    }
}

bool stub_line_send(struct stub_line *line, const uint8_t *bytes, size_t length)
{
    if (length > sizeof(line->backlog) - line->backlog_length) {
        return false;
    }
    memcpy(line->backlog + line->backlog_length, bytes, length);
    line->backlog_length += length;
    send_backlog(line);
    return true;
}

size_t stub_line_take(struct stub_line *line, const struct frame *frame, const uint8_t **bytes)
{
    struct gdb_frame got;
    size_t done;

    if (frame->channel != CHANNEL_GDB || !gdb_frame_read(frame->payload, frame->length, &got)
            || got.session != line->number || got.generation != line->generation) {
        return 0;
    }
    if (got.kind == GDB_FRAME_CLOSE) {
        line->ended = true;
        return 0;
    }
    done = gdb_stream_take(&line->stream, &got, (uint64_t)clock_ms());
    line->backlog_length -= done;
    memmove(line->backlog, line->backlog + done, line->backlog_length);
    send_backlog(line);
    line->unacknowledged += got.length;
    line->last_taken = clock_ms();
    *bytes = got.bytes;
    return got.length;
}

void stub_line_step(struct stub_line *line)
{
    int64_t now = clock_ms();

    gdb_stream_resend_if_due(&line->stream, (uint64_t)now, line_rate(line));
    send_backlog(line);
    if (now >= line->next_alive) {
        send_alive(line, now);
    } else if (line->unacknowledged >= ACKNOWLEDGE_EVERY
            || (line->unacknowledged > 0 && now >= line->last_taken + ACKNOWLEDGE_AFTER_MS)) {
        send_frame(line, GDB_FRAME_DATA, (const uint8_t *)"", 0);
    }
}
