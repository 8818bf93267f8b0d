/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/line.h"

#include <stdlib.h>
#include <string.h>

#include "console/app/state_folder.h"

#define WORDS_MAX (OPTIONS_ARGUMENTS_MAX + 16)

bool line_history_path(char *path, size_t size)
{
    return state_path("history", path, size);
}

/* Cuts `line` into words in place; quotes keep blanks. Returns how many; -1: a quote is not closed. */
static int split(char *line, char **words, int size)
{
    int count = 0;

    while (*(line += strspn(line, " \t")) != '\0' && count < size) {
        char *to = line;
        char quote = 0;

        words[count++] = line;
        for (; *line != '\0' && (quote != 0 || (*line != ' ' && *line != '\t')); line++) {
            if (quote == 0 && (*line == '\'' || *line == '"')) {
                quote = *line;
            } else if (*line == quote) {
                quote = 0;
            } else {
                *to++ = *line;
            }
        }
        if (quote != 0) {
            return -1;
        }
        line += *line != '\0';
        *to = '\0';
    }
    return count;
}

static enum exit_status run_words(const struct options *base, struct session *session, int count,
        char **words, FILE *out, struct error_report *error)
{
    struct command_run *run = calloc(1, sizeof(*run));
    struct options options;
    enum exit_status status;

    if (run == NULL || !options_parse(&options, count, words, error)) {
        free(run);
        return error->status;
    }
    options.target = base->target;
    options.archive = base->archive;
    options.no_color = base->no_color;
    options.ascii = base->ascii;
    run->options = &options;
    run->out = out;
    run->inside = true;
    run->shared = session;
    status = options.command != NULL ? command_execute(run) : STATUS_OK;
    *error = run->error;
    free(run);
    return status;
}

enum exit_status line_run(const struct options *base, struct session *session, const char *line,
        FILE *out, struct error_report *error)
{
    char *words[WORDS_MAX + 1] = { "lionscope" };
    char *copy = strdup(line);
    int count = copy != NULL ? split(copy, words + 1, WORDS_MAX - 1) : -1;
    enum exit_status status;

    error->status = STATUS_OK;
    if (count < 0) {
        error_set(error, STATUS_USAGE, "a quote is not closed");
        free(copy);
        return STATUS_USAGE;
    }
    if (count > 0 && strcmp(words[1], "lionscope") == 0) {
        memmove(words + 1, words + 2, (size_t)(--count) * sizeof(words[0]));
    }
    status = run_words(base, session, count + 1, words, out, error);
    free(copy);
    return status;
}
