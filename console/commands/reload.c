/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope reload, modules, rollback: another image for a running PD. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "console/reload/audit.h"
#include "console/reload/module_description.h"
#include "console/reload/module_image.h"
#include "console/reload/module_store.h"
#include "console/reload/where.h"
#include "console/reload/words.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/json_output.h"
#include "monitor/protocol/crc32c.h"

#define CHUNKS_AT_ONCE    8
#define DEFAULT_PROBATION 2.0 /* seconds */
#define QUIESCE_MS        1000

/* Lives as long as requests of it are on their way, even if the command has been given up. */
struct reload_run {
    struct command_run *run;
    bool given_up;
    struct session *session;
    int pd;
    struct module_image image;
    struct protocol_reload_state state; /* as last heard */
    uint32_t transaction;
    unsigned waiting; /* requests without a reply */
    bool asked;       /* the target has been asked for the change */
    bool refused;
    uint8_t refusal;                          /* enum protocol_error_code; 0: no answer */
    struct protocol_reload_begin description; /* of the module */
    struct protocol_reload_list list;         /* with the key that modules are to be signed with */
    struct protocol_reload_source sources[PROTOCOL_SETTINGS_MAX];
    uint16_t settings;
    uint32_t settings_taken;
    char *kept; /* name of a section that keeps the module's own values */
};

/* ---- requests ---- */

static void on_reply(void *context, const struct protocol_message *reply)
{
    struct reload_run *reload = context;

    reload->waiting--;
    if (reload->given_up) {
        if (reload->waiting == 0) {
            free(reload);
        }
        return;
    }
    if (reply == NULL || reply->type == MESSAGE_ERROR_REPLY) {
        reload->refused = true;
        reload->refusal = reply != NULL ? reply->error_reply.code : 0;
    } else if (reply->type == MESSAGE_RELOAD_STATE) {
        reload->state = reply->reload_state;
    } else if (reply->type == MESSAGE_RELOAD_LIST) {
        reload->list = reply->reload_list;
    }
}

static void on_message(void *context, const struct protocol_message *message)
{
    struct reload_run *reload = context;

    if (message->type == MESSAGE_RELOAD_STATE && (int)message->reload_state.pd == reload->pd) {
        reload->state = message->reload_state;
    }
}

static bool few_wait(const struct session *session, void *context)
{
    (void)session;
    return ((struct reload_run *)context)->waiting < CHUNKS_AT_ONCE;
}

static bool none_waits(const struct session *session, void *context)
{
    (void)session;
    return ((struct reload_run *)context)->waiting == 0;
}

static enum exit_status explain_refusal(struct reload_run *reload)
{
    const char *name = names_pd(&reload->session->model->names, (unsigned)reload->pd);

    switch (reload->refusal) {
    case PROTOCOL_ERROR_NO_SUCH_OBJECT:
        return command_failed(reload->run, STATUS_POLICY,
                "'%s' cannot be reloaded: the system description gives it no room for another image",
                name);
    case PROTOCOL_ERROR_UNKNOWN_MESSAGE:
        return command_failed(reload->run, STATUS_POLICY, "this target cannot reload anything");
    case PROTOCOL_ERROR_BUSY:
        return command_failed(reload->run, STATUS_UNREACHABLE,
                "the link to the target is busy; the image of '%s' is what it was: try again",
                name);
    case PROTOCOL_ERROR_REFUSED:
        return command_failed(reload->run, STATUS_POLICY,
                "another reload of '%s' is under way, or there is nothing to go back to", name);
    default:
        return command_failed(
                reload->run, STATUS_UNREACHABLE, "the target did not answer; ask: modules");
    }
}

/* Sends and waits for the answer. */
static bool ask(struct reload_run *reload, struct protocol_message *request)
{
    struct command_run *run = reload->run;

    reload->refused = false;
    reload->waiting++;
    if (reload->session->client == NULL
            || !client_request(reload->session->client, request, on_reply, reload)) {
        reload->waiting--;
        command_failed(run, STATUS_UNREACHABLE, "the connection is lost");
        return false;
    }
    if (!session_wait(
                reload->session, none_waits, reload, run->options->timeout_s + 5, &run->error)) {
        return false;
    }
    if (reload->refused) {
        explain_refusal(reload);
        return false;
    }
    return true;
}

