/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope reload, rollback: another image for a running PD. */
#include <stdlib.h>
#include <string.h>

#include "console/commands/all.h"
#include "console/commands/reload_output.h"
#include "console/reload/audit.h"
#include "console/reload/module_store.h"
#include "console/reload/words.h"

#define DEFAULT_PROBATION 2.0 /* seconds */
#define PROBATION_MAX     (PROTOCOL_RELOAD_LIMIT_MAX / 1000.0)
#define PATIENCE_S        5 /* for an answer, besides --timeout: the target may be busy with a signature */

struct reload_run {
    struct command_run *run;
    struct reload_client *client;
    struct reload_progress progress;
    struct module_candidate candidate; /* none of a rollback */
    uint32_t from;                     /* version before */
};

/* ---- the transaction ---- */

static double probation(const struct command_run *run)
{
    return run->options->probation_s > 0 ? run->options->probation_s : DEFAULT_PROBATION;
}

static bool run_staging(struct reload_run *reload)
{
    const struct module_candidate *candidate = &reload->candidate;
    struct reload_client *client = reload->client;

    reload_progress_begin(&reload->progress, STEP_STAGE, 0);
    if (!reload_client_stage(client, &candidate->image, &candidate->begin, candidate->path)) {
        return false;
    }
    if (client->state.phase == RELOAD_STAGING) {
        reload_progress_done(&reload->progress, "staged", "%.1f KiB, the running image goes on",
                client->staged_of / 1024.0);
    }
    return true;
}

static bool run_verification(struct reload_run *reload)
{
    struct reload_client *client = reload->client;

    reload_progress_begin(&reload->progress, STEP_VERIFY, 0);
    if (!reload_client_verify(client, &reload->candidate.image, &reload->candidate.settings,
                reload->run->options->older)) {
        return false;
    }
    if (client->state.phase == RELOAD_VERIFIED) {
        reload_progress_done(&reload->progress, "verified", "it fits");
    }
    return true;
}

static bool run_swap(struct reload_run *reload)
{
    struct reload_client *client = reload->client;
    double seconds = probation(reload->run);

    reload_progress_begin(&reload->progress, STEP_QUIESCE, RELOAD_QUIESCE_MS / 1000.0);
    if (!reload_client_swap(client, (uint32_t)(seconds * 1000))
            || !reload_client_wait(client, RELOAD_QUIESCING, RELOAD_QUIESCE_MS / 1000.0)) {
        return false;
    }
    if (client->state.phase != RELOAD_PROBATION) {
        return true;
    }
    reload_progress_done(&reload->progress, "quiesced", "it rests in its event loop");
    reload_progress_begin(&reload->progress, STEP_PROBATION, seconds);
    if (reload->progress.out != NULL) {
        fprintf(reload->progress.out, "swapped    on probation for %.1f s\n", seconds);
        fflush(reload->progress.out);
    }
    return reload_client_wait(client, RELOAD_PROBATION, seconds);
}

/* Each step ends in its phase, or the whole transaction has ended. */
static bool run_transaction(struct reload_run *reload)
{
    const struct protocol_reload_state *state = &reload->client->state;

    return run_staging(reload) && (state->phase != RELOAD_STAGING || run_verification(reload))
            && (state->phase != RELOAD_VERIFIED || run_swap(reload));
}

static void print_committed(struct reload_run *reload)
{
    const struct protocol_reload_state *state = &reload->client->state;
    const struct model *model = reload->client->session->model;
    const char *name = names_pd(&model->names, state->pd);

    reload_progress_done(&reload->progress, "committed", "%s runs the new image", name);
    reload->progress.took_ms[STEP_SWAP] = model_ticks_to_us(model, state->ready) / 1000;
    if (reload->progress.out != NULL) {
        fprintf(reload->progress.out,
                "           down for %.1f us, ready after %.1f us\n"
                "back with: lionscope rollback %s\n",
                model_ticks_to_us(model, state->down), model_ticks_to_us(model, state->ready),
                name);
    }
}

/* So that its symbols are known from now on. Without a place for it the reload is as good. */
static void keep_module(const struct module_image *image)
{
    char id[MODULE_ID_MAX];
    struct error_report ignored;

    module_id_text(image->build_id, image->build_id_length, id);
    module_store_put(id, image->file, image->file_size, &ignored);
}

