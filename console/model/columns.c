/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "console/model/state_words.h"
#include "host-tools/lib/json_output.h"

const struct column *table_find_column(const struct table *table, const char *name, size_t length)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (strlen(table->columns[i].name) == length
                && strncmp(table->columns[i].name, name, length) == 0) {
            return &table->columns[i];
        }
    }
    return NULL;
}

/* --- protection domains --- */

static struct cell pd_counter(const struct model *model, unsigned row, unsigned counter)
{
    const struct model_pd *pd = &model->pds[row];

    return model_has(pd->present, counter) ? cell_count(pd->counters[counter]) : cell_none();
}

static struct cell sc_time(const struct model *model, unsigned row, unsigned counter)
{
    const struct model_pd *pd = &model->pds[row];

    return model_has(pd->sc_present, counter) ? cell_us(model_ticks_to_us(model, pd->sc[counter]))
                                              : cell_none();
}

static struct cell pd_index(const struct model *model, unsigned row)
{
    (void)model;
    return cell_number(row);
}

static struct cell pd_name(const struct model *model, unsigned row)
{
    return cell_text(names_pd(&model->names, row));
}

static struct cell pd_parent(const struct model *model, unsigned row)
{
    const struct archive_pd *known = names_describe_pd(&model->names, row);

    return known != NULL && known->parent >= 0
            ? cell_text(names_pd(&model->names, (unsigned)known->parent))
            : cell_none();
}

static struct cell pd_priority(const struct model *model, unsigned row)
{
    const struct model_pd *pd = &model->pds[row];
    const struct archive_pd *known = names_describe_pd(&model->names, row);

    if (model_has(pd->present, PD_PRIORITY)) {
        return cell_number(pd->counters[PD_PRIORITY]);
    }
    return known != NULL ? cell_number(known->priority) : cell_none();
}

static struct cell pd_state(const struct model *model, unsigned row)
{
    enum state_class state = state_of(model, row);

    return state == STATE_UNKNOWN ? cell_none() : cell_text(state_class_name(state));
}

static struct cell pd_doing(const struct model *model, unsigned row)
{
    struct cell cell = { .kind = CELL_TEXT };

    if (state_of(model, row) == STATE_UNKNOWN) {
        return cell_none();
    }
    state_in_words(model, row, cell.text, sizeof(cell.text));
    return cell;
}

static struct cell pd_cpu(const struct model *model, unsigned row)
{
    return cell_share(model->pds[row].rates.cpu);
}

static struct cell pd_paid(const struct model *model, unsigned row)
{
    return cell_share(model->pds[row].rates.paid);
}

/* Of the time in which it ran, what somebody else's scheduling context paid for. */
static struct cell pd_for_others(const struct model *model, unsigned row)
{
    const struct model_pd *pd = &model->pds[row];
    double others = pd->rates.cpu - pd->rates.paid;

    const struct archive_pd *known = names_describe_pd(&model->names, row);

    if (known != NULL && known->passive) {
        return cell_share(pd->rates.cpu);
    }
    if (!(pd->flags & PROTOCOL_PD_HAS_SC)) {
        return cell_none();
    }
    return cell_share(others < 0 ? 0 : others);
}

static struct cell pd_switches(const struct model *model, unsigned row)
{
    return cell_rate(model->pds[row].rates.switches);
}

static struct cell pd_ipc(const struct model *model, unsigned row)
{
    return cell_rate(model->pds[row].rates.ipc);
}

static struct cell pd_signals(const struct model *model, unsigned row)
{
    return cell_rate(model->pds[row].rates.signals);
}

static struct cell pd_faults(const struct model *model, unsigned row)
{
    return pd_counter(model, row, PD_FAULTS);
}

static struct cell pd_expirations(const struct model *model, unsigned row)
{
    return pd_counter(model, row, PD_EXPIRATIONS);
}

static struct cell pd_scheduled(const struct model *model, unsigned row)
{
    return pd_counter(model, row, PD_SCHEDULED);
}

