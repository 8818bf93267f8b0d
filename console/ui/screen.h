/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal as a grid. With prompt.h the only code that knows ncurses; what is drawn goes out as
 * differences at screen_show. The terminal is as it was after screen_close, a stop, and a crash.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/lib/error_report.h"

enum screen_style {
    STYLE_NORMAL,
    STYLE_TITLE,  /* status line */
    STYLE_TAB,    /* the view that is shown */
    STYLE_HEADER, /* names of columns */
    STYLE_DIM,    /* old, unimportant */
    STYLE_GOOD,   /* bars, running */
    STYLE_WARNING,
    STYLE_BAD,
    STYLE_MARKED,
    STYLE_SELECTED, /* the line with the cursor; combined by screen_put */
    STYLE_KEY,      /* a key in the bottom line */
    STYLES
};

/* Keys beyond characters; characters are their Unicode number. */
enum screen_key {
    KEY_NONE = -1, /* nothing was typed */
    SCREEN_UP = 0x110000,
    SCREEN_DOWN,
    SCREEN_LEFT,
    SCREEN_RIGHT,
    SCREEN_PAGE_UP,
    SCREEN_PAGE_DOWN,
    SCREEN_HOME,
    SCREEN_END,
    SCREEN_ENTER,
    SCREEN_ESCAPE,
    SCREEN_BACKSPACE,
    SCREEN_DELETE,
    SCREEN_TAB,
    SCREEN_F1, /* F2 to F12 follow */
    SCREEN_F12 = SCREEN_F1 + 11,
    SCREEN_RESIZE,
    SCREEN_CLICK,
    SCREEN_MENU, /* the right button */
    SCREEN_WHEEL_UP,
    SCREEN_WHEEL_DOWN,
};

struct screen_wishes {
    bool ascii;
    bool no_color;
    bool mouse;
};

/* Where a mouse event was. */
struct screen_place {
    int row, column;
};

/* False: *error says why the terminal cannot be used. */
bool screen_open(const struct screen_wishes *wishes, struct error_report *error);
/* Gives the terminal back. May be called twice. */
void screen_close(void);

/* Name and version of the library. */
const char *screen_library(void);
int screen_rows(void);
int screen_columns(void);
bool screen_utf8(void);
bool screen_mouse(void);
void screen_set_mouse(bool on);

/* Reads a key if there is one; waits at most some milliseconds for the rest of a sequence. */
int screen_read_key(struct screen_place *place);

/* Begins a new picture. */
void screen_erase(void);
/* Everything anew at the next screen_show, whatever the terminal has done to it. */
void screen_redraw(void);
/*
 * Text at row and column, at most `width` columns of it and blanks up to there. Style may have
 * STYLE_SELECTED added by `selected`. Draws into the popup if one is open.
 */
void screen_put(
        int row, int column, int width, enum screen_style style, bool selected, const char *text);
/* The same for a whole row, from its left end; what does not fit is left out at the right. */
void screen_put_line(int row, enum screen_style style, bool selected, const char *text);
/* Shows the cursor there; without a call it is hidden. */
void screen_cursor(int row, int column);
/* Sends what has changed. */
void screen_show(void);

/*
 * A window on top of everything, centred, with a frame and a title. Coordinates are then relative to
 * its inside. screen_popup_end goes back to drawing below it.
 */
void screen_popup_begin(int rows, int columns, const char *title);
void screen_popup_end(void);