static bool ask_state(struct reload_run *reload)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_STATE_REQUEST };

    request.reload_state_request.pd = (uint16_t)reload->pd;
    return ask(reload, &request);
}

static bool ask_list(struct reload_run *reload)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_LIST_REQUEST };

    return ask(reload, &request);
}

/* ---- the module ---- */

static bool is_zero(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/*
 * The target copies a setting out of the image that it was booted with; the console says from where. What that image does
 * not have, or has not filled in, the module keeps as it is.
 */
static bool find_setting(void *context, const char *name, uint32_t offset, uint32_t size)
{
    struct reload_run *reload = context;
    const struct archive_pd *pd =
            names_describe_pd(&reload->session->model->names, (unsigned)reload->pd);
    uint64_t address = elf_setting_address(pd->elf.bytes, pd->elf.size, name, size);
    const uint8_t *content = elf_content(pd->elf.bytes, pd->elf.size, address, size);
    bool is_filled_in = name[0] != '.' || (content != NULL && !is_zero(content, size));
    struct protocol_reload_source *source = &reload->sources[reload->settings++];

    (void)offset;
    source->address = is_filled_in ? address : 0;
    if (source->address != 0) {
        reload->settings_taken++;
        return true;
    }
    free(reload->kept);
    reload->kept = strdup(name);
    return true;
}

static bool check_room(struct reload_run *reload, const char *path)
{
    const struct module_image *image = &reload->image;
    const struct protocol_reload_state *state = &reload->state;

    if (image->text_bytes > state->text_room || image->data != state->text_room) {
        command_failed(reload->run, STATUS_POLICY,
                "%s: %u bytes of code, variables from 0x%x on; the room has 0x%x", path,
                image->text_bytes, image->data, state->text_room);
        return false;
    }
    if (image->data_memory > state->data_room) {
        command_failed(reload->run, STATUS_POLICY, "%s: %u bytes of variables; the room has %u",
                path, image->data_memory, state->data_room);
        return false;
    }
    return true;
}

static bool prepare(struct reload_run *reload, const char *path)
{
    struct error_report *error = &reload->run->error;

    if (names_describe_pd(&reload->session->model->names, (unsigned)reload->pd) == NULL) {
        command_failed(reload->run, STATUS_POLICY,
                "without the system's archive its configuration is not known (--archive)");
        return false;
    }
    return module_image_open(&reload->image, path, error) && check_room(reload, path)
            && module_describe(&reload->image, &reload->description, error)
            && module_image_for_each_setting(&reload->image, find_setting, reload)
            && ask_list(reload)
            && (reload->list.key.length == 0
                    || module_check_signature(&reload->image, &reload->description,
                            reload->list.key.at, path, error));
}

/* ---- the transaction ---- */

static void say(const struct reload_run *reload, const char *step)
{
    if (!reload->run->options->json) {
        fprintf(reload->run->out, "%s\n", step);
        fflush(reload->run->out);
    }
}

/* For the target's log. */
static uint16_t who(uint8_t out[PROTOCOL_WHO_MAX])
{
    char text[PROTOCOL_WHO_MAX + 1];

    audit_who(text, sizeof(text));
    memcpy(out, text, strlen(text));
    return (uint16_t)strlen(text);
}

static uint16_t what(const char *path, uint8_t out[PROTOCOL_WHO_MAX])
{
    const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
    size_t length = strlen(name) < PROTOCOL_WHO_MAX ? strlen(name) : PROTOCOL_WHO_MAX;

    memcpy(out, name, length);
    return (uint16_t)length;
}

static bool begin(struct reload_run *reload)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_BEGIN };
    struct protocol_reload_begin *body = &request.reload_begin;

    *body = reload->description;
    body->pd = (uint16_t)reload->pd;
    body->transaction = reload->transaction;
    body->who.length = who(body->who.at);
    body->what.length = what(reload->run->options->arguments[1], body->what.at);
    return ask(reload, &request);
}