static struct cell pd_run(const struct model *model, unsigned row)
{
    const struct model_pd *pd = &model->pds[row];

    return model_has(pd->present, PD_RUN) ? cell_us(model_ticks_to_us(model, pd->counters[PD_RUN]))
                                          : cell_none();
}

static struct cell pd_budget(const struct model *model, unsigned row)
{
    return sc_time(model, row, SC_BUDGET);
}

/* Without a period the budget is given anew as soon as it is used up: round robin. */
static uint64_t period_ticks(const struct model_pd *pd)
{
    return pd->sc[SC_PERIOD] != 0 ? pd->sc[SC_PERIOD] : pd->sc[SC_BUDGET];
}

static struct cell pd_period(const struct model *model, unsigned row)
{
    const struct model_pd *pd = &model->pds[row];

    return model_has(pd->sc_present, SC_PERIOD) && model_has(pd->sc_present, SC_BUDGET)
            ? cell_us(model_ticks_to_us(model, period_ticks(pd)))
            : cell_none();
}

static struct cell pd_left(const struct model *model, unsigned row)
{
    return sc_time(model, row, SC_LEFT);
}

static struct cell pd_stack_used(const struct model *model, unsigned row)
{
    const struct model_pd *pd = &model->pds[row];

    return pd->stack_known ? cell_bytes(pd->stack_used) : cell_none();
}

static struct cell pd_stack_size(const struct model *model, unsigned row)
{
    const struct archive_pd *known = names_describe_pd(&model->names, row);

    return known != NULL ? cell_bytes(known->stack_top - known->stack_bottom) : cell_none();
}

static struct cell pd_is_monitor(const struct model *model, unsigned row)
{
    return cell_switch((model->pds[row].flags & PROTOCOL_PD_MONITOR) != 0);
}

static struct cell pd_is_stale(const struct model *model, unsigned row)
{
    return cell_switch(model->pds[row].stale);
}

static int parent_of(const struct model *model, unsigned pd)
{
    const struct archive_pd *known = names_describe_pd(&model->names, pd);

    return known == NULL || known->parent < 0 || !model->pds[known->parent].listed ? -1
                                                                                   : known->parent;
}

unsigned pd_depth(const struct model *model, unsigned pd)
{
    unsigned depth = 0;
    int parent = parent_of(model, pd);

    /* An archive is input: its parents may form a ring. */
    while (parent >= 0 && depth < PROTOCOL_PDS_MAX) {
        depth++;
        parent = parent_of(model, (unsigned)parent);
    }
    return depth;
}

static unsigned add_children(
        const struct model *model, int parent, unsigned depth, unsigned *rows, unsigned size)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX && count < size; i++) {
        if (model->pds[i].listed && parent_of(model, i) == parent) {
            rows[count++] = i;
            if (depth < 8) {
                count += add_children(model, (int)i, depth + 1, rows + count, size - count);
            }
        }
    }
    return count;
}

/* As a tree: children follow their parent. */
static unsigned pd_rows(const struct model *model, unsigned *rows, unsigned size)
{
    return add_children(model, -1, 0, rows, size);
}

