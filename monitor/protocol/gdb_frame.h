/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of the gdb channel. They carry no messages of the table: a header, then bytes of GDB's remote
 * protocol as they are, in pieces of any length. Frames can be lost: what they carry is a stream, whose
 * bytes are numbered, acknowledged, and sent again (gdb_stream.h).
 *
 *   1 byte    high half: kind; low half: session
 *   1 byte    generation: another one for another client
 *   4 bytes   number of the first of the bytes that follow, counted in this direction
 *   4 bytes   number of the next byte expected of the other direction
 *
 * Numbers are little endian and begin with 0 for each generation.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GDB_FRAME_SESSIONS     2
#define GDB_FRAME_HEADER_BYTES 10
#define GDB_FRAME_ALIVE_MS     250 /* how often the host says so; each is answered */
/*
 * A session ends when the target has looked so many times for a frame of kind ALIVE, so many
 * milliseconds apart, and there was none. A target that is itself held up for a while looks less often,
 * and ends no session for that.
 */
#define GDB_FRAME_LOOKS   9
#define GDB_FRAME_LOOK_MS 100

enum gdb_frame_kind {
    GDB_FRAME_DATA = 0,  /* both directions: bytes, or none, only to acknowledge */
    GDB_FRAME_ALIVE = 1, /* to the target, without bytes: opens a session and keeps it open */
    GDB_FRAME_CLOSE = 2, /* both directions, without bytes: the session has ended */
};

struct gdb_frame {
    uint8_t kind; /* enum gdb_frame_kind, or one this side does not know */
    uint8_t session;
    uint8_t generation;
    uint32_t offset;
    uint32_t acknowledged;
    const uint8_t *bytes;
    size_t length;
};

/* False: too short to be one. */
bool gdb_frame_read(const uint8_t *payload, size_t length, struct gdb_frame *frame);
/* Writes the header; `bytes` and `length` are not looked at. */
void gdb_frame_write_header(const struct gdb_frame *frame, uint8_t header[GDB_FRAME_HEADER_BYTES]);
