/* SPDX-License-Identifier: BSD-2-Clause */
/* The frame around the views, and the loop. */
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/app/interrupt.h"
#include "console/commands/line.h"
#include "console/model/utf8.h"
#include "console/ui/prompt.h"
#include "console/views/actions.h"
#include "console/views/popups.h"
#include "console/views/profile.h"
#include "console/views/prompts.h"
#include "console/views/view.h"
#include "host-tools/lib/clock.h"

#define ROWS_MIN    8
#define COLUMNS_MIN 40
#define MESSAGE_MS  8000
#define AREA_TOP    2 /* below status line and tabs */

#define BUSY_REFRESH_MS 200

/* --- for views and actions --- */

void full_screen_say(struct full_screen *screen, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(screen->message, sizeof(screen->message), format, arguments);
    va_end(arguments);
    screen->message_until = clock_ms() + MESSAGE_MS;
}

void full_screen_go(struct full_screen *screen, enum view_id view)
{
    if (screen->trail_length == VIEW_TRAIL_MAX) {
        memmove(screen->trail, screen->trail + 1, sizeof(screen->trail) - sizeof(screen->trail[0]));
        screen->trail_length--;
    }
    if (view != screen->view) {
        screen->trail[screen->trail_length].view = screen->view;
        screen->trail[screen->trail_length].pd = screen->detail_pd;
        screen->trail_end = ++screen->trail_length;
    }
    screen->view = view;
    if (view == VIEW_DETAIL) {
        screen->texts[view].top = 0;
    }
}

void full_screen_back(struct full_screen *screen)
{
    if (screen->filters[screen->view][0] != '\0') {
        screen->filters[screen->view][0] = '\0';
    } else if (screen->trail_length > 0) {
        enum view_id left = screen->view;

        screen->trail_length--;
        screen->view = screen->trail[screen->trail_length].view;
        screen->trail[screen->trail_length].view = left; /* for the way forward */
    } else {
        full_screen_say(screen, "this is where you began; q leaves");
    }
}

void full_screen_forward(struct full_screen *screen)
{
    if (screen->trail_length < screen->trail_end) {
        enum view_id left = screen->view;

        screen->view = screen->trail[screen->trail_length].view;
        screen->trail[screen->trail_length].view = left;
        screen->trail_length++;
    } else {
        full_screen_say(screen, "there is nothing ahead");
    }
}

void full_screen_pause(struct full_screen *screen, bool paused)
{
    free(screen->frozen);
    screen->frozen = paused ? malloc(sizeof(*screen->frozen)) : NULL;
    if (screen->frozen != NULL) {
        *screen->frozen = *screen->session->model; /* names stay those of the model */
    }
    screen->shown = screen->frozen != NULL ? screen->frozen : screen->session->model;
}

int full_screen_pd(const struct full_screen *screen)
{
    const struct list_state *list = &screen->lists[screen->view];

    switch (screen->view) {
    case VIEW_SYSTEM:
    case VIEW_BUDGETS:
    case VIEW_MODULES:
        return list->any_selected ? (int)list->selected : -1;
    case VIEW_QUEUES:
        return list->any_selected ? screen->shown->queues[list->selected].consumer : -1;
    case VIEW_DETAIL:
        return (int)screen->detail_pd;
    default:
        return -1;
    }
}

bool full_screen_passes(const struct full_screen *screen, const char *text)
{
    static char compiled[FILTER_MAX];
    static regex_t pattern;
    static bool any;
    const char *filter = screen->filters[screen->view];
    bool inverse = filter[0] == '!';

    if (filter[0] == '\0') {
        return true;
    }
    if (!any || strcmp(compiled, filter) != 0) {
        if (any) {
            regfree(&pattern);
        }
        any = regcomp(&pattern, filter + inverse, REG_EXTENDED | REG_ICASE | REG_NOSUB) == 0;
        strcpy(compiled, filter);
    }
    return !any || (regexec(&pattern, text, 0, NULL, 0) == 0) != inverse;
}

/* --- the frame --- */

