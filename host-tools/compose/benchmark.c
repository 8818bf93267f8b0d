/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A system that measures itself: a PD that measures its children, one that counts idle time, and
 * clients that begin and end a measurement or read the idle time.
 */
#include <stdlib.h>
#include <string.h>

#include <sddf/benchmark/config.h>

#include "host-tools/compose/composition.h"

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

/* There is one PD of the kind in a system. */
static void note_only(struct composition *composition, struct pd **only,
        const struct xml_element **only_element, struct pd *pd, const struct xml_element *element)
{
    if (*only != NULL) {
        report_error(composition->diagnostics, element->position,
                "'%s' has '%s', but so has '%s' of line %u; a system has one", pd->name,
                element->name, (*only)->name, (*only_element)->position.line);
        return;
    }
    *only = pd;
    *only_element = element;
}

bool benchmark_read(
        struct composition *composition, struct pd *pd, const struct xml_element *element)
{
    static const char *const of_pd[] = { "measures", NULL };
    static const char *const of_client[] = { "controls", NULL };
    static const char *const none[] = { NULL };
    struct benchmark *benchmark = &composition->benchmark;

    if (is(element, "benchmark")) {
        xml_allow_attributes(element, of_pd, composition->diagnostics);
        note_only(composition, &benchmark->pd, &benchmark->element, pd, element);
    } else if (is(element, "benchmark_idle")) {
        xml_allow_attributes(element, none, composition->diagnostics);
        note_only(composition, &benchmark->idle, &benchmark->idle_element, pd, element);
    } else if (is(element, "benchmark_client")) {
        xml_allow_attributes(element, of_client, composition->diagnostics);
        *list_add(composition->arena, &benchmark->clients) =
                (struct client){ .pd = pd, .element = element, .position = element->position };
    } else {
        return false;
    }
    no_children(&composition->reader, element);
    return true;
}

/* ---- connecting ---- */

static void connect_pd(struct composition *composition)
{
    struct benchmark *benchmark = &composition->benchmark;

    benchmark->config = section_add(composition, benchmark->pd, "benchmark_config",
            sizeof(*benchmark->config), "benchmark_config.data");
    benchmark->config->last_core = true;
}

static void connect_idle(struct composition *composition, const struct region *cycles)
{
    const struct benchmark *benchmark = &composition->benchmark;
    struct benchmark_idle_config *config = section_add(composition, benchmark->idle,
            "benchmark_idle_config", sizeof(*config), "benchmark_idle_config.data");

    config->cycle_counters = (void *)(uintptr_t)map_add(
            composition, benchmark->idle_element->position, benchmark->idle, cycles, "rw", true);
}

/* One client begins and ends the measurement. */
static void connect_control(struct composition *composition, const struct client *client,
        struct benchmark_client_config *config)
{
    struct benchmark *benchmark = &composition->benchmark;
    struct channel_ids ids;

    if (benchmark->config == NULL) {
        report_error(composition->diagnostics, attribute_position(client->element, "controls"),
                "'%s' controls a benchmark, but no protection domain has the element 'benchmark'",
                client->pd->name);
        return;
    }
    if (benchmark->controller != NULL) {
        report_error(composition->diagnostics, attribute_position(client->element, "controls"),
                "'%s' controls the benchmark, but so does '%s' of line %u", client->pd->name,
                benchmark->controller->pd->name, benchmark->controller->position.line);
        return;
    }
    benchmark->controller = client;
    ids = channel_add(composition, client->position, benchmark->pd, client->pd, false);
    benchmark->config->rx_start_ch = ids.first;
    config->start_ch = ids.second;
    ids = channel_add(composition, client->position, benchmark->pd, client->pd, false);
    benchmark->config->rx_stop_ch = ids.first;
    config->stop_ch = ids.second;
}

static void connect_client(
        struct composition *composition, const struct client *client, const struct region *cycles)
{
    struct benchmark_client_config *config =
            section_add(composition, client->pd, "benchmark_client_config", sizeof(*config),
                    "benchmark_client_%s.data", client->pd->name);

    config->start_ch = BENCHMARK_NO_CHANNEL;
    config->stop_ch = BENCHMARK_NO_CHANNEL;
    config->num_cores = 1;
    config->core_ccounts[0] = (void *)(uintptr_t)map_add(
            composition, client->position, client->pd, cycles, "r", true);
    if (boolean_or(composition, client->element, "controls", false)) {
        connect_control(composition, client, config);
    }
}

void benchmark_connect(struct composition *composition)
{
    struct benchmark *benchmark = &composition->benchmark;

    if (benchmark->pd != NULL) {
        connect_pd(composition);
    }
    if (benchmark->idle != NULL || benchmark->clients.count != 0) {
        const struct region *cycles =
                region_add(composition, composition->root->position, 1, "benchmark/idle_cycles");

        if (benchmark->idle != NULL) {
            connect_idle(composition, cycles);
        }
        list_for_each(client, &benchmark->clients) {
            connect_client(composition, client, cycles);
        }
    }
}

/* ---- who is measured ---- */

static void measure(struct composition *composition, const struct pd *pd)
{
    struct benchmark_config *config = composition->benchmark.config;
    struct benchmark_child *child = &config->children[config->num_children++];
    const struct xml_attribute *id = xml_attribute(pd->element, "id");

    strncpy(child->name, pd->name, sizeof(child->name) - 1);
    child->child_id = (uint8_t)strtoul(id != NULL ? id->value : "0", NULL, 0);
}

static bool is_child(const struct composition *composition, const struct pd *pd)
{
    return pd != NULL && pd->parent == composition->benchmark.pd;
}

/* The names of an attribute, with blanks between them. */
static void measure_named(struct composition *composition, const struct xml_attribute *measures)
{
    for (const char *text = measures->value; *text != 0;) {
        size_t length = strcspn(text, " ");
        const char *name = arena_copy(composition->arena, text, length);
        const struct pd *pd = pd_find(composition, name);

        if (is_child(composition, pd)
                && composition->benchmark.config->num_children < BENCHMARK_MAX_CHILDREN) {
            measure(composition, pd);
        } else if (length != 0) {
            report_error(composition->diagnostics, measures->position,
                    "measures=\"...\" names '%s', which is not a child of '%s'%s", name,
                    composition->benchmark.pd->name,
                    pd == NULL ? pd_suggest(composition, name) : "");
        }
        text += length + (text[length] == ' ');
    }
}

void benchmark_finish(struct composition *composition)
{
    const struct benchmark *benchmark = &composition->benchmark;
    const struct xml_attribute *measures;

    if (benchmark->config == NULL) {
        return;
    }
    measures = xml_attribute(benchmark->element, "measures");
    if (measures != NULL) {
        measure_named(composition, measures);
        return;
    }
    list_for_each(pd, &composition->pds) {
        if (is_child(composition, *pd)
                && benchmark->config->num_children < BENCHMARK_MAX_CHILDREN) {
            measure(composition, *pd);
        }
    }
}
