/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that show one table: ps, queues, budgets, top. */
#include <math.h>

#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "host-tools/lib/json_output.h"

static enum exit_status run_ps(struct command_run *run)
{
    return table_command(run, &pd_table, NULL, NULL);
}

const struct command command_ps = {
    .name = "ps",
    .arguments = "",
    .summary = "protection domains: state, budget, processor time, switches",
    .details =
            "One line for each protection domain, the monitor included. Rates are taken over one "
            "interval. CPU% is the time in which it ran, PAID% what its scheduling context paid "
            "for, also when a passive server ran on it.",
    .options = TABLE_OPTIONS,
    .examples = "lionscope ps\n"
                "lionscope ps --json --fields name,cpu_percent,state\n"
                "lionscope ps -n 10 -i 0.5 --filter net_\n",
    .run = run_ps,
};

static enum exit_status run_queues(struct command_run *run)
{
    return table_command(run, &queue_table, NULL, NULL);
}

const struct command command_queues = {
    .name = "queues",
    .arguments = "",
    .summary = "queues: how full, how fast, who waits",
    .details =
            "One line for each queue that the archive or a file of descriptions (--queues) names. "
            "The target looks at each queue several hundred times a second; MEAN and MAX are of "
            "these looks, so that a burst between two lines is seen.",
    .options = TABLE_OPTIONS " queues",
    .examples = "lionscope queues\n"
                "lionscope queues --sort high_water --reverse\n"
                "lionscope queues --json --filter client0\n",
    .run = run_queues,
};

static enum exit_status run_budgets(struct command_run *run)
{
    return table_command(run, &budget_table, NULL, NULL);
}

const struct command command_budgets = {
    .name = "budgets",
    .arguments = "",
    .summary = "scheduling contexts: used, left, next replenishment",
    .details =
            "One line for each scheduling context. USED% is the part of its budget that it used up "
            "on average, EXPIRED how often the budget ran out.",
    .options = TABLE_OPTIONS,
    .examples = "lionscope budgets\n"
                "lionscope budgets --json --sort used_percent\n",
    .run = run_budgets,
};

/* What all PDs together take, and the monitor of it. */
static void add_totals(
        const struct command_run *run, const struct session *session, json_t *document)
{
    const struct model *model = session->model;
    double busy = 0, own = NAN, switches = 0;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        const struct model_pd *pd = &model->pds[i];

        if (!pd->listed || !isfinite(pd->rates.cpu)) {
            continue;
        }
        busy += pd->rates.cpu;
        switches += pd->rates.switches;
        if (pd->flags & PROTOCOL_PD_MONITOR) {
            own = pd->rates.cpu;
        }
    }
    if (document != NULL) {
        json_object_set_new(document, "listed_cpu_percent", json_measure(busy * 100));
        json_object_set_new(document, "monitor_cpu_percent", json_measure(own * 100));
        json_object_set_new(document, "switches_per_second", json_measure(switches));
        return;
    }
    fprintf(run->out, "%s  up %.1f s  processor %.1f %% by those listed", session->target.place,
            model_ticks_to_us(model, model->time) / 1e6, busy * 100);
    if (isfinite(own)) {
        fprintf(run->out, ", %.1f %% by the monitor", own * 100);
    }
    fprintf(run->out, ", %.0f switches/s\n", switches);
}

static enum exit_status run_top(struct command_run *run)
{
    return table_command(run, &pd_table, "cpu_percent", add_totals);
}

const struct command command_top = {
    .name = "top",
    .arguments = "",
    .summary = "protection domains, the busiest first, with totals",
    .details =
            "Like ps, sorted by processor time, with a line of totals before it. The full screen "
            "(lionscope without a command) has the same live.",
    .options = TABLE_OPTIONS,
    .examples = "lionscope top\n"
                "lionscope top -n 60 -i 1 --json > minute.ndjson\n",
    .run = run_top,
};