static void draw_status(const struct full_screen *screen)
{
    const struct model *model = screen->session->model;
    char line[900], state[80] = "", may[40] = "read-only";
    int64_t age = model_age_ms(model, clock_ms());
    bool stale = model_is_stale(model, clock_ms());
    double monitor = -1;
    size_t length;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        if (screen->shown->pds[i].flags & PROTOCOL_PD_MONITOR) {
            monitor = screen->shown->pds[i].rates.cpu * 100;
        }
    }
    if (screen->frozen != NULL) {
        snprintf(state, sizeof(state), "  PAUSED");
    } else if (model->heard_ms != 0 && stale) {
        snprintf(state, sizeof(state), "  STALE for %" PRId64 " s", age / 1000);
    }
    if (full_screen_may_change(screen)) {
        int64_t left = (screen->write_until - clock_ms()) / 1000;

        snprintf(may, sizeof(may), "WRITE for %" PRId64 ":%02" PRId64, left / 60, left % 60);
    }
    length = (size_t)snprintf(line, sizeof(line),
            "lionscope%s%s  up %.0f s  %s  lost %" PRIu64 "  every %.2g s", state,
            screen->session->link_bound ? "  link-bound" : "",
            model_ticks_to_us(model, screen->shown->time) / 1e6, may,
            screen->shown->pd_stream.lost + screen->shown->queue_stream.lost
                    + screen->shown->log.lost,
            screen->refresh_s);
    if (monitor >= 0) {
        length += (size_t)snprintf(
                line + length, sizeof(line) - length, "  monitor %.1f %%", monitor);
    }
    snprintf(line + length, sizeof(line) - length, "  %s%s%s", screen->session->target.name,
            screen->session->target.name[0] != '\0' ? " " : "", screen->session->target.place);
    screen_put_line(0, STYLE_TITLE, stale || screen->frozen != NULL, line);
}

static void draw_tabs(const struct full_screen *screen)
{
    int column = 0;
    char text[64];

    screen_put(1, 0, screen_columns(), STYLE_NORMAL, false, "");
    for (unsigned i = 0; i < VIEWS; i++) {
        snprintf(text, sizeof(text), "%u %s", i + 1, views[i]->title);
        screen_put(1, column, (int)strlen(text), i == screen->view ? STYLE_TAB : STYLE_DIM, false,
                text);
        column += (int)strlen(text) + 2;
    }
    if (screen->filters[screen->view][0] != '\0') {
        snprintf(text, sizeof(text), "filter: %.50s", screen->filters[screen->view]);
        if (column + (int)utf8_columns(text) > screen_columns()) {
            column = screen_columns() - (int)utf8_columns(text); /* over the last titles */
        }
        screen_put(1, column < 0 ? 0 : column, (int)utf8_columns(text), STYLE_WARNING, false, text);
    }
}

static void draw_message(struct full_screen *screen, int row)
{
    char trouble[400];

    if (screen->busy != NULL && screen->message_until <= clock_ms()) {
        snprintf(trouble, sizeof(trouble), "under way: %.300s   (Esc gives it up)", screen->busy);
        screen_put_line(row, STYLE_WARNING, false, trouble);
        return;
    }
    if (screen->message_until > clock_ms()) {
        screen_put_line(row, STYLE_WARNING, false, screen->message);
        return;
    }
    session_trouble(screen->session, trouble, sizeof(trouble));
    if (trouble[0] == '\0' && screen->session->model->names.has_archive
            && !screen->session->model->names.trusted) {
        snprintf(trouble, sizeof(trouble), "%s", screen->session->model->names.trouble);
    }
    if (trouble[0] == '\0') { /* what the view shows, as a command */
        strcpy(trouble, "$ lionscope ");
        prompt_command_of_view(screen, trouble + strlen(trouble), sizeof(trouble) - 20);
        screen_put_line(row, STYLE_DIM, false, trouble);
        return;
    }
    screen_put_line(row, STYLE_BAD, false, trouble);
}

/* The actions of the bottom line from the n-th on, with the column that they begin at; false: no more. */
static bool next_in_footer(const struct full_screen *screen, size_t *n, int *column, int *width)
{
    *column += *width;
    for (; *n < action_count; (*n)++) {
        const struct action *action = &action_table[*n];

        if (action->footer != NULL && *column + (int)strlen(action->footer) <= screen_columns()
                && (action->why_not == NULL || action->why_not(screen) == NULL)) {
            *width = (int)strlen(action->footer) + 2;
            return true;
        }
    }
    return false;
}

static void draw_footer(const struct full_screen *screen, int row)
{
    int column = 0, width = 0;

    screen_put(row, 0, screen_columns(), STYLE_NORMAL, false, "");
    for (size_t i = 0; next_in_footer(screen, &i, &column, &width); i++) {
        screen_put(row, column, width - 2, STYLE_KEY, false, action_table[i].footer);
    }
}

