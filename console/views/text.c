/* SPDX-License-Identifier: BSD-2-Clause */
/* Views that are lines of text. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/utf8.h"
#include "console/views/view.h"

void text_add(struct text_state *text, enum screen_style style, const char *format, ...)
{
    struct text_line *line;
    va_list arguments;

    if (text->count == text->room) {
        unsigned room = text->room == 0 ? 64 : text->room * 2;
        struct text_line *lines = realloc(text->lines, room * sizeof(*lines));

        if (lines == NULL || text->count >= TEXT_LINES_MAX) {
            text->lines = lines != NULL ? lines : text->lines;
            return;
        }
        text->lines = lines;
        text->room = room;
    }
    line = &text->lines[text->count++];
    line->style = style;
    line->key = 0;
    va_start(arguments, format);
    vsnprintf(line->text, sizeof(line->text), format, arguments);
    va_end(arguments);
}

void text_key(struct text_state *text, uint64_t key)
{
    if (text->count > 0) {
        text->lines[text->count - 1].key = key;
    }
}

void text_free(struct text_state *text)
{
    free(text->lines);
    *text = (struct text_state){ 0 };
}

/* The line of the cursor; -1: none. */
static int cursor_line(const struct text_state *text)
{
    for (unsigned i = 0; i < text->count && text->cursor != 0; i++) {
        if (text->lines[i].key == text->cursor) {
            return (int)i;
        }
    }
    return -1;
}

/* The next line, from `at` on, that a cursor can be on; -1: none. */
static int next_with_key(const struct text_state *text, int at, int step)
{
    for (; at >= 0 && at < (int)text->count; at += step) {
        if (text->lines[at].key != 0) {
            return at;
        }
    }
    return -1;
}

void text_update(struct full_screen *screen)
{
    struct text_state *text = &screen->texts[screen->view];
    int first;

    text->count = 0;
    views[screen->view]->make(screen, text);
    first = next_with_key(text, 0, 1);
    if (first >= 0 && cursor_line(text) < 0) {
        text->cursor = text->lines[first].key;
    }
}

/* A text with a cursor scrolls as far as the cursor makes it. */
static void move_cursor(struct text_state *text, int by)
{
    int line = cursor_line(text);
    int to = line + by;
    int found;

    to = to < 0 ? 0 : to >= (int)text->count ? (int)text->count - 1 : to;
    found = next_with_key(text, to, by < 0 ? -1 : 1);
    found = found >= 0 ? found : next_with_key(text, to, by < 0 ? 1 : -1);
    if (found >= 0) {
        text->cursor = text->lines[found].key;
    }
}

static void scroll_to_cursor(struct text_state *text, unsigned lines)
{
    int cursor = cursor_line(text);

    if (cursor < 0) {
        return;
    }
    if (cursor < (int)text->top || next_with_key(text, 0, 1) == cursor) {
        text->top = next_with_key(text, 0, 1) == cursor ? 0 : (unsigned)cursor;
    }
    if (cursor >= (int)(text->top + lines)) {
        text->top = (unsigned)cursor - lines + 1;
    }
}

void text_draw(struct full_screen *screen, int top, int bottom)
{
    struct text_state *text = &screen->texts[screen->view];
    unsigned lines = bottom > top ? (unsigned)(bottom - top) : 0;
    unsigned last = text->count > lines ? text->count - lines : 0;

    scroll_to_cursor(text, lines);
    if (text->follow || text->top > last) {
        text->top = last;
    }
    for (unsigned i = 0; i < lines && text->top + i < text->count; i++) {
        const struct text_line *line = &text->lines[text->top + i];
        const char *shown = line->text;

        for (unsigned skip = 0; skip < text->offset && *shown != '\0'; skip++) {
            shown += utf8_length(shown);
        }
        screen_put_line(
                top + (int)i, line->style, line->key != 0 && line->key == text->cursor, shown);
    }
}

void text_move(struct full_screen *screen, int by, int page)
{
    struct text_state *text = &screen->texts[screen->view];
    int last = (int)text->count - page;
    int top = (int)text->top + by;

    if (text->cursor != 0) {
        move_cursor(text, by);
        return;
    }
    last = last < 0 ? 0 : last;
    top = by < 0 && (int)text->top < -by ? 0 : top;
    text->follow = top >= last && screen->view == VIEW_LOG;
    text->top = (unsigned)(top > last ? last : top < 0 ? 0 : top);
}
