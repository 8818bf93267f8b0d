/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One session of the target's gdb channel, as the host sees it: bytes to the stub and back, none lost and
 * none twice, whatever the line does to frames.
 */
#pragma once

#include "console/app/session.h"
#include "monitor/protocol/gdb_stream.h"

#define STUB_LINE_BACKLOG_MAX (128 * 1024) /* towards the target; then the debugger has to wait */

struct stub_line {
    struct session *session;
    uint8_t number;
    uint8_t generation;
    bool ended; /* by the target: it had heard nothing of us for too long */
    int64_t next_alive;
    size_t unacknowledged; /* bytes taken that no frame has acknowledged yet */
    int64_t last_taken;
    struct gdb_stream stream;
    uint8_t backlog[STUB_LINE_BACKLOG_MAX + 65536];
    size_t backlog_length;
};

/* The channel is claimed. Opens session `number`; whatever the target knew of it before is over. */
void stub_line_open(struct stub_line *line, struct session *session, uint8_t number);
/* The target is told. */
void stub_line_close(struct stub_line *line);
/* Queues bytes for the stub. False: there is no room, see stub_line_has_room. */
bool stub_line_send(struct stub_line *line, const uint8_t *bytes, size_t length);
/* False: no more bytes should be taken from the debugger now. */
bool stub_line_has_room(const struct stub_line *line);
/* A frame of the gdb channel has come. Returns the new bytes in it, valid as long as the frame. */
size_t stub_line_take(struct stub_line *line, const struct frame *frame, const uint8_t **bytes);
/* Sends what is due; to be called after each poll, and at least every STUB_LINE_WAIT_MS. */
void stub_line_step(struct stub_line *line);
#define STUB_LINE_WAIT_MS 50