static void click_footer(struct full_screen *screen, int at)
{
    int column = 0, width = 0;

    for (size_t i = 0; next_in_footer(screen, &i, &column, &width); i++) {
        if (at >= column && at < column + width) {
            action_run(screen, &action_table[i]);
            return;
        }
    }
}

static bool is_too_small(void)
{
    char line[80];

    if (screen_rows() >= ROWS_MIN && screen_columns() >= COLUMNS_MIN) {
        return false;
    }
    snprintf(line, sizeof(line), "needs %dx%d", COLUMNS_MIN, ROWS_MIN);
    screen_put(0, 0, screen_columns(), STYLE_BAD, false, line);
    return true;
}

/* Where the list ends, in a view that has also a text: as long as it is, and at most half of the room. */
static int end_of_list(const struct full_screen *screen, int bottom)
{
    int most = AREA_TOP + (bottom - AREA_TOP) / 2;
    int wanted = AREA_TOP + 1 + (int)screen->lists[screen->view].count;

    return wanted < most ? wanted : most;
}

static void draw_view(struct full_screen *screen, int bottom)
{
    const struct view *view = views[screen->view];
    int text_top = AREA_TOP;

    if (view->table != NULL) {
        list_update(screen);
        text_top = view->make != NULL ? end_of_list(screen, bottom) : bottom;
        list_draw(screen, AREA_TOP, text_top);
        text_top += view->make != NULL; /* a line between them */
    }
    if (view->make != NULL) {
        text_update(screen);
        text_draw(screen, text_top, bottom);
    }
}

/* Whose place in its program is shown: in Detail, and of a PD that a reload waits for. */
static void want_place(const struct full_screen *screen)
{
    unsigned selected = screen->lists[VIEW_MODULES].selected;

    if (screen->view == VIEW_DETAIL) {
        place_scan_want(screen->session, (int)screen->detail_pd, PLACE_SELDOM_MS);
    } else if (screen->view == VIEW_MODULES
            && screen->session->model->modules.of[selected].state.phase == RELOAD_QUIESCING) {
        place_scan_want(screen->session, (int)selected, PLACE_OFTEN_MS);
    } else {
        place_scan_want(screen->session, -1, PLACE_SELDOM_MS);
    }
}

void full_screen_draw(struct full_screen *screen)
{
    int bottom;

    want_place(screen);
    screen_erase(); /* first: with a popup, rows are those of the popup */
    bottom = screen_rows() - (screen->no_footer ? 1 : 2);
    if (!is_too_small()) {
        draw_status(screen);
        draw_tabs(screen);
        draw_view(screen, bottom);
        draw_message(screen, bottom);
        if (!screen->no_footer) {
            draw_footer(screen, screen_rows() - 1);
        }
        if (prompt_active()) {
            prompt_draw(screen_rows() - 1);
        }
        popup_draw();
    }
    screen_show();
}

/* --- the loop --- */

static void take_click(struct full_screen *screen, const struct screen_place *place)
{
    int column = 0;

    if (place->row == screen_rows() - 1 && !screen->no_footer) {
        click_footer(screen, place->column);
        return;
    }
    if (place->row >= AREA_TOP) {
        if (views[screen->view]->table != NULL) {
            list_click(screen, place->row, place->column, AREA_TOP);
        }
        return;
    }
    for (unsigned i = 0; place->row == 1 && i < VIEWS; i++) {
        int width = (int)strlen(views[i]->title) + 2;

        if (place->column >= column && place->column < column + width) {
            full_screen_go(screen, (enum view_id)i);
            return;
        }
        column += width + 2;
    }
}

static void take_key(struct full_screen *screen, int key, const struct screen_place *place)
{
    if (key == SCREEN_RESIZE) {
        return;
    }
    if (prompt_active()) {
        prompt_key(key);
        prompt_finish(screen);
    } else if (popup_is_open()) {
        popup_key(screen, key);
    } else if (key == SCREEN_CLICK) {
        take_click(screen, place);
    } else if (key == SCREEN_MENU) {
        if (views[screen->view]->table != NULL && place->row > AREA_TOP) {
            list_click(screen, place->row, place->column, AREA_TOP); /* whom they are for */
        }
        popup_open_actions(screen);
    } else if (key == SCREEN_WHEEL_UP || key == SCREEN_WHEEL_DOWN) {
        action_key(screen, key == SCREEN_WHEEL_UP ? SCREEN_UP : SCREEN_DOWN);
    } else {
        action_key(screen, key);
    }
}