static const struct column pd_columns[] = {
    { "index", "#", 3, false, false, pd_index, "number of the protection domain" },
    { "name", "PROTECTION DOMAIN", 22, true, true, pd_name, "its name" },
    { "parent", "PARENT", 16, true, false, pd_parent, "the PD that handles its faults" },
    { "priority", "PRIO", 4, false, true, pd_priority, "scheduling priority, 0 to 254" },
    { "state", "STATE", 13, true, false, pd_state, "state in one word" },
    { "doing", "STATE", 32, true, true, pd_doing, "state in words" },
    { "budget_us", "BUDGET", 9, false, true, pd_budget, "time it may run in each period" },
    { "period_us", "PERIOD", 9, false, true, pd_period, "its period" },
    { "left_us", "LEFT", 9, false, true, pd_left, "of the budget, at the sample" },
    { "cpu_percent", "CPU%", 6, false, true, pd_cpu, "share of the time in which it ran" },
    { "paid_percent", "PAID%", 6, false, true, pd_paid,
            "share of the time its scheduling context paid for, whoever ran" },
    { "for_others_percent", "FOR%", 6, false, false, pd_for_others,
            "share of the time in which it ran on the scheduling context of a caller" },
    { "switches_per_second", "SW/S", 7, false, true, pd_switches, "times switched to" },
    { "ipc_per_second", "IPC/S", 7, false, true, pd_ipc, "messages sent, called and received" },
    { "signals_per_second", "SIG/S", 7, false, true, pd_signals, "notifications signalled" },
    { "faults", "FAULTS", 6, false, true, pd_faults, "since boot" },
    { "expirations", "EXPIRED", 8, false, false, pd_expirations,
            "times its budget ran out, since boot" },
    { "scheduled", "SWITCHES", 10, false, false, pd_scheduled, "times switched to, since boot" },
    { "run_us", "RUN", 9, false, false, pd_run, "time it ran, since boot" },
    { "stack_used", "STACK", 9, false, false, pd_stack_used, "bytes of stack used at the deepest" },
    { "stack_size", "OF", 9, false, false, pd_stack_size, "bytes of stack it has" },
    { "monitor", "MONITOR", 7, false, false, pd_is_monitor, "whether it is the monitor itself" },
    { "stale", "STALE", 5, false, false, pd_is_stale, "a report was lost; wait for the next" },
};

const struct table pd_table = { "protection_domains", pd_columns,
    sizeof(pd_columns) / sizeof(pd_columns[0]), pd_rows, NULL };

/* --- queues --- */

static struct cell queue_counter(const struct model *model, unsigned row, unsigned counter)
{
    const struct model_queue *queue = &model->queues[row];

    return model_has(queue->present, counter) ? cell_count(queue->counters[counter]) : cell_none();
}

static struct cell queue_name(const struct model *model, unsigned row)
{
    return cell_text(model->queues[row].name);
}

static struct cell queue_kind(const struct model *model, unsigned row)
{
    return cell_text(model->queues[row].kind);
}

static struct cell peer(const struct model *model, int pd)
{
    return pd >= 0 ? cell_text(names_pd(&model->names, (unsigned)pd)) : cell_none();
}

static struct cell queue_producer(const struct model *model, unsigned row)
{
    return peer(model, model->queues[row].producer);
}

static struct cell queue_consumer(const struct model *model, unsigned row)
{
    return peer(model, model->queues[row].consumer);
}

static struct cell queue_capacity(const struct model *model, unsigned row)
{
    return cell_count(model->queues[row].capacity);
}

static struct cell queue_last(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_LAST);
}

static struct cell queue_minimum(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_MINIMUM);
}

static struct cell queue_maximum(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_MAXIMUM);
}

static struct cell queue_mean(const struct model *model, unsigned row)
{
    const struct model_queue *queue = &model->queues[row];

    return model_has(queue->present, QUEUE_SUM) && model_has(queue->present, QUEUE_SAMPLES)
                    && queue->counters[QUEUE_SAMPLES] > 0
            ? cell_rate((double)queue->counters[QUEUE_SUM] / (double)queue->counters[QUEUE_SAMPLES])
            : cell_none();
}

static struct cell queue_high_water(const struct model *model, unsigned row)
{
    const struct model_queue *queue = &model->queues[row];

    return queue->any_report ? cell_count(queue->high_water) : cell_none();
}

static struct cell queue_in(const struct model *model, unsigned row)
{
    return cell_rate(model->queues[row].rates.in);
}

static struct cell queue_out(const struct model *model, unsigned row)
{
    return cell_rate(model->queues[row].rates.out);
}

static struct cell queue_enqueued(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_ENQUEUED);
}

