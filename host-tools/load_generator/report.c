/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/load_generator/report.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const uint32_t permilles[] = { 500, 900, 990, 999 };
static const char *const permille_names[] = { "p50", "p90", "p99", "p99.9" };

#define PERMILLES (sizeof(permilles) / sizeof(permilles[0]))
#define NS_IN_US  1000.0
#define NS_IN_S   1e9

static uint64_t lost(const struct flow_figures *figures)
{
    uint64_t back = figures->received + figures->corrupted;

    return figures->sent > back ? figures->sent - back : 0;
}

static void add(struct flow_figures *sum, const struct flow_figures *figures)
{
    sum->sent += figures->sent;
    sum->received += figures->received;
    sum->corrupted += figures->corrupted;
    sum->reordered += figures->reordered;
    sum->duplicated += figures->duplicated;
    sum->bytes_sent += figures->bytes_sent;
    sum->bytes_received += figures->bytes_received;
    histogram_merge(&sum->latency, &figures->latency);
}

/* ---- Progress -------------------------------------------------------------------------------- */

static uint64_t lost_so_far(const struct flow *flow)
{
    uint64_t missing = lost(&flow->figures);

    return missing > flow->window.waiting ? missing - flow->window.waiting : 0;
}

static void print_progress(const struct flow *flow, double seconds, double rate)
{
    const struct flow_figures *figures = &flow->figures;

    printf("%8.0f s  %-24s %7.0f/s  %" PRIu64 " sent  %" PRIu64 " back  %u on their way  %" PRIu64
           " lost  %" PRIu64 " corrupted  %" PRIu64 " duplicated\n",
            seconds, flow->target->text, rate, figures->sent, figures->received,
            flow->window.waiting, lost_so_far(flow), figures->corrupted, figures->duplicated);
}

static void print_progress_json(const struct flow *flow, double seconds, double rate)
{
    const struct flow_figures *figures = &flow->figures;
    json_t *line = json_pack("{s:f, s:s, s:f, s:I, s:I, s:I, s:I, s:I, s:I}", "seconds", seconds,
            "target", flow->target->text, "per_second", rate, "sent", (json_int_t)figures->sent,
            "received", (json_int_t)figures->received, "on_their_way",
            (json_int_t)flow->window.waiting, "lost", (json_int_t)lost_so_far(flow), "corrupted",
            (json_int_t)figures->corrupted, "duplicated", (json_int_t)figures->duplicated);

    json_dumpf(line, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(line);
}

void report_progress(struct flow *flows, uint32_t count, const struct options *options, int64_t ns,
        int64_t interval)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t since = flows[i].figures.received - flows[i].reported;
        double rate = (double)since * NS_IN_S / (double)interval;

        flows[i].reported = flows[i].figures.received;
        (options->json ? print_progress_json : print_progress)(
                &flows[i], (double)ns / NS_IN_S, rate);
    }
    fflush(stdout);
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void print_row(const char *name, const struct flow_figures *figures)
{
    const struct histogram *latency = &figures->latency;

    printf("%-24s %10" PRIu64 " %10" PRIu64 " %8" PRIu64 " %9" PRIu64 " %9" PRIu64 " %10" PRIu64,
            name, figures->sent, figures->received, lost(figures), figures->corrupted,
            figures->reordered, figures->duplicated);
    for (size_t i = 0; i < PERMILLES; i++) {
        printf(" %9.0f", (double)histogram_permille(latency, permilles[i]) / NS_IN_US);
    }
    printf(" %9.0f\n", (double)latency->largest / NS_IN_US);
}

static void print_text(
        const struct flow *flows, uint32_t count, const struct flow_figures *sum, double seconds)
{
    printf("%-24s %10s %10s %8s %9s %9s %10s", "client", "sent", "received", "lost", "corrupted",
            "reordered", "duplicated");
    for (size_t i = 0; i < PERMILLES; i++) {
        printf(" %6s us", permille_names[i]);
    }
    printf("    max us\n");
    for (uint32_t i = 0; i < count; i++) {
        print_row(flows[i].target->text, &flows[i].figures);
        if (flows[i].failure != NULL) {
            printf("    ended early: %s\n", flows[i].failure);
        }
    }
    if (count > 1) {
        print_row("all", sum);
    }
    printf("%.2f s, %.0f messages/s, %.1f Mbit/s of payload each way\n", seconds,
            (double)sum->received / seconds, (double)sum->bytes_received * 8 / 1e6 / seconds);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *latency_json(const struct histogram *latency)
{
    json_t *object = json_object();

    json_object_set_new(object, "min", json_integer((json_int_t)latency->smallest));
    json_object_set_new(object, "mean", json_integer((json_int_t)histogram_mean(latency)));
    for (size_t i = 0; i < PERMILLES; i++) {
        json_object_set_new(object, permille_names[i],
                json_integer((json_int_t)histogram_permille(latency, permilles[i])));
    }
    json_object_set_new(object, "max", json_integer((json_int_t)latency->largest));
    return object;
}

static json_t *figures_json(const struct flow_figures *figures)
{
    json_t *object = json_object();

    json_object_set_new(object, "sent", json_integer((json_int_t)figures->sent));
    json_object_set_new(object, "received", json_integer((json_int_t)figures->received));
    json_object_set_new(object, "lost", json_integer((json_int_t)lost(figures)));
    json_object_set_new(object, "corrupted", json_integer((json_int_t)figures->corrupted));
    json_object_set_new(object, "reordered", json_integer((json_int_t)figures->reordered));
    json_object_set_new(object, "duplicated", json_integer((json_int_t)figures->duplicated));
    json_object_set_new(object, "bytes_sent", json_integer((json_int_t)figures->bytes_sent));
    json_object_set_new(
            object, "bytes_received", json_integer((json_int_t)figures->bytes_received));
    json_object_set_new(object, "latency_ns", latency_json(&figures->latency));
    return object;
}

static void print_json(
        const struct flow *flows, uint32_t count, const struct flow_figures *sum, double seconds)
{
    json_t *document = json_object();
    json_t *clients = json_array();

    for (uint32_t i = 0; i < count; i++) {
        json_t *client = figures_json(&flows[i].figures);

        json_object_set_new(client, "target", json_string(flows[i].target->text));
        json_object_set_new(client, "failure",
                flows[i].failure != NULL ? json_string(flows[i].failure) : json_null());
        json_array_append_new(clients, client);
    }
    json_object_set_new(document, "seconds", json_real(seconds));
    json_object_set_new(document, "all", figures_json(sum));
    json_object_set_new(document, "clients", clients);
    json_dumpf(document, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(document);
}

bool report(const struct flow *flows, uint32_t count, const struct options *options, int64_t ns)
{
    struct flow_figures *sum = calloc(1, sizeof(*sum));
    double seconds = (double)ns / NS_IN_S;
    bool good = true;

    if (sum == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        add(sum, &flows[i].figures);
        good &= flows[i].failure == NULL;
    }
    if (options->json) {
        print_json(flows, count, sum, seconds);
    } else {
        print_text(flows, count, sum, seconds);
    }
    good &= sum->sent > 0 && sum->received == sum->sent && sum->corrupted == 0
            && sum->duplicated == 0;
    free(sum);
    return good;
}