static bool send_chunk(struct reload_run *reload, uint8_t segment, uint32_t offset,
        const uint8_t *bytes, uint16_t n)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_CHUNK };
    struct protocol_reload_chunk *body = &request.reload_chunk;

    body->pd = (uint16_t)reload->pd;
    body->transaction = reload->transaction;
    body->segment = segment;
    body->offset = offset;
    body->bytes.length = n;
    memcpy(body->bytes.at, bytes, n);
    reload->waiting++;
    if (reload->session->client == NULL
            || !client_request(reload->session->client, &request, on_reply, reload)) {
        reload->waiting--;
        command_failed(reload->run, STATUS_UNREACHABLE, "the connection is lost");
        return false;
    }
    return session_wait(reload->session, few_wait, reload, reload->run->options->timeout_s + 5,
            &reload->run->error);
}

/* The data's room is zero already. */
static bool send_segment(
        struct reload_run *reload, uint8_t segment, const uint8_t *bytes, uint32_t size)
{
    for (uint32_t offset = 0; offset < size && !reload->refused; offset += PROTOCOL_CHUNK_MAX) {
        uint32_t left = size - offset;
        uint16_t n = (uint16_t)(left < PROTOCOL_CHUNK_MAX ? left : PROTOCOL_CHUNK_MAX);

        if ((segment == 0 || !is_zero(bytes + offset, n))
                && !send_chunk(reload, segment, offset, bytes + offset, n)) {
            return false;
        }
    }
    return true;
}

static bool stage(struct reload_run *reload)
{
    const struct module_image *image = &reload->image;

    if (!begin(reload) || reload->state.phase != RELOAD_STAGING) {
        return reload->run->error.status == STATUS_OK;
    }
    reload->refused = false;
    if (!send_segment(reload, 0, image->bytes, image->text_bytes)
            || !send_segment(reload, 1, image->bytes + image->data, image->data_bytes)
            || !session_wait(reload->session, none_waits, reload,
                    reload->run->options->timeout_s + 5, &reload->run->error)) {
        return false;
    }
    if (reload->refused) {
        explain_refusal(reload);
        return false;
    }
    return true;
}

static bool verify(struct reload_run *reload)
{
    const struct module_image *image = &reload->image;
    struct protocol_message request = { .type = MESSAGE_RELOAD_VERIFY };
    struct protocol_reload_verify *body = &request.reload_verify;

    body->pd = (uint16_t)reload->pd;
    body->transaction = reload->transaction;
    body->text_crc = crc32c_add(0, image->bytes, image->text_bytes);
    body->data_crc = crc32c_add(0, image->bytes + image->data, image->data_bytes);
    body->older = reload->run->options->older;
    body->sources.count = reload->settings;
    memcpy(body->sources.at, reload->sources, sizeof(reload->sources));
    return ask(reload, &request);
}

static double probation(const struct reload_run *reload)
{
    double wanted = reload->run->options->probation_s;

    return wanted > 0 ? wanted : DEFAULT_PROBATION;
}

static bool swap(struct reload_run *reload)
{
    struct protocol_message request = { .type = MESSAGE_RELOAD_SWAP };
    struct protocol_reload_swap *body = &request.reload_swap;

    body->pd = (uint16_t)reload->pd;
    body->transaction = reload->transaction;
    body->limit = QUIESCE_MS;
    body->probation = (uint32_t)(probation(reload) * 1000);
    return ask(reload, &request);
}

static bool has_ended(const struct session *session, void *context)
{
    (void)session;
    return ((struct reload_run *)context)->state.phase == RELOAD_AT_REST;
}

/* A step's line if it was the expected one. */
static bool reached(struct reload_run *reload, uint8_t phase, const char *step)
{
    if (reload->state.phase != phase) {
        return false;
    }
    say(reload, step);
    return true;
}

static bool run_transaction(struct reload_run *reload)
{
    if (!stage(reload)
            || !reached(reload, RELOAD_STAGING, "staged     the running image goes on")) {
        return reload->run->error.status == STATUS_OK;
    }
    if (!verify(reload) || !reached(reload, RELOAD_VERIFIED, "verified   it fits")) {
        return reload->run->error.status == STATUS_OK;
    }
    if (!swap(reload)) {
        return false;
    }
    if (reload->state.phase == RELOAD_PROBATION) {
        say(reload, "swapped    on probation");
    }
    return session_wait(reload->session, has_ended, reload,
            probation(reload) + QUIESCE_MS / 1000.0 + reload->run->options->timeout_s,
            &reload->run->error);
}

