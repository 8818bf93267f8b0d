/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STALE_MS 3000 /* the console asks for a sign of life every second */

static const struct pd_rates no_rates = { NAN, NAN, NAN, NAN, NAN, NAN, NAN };

/* --- life --- */

static void forget_target(struct model *model)
{
    memset(model->pds, 0, sizeof(model->pds));
    for (size_t i = 0; i < PROTOCOL_PDS_MAX; i++) {
        model->pds[i].rates = no_rates;
    }
    for (size_t i = 0; i < PROTOCOL_QUEUES_MAX; i++) {
        struct model_queue *queue = &model->queues[i];

        queue->refusals_known = false;
        queue->watched = queue->refused = queue->stale = queue->any_report = false;
        queue->present = queue->base_present = 0;
        queue->rates = (struct queue_rates){ NAN, NAN };
        queue->last_full = queue->last_corrupt = 0;
    }
    memset(&model->pd_stream, 0, sizeof(model->pd_stream));
    memset(&model->sc_stream, 0, sizeof(model->sc_stream));
    memset(&model->queue_stream, 0, sizeof(model->queue_stream));
    model->pds_known = model->windows_known = false;
    model->place.known = false;
    memset(&model->modules, 0, sizeof(model->modules));
    model->window_count = 0;
    model->time = model->base_time = model->first_time = 0;
    model->link_present = 0;
    log_restart(&model->log);
}

struct model *model_new(double window_s)
{
    struct model *model = calloc(1, sizeof(*model));

    if (model != NULL) {
        names_init(&model->names);
        model->window_s = window_s;
        forget_target(model);
    }
    return model;
}

void model_free(struct model *model)
{
    if (model != NULL) {
        log_free(&model->log);
        names_free(&model->names);
        free(model);
    }
}

/* --- who is there --- */

static void take_hello(struct model *model, const struct protocol_hello_reply *hello, int64_t now)
{
    if (model->hello_known && hello->boot_id != model->hello.boot_id) {
        model->reboots++;
        forget_target(model);
        log_add_gap(&model->log, "the target has started anew", now);
    }
    model->hello_known = true;
    model->version_fits = hello->major == PROTOCOL_MAJOR;
    model->hello = *hello;
}

static void take_pd_list(struct model *model, const struct protocol_pd_list *list)
{
    for (size_t i = 0; i < list->pds.count; i++) {
        struct model_pd *pd = &model->pds[list->pds.at[i].pd];

        pd->listed = true;
        pd->flags = list->pds.at[i].flags;
    }
    if (list->first == 0) {
        model->pd_list = *list;
    }
    model->pds_known = (size_t)list->first + list->pds.count >= list->total;
    if (model->hello_known) {
        names_check(&model->names, &model->hello, &model->pd_list);
    }
}

static void take_window_list(struct model *model, const struct protocol_window_list *list)
{
    for (size_t i = 0; i < list->windows.count && list->first + i < PROTOCOL_WINDOWS_MAX; i++) {
        model->windows[list->first + i] = list->windows.at[i];
    }
    model->window_total = list->total;
    if ((unsigned)list->first + list->windows.count > model->window_count) {
        model->window_count = (unsigned)list->first + list->windows.count;
    }
    model->windows_known = model->window_count >= list->total;
}

bool model_add_queue(struct model *model, const struct model_queue *queue)
{
    struct model_queue *added = &model->queues[model->queue_count];

    if (model->queue_count == PROTOCOL_QUEUES_MAX) {
        return false;
    }
    *added = *queue;
    added->probe.slot = (uint16_t)model->queue_count++;
    added->watched = added->refused = added->any_report = false;
    added->present = added->base_present = 0;
    added->rates = (struct queue_rates){ NAN, NAN };
    return true;
}

/* --- rates --- */

static double rate(uint32_t present, const uint64_t *now, uint32_t base_present,
        const uint64_t *base, unsigned counter, double seconds)
{
    if (!model_has(present, counter) || !model_has(base_present, counter)
            || now[counter] < base[counter]) {
        return NAN;
    }
    return (double)(now[counter] - base[counter]) / seconds;
}

static double pd_rate(const struct model_pd *pd, unsigned counter, double seconds)
{
    return rate(pd->present, pd->counters, pd->base_present, pd->base, counter, seconds);
}

