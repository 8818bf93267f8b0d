/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The full screen: views, one for each key 1 to 8, over one session. A view is a table of operations; two
 * kinds of them exist, lists (rows of a table of the model) and texts (lines made anew each time). A view that is both
 * has the list above, and the text is about the row with the cursor.
 */
#pragma once

#include <regex.h>

#include "console/app/session.h"
#include "console/model/columns.h"
#include "console/ui/screen.h"

#define VIEW_COLUMNS_MAX 24
#define VIEW_TRAIL_MAX   16
#define FILTER_MAX       80
#define TEXT_LINES_MAX   4096

enum view_id {
    VIEW_SYSTEM,
    VIEW_QUEUES,
    VIEW_BUDGETS,
    VIEW_MAP,
    VIEW_LOG,
    VIEW_DETAIL,
    VIEW_MODULES,
    VIEW_PROFILE,
    VIEWS
};

/* A column of a list: one of the table by its name, or drawn by a function. */
struct view_column {
    const char *name;  /* in the table, for value and sorting; NULL: cannot be sorted by */
    const char *title; /* NULL: the table's */
    unsigned width;
    unsigned width_max; /* what it takes if there is room */
    bool left;
    /* NULL: the value as text. Sets *style if that is not normal. */
    void (*draw)(const struct model *model, unsigned row, unsigned width, char *out, size_t size,
            enum screen_style *style);
};

struct list_state {
    unsigned selected; /* the object, not the line */
    bool any_selected;
    unsigned top;    /* first line shown */
    unsigned offset; /* first column shown after the fixed one */
    int sort;        /* index of a column; -1: natural order */
    bool descending;
    uint64_t marked; /* bit per object */
    unsigned rows[TABLE_ROWS_MAX];
    unsigned count;
};

struct text_line {
    enum screen_style style;
    uint64_t key; /* what it is about, for the cursor; 0: the cursor skips it */
    char text[500];
};

struct text_state {
    struct text_line *lines; /* grows as needed */
    unsigned count, room;
    unsigned top;
    unsigned offset; /* columns to the left of the screen */
    bool follow;     /* stay at the end */
    uint64_t cursor; /* the line's key; 0: none */
};

struct full_screen;

struct view {
    const char *name;
    const char *title;
    /* A list: */
    const struct table *table;
    const struct view_column *columns;
    size_t column_count;
    /* A text: makes the lines by text_add. */
    void (*make)(struct full_screen *screen, struct text_state *text);
    const char *command; /* the equivalent command line, without the program's name */
};

struct full_screen {
    struct session *session;
    const struct options *options;
    const struct model *shown; /* the model, or what it was when paused */
    struct model *frozen;      /* NULL: not paused */
    enum view_id view;
    struct {
        enum view_id view;
        unsigned pd;
    } trail[VIEW_TRAIL_MAX]; /* where Esc goes */
    unsigned trail_length;
    unsigned trail_end; /* of what lies ahead, after Esc */
    unsigned detail_pd;
    struct list_state lists[VIEWS];
    struct text_state texts[VIEWS];
    char filters[VIEWS][FILTER_MAX];
    char message[240];
    int64_t message_until; /* ms */
    int64_t write_until;   /* ms: changes are allowed; 0: read-only */
    const char *busy;      /* the command line that is being run; NULL: none */
    bool given_up;         /* it is to end */
    int64_t next_draw;     /* ms */
    double refresh_s;
    bool no_footer;
    bool quit;
    bool redraw;
};

extern const struct view *const views[VIEWS];

/* Runs until the user leaves. */
enum exit_status full_screen_run(const struct options *options, struct error_report *error);

/* --- used by views and actions --- */

void full_screen_say(struct full_screen *screen, const char *format, ...)
        __attribute__((format(printf, 2, 3)));
/* Changes the view and remembers the way back. */
void full_screen_go(struct full_screen *screen, enum view_id view);
void full_screen_back(struct full_screen *screen);
/* Undoes full_screen_back. */
void full_screen_forward(struct full_screen *screen);
/* Pauses with what is shown now, or goes on. */
void full_screen_pause(struct full_screen *screen, bool paused);
/* Whether changes are allowed now. */
bool full_screen_may_change(const struct full_screen *screen);
/* Runs while a command waits for the target: screen and keys live on. False: the command is to end. */
bool full_screen_idle(void *screen);
/* The PD that the cursor is on (in the queues: the consumer); -1 if there is none. */
int full_screen_pd(const struct full_screen *screen);
/* Draws everything and sends it. */
void full_screen_draw(struct full_screen *screen);
/* Whether a line passes the filter of the view that is shown. */
bool full_screen_passes(const struct full_screen *screen, const char *text);

/* Lists. Area: rows between `top` and `bottom` (not included), the header first. */
void list_update(struct full_screen *screen);
void list_draw(struct full_screen *screen, int top, int bottom);
void list_move(struct full_screen *screen, int by);
void list_scroll(struct full_screen *screen, int by);
/* Chooses the next or previous column as the one to sort by. */
void list_sort_next(struct full_screen *screen, int by);
/* False: there is no such column. */
bool list_sort_by(struct full_screen *screen, const char *column);
void list_click(struct full_screen *screen, int row, int column, int top);

/* Texts. */
void text_update(struct full_screen *screen);
void text_draw(struct full_screen *screen, int top, int bottom);
void text_move(struct full_screen *screen, int by, int page);
void text_add(struct text_state *text, enum screen_style style, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* The line added last is one that the cursor can be on. */
void text_key(struct text_state *text, uint64_t key);
void text_free(struct text_state *text);
