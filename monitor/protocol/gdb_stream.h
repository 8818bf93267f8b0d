/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One end of a session of the gdb channel: which bytes have been sent, acknowledged and received, and when
 * to send again. The bytes themselves stay with the owner, from the first unacknowledged one on. Both
 * sides use this file.
 */
#pragma once

#include "monitor/protocol/gdb_frame.h"

#define GDB_STREAM_RESEND_MS \
    150 /* without progress; on a slow line the time for the bytes is added */

struct gdb_stream {
    uint32_t acknowledged; /* the other side has all before */
    uint32_t sent;         /* number of the next byte to send; not before `acknowledged` */
    uint32_t received;     /* number of the next byte expected */
    bool must_acknowledge; /* something came since the last frame was sent */
    uint64_t progress_ms;  /* when something was sent or acknowledged last */
    uint64_t resent;       /* times that bytes were sent again */
};

/* Bytes that were sent and are not acknowledged. */
size_t gdb_stream_in_flight(const struct gdb_stream *stream);

/*
 * The header of the next frame, with `length` bytes that follow those in flight, which count as sent.
 * To be called only if the frame is then sent or lost.
 */
void gdb_stream_send(
        struct gdb_stream *stream, struct gdb_frame *frame, size_t length, uint64_t now_ms);

/*
 * A frame has come. Returns how many bytes of the owner's are now acknowledged, and can be forgotten.
 * frame->bytes and frame->length are cut to what is new; nothing is new in a frame that comes again, or
 * before its turn.
 */
size_t gdb_stream_take(struct gdb_stream *stream, struct gdb_frame *frame, uint64_t now_ms);

/*
 * Looks whether what is in flight has to be sent again, and if so, goes back to its begin. `line_rate`:
 * bytes a second, 0: no limit. True: the owner has something to send.
 */
bool gdb_stream_resend_if_due(struct gdb_stream *stream, uint64_t now_ms, uint32_t line_rate);