/*
 * Rates are taken between two moments at which the counters were wholly known. If nothing has come
 * since the window began, it goes on, and the last rates stand; the history has a hole.
 */
static void close_pd_window(struct model_pd *pd, double seconds, double hz)
{
    pd->rates.cpu = pd_rate(pd, PD_RUN, seconds) / hz;
    pd->rates.switches = pd_rate(pd, PD_SCHEDULED, seconds);
    pd->rates.ipc = pd_rate(pd, PD_SENDS, seconds) + pd_rate(pd, PD_CALLS, seconds)
            + pd_rate(pd, PD_RECEIVES, seconds);
    pd->rates.signals = pd_rate(pd, PD_SIGNALS, seconds);
    pd->rates.faults = pd_rate(pd, PD_FAULTS, seconds);
    pd->rates.expirations = pd_rate(pd, PD_EXPIRATIONS, seconds);
}

static void open_pd_window(struct model_pd *pd)
{
    pd->span.base = pd->span.time;
    pd->base_present = pd->present;
    memcpy(pd->base, pd->counters, sizeof(pd->base));
}

static void close_sc_window(struct model_pd *pd, double seconds, double hz)
{
    pd->rates.paid = pd->base_paid_known && pd->sc[SC_CONSUMED] >= pd->base_paid
            ? (double)(pd->sc[SC_CONSUMED] - pd->base_paid) / seconds / hz
            : NAN;
}

static void open_sc_window(struct model_pd *pd)
{
    pd->sc_span.base = pd->sc_span.time;
    pd->base_paid_known = model_has(pd->sc_present, SC_CONSUMED);
    pd->base_paid = pd->sc[SC_CONSUMED];
}

static uint64_t recent(const struct model_queue *queue, unsigned counter, uint64_t last);

static void close_queue_window(struct model_queue *queue, double seconds)
{
    queue->last_full = recent(queue, QUEUE_FULL, 0);
    queue->last_corrupt = recent(queue, QUEUE_CORRUPT, 0);
    queue->rates.in = rate(queue->present, queue->counters, queue->base_present, queue->base,
            QUEUE_ENQUEUED, seconds);
    queue->rates.out = rate(queue->present, queue->counters, queue->base_present, queue->base,
            QUEUE_DEQUEUED, seconds);
}

static void open_queue_window(struct model_queue *queue)
{
    queue->span.base = queue->span.time;
    queue->base_present = queue->present;
    memcpy(queue->base, queue->counters, sizeof(queue->base));
    queue->window_maximum = model_has(queue->present, QUEUE_LAST) ? queue->counters[QUEUE_LAST] : 0;
}

/* How long a thing's own window has been. */
static double span_seconds(const struct model *model, const struct model_span *span)
{
    return span->time > span->base && span->base != 0
            ? (double)(span->time - span->base) / (double)model->hello.timer_hz
            : 0;
}

static void turn_pd_window(struct model *model, struct model_pd *pd, unsigned at)
{
    double hz = (double)model->hello.timer_hz;
    double seconds = span_seconds(model, &pd->span);
    double sc_seconds = span_seconds(model, &pd->sc_span);

    pd->cpu_history[at] = pd->paid_history[at] = NAN;
    if (seconds > 0) {
        close_pd_window(pd, seconds, hz);
        pd->cpu_history[at] = (float)pd->rates.cpu;
    }
    if (sc_seconds > 0) {
        close_sc_window(pd, sc_seconds, hz);
        pd->paid_history[at] = (float)pd->rates.paid;
    }
    if (pd->span.time > pd->span.base) {
        open_pd_window(pd);
    }
    if (pd->sc_span.time > pd->sc_span.base) {
        open_sc_window(pd);
    }
}

static void turn_queue_window(struct model *model, struct model_queue *queue, unsigned at)
{
    double seconds = span_seconds(model, &queue->span);

    queue->fill_history[at] = NAN;
    if (seconds > 0) {
        close_queue_window(queue, seconds);
        queue->fill_history[at] =
                queue->capacity > 0 ? (float)queue->window_maximum / (float)queue->capacity : NAN;
    }
    if (queue->span.time > queue->span.base) {
        open_queue_window(queue);
    }
}

