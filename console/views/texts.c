/* SPDX-License-Identifier: BSD-2-Clause */
/* The views that are text: Map, Log, Detail. */
#include <string.h>

#include "console/model/describe.h"
#include "console/model/log_text.h"
#include "console/views/view.h"

static enum screen_style style_of(enum line_kind kind)
{
    switch (kind) {
    case LINE_HEADING:
        return STYLE_HEADER;
    case LINE_NOTE:
        return STYLE_DIM;
    case LINE_TROUBLE:
        return STYLE_BAD;
    case LINE_PLAIN:
        break;
    }
    return STYLE_NORMAL;
}

static void add_line(void *context, enum line_kind kind, const char *line)
{
    text_add(context, style_of(kind), "%s", line);
}

static void make_map(struct full_screen *screen, struct text_state *text)
{
    describe_map(screen->shown, screen_utf8(), add_line, text);
}

const struct view map_view = { .name = "map", .title = "Map", .make = make_map, .command = "map" };

static void make_detail(struct full_screen *screen, struct text_state *text)
{
    describe_pd(screen->shown, screen->detail_pd, add_line, text);
}

const struct view detail_view = {
    .name = "detail", .title = "Detail", .make = make_detail, .command = "pd"
};

/* The log is never frozen: lines do not change, and what is new comes behind. */
static void make_log(struct full_screen *screen, struct text_state *text)
{
    const struct model *model = screen->session->model;
    static char line[LOG_TEXT_MAX];

    for (uint64_t i = model->log.begin; i < model->log.end; i++) {
        const struct log_line *entry = log_line(&model->log, i);

        log_text(model, entry, line, sizeof(line));
        if (full_screen_passes(screen, line)) {
            text_add(text,
                    entry->gap || entry->level == LEVEL_WARNING ? STYLE_WARNING
                            : entry->level == LEVEL_ERROR       ? STYLE_BAD
                                                                : STYLE_NORMAL,
                    "%s", line);
        }
    }
}

const struct view log_view = { .name = "log", .title = "Log", .make = make_log, .command = "log" };
