/* SPDX-License-Identifier: BSD-2-Clause */
/* What reload and rollback print: plans, endings, documents. */
#pragma once

#include "console/commands/reload_progress.h"
#include "console/reload/module_candidate.h"

/* What would be done, of a module that fits. */
void reload_print_plan(FILE *out, const struct module_candidate *candidate);
/* The list of what does not fit: errors go where those of the run go. Sets run->error. */
enum exit_status reload_print_findings(
        struct command_run *run, const struct module_candidate *candidate, unsigned pd);
/* run->error, for a transaction that has not ended as was asked for: cause, place, what runs. */
enum exit_status reload_explain_ending(struct command_run *run, const struct reload_client *client);
/* The document of --json, however it ended. `candidate` may be NULL. */
void reload_print_document(const struct command_run *run, const struct reload_client *client,
        const struct reload_progress *progress, const struct module_candidate *candidate);
