/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "console/model/diagnosis.h"

#define WINDOWS 2 /* the second one has complete reports in it */

static bool have_windows(const struct session *session, void *context)
{
    (void)context;
    return session->model->windows_done >= WINDOWS;
}

static void print_json(const struct command_run *run, const struct session *session,
        const struct finding *findings, size_t count)
{
    json_t *document = document_begin(run, session);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list,
                json_pack("{s:s, s:s, s:s, s:s, s:s}", "severity",
                        severity_name(findings[i].severity), "code", findings[i].code, "subject",
                        findings[i].subject, "what", findings[i].what, "advice",
                        findings[i].advice));
    }
    json_object_set_new(document, "findings", list);
    document_print(run, document);
}

static void print_text(FILE *out, const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%-8s %-16s %s: %s\n%26s%s\n", severity_name(findings[i].severity),
                findings[i].code, findings[i].subject, findings[i].what, "", findings[i].advice);
    }
    if (count == 0) {
        fputs("nothing found\n", out);
    }
}

static enum exit_status run_doctor(struct command_run *run)
{
    struct session_needs needs = command_needs(run->options);
    struct session *session = command_session(run, &needs);
    double limit = run->options->timeout_s + (WINDOWS + 1) * run->options->interval_s;
    static struct finding findings[FINDINGS_MAX];
    size_t count;

    if (session == NULL || !session_wait(session, have_windows, NULL, limit, &run->error)) {
        return run->error.status;
    }
    count = diagnose(session->model, needs.queue_samples_per_second, findings, FINDINGS_MAX);
    if (run->options->json) {
        print_json(run, session, findings, count);
    } else {
        print_text(run->out, findings, count);
    }
    return count > 0 && findings[0].severity > SEVERITY_NOTE ? STATUS_PROBLEMS : STATUS_OK;
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "look for problems and explain them",
    .details = "Lost wake-ups, full and corrupted queues, exhausted budgets, starved and faulted "
               "protection domains, stacks near their end, signal storms, a wrong archive, a bad "
               "line. Ends with status 8 if it found a problem or a warning.",
    .options = "json interval queues",
    .examples = "lionscope doctor\n"
                "lionscope doctor --json || echo look at it\n",
    .run = run_doctor,
};
