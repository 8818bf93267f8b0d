/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/command.h"

#include <stdarg.h>
#include <string.h>

#include "console/app/suggest.h"
#include "console/commands/all.h"

#define REPORT_MIN_MS    100
#define REPORT_MAX_MS    1000
#define REPORTS_A_WINDOW 10
#define QUEUE_LOOKS      200 /* a second */
#define NAMES_MAX        64

const struct command *const command_table[] = {
#define ENTRY(name) &command_##name,
    COMMANDS(ENTRY)
#undef ENTRY
            NULL,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; command_table[i] != NULL; i++) {
        if (strcmp(command_table[i]->name, name) == 0) {
            return command_table[i];
        }
    }
    return NULL;
}

enum exit_status command_failed(
        struct command_run *run, enum exit_status status, const char *format, ...)
{
    va_list arguments;

    run->error = (struct error_report){ .status = status };
    va_start(arguments, format);
    vsnprintf(run->error.text, sizeof(run->error.text), format, arguments);
    va_end(arguments);
    return status;
}

enum exit_status command_usage(struct command_run *run, const char *format, ...)
{
    va_list arguments;

    run->error = (struct error_report){ .status = STATUS_USAGE };
    va_start(arguments, format);
    vsnprintf(run->error.text, sizeof(run->error.text), format, arguments);
    va_end(arguments);
    error_advise(
            &run->error, "usage: lionscope %s %s", run->command->name, run->command->arguments);
    return STATUS_USAGE;
}

static enum exit_status no_such_command(struct command_run *run, const char *name)
{
    const char *names[NAMES_MAX];
    const char *nearest;
    size_t count = 0;

    for (size_t i = 0; command_table[i] != NULL && count < NAMES_MAX; i++) {
        if (!command_table[i]->hidden) {
            names[count++] = command_table[i]->name;
        }
    }
    nearest = suggest(name, names, count);
    command_failed(run, STATUS_USAGE, "there is no command '%s'", name);
    if (nearest != NULL) {
        error_advise(&run->error, "did you mean '%s'?", nearest);
    } else {
        error_advise(&run->error, "'lionscope help' lists the commands");
    }
    return STATUS_USAGE;
}

static enum exit_status run_checked(struct command_run *run)
{
    size_t count = run->options->argument_count;

    if (count < run->command->arguments_min) {
        return command_usage(run, "%s needs %s", run->command->name, run->command->arguments);
    }
    if (count > run->command->arguments_max) {
        return command_usage(run, "%s takes no '%s'", run->command->name,
                run->options->arguments[run->command->arguments_max]);
    }
    return run->command->run(run);
}

enum exit_status command_execute(struct command_run *run)
{
    enum exit_status status;

    run->error = (struct error_report){ .status = STATUS_OK };
    run->command = command_find(run->options->command);
    if (run->command == NULL) {
        return no_such_command(run, run->options->command);
    }
    status = run_checked(run);
    if (status == STATUS_OK) {
        run->error.status = STATUS_OK; /* what failed on the way has been got over */
    }
    if (run->own.model != NULL) {
        session_close(&run->own);
    }
    return status;
}

struct session *command_session(struct command_run *run, const struct session_needs *needs)
{
    if (run->shared != NULL) {
        return run->shared;
    }
    return session_open(&run->own, run->options, needs, &run->error) ? &run->own : NULL;
}

struct session_needs command_needs(const struct options *options)
{
    double wanted = options->interval_s * 1000 / REPORTS_A_WINDOW;
    uint32_t interval = wanted < REPORT_MIN_MS ? REPORT_MIN_MS
            : wanted > REPORT_MAX_MS           ? REPORT_MAX_MS
                                               : (uint32_t)wanted;

    return (struct session_needs){ interval, interval, interval, REPORT_MAX_MS, QUEUE_LOOKS,
        false };
}
