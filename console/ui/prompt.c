/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/ui/prompt.h"

#include <errno.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "console/model/utf8.h"
#include "console/ui/screen.h"

#define HISTORY_LINES  1000
#define CANDIDATES_MAX 2048
#define FED_MAX        16

static struct {
    const struct prompt_source *source;
    char history_path[512];
    char **candidates;
    size_t candidate_count;
    bool active, ended;
    char label[120];
    char *line;
    char shown[512]; /* what the word could be completed to */
    unsigned char fed[FED_MAX];
    size_t fed_count, fed_taken;
} prompt;

const char *prompt_library(void)
{
    static char text[40];

    snprintf(text, sizeof(text), "readline %s", rl_library_version);
    return text;
}

/* --- completion --- */

static void add_candidate(void *to, const char *candidate)
{
    const char *text = to;

    if (prompt.candidate_count < CANDIDATES_MAX && strncmp(candidate, text, strlen(text)) == 0) {
        prompt.candidates[prompt.candidate_count] = strdup(candidate);
        prompt.candidate_count += prompt.candidates[prompt.candidate_count] != NULL;
    }
}

/* Called by readline until it returns NULL; what it returns is freed by readline. */
static char *next_candidate(const char *text, int state)
{
    static size_t at;

    (void)text;
    at = state == 0 ? 0 : at;
    return at < prompt.candidate_count ? prompt.candidates[at++] : NULL;
}

static char **complete(const char *text, int start, int end)
{
    char **matches;

    (void)end;
    rl_attempted_completion_over = 1; /* no names of files instead */
    prompt.shown[0] = '\0';
    if (prompt.source == NULL) {
        return NULL;
    }
    prompt.candidates = calloc(CANDIDATES_MAX, sizeof(*prompt.candidates));
    prompt.candidate_count = 0;
    if (prompt.candidates == NULL) {
        return NULL;
    }
    prompt.source->candidates(
            prompt.source->context, rl_line_buffer, (size_t)start, add_candidate, (void *)text);
    matches = rl_completion_matches(text, next_candidate);
    free(prompt.candidates);
    if (matches != NULL && matches[1] == NULL && matches[0][0] != '\0'
            && matches[0][strlen(matches[0]) - 1] == '/') {
        rl_completion_suppress_append = 1; /* a folder: its files come next */
    }
    return matches;
}

/* In the full screen readline must not print; the candidates are shown above the line. */
static void show_candidates(char **matches, int count, int longest)
{
    size_t length = 0;

    (void)longest;
    for (int i = 1; i <= count && length < sizeof(prompt.shown); i++) {
        length += (size_t)snprintf(
                prompt.shown + length, sizeof(prompt.shown) - length, "%s  ", matches[i]);
    }
}

/* --- history --- */

void prompt_history(const char *path)
{
    if (path != NULL && strlen(path) < sizeof(prompt.history_path)) {
        strcpy(prompt.history_path, path);
        using_history();
        stifle_history(HISTORY_LINES);
        read_history(path);
    }
}

void prompt_history_save(void)
{
    if (prompt.history_path[0] != '\0') {
        write_history(prompt.history_path);
    }
}

static void remember(const char *line)
{
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;

    if (line[0] != '\0' && (last == NULL || strcmp(last->line, line) != 0)) {
        add_history(line);
    }
}

/* --- in the full screen --- */

static int next_fed(FILE *stream)
{
    (void)stream;
    return prompt.fed_taken < prompt.fed_count ? prompt.fed[prompt.fed_taken++] : EOF;
}

static void draw_nothing(void)
{
}

static void take_line(char *line)
{
    prompt.line = line;
    prompt.ended = true;
    rl_callback_handler_remove();
}

static void prepare(const struct prompt_source *source)
{
    prompt.source = source;
    rl_readline_name = "lionscope";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = " \t";
    rl_completion_suppress_append = 0;
}

/* Readline looks by itself whether more was typed: it must find nothing, not an end. */
static FILE *never_readable(void)
{
    int ends[2];

    return pipe(ends) == 0 ? fdopen(ends[0], "r") : NULL; /* the other end stays open */
}

