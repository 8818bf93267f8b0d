/* SPDX-License-Identifier: BSD-2-Clause */
/* The views that are lists: System, Queues, Budgets. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "console/model/state_words.h"
#include "console/views/graphics.h"
#include "console/views/view.h"

#define NEARLY_USED 0.85 /* of a budget or a queue: shown as a warning */
#define STUCK_LOOKS 2    /* in a row with entries and a sleeping consumer */
#define BAR_FULL    1.0

/* --- System --- */

static void draw_pd_name(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    unsigned depth = pd_depth(model, pd);

    (void)width;
    snprintf(out, size, "%*s%s%s", (int)(depth < 8 ? depth : 8), "", names_pd(&model->names, pd),
            model->pds[pd].flags & PROTOCOL_PD_MONITOR ? " (me)" : "");
    if (model->pds[pd].stale) {
        *style = STYLE_DIM;
    }
}

static void draw_state(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    enum state_class state = state_of(model, pd);

    (void)width;
    state_in_words(model, pd, out, size);
    if (state == STATE_RUNNING) {
        *style = STYLE_GOOD;
    } else if (state == STATE_OUT_OF_BUDGET || state == STATE_BREAKPOINT || state == STATE_HELD) {
        *style = STYLE_WARNING;
    } else if (state == STATE_FAULTED) {
        *style = STYLE_BAD;
        memmove(out + 2, out, strlen(out) + 1);
        memcpy(out, "! ", 2);
    }
}

/* "2.00/10.0 ms" */
static void draw_budget(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct model_pd *known = &model->pds[pd];
    const struct archive_pd *described = names_describe_pd(&model->names, pd);
    double budget = model_ticks_to_us(model, known->sc[SC_BUDGET]) / 1000;
    double period = model_ticks_to_us(model, known->sc[SC_PERIOD]) / 1000;

    (void)width;
    (void)style;
    if (described != NULL && described->passive) {
        snprintf(out, size, "passive");
    } else if (!model_has(known->sc_present, SC_BUDGET)) {
        snprintf(out, size, "-");
    } else {
        snprintf(out, size, "%.3g/%.3g ms", budget, period > 0 ? period : budget);
    }
}

static double left_share(const struct model *model, unsigned pd)
{
    const struct model_pd *known = &model->pds[pd];

    return model_has(known->sc_present, SC_LEFT) && known->sc[SC_BUDGET] > 0
            ? (double)known->sc[SC_LEFT] / (double)known->sc[SC_BUDGET]
            : NAN;
}

static void draw_left(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    double left = left_share(model, pd);

    (void)size;
    if (!isfinite(left)) {
        strcpy(out, "-");
        return;
    }
    graphic_bar(left, -1, width, screen_utf8(), out);
    *style = left < 1 - NEARLY_USED ? STYLE_WARNING : STYLE_GOOD;
}

static void draw_cpu_history(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    (void)size;
    *style = STYLE_GOOD;
    graphic_spark(model->pds[pd].cpu_history, MODEL_HISTORY, model->windows_done,
            model->history_length, BAR_FULL, width, screen_utf8(), out);
}

static const struct view_column system_columns[] = {
    { "name", "PD", 15, 24, true, draw_pd_name },
    { "priority", NULL, 4, 4, false, NULL },
    { "doing", NULL, 28, 40, true, draw_state },
    { "cpu_percent", NULL, 6, 6, false, NULL },
    { "left_us", "LEFT", 8, 10, true, draw_left },
    { "switches_per_second", NULL, 6, 7, false, NULL },
    { "faults", "FAULT", 5, 6, false, NULL },
    { "budget_us", "BUDGET", 12, 13, false, draw_budget },
    { NULL, "CPU, LAST MINUTE", 16, 60, true, draw_cpu_history },
    { "ipc_per_second", NULL, 6, 7, false, NULL },
    { "signals_per_second", NULL, 6, 7, false, NULL },
    { "for_others_percent", NULL, 6, 6, false, NULL },
    { "paid_percent", NULL, 6, 6, false, NULL },
    { "expirations", NULL, 8, 8, false, NULL },
    { "stack_used", NULL, 9, 9, false, NULL },
};

static const struct view system_view = { .name = "system",
    .title = "System",
    .table = &pd_table,
    .columns = system_columns,
    .column_count = sizeof(system_columns) / sizeof(system_columns[0]),
    .command = "ps" };

/* --- Queues --- */

static bool is_stuck(const struct model_queue *queue)
{
    return model_has(queue->present, QUEUE_STUCK) && queue->counters[QUEUE_STUCK] >= STUCK_LOOKS;
}

static void draw_queue_name(const struct model *model, unsigned row, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct model_queue *queue = &model->queues[row];

    (void)width;
    snprintf(out, size, "%s%s", is_stuck(queue) ? "!" : "", queue->name);
    *style = is_stuck(queue) ? STYLE_BAD
            : queue->stale   ? STYLE_DIM
            : queue->refused ? STYLE_DIM
                             : *style;
}

static void draw_occupancy(const struct model *model, unsigned row, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct model_queue *queue = &model->queues[row];
    double capacity = (double)queue->capacity;
    double last = (double)queue->counters[QUEUE_LAST];

    (void)size;
    if (!model_has(queue->present, QUEUE_LAST) || queue->capacity == 0) {
        strcpy(out, "-");
        return;
    }
    graphic_bar(last / capacity, (double)queue->high_water / capacity, width, screen_utf8(), out);
    *style = last >= capacity * NEARLY_USED && strcmp(queue->kind, "net free") != 0 ? STYLE_WARNING
                                                                                    : STYLE_GOOD;
}