static void change(struct reload_run *reload)
{
    keep_module(&reload->candidate.image);
    if (!run_transaction(reload)) {
        return;
    }
    if (reload->client->state.cause == RELOAD_COMMITTED) {
        print_committed(reload);
    } else {
        reload_explain_ending(reload->run, reload->client);
    }
}

/* ---- begin and end ---- */

static bool lists_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->pds_known && session->model->windows_known;
}

static bool state_is_known(struct reload_run *reload)
{
    if (!reload_client_ask_state(reload->client)) {
        return false;
    }
    reload->from = reload->client->state.version;
    return true;
}

/* Run, client, and how the PD stands. NULL: run->error says why not. */
static struct reload_run *begin_run(struct command_run *run)
{
    struct session_needs needs = { .log = false };
    struct session *session = command_session(run, &needs);
    double timeout = run->options->timeout_s;
    struct reload_run *reload;
    int pd;

    if (session == NULL || !session_wait(session, lists_known, NULL, timeout, &run->error)) {
        return NULL;
    }
    pd = names_find_pd(&session->model->names, run->options->arguments[0]);
    if (pd < 0) {
        command_usage(run, "there is no protection domain '%s'", run->options->arguments[0]);
        return NULL;
    }
    reload = calloc(1, sizeof(*reload));
    if (reload == NULL) {
        command_failed(run, STATUS_FAILURE, "out of memory");
        return NULL;
    }
    reload->run = run;
    reload->client = reload_client_new(session, (unsigned)pd, timeout + PATIENCE_S, &run->error);
    if (reload->client == NULL) {
        free(reload);
        return NULL;
    }
    options_in_words(run->options, reload->client->doing, sizeof(reload->client->doing));
    reload_progress_init(&reload->progress, run, reload->client);
    return reload;
}

/* How it ended, in a word. */
static const char *result_word(const struct reload_run *reload)
{
    switch (reload->run->error.status) {
    case STATUS_INTERRUPTED:
        return "given_up";
    case STATUS_UNREACHABLE:
    case STATUS_TIMEOUT:
        return "not_known";
    default:
        if (reload_client_is_forgotten(reload->client)) {
            return RELOAD_FORGOTTEN_WORD;
        }
        return reload->client->asked && reload->client->state.phase == RELOAD_AT_REST
                ? reload_cause_word(reload->client->state.cause)
                : "refused";
    }
}

static void write_audit(const struct reload_run *reload, const char *action)
{
    const struct protocol_reload_state *state = &reload->client->state;
    const struct module_image *image = &reload->candidate.image;
    char id[MODULE_ID_MAX];
    struct error_report trouble;
    struct audit_entry entry = { .action = action,
        .pd = reload->client->pd,
        .file = reload->candidate.path,
        .build_id = id,
        .from_version = reload->from,
        .version = state->version,
        .result = result_word(reload),
        .down_us = model_ticks_to_us(reload->client->session->model, state->down) };

    module_running_id(reload->client->session->model, state->pd, id);
    if (reload->candidate.described) {
        module_id_text(image->build_id, image->build_id_length, id);
        entry.version = image->header.version;
    }
    if (!audit_add(reload->client->session, &entry, &trouble)) {
        fprintf(reload->run->inside ? reload->run->out : stderr, "lionscope: %s\n", trouble.text);
    }
}

/* Given up, or without an answer: what becomes of the transaction. */
static void advise_of_rest(const struct reload_run *reload)
{
    struct error_report *error = &reload->run->error;
    bool goes_on = error->status == STATUS_INTERRUPTED || error->status == STATUS_TIMEOUT
            || error->status == STATUS_UNREACHABLE;

    if (!goes_on || !reload->client->asked) {
        return;
    }
    error_advise(error, "%s; 'lionscope modules' shows it",
            reload->client->state.phase <= RELOAD_VERIFIED
                    ? "nothing has changed, and the target gives it up by itself"
                    : "the target goes on with it by itself, to its end");
}

static enum exit_status end_run(struct reload_run *reload, const char *action)
{
    struct command_run *run = reload->run;
    bool is_reload = reload->candidate.path != NULL;