static struct cell queue_dequeued(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_DEQUEUED);
}

static struct cell queue_full(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_FULL);
}

static struct cell queue_refusals(const struct model *model, unsigned row)
{
    const struct model_queue *queue = &model->queues[row];

    return queue->refusals_known ? cell_count(queue->refusals) : cell_none();
}

static struct cell queue_stuck(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_STUCK);
}

static struct cell queue_corrupt(const struct model *model, unsigned row)
{
    return queue_counter(model, row, QUEUE_CORRUPT);
}

static struct cell queue_flag(const struct model *model, unsigned row)
{
    return model->queues[row].layout.has_flag ? queue_counter(model, row, QUEUE_FLAG) : cell_none();
}

static struct cell queue_state(const struct model *model, unsigned row)
{
    const struct model_queue *queue = &model->queues[row];

    if (queue->refused) {
        return cell_text("not visible to the monitor");
    }
    if (!queue->any_report) {
        return cell_none();
    }
    if (model_queue_is_corrupt(queue)) {
        return cell_text("corrupted");
    }
    if (queue->counters[QUEUE_STUCK] > 1) {
        return cell_text("waits, consumer sleeps");
    }
    if (strcmp(queue->kind, "net free") == 0) { /* empty buffers: many of them are a good sign */
        return cell_text(queue->counters[QUEUE_LAST] == 0 ? "none left" : "some left");
    }
    return cell_text(queue->counters[QUEUE_LAST] >= queue->capacity ? "full"
                    : queue->counters[QUEUE_LAST] == 0              ? "empty"
                                                                    : "in use");
}

static unsigned queue_rows(const struct model *model, unsigned *rows, unsigned size)
{
    unsigned count = 0;

    for (; count < model->queue_count && count < size; count++) {
        rows[count] = count;
    }
    return count;
}

static const struct column queue_columns[] = {
    { "name", "QUEUE", 22, true, true, queue_name, "its name" },
    { "kind", "KIND", 8, true, true, queue_kind, "layout" },
    { "producer", "PRODUCER", 16, true, true, queue_producer, "who puts entries in" },
    { "consumer", "CONSUMER", 16, true, true, queue_consumer, "who takes them out" },
    { "entries", "NOW", 6, false, true, queue_last, "entries at the last look" },
    { "capacity", "OF", 6, false, true, queue_capacity, "entries it has room for" },
    { "minimum", "MIN", 6, false, false, queue_minimum, "least in the last interval" },
    { "mean", "MEAN", 6, false, true, queue_mean, "mean of the last interval" },
    { "maximum", "MAX", 6, false, true, queue_maximum, "most in the last interval" },
    { "high_water", "HIGH", 6, false, true, queue_high_water, "most since the console looks" },
    { "in_per_second", "IN/S", 7, false, true, queue_in, "entries put in" },
    { "out_per_second", "OUT/S", 7, false, true, queue_out, "entries taken out" },
    { "enqueued", "PUT IN", 8, false, false, queue_enqueued, "entries put in since it is watched" },
    { "dequeued", "TAKEN", 8, false, false, queue_dequeued,
            "entries taken out since it is watched" },
    { "full", "FULL", 6, false, true, queue_full, "looks that found it full" },
    { "refused", "REFUSED", 7, false, false, queue_refusals,
            "times that an end of its connection found impossible indices and took no entry" },
    { "stuck", "STUCK", 6, false, false, queue_stuck,
            "looks in a row with entries and a sleeping consumer" },
    { "flag", "FLAG", 4, false, false, queue_flag, "the consumer's flag; 0: asks for a signal" },
    { "corrupt", "CORRUPT", 7, false, false, queue_corrupt, "looks with impossible indices" },
    { "state", "STATE", 22, true, true, queue_state, "in words" },
};