static void draw_histogram(const struct model *model, unsigned row, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct model_queue *queue = &model->queues[row];

    (void)width;
    (void)size;
    *style = STYLE_GOOD;
    if (!queue->any_report) {
        strcpy(out, "-");
        return;
    }
    graphic_histogram(queue->histogram, PROTOCOL_HISTOGRAM_BINS, screen_utf8(), out);
}

static void draw_fill_history(const struct model *model, unsigned row, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    (void)size;
    *style = STYLE_GOOD;
    graphic_spark(model->queues[row].fill_history, MODEL_HISTORY, model->windows_done,
            model->history_length, BAR_FULL, width, screen_utf8(), out);
}

static void draw_queue_state(const struct model *model, unsigned row, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct model_queue *queue = &model->queues[row];
    const struct column *state = table_find_column(&queue_table, "state", 5);
    struct cell cell = state->value(model, row);

    (void)width;
    cell_format(&cell, out, size);
    if (is_stuck(queue) || model_queue_is_corrupt(queue)) {
        *style = STYLE_BAD;
    } else if (queue->refused) {
        *style = STYLE_DIM;
    }
}

static void draw_ends(const struct model *model, unsigned row, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct model_queue *queue = &model->queues[row];

    (void)width;
    (void)style;
    snprintf(out, size, "%s %s %s",
            queue->producer >= 0 ? names_pd(&model->names, (unsigned)queue->producer) : "-",
            screen_utf8() ? "→" : "->",
            queue->consumer >= 0 ? names_pd(&model->names, (unsigned)queue->consumer) : "-");
}

static const struct view_column queue_columns[] = {
    { "name", NULL, 20, 34, true, draw_queue_name },
    { NULL, "FILL |HIGH", 10, 20, true, draw_occupancy },
    { "entries", NULL, 6, 6, false, NULL },
    { "capacity", NULL, 6, 6, false, NULL },
    { "in_per_second", NULL, 6, 7, false, NULL },
    { "out_per_second", NULL, 6, 7, false, NULL },
    { "state", NULL, 10, 22, true, draw_queue_state },
    { NULL, "FILL, LAST MINUTE", 17, 60, true, draw_fill_history },
    { NULL, "HISTOGRAM", 10, 10, true, draw_histogram },
    { "high_water", NULL, 5, 6, false, NULL },
    { "full", NULL, 6, 6, false, NULL },
    { "refused", NULL, 7, 7, false, NULL },
    { "mean", NULL, 6, 6, false, NULL },
    { "flag", NULL, 4, 4, false, NULL },
    { "producer", "PRODUCER -> CONSUMER", 22, 30, true, draw_ends },
    { "kind", NULL, 10, 10, true, NULL },
};

static const struct view queues_view = { .name = "queues",
    .title = "Queues",
    .table = &queue_table,
    .columns = queue_columns,
    .column_count = sizeof(queue_columns) / sizeof(queue_columns[0]),
    .command = "queues" };

/* --- Budgets --- */

static void draw_used(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct column *used = table_find_column(&budget_table, "used_percent", 12);
    struct cell cell = used->value(model, pd);

    (void)size;
    if (cell.kind == CELL_NONE) {
        strcpy(out, "-");
        return;
    }
    graphic_bar(cell.measure, -1, width > 1 ? width - 1 : width, screen_utf8(), out);
    strcat(out, cell.measure >= NEARLY_USED ? "!" : "");
    *style = cell.measure >= NEARLY_USED ? STYLE_WARNING : STYLE_GOOD;
}

static void draw_paid_history(const struct model *model, unsigned pd, unsigned width, char *out,
        size_t size, enum screen_style *style)
{
    const struct model_pd *known = &model->pds[pd];
    double budget = (double)known->sc[SC_BUDGET];
    double period = (double)known->sc[SC_PERIOD];

    (void)size;
    *style = STYLE_GOOD;
    graphic_spark(known->paid_history, MODEL_HISTORY, model->windows_done, model->history_length,
            period > 0 ? budget / period : BAR_FULL, width, screen_utf8(), out);
}

static const struct view_column budget_columns[] = {
    { "name", "PD", 15, 24, true, draw_pd_name },
    { "budget_us", NULL, 8, 9, false, NULL },
    { "period_us", NULL, 8, 9, false, NULL },
    { "used_percent", NULL, 6, 6, false, NULL },
    { NULL, "USED", 10, 20, true, draw_used },
    { "left_us", NULL, 8, 9, false, NULL },
    { "until_us", NULL, 8, 9, false, NULL },
    { "expirations_per_second", NULL, 5, 7, false, NULL },
    { "expirations", NULL, 7, 8, false, NULL },
    { "refills", NULL, 7, 7, false, NULL },
    { "consumed_us", NULL, 9, 10, false, NULL },
    { NULL, "USED OF BUDGET, LAST MINUTE", 27, 60, true, draw_paid_history },
};

static const struct view budgets_view = { .name = "budgets",
    .title = "Budgets",
    .table = &budget_table,
    .columns = budget_columns,
    .column_count = sizeof(budget_columns) / sizeof(budget_columns[0]),
    .command = "budgets" };

/* --- all of them --- */

extern const struct view map_view, log_view, detail_view, modules_view, profile_view;

const struct view *const views[VIEWS] = {
    [VIEW_SYSTEM] = &system_view,
    [VIEW_QUEUES] = &queues_view,
    [VIEW_BUDGETS] = &budgets_view,
    [VIEW_MAP] = &map_view,
    [VIEW_LOG] = &log_view,
    [VIEW_DETAIL] = &detail_view,
    [VIEW_MODULES] = &modules_view,
    [VIEW_PROFILE] = &profile_view,
};
