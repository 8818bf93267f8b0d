/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/views/prompts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/commands/command.h"
#include "console/commands/complete.h"
#include "console/commands/line.h"
#include "console/views/modules.h"
#include "console/views/popups.h"

static void (*ended)(struct full_screen *screen, const char *line);

static void candidates(void *context, const char *line, size_t start, prompt_add_fn add, void *to)
{
    const struct full_screen *screen = context;

    if (start == 0) {
        add(to, "quit");
        add(to, "view");
        add(to, "write");
    }
    if (strncmp(line, "write ", 6) == 0) {
        add(to, "on");
        add(to, "off");
    }
    for (unsigned i = 0; strncmp(line, "view ", 5) == 0 && i < VIEWS; i++) {
        add(to, views[i]->name);
    }
    complete_line(screen->session->model, &screen->session->programs, line, start, add, to);
}

static const struct prompt_source *source_of(struct full_screen *screen)
{
    static struct prompt_source source;

    source = (struct prompt_source){ screen, candidates };
    return &source;
}

/* --- commands --- */

static void report(struct full_screen *screen, const struct error_report *error)
{
    full_screen_say(
            screen, "%s%s%s", error->text, error->advice[0] != '\0' ? "; " : "", error->advice);
}

/* The command whose output is shown and goes on changing; "" if there is none. */
static char watched[300];

/* Runs a command and shows what it printed. */
static void run_line(struct full_screen *screen, const char *line)
{
    struct error_report error;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        return;
    }
    line_run(screen->options, screen->session, line, out, &error);
    fclose(out);
    if (error.status != STATUS_OK && error.text[0] != '\0') {
        report(screen, &error);
    }
    watched[0] = '\0';
    if (size > 0) {
        if (strncmp(line, "watch ", 6) == 0 && strlen(line) < sizeof(watched)) {
            strcpy(watched, line);
        }
        popup_open_text(line, text);
    } else {
        free(text);
    }
}

void prompt_run(struct full_screen *screen, const char *line)
{
    char copy[900];

    snprintf(copy, sizeof(copy), "%s", line);
    screen->busy = copy;
    screen->given_up = false;
    screen->message_until = 0;
    screen->session->idle = full_screen_idle;
    screen->session->idle_context = screen;
    run_line(screen, copy);
    screen->session->idle = NULL;
    screen->busy = NULL;
}

void prompt_refresh_popup(struct full_screen *screen)
{
    char line[sizeof(watched)];

    if (watched[0] != '\0' && popup_is_text() && screen->frozen == NULL) {
        strcpy(line, watched);
        run_line(screen, line);
    }
}

static bool change_view(struct full_screen *screen, const char *name)
{
    for (unsigned i = 0; i < VIEWS; i++) {
        if (strcmp(views[i]->name, name) == 0) {
            full_screen_go(screen, (enum view_id)i);
            return true;
        }
    }
    return false;
}

/* Whether it is a command that changes the target, and is not only to say what it would do. */
static bool changes_target(const char *line)
{
    const struct command *command;
    char word[40];

    line += strncmp(line, "lionscope ", 10) == 0 ? 10 : 0;
    while (line[0] == '-') { /* options may stand before it */
        line += strcspn(line, " ");
        line += strspn(line, " ");
    }
    snprintf(word, sizeof(word), "%.*s", (int)strcspn(line, " "), line);
    command = command_find(word);
    return command != NULL && command->changes && strstr(line, "--dry-run") == NULL;
}

static void command_ended(struct full_screen *screen, const char *line)
{
    line += strspn(line, " \t");
    if (strcmp(line, "q") == 0 || strcmp(line, "quit") == 0) {
        screen->quit = true;
    } else if (strncmp(line, "view ", 5) == 0) {
        if (!change_view(screen, line + 5)) {
            full_screen_say(screen, "there is no view '%s'", line + 5);
        }
    } else if (strncmp(line, "write ", 6) == 0) {
        modules_allow(screen, strcmp(line + 6, "on") == 0);
    } else if (changes_target(line)) {
        modules_confirm(screen, line);
    } else if (line[0] != '\0') {
        prompt_run(screen, line);
    }
}

