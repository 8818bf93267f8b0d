/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/app/interrupt.h"
#include "console/commands/all.h"
#include "console/commands/complete.h"
#include "console/commands/line.h"

#define LINE_BYTES 1024

static void candidates(void *context, const char *line, size_t start, prompt_add_fn add, void *to)
{
    struct session *session = context;

    if (start == 0) {
        add(to, "quit");
    }
    complete_line(session->model, &session->programs, line, start, add, to);
}

static bool lists_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->pds_known;
}

/* From a file or a pipe: no prompt, no history, the first failure ends it. */
static char *read_plain(void)
{
    char *line = NULL;
    size_t size = 0;

    if (getline(&line, &size, stdin) < 0) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static enum exit_status run_lines(
        struct command_run *run, struct session *session, bool interactive)
{
    const struct prompt_source source = { session, candidates };
    enum exit_status status = STATUS_OK;
    char *line;

    while (!interrupt_seen()
            && (line = interactive ? prompt_read("lionscope> ", &source) : read_plain()) != NULL) {
        bool quit = strcmp(line, "quit") == 0 || strcmp(line, "exit") == 0;
        struct error_report error = { .status = STATUS_OK };

        session_step(session);
        if (!quit && line[strspn(line, " \t")] != '\0' && line[strspn(line, " \t")] != '#') {
            status = line_run(run->options, session, line, run->out, &error);
        }
        if (error.status != STATUS_OK) {
            error_print("lionscope", &error);
        }
        free(line);
        if (quit || (!interactive && status != STATUS_OK)) {
            break;
        }
    }
    return interactive ? STATUS_OK : status;
}

static enum exit_status run_shell(struct command_run *run)
{
    struct session_needs needs = command_needs(run->options);
    struct session *session;
    char history[512];
    bool interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    enum exit_status status;

    if (run->inside) {
        return command_usage(run, "this is a prompt already");
    }
    needs.log = true;
    session = command_session(run, &needs);
    if (session == NULL
            || !session_wait(session, lists_known, NULL, run->options->timeout_s, &run->error)) {
        return run->error.status;
    }
    if (interactive && line_history_path(history, sizeof(history))) {
        prompt_history(history);
    }
    status = run_lines(run, session, interactive);
    if (interactive) {
        prompt_history_save();
    }
    return status;
}

const struct command command_shell = {
    .name = "shell",
    .arguments = "",
    .summary = "a prompt with history and completion; or commands from standard input",
    .details = "Commands one after the other over one connection, without 'lionscope' before them. "
               "Tab completes commands, options, protection domains, queues and variables. From a "
               "file or a pipe the first failure ends it, with its status.",
    .options = "interval queues",
    .examples = "lionscope shell\n"
                "printf 'ps\\nqueues --json\\n' | lionscope shell\n",
    .run = run_shell,
};
