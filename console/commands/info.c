/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "host-tools/lib/clock.h"
#include "host-tools/lib/json_output.h"

static const struct {
    uint32_t bit;
    const char *name;
    const char *help;
} features[] = {
    { PROTOCOL_HAS_PD_COUNTERS, "pd_counters", "counters of protection domains" },
    { PROTOCOL_HAS_SC_COUNTERS, "sc_counters", "counters of scheduling contexts" },
    { PROTOCOL_HAS_SAMPLING, "queue_sampling", "queues can be watched" },
    { PROTOCOL_HAS_LOG, "log", "log records" },
    { PROTOCOL_HAS_RELOAD, "reload", "images of protection domains can be replaced" },
    { PROTOCOL_HAS_PROFILER, "profiler", "samples of where time goes" },
    { PROTOCOL_HAS_AUTHENTICATED, "authenticated", "this link is encrypted" },
};
#define FEATURES (sizeof(features) / sizeof(features[0]))

static const char *const link_names[] = {
#define NAME(constant, name, meaning) #name,
    PROTOCOL_LINK_COUNTERS(NAME)
#undef NAME
};

static bool is_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->pds_known && session->model->windows_known
            && session->model->link_present != 0;
}

static void hexadecimal(const uint8_t *bytes, size_t length, char *out)
{
    for (size_t i = 0; i < length; i++) {
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
    out[2 * length] = '\0';
}

static json_t *versions(const struct model *model)
{
    json_t *object = json_object();
    const struct protocol_hello_reply *hello = &model->hello;

    json_object_set_new(object, "console", json_sprintf("%u.%u", PROTOCOL_MAJOR, PROTOCOL_MINOR));
    json_object_set_new(object, "target", json_sprintf("%u.%u", hello->major, hello->minor));
    return object;
}

static json_t *counters(const struct model *model)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < LINK_COUNTERS; i++) {
        json_object_set_new(object, link_names[i],
                model_has(model->link_present, i) ? json_u64(model->link[i]) : json_null());
    }
    return object;
}

static json_t *line(const struct model *model)
{
    json_t *object;

    if (!model->line_known) {
        return json_null();
    }
    object = json_object();
    json_object_set_new(object, "users", json_integer(model->line.users));
    json_object_set_new(object, "damaged", json_u64(model->line.damaged));
    json_object_set_new(object, "lost", json_u64(model->line.lost));
    json_object_set_new(object, "retries", json_u64(model->line.retries));
    json_object_set_new(object, "dropped", json_u64(model->line.dropped));
    return object;
}

static void print_json(const struct command_run *run, const struct session *session)
{
    const struct model *model = session->model;
    const struct protocol_hello_reply *hello = &model->hello;
    json_t *document = document_begin(run, session);
    json_t *can = json_object();
    char id[2 * PROTOCOL_ID_MAX + 1];

    hexadecimal(hello->system_id.at, hello->system_id.length, id);
    json_object_set_new(document, "system_id", id[0] != '\0' ? json_string(id) : json_null());
    json_object_set_new(document, "protocol", versions(model));
    for (size_t i = 0; i < FEATURES; i++) {
        json_object_set_new(can, features[i].name, json_boolean(hello->features & features[i].bit));
    }
    json_object_set_new(document, "features", can);
    json_object_set_new(document, "up_us", json_measure(model_ticks_to_us(model, hello->now)));
    json_object_set_new(document, "protection_domains", json_integer(hello->pd_count));
    json_object_set_new(document, "windows", json_integer(hello->window_count));
    json_object_set_new(document, "queues_described", json_integer(model->queue_count));
    json_object_set_new(document, "line_rate",
            hello->line_rate != 0 ? json_integer(hello->line_rate) : json_null());
    json_object_set_new(document, "target_link", counters(model));
    json_object_set_new(document, "broker_link", line(model));
    document_print(run, document);
}

static void print_archive(FILE *out, const struct system_names *names)
{
    if (!names->has_archive) {
        fprintf(out, "archive       none: protection domains have numbers (use --archive)\n");
    } else if (names->trusted) {
        fprintf(out, "archive       %s: it fits, system %s\n", names->path, names_system(names));
    } else {
        fprintf(out, "archive       %s: WRONG, %s; names are left out\n", names->path,
                names->trouble);
    }
}

static void print_text(const struct command_run *run, const struct session *session)
{
    const struct model *model = session->model;
    const struct protocol_hello_reply *hello = &model->hello;
    char id[2 * PROTOCOL_ID_MAX + 1];
    FILE *out = run->out;

    hexadecimal(hello->system_id.at, hello->system_id.length, id);
    fprintf(out, "target        %s%s\n", session->target.place,
            session->through_broker ? ", through a broker" : "");
    fprintf(out, "system id     %s\n", id[0] != '\0' ? id : "-");
    print_archive(out, &model->names);
    fprintf(out, "protocol      target %u.%u, console %u.%u\n", hello->major, hello->minor,
            PROTOCOL_MAJOR, PROTOCOL_MINOR);
    fprintf(out, "up            %.3f s, %" PRIu64 " ticks a second\n",
            model_ticks_to_us(model, hello->now) / 1e6, hello->timer_hz);
    fprintf(out, "sees          %u protection domains, %u windows of memory; %u queues described\n",
            hello->pd_count, hello->window_count, model->queue_count);
    for (size_t i = 0; i < FEATURES; i++) {
        fprintf(out, "%-13s %-3s %s\n", i == 0 ? "can" : "",
                hello->features & features[i].bit ? "yes" : "no", features[i].help);
    }
    if (hello->line_rate != 0) {
        fprintf(out, "line          %u bytes a second\n", hello->line_rate);
    }
    for (unsigned i = 0; i < LINK_COUNTERS; i++) {
        if (model_has(model->link_present, i)) {
            fprintf(out, "%-13s %-12s %" PRIu64 "\n", i == 0 ? "target's link" : "", link_names[i],
                    model->link[i]);
        }
    }
    if (model->line_known) {
        fprintf(out,
                "broker        %u users, %" PRIu64 " damaged frames, %" PRIu64 " lost, %" PRIu64
                " retries\n",
                model->line.users, model->line.damaged, model->line.lost, model->line.retries);
    }
}

static enum exit_status run_info(struct command_run *run)
{
    struct session_needs needs = { .link_interval = 200 };
    struct session *session = command_session(run, &needs);

    if (session == NULL
            || !session_wait(session, is_known, NULL, run->options->timeout_s, &run->error)) {
        return run->error.status;
    }
    if (run->options->json) {
        print_json(run, session);
    } else {
        print_text(run, session);
    }
    return STATUS_OK;
}

const struct command command_info = {
    .name = "info",
    .arguments = "",
    .summary = "the target, its archive and the link in between",
    .details =
            "Versions, what this target can do, whether the archive is that of the running image, "
            "and what got lost on the line.",
    .options = "json",
    .examples = "lionscope info\n"
                "lionscope info --json\n",
    .run = run_info,
};