void prompt_command(struct full_screen *screen)
{
    ended = command_ended;
    prompt_begin(":", "", source_of(screen));
}

void prompt_doctor(struct full_screen *screen)
{
    prompt_run(screen, "doctor");
}

/* --- the command that shows the same --- */

void prompt_command_of_view(const struct full_screen *screen, char *out, size_t size)
{
    const struct view *view = views[screen->view];
    const struct list_state *list = &screen->lists[screen->view];
    size_t length = (size_t)snprintf(out, size, "%s", view->command);

    if (screen->view == VIEW_DETAIL) {
        length += (size_t)snprintf(out + length, size - length, " %s",
                names_pd(&screen->shown->names, screen->detail_pd));
    }
    if (view->table != NULL && list->sort >= 0) {
        length += (size_t)snprintf(out + length, size - length, " --sort %s%s",
                view->columns[list->sort].name, list->descending ? " --reverse" : "");
    }
    if (screen->filters[screen->view][0] != '\0') {
        snprintf(out + length, size - length, " --filter '%s'", screen->filters[screen->view]);
    }
}

void prompt_show_command(struct full_screen *screen)
{
    char line[300];

    prompt_command_of_view(screen, line, sizeof(line));
    full_screen_say(screen, "lionscope --target %s %s", screen->session->target.place, line);
}

void prompt_show_json(struct full_screen *screen)
{
    const struct list_state *list = &screen->lists[screen->view];
    char line[2000];
    int pd = full_screen_pd(screen);

    if (pd < 0 || views[screen->view]->table == NULL) {
        full_screen_say(screen, "y: nothing is selected here");
        return;
    }
    snprintf(line, sizeof(line), "%s --json --filter '^(", views[screen->view]->command);
    for (unsigned row = 0; row < TABLE_ROWS_MAX; row++) {
        bool wanted = list->marked != 0 ? (list->marked >> row & 1) != 0 : row == list->selected;
        size_t length = strlen(line);

        if (wanted && length + 100 < sizeof(line)) {
            snprintf(line + length, sizeof(line) - length, "%s%s",
                    line[length - 1] != '(' ? "|" : "",
                    screen->view == VIEW_QUEUES ? screen->shown->queues[row].name
                                                : names_pd(&screen->shown->names, row));
        }
    }
    strcat(line, ")$'");
    prompt_run(screen, line);
}

/* --- filter --- */

static void filter_ended(struct full_screen *screen, const char *line)
{
    regex_t pattern;

    if (regcomp(&pattern, line + (line[0] == '!'), REG_EXTENDED | REG_NOSUB) != 0) {
        full_screen_say(screen, "'%s' is no regular expression", line);
        return;
    }
    regfree(&pattern);
    snprintf(screen->filters[screen->view], FILTER_MAX, "%s", line);
}

void prompt_filter(struct full_screen *screen)
{
    ended = filter_ended;
    prompt_begin("/", screen->filters[screen->view], NULL);
}

/* --- write --- */

static void write_ended(struct full_screen *screen, const char *line)
{
    struct error_report error;
    char command[300];
    FILE *file;

    if (line[0] == '\0') {
        return;
    }
    file = fopen(line, "wxe");
    if (file == NULL) {
        full_screen_say(screen, "%s: %s", line, strerror(errno));
        return;
    }
    prompt_command_of_view(screen, command, sizeof(command));
    line_run(screen->options, screen->session, command, file, &error);
    fclose(file);
    if (error.status != STATUS_OK) {
        report(screen, &error);
    } else {
        full_screen_say(screen, "written to %s", line);
    }
}

void prompt_write(struct full_screen *screen)
{
    ended = write_ended;
    prompt_begin("write to new file: ", "", NULL);
    (void)screen;
}

void prompt_ask(struct full_screen *screen, const char *label, const struct prompt_source *source,
        void (*then)(struct full_screen *screen, const char *line))
{
    (void)screen;
    ended = then;
    prompt_begin(label, "", source);
}

void prompt_finish(struct full_screen *screen)
{
    const char *line;

    if (prompt_ended(&line) && line != NULL) {
        ended(screen, line);
    }
}
