/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that describe: map, pd. */
#include <langinfo.h>
#include <math.h>
#include <string.h>

#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "console/model/describe.h"
#include "host-tools/lib/json_output.h"

#define EDGES_MAX 512

static void print_line(void *context, enum line_kind kind, const char *line)
{
    (void)kind;
    fprintf(context, "%s\n", line);
}

static bool have_rates(const struct session *session, void *context)
{
    (void)context;
    return session->model->pds_known && session->model->windows_done > 0;
}

static struct session *session_with_rates(struct command_run *run)
{
    struct session_needs needs = command_needs(run->options);
    struct session *session = command_session(run, &needs);
    double limit = run->options->timeout_s + 2 * run->options->interval_s;

    return session != NULL && session_wait(session, have_rates, NULL, limit, &run->error) ? session
                                                                                          : NULL;
}

static json_t *edges_json(const struct model *model)
{
    static struct map_edge edges[EDGES_MAX];
    size_t count = describe_edges(model, edges, EDGES_MAX);
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *edge = json_object();

        json_object_set_new(edge, "from", json_string(names_pd(&model->names, edges[i].from)));
        json_object_set_new(edge, "to", json_string(names_pd(&model->names, edges[i].to)));
        json_object_set_new(edge, "channel", json_integer(edges[i].id));
        json_object_set_new(edge, "notifies", json_boolean(edges[i].notifies));
        json_object_set_new(edge, "calls", json_boolean(edges[i].calls));
        json_object_set_new(edge, "signals_per_second",
                edges[i].notifies ? json_measure(edges[i].signals) : json_null());
        json_object_set_new(edge, "signals_shared", json_boolean(edges[i].shared));
        json_array_append_new(list, edge);
    }
    return list;
}

static enum exit_status run_map(struct command_run *run)
{
    struct session *session = session_with_rates(run);
    bool utf8 = !run->options->ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

    if (session == NULL) {
        return run->error.status;
    }
    if (run->options->json) {
        json_t *document = document_begin(run, session);
        struct table_choice all = { .table = &queue_table };

        for (size_t i = 0; i < queue_table.column_count; i++) {
            all.columns[all.count++] = &queue_table.columns[i];
        }
        json_object_set_new(document, "edges", edges_json(session->model));
        json_object_set_new(document, "queues", table_to_json(&all, session->model, run->options));
        document_print(run, document);
    } else {
        describe_map(session->model, utf8, print_line, run->out);
    }
    return STATUS_OK;
}

const struct command command_map = {
    .name = "map",
    .arguments = "",
    .summary = "who signals, calls and feeds whom, with rates",
    .details = "Each protection domain with what it does, below it its channels (-> signals, => "
               "calls) and its queues. The kernel counts signals by their sender: if that has "
               "several channels, the rate on each is 'up to'.",
    .options = "json interval",
    .examples = "lionscope map\n"
                "lionscope map --json\n",
    .run = run_map,
};

static json_t *mappings_json(const struct archive_pd *known)
{
    json_t *list = json_array();

    for (size_t i = 0; i < known->mapping_count; i++) {
        json_t *mapping = json_object();

        json_object_set_new(mapping, "what", json_string(known->mappings[i].what));
        json_object_set_new(mapping, "address", json_address(known->mappings[i].vaddr));
        json_object_set_new(mapping, "size", json_u64(known->mappings[i].size));
        json_object_set_new(mapping, "permissions", json_string(known->mappings[i].permissions));
        json_array_append_new(list, mapping);
    }
    return list;
}

static json_t *place_json(const struct model *model, unsigned pd)
{
    const struct model_place *place = &model->place;
    json_t *list;

    if (!place->known || place->pd != pd || place->count == 0) {
        return json_null();
    }
    list = json_array();
    for (unsigned i = 0; i < place->count; i++) {
        json_array_append_new(list, json_text(place->lines[i], strlen(place->lines[i])));
    }
    return list;
}

static json_t *capabilities_json(const struct archive_pd *known)
{
    json_t *list;

    if (known == NULL || !known->capabilities_known) {
        return json_null();
    }
    list = json_array();
    for (size_t i = 0; i < known->capability_count; i++) {
        json_t *capability = json_object();

        json_object_set_new(capability, "slot", json_integer(known->capabilities[i].slot));
        json_object_set_new(capability, "kind", json_string(known->capabilities[i].kind));
        json_object_set_new(capability, "of", json_string(known->capabilities[i].of));
        json_array_append_new(list, capability);
    }
    return list;
}

static json_t *pd_json(const struct model *model, unsigned pd)
{
    const struct archive_pd *known = names_describe_pd(&model->names, pd);
    json_t *object = json_object();

    for (size_t i = 0; i < pd_table.column_count; i++) {
        struct cell cell = pd_table.columns[i].value(model, pd);

        json_object_set_new(object, pd_table.columns[i].name, cell_to_json(&cell));
    }
    json_object_set_new(
            object, "program", known != NULL ? json_string(known->elf.name) : json_null());
    json_object_set_new(
            object, "build_id", known != NULL ? json_string(known->elf.build_id) : json_null());
    json_object_set_new(object, "mappings", known != NULL ? mappings_json(known) : json_null());
    json_object_set_new(object, "place", place_json(model, pd));
    json_object_set_new(object, "capabilities", capabilities_json(known));
    return object;
}

#define PLACE_S 2.0 /* then the rest is shown without it */

static bool place_is_known(const struct session *session, void *context)
{
    (void)context;
    return session->model->place.known;
}

static enum exit_status run_pd(struct command_run *run)
{
    struct session *session = session_with_rates(run);
    int pd;

    if (session == NULL) {
        return run->error.status;
    }
    pd = names_find_pd(&session->model->names, run->options->arguments[0]);
    if (pd < 0 || !session->model->pds[pd].listed) {
        command_failed(run, STATUS_USAGE, "there is no protection domain '%s'",
                run->options->arguments[0]);
        error_advise(&run->error, "'lionscope ps' lists them");
        return STATUS_USAGE;
    }
    place_scan_want(session, pd, PLACE_SELDOM_MS);
    session_wait(session, place_is_known, NULL, PLACE_S, &run->error);
    if (run->options->json) {
        json_t *document = document_begin(run, session);

        json_object_set_new(document, "protection_domain", pd_json(session->model, (unsigned)pd));
        document_print(run, document);
    } else {
        describe_pd(session->model, (unsigned)pd, print_line, run->out);
    }
    return STATUS_OK;
}

const struct command command_pd = {
    .name = "pd",
    .arguments = "PD",
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = COMPLETES_PD,
    .summary = "all that is known of one protection domain",
    .details = "State, counters, replenishments, queues, channels, memory, interrupts, program.",
    .options = "json interval",
    .examples = "lionscope pd eth_driver\n"
                "lionscope pd eth_driver --json\n",
    .run = run_pd,
};