/* ---- the result ---- */

static json_t *state_json(const struct session *session, const struct protocol_reload_state *state)
{
    const struct model *model = session->model;
    json_t *object = json_object();
    char id[MODULE_ID_MAX];

    module_id_text(state->build_id.at, state->build_id.length, id);
    json_object_set_new(object, "pd", json_string(names_pd(&model->names, state->pd)));
    json_object_set_new(object, "phase", json_string(reload_phase_word(state->phase)));
    json_object_set_new(object, "last", json_string(reload_cause_word(state->cause)));
    json_object_set_new(object, "slot", json_integer(state->slot));
    json_object_set_new(
            object, "previous", state->previous < 3 ? json_integer(state->previous) : json_null());
    json_object_set_new(object, "version", json_integer(state->version));
    json_object_set_new(object, "previous_version",
            state->previous < 3 ? json_integer(state->previous_version) : json_null());
    json_object_set_new(object, "build_id", id[0] != '\0' ? json_string(id) : json_null());
    json_object_set_new(object, "swaps", json_integer(state->swaps));
    json_object_set_new(object, "down_us",
            state->down != 0 ? json_measure(model_ticks_to_us(model, state->down)) : json_null());
    json_object_set_new(object, "ready_us",
            state->ready != 0 ? json_measure(model_ticks_to_us(model, state->ready)) : json_null());
    return object;
}

static enum exit_status failed_with_cause(struct reload_run *reload)
{
    const struct protocol_reload_state *state = &reload->state;
    bool rolled_back = state->cause == RELOAD_FAULTED || state->cause == RELOAD_SILENT
            || state->cause == RELOAD_EXHAUSTED || state->cause == RELOAD_NO_HEARTBEAT;
    char text[300], where[200];

    reload_explain(state, text, sizeof(text));
    reload_where(reload->session, state, where, sizeof(where));
    return command_failed(reload->run, rolled_back ? STATUS_ROLLED_BACK : STATUS_POLICY, "%s: %s%s",
            names_pd(&reload->session->model->names, (unsigned)reload->pd), text, where);
}

static enum exit_status print_result(struct reload_run *reload)
{
    const struct protocol_reload_state *state = &reload->state;
    const char *name = names_pd(&reload->session->model->names, (unsigned)reload->pd);

    if (reload->run->options->json) {
        json_t *document = document_begin(reload->run, reload->session);

        json_object_set_new(document, "reload", state_json(reload->session, state));
        document_print(reload->run, document);
    } else if (state->cause == RELOAD_COMMITTED) {
        fprintf(reload->run->out,
                "committed  %s runs the new image; down for %.1f us, ready after %.1f us\n"
                "back with: lionscope rollback %s\n",
                name, model_ticks_to_us(reload->session->model, state->down),
                model_ticks_to_us(reload->session->model, state->ready), name);
    }
    if (state->cause == RELOAD_COMMITTED) {
        return STATUS_OK;
    }
    return failed_with_cause(reload);
}

static const char *signature_words(const struct reload_run *reload)
{
    if (reload->list.key.length != 0) {
        return "good: made with this system's key";
    }
    return reload->description.signature.length != 0 ? "there is one; this system wants none"
                                                     : "none; this system wants none";
}

static enum exit_status print_plan(const struct reload_run *reload)
{
    const struct module_image *image = &reload->image;
    FILE *out = reload->run->out;

    fprintf(out,
            "kind       %s, interface %u, version %u, state of schema %u (takes over from %u)\n",
            image->header.kind, image->header.interface, image->header.version,
            image->header.schema, image->header.oldest_schema);
    fprintf(out, "code       %u of %u bytes, goes to 0x%" PRIx64 "\n", image->text_bytes,
            reload->state.text_room, reload->state.text_address);
    fprintf(out, "variables  %u of %u bytes, goes to 0x%" PRIx64 "\n", image->data_memory,
            reload->state.data_room, reload->state.data_address);
    fprintf(out, "settings   %u taken from the image the system was booted with%s%s\n",
            reload->settings_taken, reload->kept != NULL ? ", the module's own: " : "",
            reload->kept != NULL ? reload->kept : "");
    fprintf(out, "signature  %s\n", signature_words(reload));
    fprintf(out, "nothing was sent (--dry-run)\n");
    return STATUS_OK;
}