/* Ends a window, unless it is only the first that begins, and begins the next. */
static void turn_window(struct model *model)
{
    unsigned at = (unsigned)(model->windows_done % MODEL_HISTORY);

    for (size_t i = 0; i < PROTOCOL_PDS_MAX; i++) {
        turn_pd_window(model, &model->pds[i], at);
    }
    for (size_t i = 0; i < model->queue_count; i++) {
        turn_queue_window(model, &model->queues[i], at);
    }
    if (model->base_time != 0) {
        model->windows_done++;
        model->history_length += model->history_length < MODEL_HISTORY;
    }
    model->base_time = model->time;
}

/* The first window begins when there is something of each PD and queue, or half a second has passed. */
static bool all_is_known(struct model *model, uint64_t time)
{
    bool known = model->pds_known;

    if (model->first_time == 0) {
        model->first_time = model->time;
    }
    for (size_t i = 0; i < PROTOCOL_PDS_MAX && known; i++) {
        const struct model_pd *pd = &model->pds[i];

        known = !pd->listed
                || ((pd->present != 0 || !(pd->flags & PROTOCOL_PD_HAS_TCB))
                        && (pd->sc_present != 0 || !(pd->flags & PROTOCOL_PD_HAS_SC)));
    }
    for (size_t i = 0; i < model->queue_count && known; i++) {
        known = model->queues[i].refused || model->queues[i].any_report;
    }
    return known || time - model->first_time > model->hello.timer_hz / 2;
}

/*
 * A report of time `time` has come, and is not yet taken in. All before it are complete, so this is the
 * moment to close a window that ends with them.
 */
static void pass_time(struct model *model, uint64_t time)
{
    double hz = (double)model->hello.timer_hz;
    double seconds;

    if (time <= model->time || hz <= 0) {
        return;
    }
    if (model->base_time == 0 && model->time != 0) {
        if (all_is_known(model, time)) {
            turn_window(model);
        }
    } else if (model->base_time != 0) {
        seconds = (double)(model->time - model->base_time) / hz;
        if (seconds >= model->window_s * 0.95 && seconds > 0) {
            turn_window(model);
        }
    }
    model->time = time;
}

/* --- streams --- */

/* False: this report is older than one before it. *gap: some are missing between them. */
static bool follow_stream(
        struct model_stream *stream, uint32_t sequence, bool is_reply, int64_t now, bool *gap)
{
    *gap = false;
    stream->reports++;
    stream->arrived_ms = now;
    if (is_reply) {
        return true;
    }
    if (stream->any) {
        uint32_t missing = sequence - stream->next_sequence;

        if (missing >= UINT32_MAX / 2) {
            return false;
        }
        stream->lost += missing;
        *gap = missing > 0;
    }
    stream->any = true;
    stream->next_sequence = sequence + 1;
    return true;
}

/*
 * A sample is of one time and may take several reports. Only when the first of the next one has come without a gap
 * have all of it come.
 */
static void follow_sample(struct model_stream *stream, bool is_reply, uint64_t time)
{
    if (!is_reply && time != stream->sample_time) {
        stream->complete = stream->sample_time;
        stream->sample_time = time;
    }
}

static void notice_fault(struct model_pd *pd, uint64_t faults)
{
    if (faults > (model_has(pd->present, PD_FAULTS) ? pd->counters[PD_FAULTS] : 0)) {
        pd->fault_seen = true;
        pd->fault_scheduled = UINT64_MAX; /* set when this sample is complete */
    }
}

static void take_pd_sample(
        struct model_pd *pd, const struct protocol_pd_sample *sample, uint64_t time, bool key)
{
    if (pd->stale && !key) {
        return; /* some of its counters may be in the report that was lost: wait for all of them */
    }
    pd->span.time = time;
    if (model_has(sample->counters.present, PD_FAULTS)) {
        notice_fault(pd, sample->counters.at[PD_FAULTS]);
    }
    for (unsigned i = 0; i < PD_COUNTERS; i++) {
        if (model_has(sample->counters.present, i)) {
            pd->counters[i] = sample->counters.at[i];
        }
    }
    if (key) {
        pd->present = sample->counters.present;
        pd->stale = false;
    } else {
        pd->present |= sample->counters.present;
    }
    if (pd->fault_scheduled == UINT64_MAX) {
        pd->fault_scheduled = pd->counters[PD_SCHEDULED];
    }
    pd->fault_seen = pd->fault_seen && pd->counters[PD_SCHEDULED] == pd->fault_scheduled;
}

