/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/commands/reload_output.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "console/commands/table_output.h"
#include "console/reload/where.h"
#include "console/reload/words.h"
#include "host-tools/lib/json_output.h"

/* ---- before ---- */

static const char *signature_words(const struct module_candidate *candidate)
{
    if (candidate->wants.list.key.length != 0) {
        return "good: made with this system's key";
    }
    return candidate->begin.signature.length != 0 ? "there is one; this system wants none"
                                                  : "none; this system wants none";
}

void reload_print_plan(FILE *out, const struct module_candidate *candidate)
{
    const struct module_image *image = &candidate->image;
    const struct protocol_reload_state *state = &candidate->wants.state;
    const struct module_settings *settings = &candidate->settings;
    char id[MODULE_ID_MAX];

    module_id_text(image->build_id, image->build_id_length, id);
    fprintf(out,
            "kind       %s, interface %u, version %u, state of schema %u (takes over from %u)\n",
            image->header.kind, image->header.interface, image->header.version,
            image->header.schema, image->header.oldest_schema);
    if (candidate->wants.schema_known) {
        fprintf(out, "now        version %u, state of schema %u\n", state->version,
                candidate->wants.schema);
    } else {
        fprintf(out, "now        version %u; only the target knows its state's schema\n",
                state->version);
    }
    fprintf(out, "build-id   %s\n", id[0] != '\0' ? id : "none: it will have no names later on");
    fprintf(out, "code       %u of %u bytes, goes to 0x%" PRIx64 "\n", image->text_bytes,
            state->text_room, state->text_address);
    fprintf(out, "variables  %u of %u bytes, goes to 0x%" PRIx64 "\n", image->data_memory,
            state->data_room, state->data_address);
    fprintf(out, "settings   %u taken from the image the system was booted with%s%s\n",
            settings->taken, settings->kept[0] != '\0' ? ", the module's own: " : "",
            settings->kept);
    fprintf(out, "signature  %s\n", signature_words(candidate));
    fprintf(out, "it fits; nothing was sent (--dry-run)\n");
}

enum exit_status reload_print_findings(
        struct command_run *run, const struct module_candidate *candidate, unsigned pd)
{
    const struct module_findings *findings = &candidate->findings;
    const struct session *session = run->shared != NULL ? run->shared : &run->own;
    const char *name = names_pd(&session->model->names, pd);

    if (findings->unreadable) {
        module_findings_error(findings, candidate->path, &run->error);
        return run->error.status;
    }
    if (!run->options->json) {
        fflush(run->out);
        module_candidate_print(candidate, name, run->inside ? run->out : stderr);
    }
    return command_failed(run, STATUS_POLICY, "%s: %u thing%s that do%s not fit; nothing was sent",
            name, findings->count, findings->count == 1 ? "" : "s",
            findings->count == 1 ? "es" : "");
}

/* ---- afterwards ---- */

enum exit_status reload_explain_ending(struct command_run *run, const struct reload_client *client)
{
    const struct protocol_reload_state *state = &client->state;
    char text[300], where[200], debugger[100];

    reload_explain(state, text, sizeof(text));
    if (reload_client_is_forgotten(client)) {
        snprintf(text, sizeof(text), "%s", RELOAD_FORGOTTEN_SENTENCE);
    } else if (state->cause == RELOAD_HELD) {
        module_debugger(client->session->model, debugger, sizeof(debugger));
        snprintf(text, sizeof(text),
                "%s has stopped it; 'continue' or 'detach' there; nothing has changed", debugger);
    }
    reload_where(client->session, state, where, sizeof(where));
    return command_failed(run, reload_came_back(state->cause) ? STATUS_ROLLED_BACK : STATUS_POLICY,
            "%s: %s%s", names_pd(&client->session->model->names, client->pd), text, where);
}

/* ---- JSON ---- */

static json_t *state_json(const struct session *session, const struct protocol_reload_state *state)
{
    const struct model *model = session->model;
    json_t *object = json_object();
    bool swapped = state->swaps != 0;
    char id[MODULE_ID_MAX];

    module_running_id(model, state->pd, id);
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
            swapped && state->down != 0 ? json_measure(model_ticks_to_us(model, state->down))
                                        : json_null());
    json_object_set_new(object, "ready_us",
            swapped && state->ready != 0 ? json_measure(model_ticks_to_us(model, state->ready))
                                         : json_null());
    return object;
}

static json_t *error_json(const struct error_report *error)
{
    json_t *object;

    if (error->status == STATUS_OK) {
        return json_null();
    }
    object = json_object();
    json_object_set_new(object, "status", json_integer(error->status));
    json_object_set_new(object, "text", json_text(error->text, strlen(error->text)));
    json_object_set_new(object, "advice",
            error->advice[0] != '\0' ? json_text(error->advice, strlen(error->advice))
                                     : json_null());
    return object;
}

/* Who has the channel, if it is somebody else. */
static json_t *holder_json(const struct session *session)
{
    const struct model_holder *holder = holders_now(&session->model->holders, CHANNEL_RELOAD);
    char name[PROTOCOL_WHO_MAX + 1], doing[PROTOCOL_DOING_MAX + 1], since[40];
    struct tm utc;
    json_t *object;

    if (holder == NULL || session->claims[CHANNEL_RELOAD]) {
        return json_null();
    }
    holder_name(holder, name, sizeof(name));
    holder_doing(holder, doing, sizeof(doing));
    strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&holder->since, &utc));
    object = json_object();
    json_object_set_new(object, "who", json_string(name));
    json_object_set_new(object, "process", json_integer(holder->said.process));
    json_object_set_new(object, "since", json_string(since));
    json_object_set_new(object, "doing", json_string(doing));
    return object;
}

void reload_print_document(const struct command_run *run, const struct reload_client *client,
        const struct reload_progress *progress, const struct module_candidate *candidate)
{
    json_t *document = document_begin(run, client->session);

    json_object_set_new(document, "reload", state_json(client->session, &client->state));
    json_object_set_new(document, "steps", reload_progress_json(progress));
    if (candidate != NULL) {
        json_object_set_new(document, "dry_run", json_boolean(run->options->dry_run));
        json_object_set_new(document, "findings", module_findings_json(&candidate->findings));
    }
    json_object_set_new(document, "error", error_json(&run->error));
    json_object_set_new(document, "holder", holder_json(client->session));
    document_print(run, document);
}
