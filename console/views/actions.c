/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/views/actions.h"

#include <string.h>

#include "console/ui/prompt.h"
#include "console/views/modules.h"
#include "console/views/popups.h"
#include "console/views/profile.h"
#include "console/views/prompts.h"

#define REFRESH_MIN_S 0.2
#define REFRESH_MAX_S 60.0

/* Views with both have the cursor in the list. */
static bool is_list(const struct full_screen *screen)
{
    return views[screen->view]->table != NULL;
}

static int page(void)
{
    return screen_rows() > 6 ? screen_rows() - 5 : 1;
}

static void move(struct full_screen *screen, int by)
{
    if (is_list(screen)) {
        list_move(screen, by);
    } else {
        text_move(screen, by, page());
    }
}

/* --- why an action does nothing --- */

static const char *only_lists(const struct full_screen *screen)
{
    return is_list(screen) ? NULL : "this view is text: it has no rows to mark or sort";
}

static const char *only_with_pd(const struct full_screen *screen)
{
    return full_screen_pd(screen) >= 0 ? NULL : "no protection domain is selected";
}

static const char *only_with_something(const struct full_screen *screen)
{
    return screen->view == VIEW_PROFILE ? profile_why_no_open(screen) : only_with_pd(screen);
}

static const char *only_paused(const struct full_screen *screen)
{
    return screen->frozen != NULL ? NULL : "only while paused (p)";
}

/* --- moving --- */

static void up(struct full_screen *screen)
{
    move(screen, -1);
}

static void down(struct full_screen *screen)
{
    move(screen, 1);
}

static void page_up(struct full_screen *screen)
{
    move(screen, -page());
}

static void page_down(struct full_screen *screen)
{
    move(screen, page());
}

static void first(struct full_screen *screen)
{
    move(screen, -TEXT_LINES_MAX);
}

static void last(struct full_screen *screen)
{
    move(screen, TEXT_LINES_MAX);
}

static void scroll(struct full_screen *screen, int by)
{
    if (is_list(screen)) {
        list_scroll(screen, by);
    } else {
        int offset = (int)screen->texts[screen->view].offset + 8 * by;

        screen->texts[screen->view].offset = offset > 0 ? (unsigned)offset : 0;
    }
}

static void left(struct full_screen *screen)
{
    scroll(screen, -1);
}

static void right(struct full_screen *screen)
{
    scroll(screen, 1);
}

/* --- views --- */

static void open_selected(struct full_screen *screen)
{
    if (screen->view == VIEW_PROFILE) {
        profile_open(screen);
        return;
    }
    screen->detail_pd = (unsigned)full_screen_pd(screen);
    full_screen_go(screen, VIEW_DETAIL);
}

static void go_system(struct full_screen *screen)
{
    full_screen_go(screen, VIEW_SYSTEM);
}

static void go_queues(struct full_screen *screen)
{
    full_screen_go(screen, VIEW_QUEUES);
}

static void go_budgets(struct full_screen *screen)
{
    full_screen_go(screen, VIEW_BUDGETS);
}

static void go_map(struct full_screen *screen)
{
    full_screen_go(screen, VIEW_MAP);
}

static void go_log(struct full_screen *screen)
{
    full_screen_go(screen, VIEW_LOG);
}

static void go_detail(struct full_screen *screen)
{
    int pd = full_screen_pd(screen);

    if (pd >= 0) {
        screen->detail_pd = (unsigned)pd;
    }
    full_screen_go(screen, VIEW_DETAIL);
}

static void go_modules(struct full_screen *screen)
{
    full_screen_go(screen, VIEW_MODULES);
}

static void go_profile(struct full_screen *screen)
{
    full_screen_go(screen, VIEW_PROFILE);
}

static void log_of_selected(struct full_screen *screen)
{
    int pd = full_screen_pd(screen);

    snprintf(screen->filters[VIEW_LOG], FILTER_MAX, "%s",
            names_pd(&screen->shown->names, (unsigned)pd));
    full_screen_go(screen, VIEW_LOG);
}

static void quit(struct full_screen *screen)
{
    screen->quit = true;
}

/* --- rows --- */

static void sort_next(struct full_screen *screen)
{
    list_sort_next(screen, 1);
}

static void sort_previous(struct full_screen *screen)
{
    list_sort_next(screen, -1);
}

static void reverse(struct full_screen *screen)
{
    struct list_state *list = &screen->lists[screen->view];

    list->descending = !list->descending;
}

