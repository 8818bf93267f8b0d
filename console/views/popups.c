/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/views/popups.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "console/model/utf8.h"
#include "console/views/actions.h"

#define SEARCH_MAX  40
#define ACTIONS_MAX 64

static struct {
    enum {
        CLOSED,
        ACTIONS,
        TEXT,
        QUESTION
    } kind;
    void (*yes)(struct full_screen *screen);
    char title[120];
    char search[SEARCH_MAX];
    unsigned selected, top;
    char *text;
} popup;

/* --- the list of actions --- */

static bool matches(const struct action *action)
{
    return popup.search[0] == '\0' || strcasestr(action->help, popup.search) != NULL
            || strcmp(action->shown, popup.search) == 0;
}

static unsigned find_actions(const struct action **found)
{
    unsigned count = 0;

    for (size_t i = 0; i < action_count && count < ACTIONS_MAX; i++) {
        if (matches(&action_table[i])) {
            found[count++] = &action_table[i];
        }
    }
    return count;
}

void popup_open_actions(struct full_screen *screen)
{
    (void)screen;
    popup.kind = ACTIONS;
    popup.selected = popup.top = 0;
    popup.search[0] = '\0';
}

static void draw_actions(void)
{
    const struct action *found[ACTIONS_MAX];
    unsigned count = find_actions(found);
    char line[200];
    int rows;

    screen_popup_begin((int)action_count + 2, 70, "Actions: type to search, Enter runs one");
    rows = screen_rows() - 2;
    snprintf(line, sizeof(line), "search: %s_", popup.search);
    screen_put(0, 0, screen_columns(), STYLE_KEY, false, line);
    popup.selected = count > 0 && popup.selected >= count ? count - 1 : popup.selected;
    if (popup.selected < popup.top) {
        popup.top = popup.selected;
    }
    if (rows > 0 && popup.selected >= popup.top + (unsigned)rows) {
        popup.top = popup.selected - (unsigned)rows + 1;
    }
    for (int i = 0; i < rows && popup.top + (unsigned)i < count; i++) {
        const struct action *action = found[popup.top + (unsigned)i];

        snprintf(line, sizeof(line), "%-12s %s", action->shown, action->help);
        screen_put_line(i + 2, STYLE_NORMAL, popup.top + (unsigned)i == popup.selected, line);
    }
}

static void search_key(int key)
{
    size_t length = strlen(popup.search);

    if (key == SCREEN_BACKSPACE && length > 0) {
        popup.search[length - 1] = '\0';
    } else if (key >= ' ' && key < 0x7f && length + 1 < SEARCH_MAX) {
        popup.search[length] = (char)key;
        popup.search[length + 1] = '\0';
        popup.selected = 0;
    }
}

static void actions_key(struct full_screen *screen, int key)
{
    const struct action *found[ACTIONS_MAX];
    unsigned count = find_actions(found);

    switch (key) {
    case SCREEN_ESCAPE:
        popup.kind = CLOSED;
        break;
    case SCREEN_UP:
        popup.selected -= popup.selected > 0;
        break;
    case SCREEN_DOWN:
        popup.selected += popup.selected + 1 < count;
        break;
    case SCREEN_ENTER:
        popup.kind = CLOSED;
        if (popup.selected < count) {
            action_run(screen, found[popup.selected]);
        }
        break;
    default:
        search_key(key);
        break;
    }
}

/* --- text --- */

void popup_open_text(const char *title, char *text)
{
    char full[sizeof(popup.title)];

    snprintf(full, sizeof(full), "%.100s   (Esc closes)", title);
    if (popup.kind != TEXT || strcmp(full, popup.title) != 0) {
        popup.top = 0;
        strcpy(popup.title, full);
    }
    free(popup.text);
    popup.kind = TEXT;
    popup.text = text;
}

static unsigned count_lines(const char *text, unsigned *widest)
{
    unsigned count = 0;
    char line[1024];

    for (; *text != '\0'; count++) {
        size_t length = strcspn(text, "\n");
        unsigned columns;

        snprintf(line, sizeof(line), "%.*s", (int)length, text);
        columns = (unsigned)utf8_columns(line);
        *widest = columns > *widest ? columns : *widest;
        text += length + (text[length] == '\n');
    }
    return count;
}

static void draw_text(void)
{
    unsigned widest = 40;
    unsigned count = count_lines(popup.text, &widest);
    const char *at = popup.text;
    char line[1024];
    unsigned rows;

    screen_popup_begin((int)count, (int)widest, popup.title);
    rows = (unsigned)screen_rows();
    popup.top = count <= rows ? 0 : popup.top > count - rows ? count - rows : popup.top;
    for (unsigned i = 0; i < popup.top + rows && *at != '\0'; i++) {
        size_t length = strcspn(at, "\n");

        snprintf(line, sizeof(line), "%.*s", (int)length, at);
        if (i >= popup.top) {
            screen_put_line((int)(i - popup.top), STYLE_NORMAL, false, line);
        }
        at += length + (at[length] == '\n');
    }
}

static void reading_key(int key)
{
    unsigned page = (unsigned)(screen_rows() > 6 ? screen_rows() - 6 : 1);

    switch (key) {
    case SCREEN_UP:
    case 'k':
        popup.top -= popup.top > 0;
        break;
    case SCREEN_DOWN:
    case 'j':
        popup.top++;
        break;
    case SCREEN_PAGE_UP:
        popup.top = popup.top > page ? popup.top - page : 0;
        break;
    case SCREEN_PAGE_DOWN:
    case ' ':
        popup.top += page;
        break;
    case SCREEN_ESCAPE:
    case SCREEN_ENTER:
    case 'q':
        popup.kind = CLOSED;
        break;
    default:
        break;
    }
}

/* --- a question --- */

void popup_open_question(
        const char *title, const char *text, void (*yes)(struct full_screen *screen))
{
    snprintf(popup.title, sizeof(popup.title), "%s", title);
    free(popup.text);
    popup.text = strdup(text);
    popup.kind = popup.text != NULL ? QUESTION : CLOSED;
    popup.top = 0;
    popup.yes = yes;
}

static void question_key(struct full_screen *screen, int key)
{
    popup.kind = CLOSED;
    if (key == 'y') {
        popup.yes(screen);
    } else {
        full_screen_say(screen, "nothing was changed");
    }
}

/* --- either --- */

bool popup_is_open(void)
{
    return popup.kind != CLOSED;
}

bool popup_is_text(void)
{
    return popup.kind == TEXT;
}

void popup_key(struct full_screen *screen, int key)
{
    if (popup.kind == ACTIONS) {
        actions_key(screen, key);
    } else if (popup.kind == QUESTION) {
        question_key(screen, key);
    } else {
        reading_key(key);
    }
}

void popup_draw(void)
{
    if (popup.kind == ACTIONS) {
        draw_actions();
    } else if (popup.kind == TEXT || popup.kind == QUESTION) {
        draw_text();
    }
}
