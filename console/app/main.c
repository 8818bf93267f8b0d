/* SPDX-License-Identifier: BSD-2-Clause */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/app/interrupt.h"
#include "console/commands/command.h"
#include "console/commands/help_text.h"
#include "console/views/view.h"

#define PROGRAM "lionscope"

static bool terminal_can_draw(const struct options *options)
{
    const char *term = getenv("TERM");

    return !options->plain && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && term != NULL
            && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

/* Whether a command's output is read at leisure, page by page. */
static bool is_for_reading(const struct options *options)
{
    static const char *const names[] = { "help", "info", "log", "map", "pd" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(options->command, names[i]) == 0) {
            return !options->follow && !options->plain && isatty(STDOUT_FILENO)
                    && getenv("PAGER") != NULL && getenv("PAGER")[0] != '\0';
        }
    }
    return false;
}

static int run_command(const struct options *options)
{
    struct command_run *run = calloc(1, sizeof(*run));
    enum exit_status status;

    if (run == NULL) {
        return STATUS_FAILURE;
    }
    run->options = options;
    run->out = is_for_reading(options) ? popen(getenv("PAGER"), "w") : stdout;
    run->out = run->out != NULL ? run->out : stdout;
    status = command_execute(run);
    if (run->out != stdout) {
        pclose(run->out);
    }
    if (run->error.status != STATUS_OK) {
        error_print(PROGRAM, &run->error);
    }
    free(run);
    return status;
}

static int run_without_command(struct options *options)
{
    struct error_report error = { .status = STATUS_OK };

    if (!terminal_can_draw(options)) {
        if (options->plain || isatty(STDOUT_FILENO)) {
            options->command = "top";
            options->count = options->count > 0 ? options->count : UINT32_MAX;
            return run_command(options);
        }
        help_print_short(stdout);
        return STATUS_OK;
    }
    full_screen_run(options, &error);
    if (error.status != STATUS_OK) {
        error_print(PROGRAM, &error);
    }
    return interrupt_seen() ? STATUS_INTERRUPTED : (int)error.status;
}

int main(int argc, char *argv[])
{
    struct options options;
    struct error_report error;
    const struct command *command;

    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers are read by scripts */
    if (!options_parse(&options, argc, argv, &error)) {
        error_print(PROGRAM, &error);
        return error.status;
    }
    if (options.version) {
        help_print_version(stdout);
        return STATUS_OK;
    }
    if (options.usage) {
        command = options.command != NULL ? command_find(options.command) : NULL;
        if (command != NULL) {
            printf("usage: lionscope [OPTION...] %s %s\n%s\n", command->name, command->arguments,
                    command->summary);
        } else {
            help_print_short(stdout);
        }
        return STATUS_OK;
    }
    if (options.help) {
        command = options.command != NULL ? command_find(options.command) : NULL;
        if (command != NULL) {
            help_print_command(stdout, command);
        } else {
            help_print_all(stdout);
        }
        return STATUS_OK;
    }
    interrupt_catch();
    return options.command != NULL ? run_command(&options) : run_without_command(&options);
}
