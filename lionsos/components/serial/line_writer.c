/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/components/serial/line_writer.h"

#include <sddf/util/string.h>
#include <sddf/util/util.h>

#define NEW_LINE   "\r\n"
#define COLOUR_END "\x1b[0m"

/* Foreground colours, by client number. */
static const char *const colours[] = {
    "\x1b[31m",
    "\x1b[32m",
    "\x1b[33m",
    "\x1b[34m",
    "\x1b[35m",
    "\x1b[36m",
};

/*
 * Text has no zeros: they stand before and behind the frames of a binary protocol, in which a newline is a byte like any
 * other. Zeros in a row all stand before one: so whoever has begun to read in the middle is soon in step.
 */
struct line_scan {
    bool in_frame;    /* a zero has opened it, and none has closed it yet */
    bool frame_empty; /* nothing but zeros so far */
};

/* True if the byte is the last one of a line. */
static bool ends_line(struct line_scan *scan, char byte)
{
    bool closes = scan->in_frame && !scan->frame_empty && byte == 0;
    bool ends = closes || (byte == '\n' && !scan->in_frame);

    scan->frame_empty = byte == 0 && !closes;
    scan->in_frame = scan->frame_empty || (scan->in_frame && !closes);
    return ends;
}

/* How it stands behind what is out of a line. Of one too long to be known it does not matter: it is cut anyhow. */
static struct line_scan scan_begun(const struct unfinished_line *line)
{
    struct line_scan scan = { 0 };
    uint32_t known = line->length <= LINE_WRITER_LINE_MAX ? line->length : 0;

    for (uint32_t i = 0; i < known; i++) {
        ends_line(&scan, line->text[i]);
    }
    return scan;
}

/* Bytes of `text`, which goes on where the line stands, that are part of a finished line. */
static uint32_t finished_length(const struct unfinished_line *line, const char *text, uint32_t size)
{
    struct line_scan scan = scan_begun(line);
    uint32_t finished = 0;

    for (uint32_t i = 0; i < size; i++) {
        if (ends_line(&scan, text[i])) {
            finished = i + 1;
        }
    }
    return finished;
}

static void line_append(struct unfinished_line *line, const char *text, uint32_t size)
{
    if (line->length + size <= LINE_WRITER_LINE_MAX) {
        sddf_memcpy(line->text + line->length, text, size);
        line->length += size;
    } else {
        line->length = LINE_WRITER_LINE_MAX + 1; /* cannot be shown again */
    }
}

/* Bytes to show again before the line goes on. */
static uint32_t line_shown_again(const struct unfinished_line *line)
{
    return line->length <= LINE_WRITER_LINE_MAX ? line->length : 0;
}

static void put_string(struct line_writer *writer, const char *string)
{
    serial_enqueue_batch(writer->out, (uint32_t)sddf_strlen(string), string);
}

void line_writer_init(struct line_writer *writer, serial_queue_handle_t *out, bool colour,
        struct line_writer_terminal *terminal)
{
    assert(out->capacity >= LINE_WRITER_ROOM_MAX);
    writer->out = out;
    writer->colour = colour;
    writer->terminal = terminal;
}

void line_writer_clear(struct line_writer_terminal *terminal, uint32_t writers)
{
    terminal->owner = LINE_WRITER_NOBODY;
    for (uint32_t client = 0; client < writers; client++) {
        terminal->unfinished[client].length = 0;
    }
}

void line_writer_mend(struct line_writer_terminal *terminal, uint32_t writers)
{
    if (terminal->owner >= writers) {
        terminal->owner = LINE_WRITER_NOBODY;
    }
    for (uint32_t client = 0; client < writers; client++) {
        struct unfinished_line *line = &terminal->unfinished[client];

        line->length = MIN(line->length, LINE_WRITER_LINE_MAX + 1);
    }
}

uint32_t line_writer_room(const struct line_writer *writer)
{
    uint32_t queued = serial_queue_length_producer(writer->out);
    uint32_t share = MIN(writer->out->capacity, LINE_WRITER_SHARE);

    return queued < share ? share - queued : 0;
}

bool line_writer_put(struct line_writer *writer, uint32_t client, const char *text, uint32_t size)
{
    struct line_writer_terminal *terminal = writer->terminal;
    struct unfinished_line *line = &terminal->unfinished[client];
    const char *colour = colours[client % ARRAY_SIZE(colours)];
    bool goes_on = terminal->owner == client;
    bool breaks_in = !goes_on && terminal->owner != LINE_WRITER_NOBODY;
    uint32_t again = goes_on ? 0 : line_shown_again(line);
    uint32_t added = (breaks_in ? sizeof(NEW_LINE) - 1 : 0) + again;
    uint32_t tail = size - finished_length(line, text, size);

    if (writer->colour) {
        added += (uint32_t)sddf_strlen(colour) + sizeof(COLOUR_END) - 1;
    }
    if (line_writer_room(writer) < added + size) {
        return false;
    }

    if (breaks_in) {
        put_string(writer, NEW_LINE);
    }
    if (writer->colour) {
        put_string(writer, colour);
    }
    serial_enqueue_batch(writer->out, again, line->text);
    serial_enqueue_batch(writer->out, size, text);
    if (writer->colour) {
        put_string(writer, COLOUR_END);
    }

    if (tail < size) {
        line->length = 0; /* a newline has finished the old line */
    }
    line_append(line, text + size - tail, tail);
    terminal->owner = tail == 0 ? LINE_WRITER_NOBODY : client;
    return true;
}

uint32_t line_writer_piece(const struct line_writer *writer, uint32_t client, const char *text,
        uint32_t size, bool more)
{
    uint32_t finished =
            more ? finished_length(&writer->terminal->unfinished[client], text, size) : 0;

    return finished > 0 ? finished : size;
}