static void queue_extend(const struct model *model, unsigned row, json_t *object)
{
    const struct model_queue *queue = &model->queues[row];
    json_t *bins = json_array();

    for (unsigned i = 0; i < PROTOCOL_HISTOGRAM_BINS; i++) {
        json_array_append_new(bins, json_integer(queue->histogram[i]));
    }
    if (!queue->any_report) {
        json_decref(bins);
        bins = json_null();
    }
    json_object_set_new(object, "histogram", bins);
}

const struct table queue_table = { "queues", queue_columns,
    sizeof(queue_columns) / sizeof(queue_columns[0]), queue_rows, queue_extend };

/* --- budgets --- */

static struct cell budget_used(const struct model *model, unsigned row)
{
    const struct model_pd *pd = &model->pds[row];
    double period = (double)period_ticks(pd);
    double budget = (double)pd->sc[SC_BUDGET];

    /* The share of its budget that it uses up, on average over the window. */
    if (!model_has(pd->sc_present, SC_BUDGET) || !model_has(pd->sc_present, SC_PERIOD)
            || budget == 0 || period == 0) {
        return cell_none();
    }
    return cell_share(pd->rates.paid * period / budget);
}

static struct cell budget_until(const struct model *model, unsigned row)
{
    return sc_time(model, row, SC_UNTIL);
}

static struct cell budget_consumed(const struct model *model, unsigned row)
{
    return sc_time(model, row, SC_CONSUMED);
}

static struct cell budget_refills(const struct model *model, unsigned row)
{
    const struct model_pd *pd = &model->pds[row];

    return model_has(pd->sc_present, SC_REFILLS) ? cell_number(pd->sc[SC_REFILLS]) : cell_none();
}

static struct cell budget_expirations_rate(const struct model *model, unsigned row)
{
    return cell_rate(model->pds[row].rates.expirations);
}

static unsigned budget_rows(const struct model *model, unsigned *rows, unsigned size)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX && count < size; i++) {
        if (model->pds[i].listed && (model->pds[i].flags & PROTOCOL_PD_HAS_SC)) {
            rows[count++] = i;
        }
    }
    return count;
}

static const struct column budget_columns[] = {
    { "index", "#", 3, false, false, pd_index, "number of the protection domain" },
    { "name", "PROTECTION DOMAIN", 22, true, true, pd_name, "whose scheduling context" },
    { "budget_us", "BUDGET", 9, false, true, pd_budget, "time in each period" },
    { "period_us", "PERIOD", 9, false, true, pd_period, "its period" },
    { "left_us", "LEFT", 9, false, true, pd_left, "of the budget, at the sample" },
    { "until_us", "NEXT IN", 9, false, true, budget_until,
            "until the next replenishment; 0: it can run" },
    { "used_percent", "USED%", 6, false, true, budget_used, "of the budget, over the interval" },
    { "paid_percent", "PAID%", 6, false, true, pd_paid, "of the processor, over the interval" },
    { "expirations", "EXPIRED", 8, false, true, pd_expirations, "times it ran out, since boot" },
    { "expirations_per_second", "EXP/S", 7, false, true, budget_expirations_rate,
            "times it ran out" },
    { "refills", "REFILLS", 7, false, true, budget_refills, "parts the budget is in" },
    { "consumed_us", "CONSUMED", 10, false, true, budget_consumed, "since boot" },
};

static void budget_extend(const struct model *model, unsigned row, json_t *object)
{
    const struct model_pd *pd = &model->pds[row];
    json_t *refills = json_array();

    for (unsigned i = 0; i < pd->refill_count; i++) {
        json_t *refill = json_object();

        json_object_set_new(refill, "time_ticks", json_u64(pd->refills[i].time));
        json_object_set_new(
                refill, "amount_us", json_measure(model_ticks_to_us(model, pd->refills[i].amount)));
        json_array_append_new(refills, refill);
    }
    json_object_set_new(object, "refill_list", refills);
}

const struct table budget_table = { "budgets", budget_columns,
    sizeof(budget_columns) / sizeof(budget_columns[0]), budget_rows, budget_extend };
