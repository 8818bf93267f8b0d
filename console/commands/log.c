/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <poll.h>
#include <regex.h>
#include <string.h>

#include "console/app/interrupt.h"
#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "console/model/log_text.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/json_output.h"

#define QUIET_MS    400  /* without a new line: that was all there is */
#define PATIENCE_MS 1500 /* with a target that does not say who it is */

struct log_printer {
    struct command_run *run;
    struct session *session;
    uint64_t next; /* index of the first line that is not printed */
    int64_t last_ms, begun_ms;
    const regex_t *pattern;
    bool inverse;
};

static void print_json(const struct log_printer *printer, const struct log_line *line)
{
    const struct model *model = printer->session->model;
    json_t *object = json_object();

    json_object_set_new(object, "schema", json_string("lionscope/1"));
    json_object_set_new(object, "command", json_string("log"));
    json_object_set_new(object, "index", json_u64(line->index));
    json_object_set_new(object, "ticks", line->time != 0 ? json_u64(line->time) : json_null());
    json_object_set_new(object, "source",
            line->source == PROTOCOL_NO_PD ? json_null()
                                           : json_string(names_pd(&model->names, line->source)));
    json_object_set_new(object, "level", json_string(log_level_name(line->level)));
    json_object_set_new(object, "gap", json_boolean(line->gap));
    json_object_set_new(object, "text", json_string(line->text != NULL ? line->text : ""));
    json_print(printer->run->out, object, 1);
}

static bool is_wanted(const struct log_printer *printer, const char *text)
{
    return printer->pattern == NULL
            || (regexec(printer->pattern, text, 0, NULL, 0) == 0) != printer->inverse;
}

/* Prints the lines that are new. */
static void print_new(struct log_printer *printer)
{
    const struct log_store *log = &printer->session->model->log;
    char text[LOG_TEXT_MAX];

    if (printer->next < log->begin) {
        printer->next = log->begin;
    }
    for (; printer->next < log->end; printer->next++) {
        const struct log_line *line = log_line(log, printer->next);

        printer->last_ms = clock_ms();
        log_text(printer->session->model, line, text, sizeof(text));
        if (!is_wanted(printer, text)) {
            continue;
        }
        if (printer->run->options->json) {
            print_json(printer, line);
        } else {
            fprintf(printer->run->out, "%s\n", text);
        }
    }
    fflush(printer->run->out);
}

static bool printed_all(const struct session *session, void *context)
{
    struct log_printer *printer = context;
    bool connected = session->model->hello_known || session->model->log.end > 0;

    /* Only what the target says of its clock makes seconds of the records' ticks. */
    if (!session->model->hello_known && clock_ms() - printer->begun_ms < PATIENCE_MS) {
        return false;
    }
    print_new(printer);
    if (printer->run->options->follow && !printer->run->inside) {
        return ferror(printer->run->out) != 0;
    }
    return connected && clock_ms() - printer->last_ms > QUIET_MS;
}

static enum exit_status print_log(struct command_run *run, const regex_t *pattern)
{
    struct session_needs needs = { .log = true };
    struct log_printer printer = {
        .run = run, .last_ms = clock_ms(), .begun_ms = clock_ms(), .pattern = pattern
    };
    bool forever = run->options->follow && !run->inside;

    printer.inverse = pattern != NULL && run->options->filter[0] == '!';
    printer.session = command_session(run, &needs);
    if (printer.session == NULL) {
        return run->error.status;
    }
    if (!session_wait(printer.session, printed_all, &printer,
                forever ? 1e9 : run->options->timeout_s, &run->error)
            && (!forever || run->error.status != STATUS_INTERRUPTED)) {
        /* All that is there has been printed; that the target goes on talking is no error. */
        if (run->error.status != STATUS_TIMEOUT || printer.next == 0) {
            return run->error.status;
        }
    }
    run->error.status = STATUS_OK;
    return STATUS_OK;
}

static enum exit_status run_log(struct command_run *run)
{
    const char *filter = run->options->filter;
    regex_t pattern;
    enum exit_status status;

    if (filter == NULL) {
        return print_log(run, NULL);
    }
    if (regcomp(&pattern, filter + (filter[0] == '!'), REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0) {
        return command_usage(run, "'%s' is no regular expression", filter);
    }
    status = print_log(run, &pattern);
    regfree(&pattern);
    return status;
}

const struct command command_log = {
    .name = "log",
    .arguments = "",
    .summary = "what the target wrote: boot text, prints, records of protection domains",
    .details = "The lines that broker and target still have. With --follow it goes on until it is "
               "interrupted. JSON is one object a line. Where records are missing, a line says so.",
    .options = "json follow filter",
    .examples = "lionscope log\n"
                "lionscope log --follow --filter 'client[01]'\n"
                "lionscope log --json\n",
    .run = run_log,
};