static void mark(struct full_screen *screen)
{
    struct list_state *list = &screen->lists[screen->view];

    list->marked ^= UINT64_C(1) << list->selected;
    list_move(screen, 1);
}

static void unmark(struct full_screen *screen)
{
    screen->lists[screen->view].marked = 0;
}

/* --- time --- */

static void pause_or_go_on(struct full_screen *screen)
{
    full_screen_pause(screen, screen->frozen == NULL);
}

static void step(struct full_screen *screen)
{
    full_screen_pause(screen, false);
    full_screen_pause(screen, true);
}

static void faster(struct full_screen *screen)
{
    screen->refresh_s =
            screen->refresh_s / 2 < REFRESH_MIN_S ? REFRESH_MIN_S : screen->refresh_s / 2;
}

static void slower(struct full_screen *screen)
{
    screen->refresh_s =
            screen->refresh_s * 2 > REFRESH_MAX_S ? REFRESH_MAX_S : screen->refresh_s * 2;
}

/* --- the rest --- */

static void toggle_footer(struct full_screen *screen)
{
    screen->no_footer = !screen->no_footer;
}

static void toggle_mouse(struct full_screen *screen)
{
    screen_set_mouse(!screen_mouse());
    full_screen_say(screen,
            screen_mouse() ? "mouse on: click selects, header sorts (shift: the "
                             "terminal's own selection)"
                           : "mouse off");
}

static void redraw(struct full_screen *screen)
{
    (void)screen;
    screen_redraw();
}

static void follow(struct full_screen *screen)
{
    struct text_state *text = &screen->texts[VIEW_LOG];

    text->follow = !text->follow;
    full_screen_say(screen, text->follow ? "follows the log" : "stays where it is");
}

static const char *only_log(const struct full_screen *screen)
{
    return screen->view == VIEW_LOG ? NULL : "only the log can be followed (5)";
}

static const char *no_changes(const struct full_screen *screen)
{
    (void)screen;
    return NULL;
}