void prompt_begin(const char *label, const char *initial, const struct prompt_source *source)
{
    static FILE *silence, *nowhere;

    prepare(source);
    if (nowhere == NULL) {
        nowhere = fopen("/dev/null", "we");
        silence = never_readable();
    }
    rl_instream = silence;
    rl_outstream = nowhere;
    rl_getc_function = next_fed;
    rl_redisplay_function = draw_nothing;
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    rl_completion_display_matches_hook = show_candidates;
    free(prompt.line);
    prompt.line = NULL;
    prompt.shown[0] = '\0';
    snprintf(prompt.label, sizeof(prompt.label), "%s", label);
    rl_callback_handler_install("", take_line);
    rl_insert_text(initial);
    prompt.active = true;
    prompt.ended = false;
}

bool prompt_active(void)
{
    return prompt.active;
}

/* The bytes that a terminal sends for a key. */
static size_t bytes_of(int key, unsigned char *bytes)
{
    static const struct {
        int key;
        const char *bytes;
    } named[] = { { SCREEN_UP, "\033[A" }, { SCREEN_DOWN, "\033[B" }, { SCREEN_RIGHT, "\033[C" },
        { SCREEN_LEFT, "\033[D" }, { SCREEN_HOME, "\001" }, { SCREEN_END, "\005" },
        { SCREEN_ENTER, "\r" }, { SCREEN_BACKSPACE, "\177" }, { SCREEN_DELETE, "\033[3~" },
        { SCREEN_TAB, "\t" } };

    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        if (named[i].key == key) {
            size_t length = strlen(named[i].bytes);

            memcpy(bytes, named[i].bytes, length);
            return length;
        }
    }
    if (key > 0 && key < 0x80) {
        bytes[0] = (unsigned char)key;
        return 1;
    }
    return key > 0 && key < 0x110000 ? (size_t)snprintf((char *)bytes, FED_MAX, "%lc", (wint_t)key)
                                     : 0;
}

static void cancel(void)
{
    rl_callback_handler_remove();
    free(prompt.line);
    prompt.line = NULL;
    prompt.ended = true;
}

void prompt_key(int key)
{
    if (!prompt.active || prompt.ended) {
        return;
    }
    if (key == SCREEN_ESCAPE || key == 3 /* ctrl-c */
            || (key == SCREEN_BACKSPACE && rl_end == 0)) {
        cancel();
        return;
    }
    if (key != SCREEN_TAB) {
        prompt.shown[0] = '\0';
    }
    prompt.fed_count = bytes_of(key, prompt.fed);
    prompt.fed_taken = 0;
    while (prompt.fed_taken < prompt.fed_count && !prompt.ended) {
        rl_callback_read_char();
    }
}

bool prompt_ended(const char **line)
{
    if (!prompt.active || !prompt.ended) {
        return false;
    }
    prompt.active = false;
    if (prompt.line != NULL && prompt.source != NULL) {
        remember(prompt.line);
    }
    *line = prompt.line;
    return true;
}

void prompt_draw(int row)
{
    int label = (int)strlen(prompt.label);
    int width = screen_columns() - label;
    char before[512];
    const char *text = rl_line_buffer;
    int cursor;

    snprintf(before, sizeof(before), "%.*s", rl_point, rl_line_buffer);
    cursor = (int)utf8_columns(before);
    for (; cursor >= width && *text != '\0'; cursor--) { /* the end of a long line is shown */
        text += utf8_length(text);
    }
    screen_put(row, 0, label, STYLE_KEY, false, prompt.label);
    screen_put(row, label, width, STYLE_NORMAL, false, text);
    if (prompt.shown[0] != '\0') {
        screen_put(row - 1, 0, screen_columns(), STYLE_DIM, false, prompt.shown);
    }
    screen_cursor(row, label + cursor);
}

/* --- alone --- */

char *prompt_read(const char *label, const struct prompt_source *source)
{
    char *line;

    prepare(source);
    rl_catch_sigwinch = 1;
    line = readline(label);
    if (line != NULL) {
        remember(line);
    }
    return line;
}