/* ---- commands ---- */

static bool lists_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->pds_known && session->model->windows_known;
}

static bool choose_pd(struct reload_run *reload)
{
    const char *name = reload->run->options->arguments[0];

    reload->pd = names_find_pd(&reload->session->model->names, name);
    if (reload->pd < 0) {
        command_usage(reload->run, "there is no protection domain '%s'", name);
        return false;
    }
    return ask_state(reload);
}

static void end_run(struct reload_run *reload)
{
    if (reload->session != NULL) {
        session_unlisten(reload->session, reload);
        session_release(reload->session, CHANNEL_RELOAD);
    }
    module_image_free(&reload->image);
    free(reload->kept);
    reload->kept = NULL;
    reload->given_up = true;
    if (reload->waiting == 0) {
        free(reload);
    }
}

/* NULL: run->error says why. */
static struct reload_run *begin_run(struct command_run *run)
{
    struct session_needs needs = { .log = false };
    struct reload_run *reload = calloc(1, sizeof(*reload));

    if (reload == NULL) {
        command_failed(run, STATUS_FAILURE, "out of memory");
        return NULL;
    }
    reload->run = run;
    reload->session = command_session(run, &needs);
    if (reload->session == NULL
            || !session_wait(
                    reload->session, lists_known, NULL, run->options->timeout_s, &run->error)
            || !choose_pd(reload)) {
        end_run(reload);
        return NULL;
    }
    reload->transaction = ((uint32_t)clock_ms() ^ (uint32_t)getpid() << 16) | 1; /* never 0 */
    session_listen(reload->session, on_message, reload);
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
        return reload->asked && reload->state.phase == RELOAD_AT_REST
                ? reload_cause_word(reload->state.cause)
                : "refused";
    }
}

static void write_audit(const struct reload_run *reload, const char *action, uint32_t from)
{
    char id[MODULE_ID_MAX];
    struct error_report trouble;
    struct audit_entry entry = { .action = action,
        .pd = (unsigned)reload->pd,
        .build_id = id,
        .from_version = from,
        .version = reload->state.version,
        .result = result_word(reload),
        .down_us = model_ticks_to_us(reload->session->model, reload->state.down) };

    module_id_text(reload->state.build_id.at, reload->state.build_id.length, id);
    if (reload->image.elf != NULL) {
        module_id_text(reload->image.build_id, reload->image.build_id_length, id);
        entry.file = reload->run->options->arguments[1];
        entry.version = reload->image.header.version;
    }
    if (!audit_add(reload->session, &entry, &trouble)) {
        fprintf(reload->run->inside ? reload->run->out : stderr, "lionscope: %s\n", trouble.text);
    }
}

/* So that its symbols are known from now on. Without a place for it the reload is as good. */
static void keep_module(const struct reload_run *reload)
{
    char id[MODULE_ID_MAX];
    struct error_report ignored;

    module_id_text(reload->image.build_id, reload->image.build_id_length, id);
    module_store_put(id, reload->image.file, reload->image.file_size, &ignored);
}

static enum exit_status change(struct reload_run *reload)
{
    struct command_run *run = reload->run;

    if (!session_claim(reload->session, CHANNEL_RELOAD, &run->error)) {
        return run->error.status;
    }
    keep_module(reload);
    reload->asked = true;
    return run_transaction(reload) ? print_result(reload) : run->error.status;
}

static enum exit_status run_reload(struct command_run *run)
{
    struct reload_run *reload = begin_run(run);
    uint32_t from;

    if (reload == NULL) {
        return run->error.status;
    }
    from = reload->state.version;
    if (prepare(reload, run->options->arguments[1])) {
        if (run->options->dry_run) {
            print_plan(reload);
        } else {
            change(reload);
        }
    }
    if (!run->options->dry_run) {
        write_audit(reload, "reload", from);
    }
    end_run(reload);
    return run->error.status;
}

static enum exit_status print_rollback(struct reload_run *reload)
{
    struct command_run *run = reload->run;

