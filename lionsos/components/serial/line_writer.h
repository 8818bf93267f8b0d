/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several writers, one terminal: keeps lines whole.
 *
 * A piece of output goes to the driver's queue completely or not at all. A writer that stops in the
 * middle of a line (a prompt, an echoed key) owns the terminal's current line, but nobody waits for
 * it: when another has something to say, that begins on a new line, and when the first goes on, what
 * it had of its line is shown again before the rest. So each finished line stands whole somewhere in
 * the output, uncut by other writers', as long as it is no longer than LINE_WRITER_LINE_MAX. With only
 * one writer nothing is ever added, and any bytes pass unchanged.
 *
 * A frame of a binary protocol, between two zeros, counts as one line, whatever it has inside. Longer frames than
 * LINE_WRITER_LINE_MAX may be cut.
 *
 * Which writer is next, and how much it may write, is the caller's business.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>

/* Bytes, including the newline: longer lines are passed on too, but may be cut. */
#define LINE_WRITER_LINE_MAX 512

/* Room in the driver's queue that suffices for any piece. */
#define LINE_WRITER_ROOM_MAX (2 * LINE_WRITER_LINE_MAX + 16)

/*
 * Bytes that may stand in the driver's queue, however long it is: who is next waits for no more than
 * these to go out (0.2 s at 115200 baud). Room for any piece beside another.
 */
#define LINE_WRITER_SHARE (2 * LINE_WRITER_ROOM_MAX)

#define LINE_WRITER_NOBODY UINT32_MAX

/* A writer's line that has no end yet. */
struct unfinished_line {
    uint32_t length;                 /* what is out of it; above LINE_WRITER_LINE_MAX: too long */
    char text[LINE_WRITER_LINE_MAX]; /* the first `length` bytes */
};

/* How the terminal stands: all that has to live on when another image takes over. */
struct line_writer_terminal {
    uint32_t owner; /* whose unfinished line the cursor stands in, or LINE_WRITER_NOBODY */
    struct unfinished_line unfinished[SDDF_SERIAL_MAX_CLIENTS]; /* one for each writer there is */
};

/* Bytes of it with so many writers. */
static inline uint32_t line_writer_terminal_bytes(uint32_t writers)
{
    return (uint32_t)(offsetof(struct line_writer_terminal, unfinished)
            + writers * sizeof(struct unfinished_line));
}

/* What somebody else has left of it, whatever it is, becomes a terminal of so many writers. */
void line_writer_mend(struct line_writer_terminal *terminal, uint32_t writers);

struct line_writer {
    serial_queue_handle_t *out; /* to the driver */
    bool colour;
    struct line_writer_terminal *terminal;
};

/* `out` holds at least LINE_WRITER_ROOM_MAX bytes. The terminal is as it is said to be, and stays where it is. */
void line_writer_init(struct line_writer *writer, serial_queue_handle_t *out, bool colour,
        struct line_writer_terminal *terminal);
/* An empty terminal, for so many writers. */
void line_writer_clear(struct line_writer_terminal *terminal, uint32_t writers);

/*
 * Writes a piece of writer number `client`: `size` bytes, 1..LINE_WRITER_LINE_MAX, in private memory.
 * Returns false, and has written nothing, if it does not fit now.
 */
bool line_writer_put(struct line_writer *writer, uint32_t client, const char *text, uint32_t size);

/* Bytes that may go to the driver now; at least LINE_WRITER_ROOM_MAX when its queue is empty. */
uint32_t line_writer_room(const struct line_writer *writer);

/*
 * How much of the `size` bytes at `text`, the next ones of writer number `client`, to write in one piece when `more` bytes
 * follow: all if nothing follows or they finish no line, else up to the end of the last line that they finish.
 */
uint32_t line_writer_piece(const struct line_writer *writer, uint32_t client, const char *text,
        uint32_t size, bool more);