static void take_pd_report(struct model *model, const struct protocol_message *message, int64_t now)
{
    const struct protocol_pd_report *report = &message->pd_report;
    bool gap;

    if (!follow_stream(&model->pd_stream, report->sequence, message->number != 0, now, &gap)
            || report->time < model->time) {
        return;
    }
    pass_time(model, report->time);
    follow_sample(&model->pd_stream, message->number != 0, report->time);
    for (size_t i = 0; i < PROTOCOL_PDS_MAX; i++) {
        struct model_pd *pd = &model->pds[i];

        pd->stale = pd->stale || gap;
        if (!pd->stale && pd->span.time < model->pd_stream.complete) {
            pd->span.time = model->pd_stream.complete;
        }
    }
    for (size_t i = 0; i < report->samples.count; i++) {
        take_pd_sample(&model->pds[report->samples.at[i].pd], &report->samples.at[i], report->time,
                report->key == 1);
    }
}

static void take_sc_sample(
        struct model_pd *pd, const struct protocol_sc_sample *sample, uint64_t time, bool key)
{
    if (pd->sc_stale && !key) {
        return;
    }
    pd->sc_stale = false;
    pd->sc_span.time = time;
    for (unsigned i = 0; i < SC_COUNTERS; i++) {
        if (model_has(sample->counters.present, i)) {
            pd->sc[i] = sample->counters.at[i];
        }
    }
    pd->sc_present |= sample->counters.present;
    pd->sc_time = time;
    pd->refill_count = sample->refills.count;
    memcpy(pd->refills, sample->refills.at, sizeof(pd->refills));
}

static void take_sc_report(struct model *model, const struct protocol_message *message, int64_t now)
{
    const struct protocol_sc_report *report = &message->sc_report;
    bool gap;

    if (!follow_stream(&model->sc_stream, report->sequence, message->number != 0, now, &gap)
            || report->time < model->time) {
        return;
    }
    pass_time(model, report->time);
    follow_sample(&model->sc_stream, message->number != 0, report->time);
    for (size_t i = 0; i < PROTOCOL_PDS_MAX; i++) {
        struct model_pd *pd = &model->pds[i];

        pd->sc_stale = pd->sc_stale || gap;
        if (!pd->sc_stale && pd->sc_span.time < model->sc_stream.complete) {
            pd->sc_span.time = model->sc_stream.complete;
        }
    }
    for (size_t i = 0; i < report->samples.count; i++) {
        take_sc_sample(&model->pds[report->samples.at[i].pd], &report->samples.at[i], report->time,
                report->key == 1);
    }
}

static void take_queue_sample(struct model_queue *queue, const struct protocol_queue_sample *sample,
        uint64_t time, bool key)
{
    if (queue->stale && !key) {
        return; /* what was lost may have said more than this */
    }
    queue->span.time = time;
    for (unsigned i = 0; i < QUEUE_COUNTERS; i++) {
        if (model_has(sample->counters.present, i)) {
            queue->counters[i] = sample->counters.at[i];
        }
    }
    queue->present = key ? sample->counters.present : queue->present | sample->counters.present;
    queue->stale = false;
    queue->any_report = true;
    if (model_has(sample->counters.present, QUEUE_MAXIMUM)) {
        uint64_t maximum = sample->counters.at[QUEUE_MAXIMUM];

        queue->high_water = maximum > queue->high_water ? maximum : queue->high_water;
        queue->window_maximum = maximum > queue->window_maximum ? maximum : queue->window_maximum;
    }
    for (size_t i = 0; i < sample->histogram.count; i++) {
        queue->histogram[i] = sample->histogram.at[i].samples;
    }
}

static void take_queue_report(
        struct model *model, const struct protocol_message *message, int64_t now)
{
    const struct protocol_queue_report *report = &message->queue_report;
    bool gap;

