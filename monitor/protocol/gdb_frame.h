/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames of the gdb channel. They carry no messages of the table: a byte that says what and whose, then
 * bytes of GDB's remote protocol as they are, in pieces of any length.
 */
#pragma once

#define GDB_FRAME_SESSIONS 2
#define GDB_FRAME_LEASE_MS 900 /* without a frame of kind ALIVE a session ends */
#define GDB_FRAME_ALIVE_MS 250 /* how often the host sends one */

#define GDB_FRAME_HEADER(kind, session) ((uint8_t)((kind) << 4 | (session)))
#define GDB_FRAME_KIND(header)          ((unsigned)(header) >> 4)
#define GDB_FRAME_SESSION(header)       ((unsigned)(header)&15)

enum gdb_frame_kind {
    GDB_FRAME_DATA = 0,  /* both directions: bytes */
    GDB_FRAME_ALIVE = 1, /* to the target: one byte, another one than before: a new client */
    GDB_FRAME_CLOSE = 2, /* to the target: the client has gone */
};