    if (reload->state.cause != RELOAD_ROLLED_BACK) {
        return failed_with_cause(reload);
    }
    if (run->options->json) {
        json_t *document = document_begin(run, reload->session);

        json_object_set_new(document, "reload", state_json(reload->session, &reload->state));
        document_print(run, document);
    } else {
        fprintf(run->out, "%s runs image %u again, version %u\n", run->options->arguments[0],
                reload->state.slot, reload->state.version);
    }
    return STATUS_OK;
}

static enum exit_status run_rollback(struct command_run *run)
{
    struct reload_run *reload = begin_run(run);
    struct protocol_message request = { .type = MESSAGE_RELOAD_ROLLBACK };
    uint32_t from;

    if (reload == NULL) {
        return run->error.status;
    }
    from = reload->state.version;
    request.reload_rollback.pd = (uint16_t)reload->pd;
    request.reload_rollback.swaps = reload->state.swaps;
    request.reload_rollback.who.length = who(request.reload_rollback.who.at);
    if (session_claim(reload->session, CHANNEL_RELOAD, &run->error)) {
        reload->asked = ask(reload, &request);
        if (reload->asked
                && session_wait(reload->session, has_ended, reload,
                        QUIESCE_MS / 1000.0 + run->options->timeout_s, &run->error)) {
            print_rollback(reload);
        }
    }
    write_audit(reload, "rollback", from);
    end_run(reload);
    return run->error.status;
}

/* Files given: their symbols can be had from now on, wherever they were loaded from. */
static enum exit_status keep_modules(struct command_run *run)
{
    for (size_t i = 0; i < run->options->argument_count; i++) {
        struct module_image image;
        char id[MODULE_ID_MAX];

        if (!module_image_open(&image, run->options->arguments[i], &run->error)) {
            module_image_free(&image);
            return run->error.status;
        }
        module_id_text(image.build_id, image.build_id_length, id);
        if (module_store_put(id, image.file, image.file_size, &run->error)) {
            fprintf(run->out, "%s: version %u of %s, build-id %s, is known\n",
                    run->options->arguments[i], image.header.version, image.header.kind, id);
        }
        module_image_free(&image);
        if (run->error.status != STATUS_OK) {
            return run->error.status;
        }
    }
    return STATUS_OK;
}

static enum exit_status run_modules(struct command_run *run)
{
    return run->options->argument_count > 0 ? keep_modules(run)
                                            : table_command(run, &module_table, NULL, NULL);
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
            "Stages the module while the running image goes on, has it verified in the target, waits "
            "until the PD is at rest in its event loop, swaps, and watches the new image for a while: "
            "if it faults, never is ready or uses up its budget, the old image comes back by itself.",
    .options = "json dry-run probation older",
    .examples = "lionscope reload net_virt_tx build/modules/virt_tx_token_bucket.elf\n"
                "lionscope reload --dry-run net_virt_tx virt_tx.elf\n",
    .run = run_reload,
};

const struct command command_rollback = {
    .name = "rollback",
    .arguments = "PD",
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = COMPLETES_PD,
    .changes = true,
    .summary = "brings a PD's previous image back",
    .details = "The image that ran before the last reload is still there; it takes over at once.",
    .options = "json",
    .examples = "lionscope rollback net_virt_tx\n",
    .run = run_rollback,
};

const struct command command_modules = {
    .name = "modules",
    .arguments = "[FILE...]",
    .arguments_max = OPTIONS_ARGUMENTS_MAX,
    .completes = COMPLETES_MODULE,
    .summary = "PDs that can be reloaded, and what they run",
    .details =
            "Version, build-id and age of the running image, the version that a rollback brings back, and how the "
            "last transaction ended. Image 0 is the one the system was booted with; 1 and 2 are the slots for "
            "others. With FILE: keeps the module's ELF, so that its variables and functions have names although "
            "it was loaded from elsewhere; reload does so by itself.",
    .options = TABLE_OPTIONS,
    .examples = "lionscope modules\n"
                "lionscope modules --json --fields pd,version,build_id,age_us\n"
                "lionscope modules build/modules/virt_tx_token_bucket.elf\n",
    .run = run_modules,
};
