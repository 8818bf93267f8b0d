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
    va_start(arguments, format);
    vsnprintf(line->text, sizeof(line->text), format, arguments);
    va_end(arguments);
}

void text_free(struct text_state *text)
{
    free(text->lines);
    *text = (struct text_state){ 0 };
}

void text_update(struct full_screen *screen)
{
    struct text_state *text = &screen->texts[screen->view];

    text->count = 0;
    views[screen->view]->make(screen, text);
}

void text_draw(struct full_screen *screen, int top, int bottom)
{
    struct text_state *text = &screen->texts[screen->view];
    unsigned lines = bottom > top ? (unsigned)(bottom - top) : 0;
    unsigned last = text->count > lines ? text->count - lines : 0;

    if (text->follow || text->top > last) {
        text->top = last;
    }
    for (unsigned i = 0; i < lines && text->top + i < text->count; i++) {
        const struct text_line *line = &text->lines[text->top + i];
        const char *shown = line->text;

        for (unsigned skip = 0; skip < text->offset && *shown != '\0'; skip++) {
            shown += utf8_length(shown);
        }
        screen_put_line(top + (int)i, line->style, false, shown);
    }
}

void text_move(struct full_screen *screen, int by, int page)
{
    struct text_state *text = &screen->texts[screen->view];
    int last = (int)text->count - page;
    int top = (int)text->top + by;

    last = last < 0 ? 0 : last;
    top = by < 0 && (int)text->top < -by ? 0 : top;
    text->follow = top >= last && screen->view == VIEW_LOG;
    text->top = (unsigned)(top > last ? last : top < 0 ? 0 : top);
}
