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
 * Text has no zeros: they stand before and behind the frames of a binary protocol, which must not be
 * cut either. A zero behind another one, or at the begin of a piece, is the one before a frame.
 */
static bool ends_line(const char *text, uint32_t at)
{
    return text[at] == '\n' || (text[at] == 0 && at > 0 && text[at - 1] != 0);
}

/* Bytes behind the last end of a line: the part of a line that is not finished. */
static uint32_t tail_length(const char *text, uint32_t size)
{
    uint32_t length = 0;

    while (length < size && !ends_line(text, size - 1 - length)) {
        length++;
    }
    return length;
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
    uint32_t tail = tail_length(text, size);

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

uint32_t line_writer_piece(const char *text, uint32_t size, bool more)
{
    uint32_t tail = tail_length(text, size);

    return more && tail < size ? size - tail : size;
}