    if (!follow_stream(&model->queue_stream, report->sequence, message->number != 0, now, &gap)
            || report->time < model->time) {
        return;
    }
    pass_time(model, report->time);
    follow_sample(&model->queue_stream, message->number != 0, report->time);
    for (size_t i = 0; i < model->queue_count; i++) {
        struct model_queue *queue = &model->queues[i];

        queue->stale = queue->stale || gap;
        if (!queue->stale && queue->any_report && queue->span.time < model->queue_stream.complete) {
            queue->span.time = model->queue_stream.complete;
        }
    }
    for (size_t i = 0; i < report->samples.count; i++) {
        if (report->samples.at[i].slot < model->queue_count) {
            take_queue_sample(&model->queues[report->samples.at[i].slot], &report->samples.at[i],
                    report->time, report->key == 1);
        }
    }
}

static void take_link_report(struct model *model, const struct protocol_link_report *report)
{
    model->link_present |= report->counters.present;
    for (unsigned i = 0; i < LINK_COUNTERS; i++) {
        if (model_has(report->counters.present, i)) {
            model->link[i] = report->counters.at[i];
        }
    }
}

void model_message(struct model *model, const struct protocol_message *message, int64_t now)
{
    if (message->type == MESSAGE_LINE_STATUS) {
        model->line_known = true;
        model->line = message->line_status;
        return; /* from the broker: no sign of the target */
    }
    if (message->type == MESSAGE_HOLDER) {
        holders_take(&model->holders, &message->holder, time(NULL));
        return;
    }
    if (message->type == MESSAGE_RAW_TEXT) {
        model_text(
                model, (const char *)message->raw_text.text.at, message->raw_text.text.length, now);
        return;
    }
    model->heard_ms = now;
    switch (message->type) {
    case MESSAGE_HELLO_REPLY:
        take_hello(model, &message->hello_reply, now);
        break;
    case MESSAGE_PD_LIST:
        take_pd_list(model, &message->pd_list);
        break;
    case MESSAGE_WINDOW_LIST:
        take_window_list(model, &message->window_list);
        break;
    case MESSAGE_PD_REPORT:
        take_pd_report(model, message, now);
        break;
    case MESSAGE_SC_REPORT:
        take_sc_report(model, message, now);
        break;
    case MESSAGE_QUEUE_REPORT:
        take_queue_report(model, message, now);
        break;
    case MESSAGE_WATCH_QUEUE_REPLY:
        if (message->watch_queue_reply.slot < model->queue_count) {
            model->queues[message->watch_queue_reply.slot].watched = true;
        }
        break;
    case MESSAGE_LINK_REPORT:
        take_link_report(model, &message->link_report);
        break;
    case MESSAGE_RELOAD_STATE:
        modules_take(&model->modules, &message->reload_state, now);
        break;
    case MESSAGE_LOG_RECORD:
        log_add_record(&model->log, &message->log_record, now);
        break;
    default:
        break;
    }
}

void model_text(struct model *model, const char *text, size_t length, int64_t now)
{
    log_add_text(&model->log, text, length, now);
}

/* --- questions --- */

#define CORRUPT_LOOKS 3 /* in one interval */

/* How much a counter has grown in the window that is open, or in the last one. */
static uint64_t recent(const struct model_queue *queue, unsigned counter, uint64_t last)
{
    uint64_t now = 0;

    if (model_has(queue->present, counter) && model_has(queue->base_present, counter)
            && queue->counters[counter] > queue->base[counter]) {
        now = queue->counters[counter] - queue->base[counter];
    }
    return now > last ? now : last;
}

bool model_queue_is_corrupt(const struct model_queue *queue)
{
    return recent(queue, QUEUE_CORRUPT, queue->last_corrupt) >= CORRUPT_LOOKS;
}

uint64_t model_queue_full_looks(const struct model_queue *queue)
{
    return recent(queue, QUEUE_FULL, queue->last_full);
}

int64_t model_age_ms(const struct model *model, int64_t now)
{
    return model->heard_ms == 0 ? -1 : now - model->heard_ms;
}

bool model_is_stale(const struct model *model, int64_t now)
{
    return model->heard_ms == 0 || now - model->heard_ms > STALE_MS;
}

double model_ticks_to_us(const struct model *model, uint64_t ticks)
{
    return model->hello.timer_hz == 0 ? 0 : (double)ticks * 1e6 / (double)model->hello.timer_hz;
}