const struct action action_table[] = {
    { '?', SCREEN_F1, "? F1", "?Help", "this list", NULL, popup_open_actions },
    { SCREEN_UP, 'k', "up k", NULL, "one line up", NULL, up },
    { SCREEN_DOWN, 'j', "down j", NULL, "one line down", NULL, down },
    { SCREEN_PAGE_UP, 2, "PgUp ^B", NULL, "one page up", NULL, page_up },
    { SCREEN_PAGE_DOWN, 6, "PgDn ^F", NULL, "one page down", NULL, page_down },
    { SCREEN_HOME, 'g', "Home g", NULL, "to the first line", NULL, first },
    { SCREEN_END, 'G', "End G", NULL, "to the last line", NULL, last },
    { SCREEN_LEFT, 'h', "left h", NULL, "columns to the left", NULL, left },
    { SCREEN_RIGHT, 'l', "right l", NULL, "columns to the right", NULL, right },
    { '1', KEY_NONE, "1", NULL, "view: System, a row for each protection domain", NULL, go_system },
    { '2', KEY_NONE, "2", NULL, "view: Queues", NULL, go_queues },
    { '3', KEY_NONE, "3", NULL, "view: Budgets of scheduling contexts", NULL, go_budgets },
    { '4', KEY_NONE, "4", NULL, "view: Map of who signals and calls whom", NULL, go_map },
    { '5', KEY_NONE, "5", NULL, "view: Log", NULL, go_log },
    { '6', KEY_NONE, "6", NULL, "view: Detail of one protection domain", NULL, go_detail },
    { '7', KEY_NONE, "7", NULL, "view: Modules, the images that can be replaced", NULL,
            go_modules },
    { '8', KEY_NONE, "8", NULL, "view: Profile, where time goes", NULL, go_profile },
    { SCREEN_ENTER, KEY_NONE, "Enter", "Enter Open",
            "detail of what is selected: a protection domain, a function of a profile",
            only_with_something, open_selected },
    { SCREEN_ESCAPE, SCREEN_BACKSPACE, "Esc", "Esc Back", "back to where you came from", NULL,
            full_screen_back },
    { ']', KEY_NONE, "]", NULL, "forward to where Esc came from", NULL, full_screen_forward },
    { '/', KEY_NONE, "/", "/Filter", "show only what matches a regular expression (!: what not)",
            NULL, prompt_filter },
    { 's', '>', "s >", "sSort", "sort by the next column", only_lists, sort_next },
    { '<', KEY_NONE, "<", NULL, "sort by the previous column", only_lists, sort_previous },
    { 'r', KEY_NONE, "r", NULL, "reverse the order", only_lists, reverse },
    { ' ', KEY_NONE, "Space", "SpaceMark", "mark or unmark the row", only_lists, mark },
    { 'u', KEY_NONE, "u", NULL, "unmark all", only_lists, unmark },
    { 'p', 'Z', "p Z", "pPause", "pause, or go on; data are recorded all the time", NULL,
            pause_or_go_on },
    { '.', KEY_NONE, ".", NULL, "one step while paused", only_paused, step },
    { '+', KEY_NONE, "+", NULL, "refresh more often", NULL, faster },
    { '-', KEY_NONE, "-", NULL, "refresh less often", NULL, slower },
    { 'L', KEY_NONE, "L", NULL, "log of the selected protection domain", only_with_pd,
            log_of_selected },
    { 'f', KEY_NONE, "f", NULL, "follow the log's end, or stay", only_log, follow },
    { 'R', KEY_NONE, "R", "RReload", "Modules: replace the image of the selected PD; asks before",
            modules_why_not, modules_reload },
    { 'B', KEY_NONE, "B", "BBack", "Modules: bring the previous image back; asks before",
            modules_why_no_rollback, modules_rollback },
    { 'W', KEY_NONE, "W", NULL, "allow changes of the target for ten minutes, or no longer", NULL,
            modules_toggle_allowed },
    { 'S', KEY_NONE, "S", "SStart/stop", "Profile: start or stop sampling", profile_why_not,
            profile_toggle },
    { 'v', KEY_NONE, "v", "vBy", "Profile: by function, PD, who pays, or as call tree",
            profile_only_here, profile_next_mode },
    { 'a', KEY_NONE, "a", "aAnnotate", "Profile: source and instructions of the selected function",
            profile_why_no_annotate, profile_annotate },
    { ':', KEY_NONE, ":", ":Command", "a command line: all that lionscope can do", NULL,
            prompt_command },
    { 'D', KEY_NONE, "D", NULL, "doctor: look for problems", NULL, prompt_doctor },
    { 'w', KEY_NONE, "w", NULL, "write this view to a file, as its command prints it", NULL,
            prompt_write },
    { 'c', KEY_NONE, "c", NULL, "show the command line that prints this view", NULL,
            prompt_show_command },
    { 'y', KEY_NONE, "y", NULL, "show the marked rows, or the selected one, as JSON", no_changes,
            prompt_show_json },
    { SCREEN_F1 + 1, KEY_NONE, "F2", NULL, "hide or show the bottom line", NULL, toggle_footer },
    { 'm', KEY_NONE, "m", NULL, "mouse on or off", NULL, toggle_mouse },
    { 12, KEY_NONE, "^L", NULL, "draw everything anew", NULL, redraw },
    { 'q', KEY_NONE, "q", "qQuit", "leave", NULL, quit },
};
const size_t action_count = sizeof(action_table) / sizeof(action_table[0]);

/* Asks the target, or may: not while another command does. */
static bool may_wait(const struct action *action)
{
    static void (*const waiting[])(struct full_screen *) = { prompt_command, prompt_doctor,
        prompt_write, prompt_show_json, modules_reload, modules_rollback, profile_toggle };

    for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++) {
        if (action->run == waiting[i]) {
            return true;
        }
    }
    return false;
}

void action_run(struct full_screen *screen, const struct action *action)
{
    const char *why_not = action->why_not != NULL ? action->why_not(screen) : NULL;

    if (screen->busy != NULL && may_wait(action)) {
        full_screen_say(
                screen, "%s: '%.100s' is under way; Esc gives it up", action->shown, screen->busy);
    } else if (why_not != NULL) {
        full_screen_say(screen, "%s: %s", action->shown, why_not);
    } else {
        action->run(screen);
    }
}

void action_key(struct full_screen *screen, int key)
{
    for (size_t i = 0; i < action_count; i++) {
        if (action_table[i].key == key || action_table[i].other_key == key) {
            action_run(screen, &action_table[i]);
            return;
        }
    }
    if (key > ' ' && key < 0x7f) {
        full_screen_say(screen, "'%c' means nothing here; ? lists the keys", key);
    }
}