    reload_progress_end(&reload->progress);
    advise_of_rest(reload);
    if (!run->options->dry_run) {
        write_audit(reload, action);
    }
    if (run->options->json) {
        reload_print_document(
                run, reload->client, &reload->progress, is_reload ? &reload->candidate : NULL);
    }
    reload_client_close(reload->client);
    module_candidate_free(&reload->candidate);
    free(reload);
    return run->error.status;
}

static bool is_usable(const struct command_run *run, const struct module_candidate *candidate)
{
    return candidate->findings.count == 0 || (run->options->unchecked && candidate->described);
}

/* What does not fit, what would be done, or the change. */
static void check_and_change(struct reload_run *reload)
{
    struct command_run *run = reload->run;

    if (!is_usable(run, &reload->candidate)) {
        reload_print_findings(run, &reload->candidate, reload->client->pd);
    } else if (!run->options->dry_run) {
        change(reload);
    } else if (!run->options->json) {
        reload_print_plan(run->out, &reload->candidate);
    }
}

static enum exit_status run_reload(struct command_run *run)
{
    const struct options *options = run->options;
    struct reload_run *reload;

    if (options->probation_s > PROBATION_MAX) {
        return command_usage(run, "--probation: at most %.0f seconds", PROBATION_MAX);
    }
    reload = begin_run(run);
    if (reload == NULL) {
        return run->error.status;
    }
    if (state_is_known(reload)
            && module_candidate_ask(
                    &reload->candidate, options->arguments[1], reload->client, options->older)) {
        check_and_change(reload);
    }
    return end_run(reload, "reload");
}

static void go_back(struct reload_run *reload)
{
    const struct protocol_reload_state *state = &reload->client->state;
    const struct model *model = reload->client->session->model;

    reload_progress_begin(&reload->progress, STEP_QUIESCE, RELOAD_QUIESCE_MS / 1000.0);
    if (!reload_client_rollback(reload->client)) {
        return;
    }
    if (state->cause != RELOAD_ROLLED_BACK) {
        reload_explain_ending(reload->run, reload->client);
        return;
    }
    reload_progress_done(&reload->progress, "back", "%s runs image %u again, version %u",
            reload->run->options->arguments[0], state->slot, state->version);
    reload_client_wait_ready(reload->client);
    if (reload->progress.out != NULL && state->ready != 0) {
        fprintf(reload->progress.out, "           down for %.1f us, ready after %.1f us\n",
                model_ticks_to_us(model, state->down), model_ticks_to_us(model, state->ready));
    }
}

static enum exit_status run_rollback(struct command_run *run)
{
    struct reload_run *reload = begin_run(run);

    if (reload == NULL) {
        return run->error.status;
    }
    if (state_is_known(reload)) {
        go_back(reload);
    }
    return end_run(reload, "rollback");
}

const struct command command_reload = {
    .name = "reload",
    .arguments = "PD FILE",
    .arguments_min = 2,
    .arguments_max = 2,
    .completes = COMPLETES_PD_MODULE,
    .changes = true,
    .summary = "replaces a running PD's image, as a transaction",
    .details =
            "Checks the module on the host first, and lists all that does not fit. Then stages it while the "
            "running image goes on, has it verified in the target, waits until the PD is at rest in its event "
            "loop, swaps, and watches the new image for a while: if it faults, never is ready or uses up its "
            "budget, the old image comes back by itself. On a terminal the step that is under way is shown with "
            "what has been sent, or where the PD is that does not come to rest. --unchecked leaves all checks to "
            "the target.",
    .options = "json dry-run probation older unchecked",
    .examples = "lionscope reload net_virt_tx build/modules/virt_tx_token_bucket.elf\n"
                "lionscope reload --dry-run net_virt_tx virt_tx.elf\n"
                "lionscope reload --probation 5s net_virt_tx virt_tx.elf\n",
    .run = run_reload,
};

const struct command command_rollback = {
    .name = "rollback",
    .arguments = "PD",
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = COMPLETES_RELOADABLE,
    .changes = true,
    .summary = "brings a PD's previous image back",
    .details = "The image that ran before the last reload is still there; it takes over at once.",
    .options = "json",
    .examples = "lionscope rollback net_virt_tx\n",
    .run = run_rollback,
};