/* Something is replaced, here or from another console, and its steps are looked at. */
static bool shows_a_change(const struct full_screen *screen)
{
    return screen->view == VIEW_MODULES && modules_are_changing(screen->session->model);
}

/* Typing is answered at once; data are drawn every `refresh_s`, and more often while there is more to see. */
static void wait_for_something(struct full_screen *screen)
{
    struct pollfd ready[2] = { { STDIN_FILENO, POLLIN, 0 },
        { session_descriptor(screen->session), session_poll_events(screen->session), 0 } };
    int64_t left = screen->next_draw - clock_ms();
    int wait = session_wait_ms(screen->session);

    poll(ready, 2, left < 0 ? 0 : left < wait ? (int)left : wait);
    if (ready[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
        screen->quit = true; /* the terminal has gone */
    }
    session_step(screen->session);
    if (shows_a_change(screen) && screen->next_draw > clock_ms() + BUSY_REFRESH_MS) {
        screen->next_draw = clock_ms() + BUSY_REFRESH_MS;
    }
}

/* What was typed does not put off what is due. While something goes on, its steps are worth more pictures. */
static void draw_and_plan(struct full_screen *screen, bool typed)
{
    int64_t every = (int64_t)(screen->refresh_s * 1000);

    if (screen->busy != NULL && every > BUSY_REFRESH_MS) {
        every = BUSY_REFRESH_MS;
    }
    full_screen_draw(screen);
    if (!typed || screen->next_draw <= clock_ms()) {
        screen->next_draw = clock_ms() + every;
    }
}

bool full_screen_idle(void *context)
{
    struct full_screen *screen = context;
    struct screen_place place = { 0, 0 };
    bool typed = false;
    int key;

    while ((key = screen_read_key(&place)) != KEY_NONE) {
        if (key == SCREEN_ESCAPE && !popup_is_open()) {
            screen->given_up = true;
        } else {
            take_key(screen, key, &place);
        }
        typed = true;
    }
    profile_step(screen);
    if (typed || clock_ms() >= screen->next_draw) {
        draw_and_plan(screen, typed);
    }
    return !screen->given_up && !screen->quit && !interrupt_seen();
}

static void loop(struct full_screen *screen)
{
    uint64_t windows = 0;
    bool known = false;

    while (!screen->quit && !interrupt_seen()) {
        struct screen_place place = { 0, 0 };
        bool typed = false;
        int key;

        while ((key = screen_read_key(&place)) != KEY_NONE) {
            take_key(screen, key, &place);
            typed = true;
        }
        /* The first picture with rows, and the first with rates, come as soon as they can. */
        if (!known && screen->session->model->pds_known) {
            known = typed = true;
        }
        if (windows == 0 && screen->session->model->windows_done > 0) {
            windows = 1;
            typed = true;
        }
        if (typed || clock_ms() >= screen->next_draw) {
            if (!typed) {
                prompt_refresh_popup(screen);
            }
            draw_and_plan(screen, typed);
        }
        profile_step(screen);
        wait_for_something(screen);
    }
}

static void close_all(struct full_screen *screen, struct session *session)
{
    screen_close();
    profile_close(screen);
    prompt_history_save();
    full_screen_pause(screen, false);
    for (unsigned i = 0; i < VIEWS; i++) {
        text_free(&screen->texts[i]);
    }
    session_close(session);
}

enum exit_status full_screen_run(const struct options *options, struct error_report *error)
{
    static struct full_screen screen;
    static struct session session;
    struct session_needs needs = command_needs(options);
    const struct screen_wishes wishes = { options->ascii, options->no_color, options->mouse };
    char history[512];

    needs.log = true;
    if (!session_open(&session, options, &needs, error)) {
        return error->status;
    }
    screen = (struct full_screen){ .session = &session,
        .options = options,
        .shown = session.model,
        .refresh_s = options->interval_s };
    for (unsigned i = 0; i < VIEWS; i++) {
        screen.lists[i].sort = -1;
    }
    screen.texts[VIEW_LOG].follow = true;
    if (!screen_open(&wishes, error)) {
        session_close(&session);
        return error->status;
    }
    if (line_history_path(history, sizeof(history))) {
        prompt_history(history);
    }
    loop(&screen);
    close_all(&screen, &session);
    return interrupt_seen() ? STATUS_INTERRUPTED : STATUS_OK;
}
