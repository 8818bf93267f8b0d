/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/collect.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/profile/annotate.h"
#include "console/profile/waits.h"
#include "host-tools/lib/clock.h"

#define EVENT_TICKS    0x10000 /* sel4/lionscope.h: LIONSCOPE_EVENT_TICKS */
#define EVENT_SWITCHES 0x20000
#define LEASE_MS       5000
#define RENEW_MS       1500
#define STOP_WAIT_MS   3000
#define POLL_MS        50
#define WAITS_MS       1000

/* So long a sample waits for its name: that an image was swapped is told on another channel. */
#define HELD_MS 300

/* ---- samples ---- */

static void take_sample(struct collect *collect, const struct protocol_profile_sample *from)
{
    struct profile_sample *sample = profile_add(collect->profile);

    sample->time = from->time;
    sample->elapsed = from->elapsed;
    sample->pd = from->pd < collect->profile->pd_count ? from->pd : 0;
    sample->payer = from->context < collect->profile->pd_count ? from->context : 0;
    sample->flags = from->flags;
    sample->pc = from->pc;
    if (sample->pd != 0) {
        stacks_take(collect->stacks, from->pd - 1U, from, sample);
    }
}

/* The samples that came in long enough ago; INT64_MAX: all of them. */
static void take_held(struct collect *collect, int64_t now)
{
    size_t taken = 0;

    while (taken < collect->held_count && now - collect->held[taken].came >= HELD_MS) {
        take_sample(collect, &collect->held[taken++].sample);
    }
    if (taken != 0) {
        collect->held_count -= taken;
        memmove(collect->held, collect->held + taken, collect->held_count * sizeof(*collect->held));
    }
}

static void hold_sample(struct collect *collect, const struct protocol_profile_sample *sample)
{
    if (collect->held_count == collect->held_room) {
        size_t room = collect->held_room != 0 ? 2 * collect->held_room : 256;
        struct held_sample *held = realloc(collect->held, room * sizeof(*held));

        if (held == NULL) {
            collect->lost++;
            return;
        }
        collect->held = held;
        collect->held_room = room;
    }
    collect->held[collect->held_count++] =
            (struct held_sample){ .sample = *sample, .came = clock_ms() };
}

/* ---- messages ---- */

/* PDs that the monitor's bytes go through: consumers of serial queues, from the monitor on. */
static uint64_t line_pds(const struct model *model)
{
    uint64_t pds = 0, found = 0;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        found |= model->pds[i].flags & PROTOCOL_PD_MONITOR ? UINT64_C(1) << i : 0;
    }
    while (found != 0) {
        uint64_t next = 0;

        for (unsigned i = 0; i < model->queue_count; i++) {
            const struct model_queue *queue = &model->queues[i];

            if (queue->producer >= 0 && queue->consumer >= 0 && strcmp(queue->kind, "serial") == 0
                    && (found >> queue->producer & 1) != 0) {
                next |= UINT64_C(1) << queue->consumer;
            }
        }
        found = next & ~pds;
        pds |= next;
    }
    return pds;
}

/* Ticks that they have run, as far as the last reports say. */
static uint64_t line_ticks(const struct model *model)
{
    uint64_t pds = line_pds(model), ticks = 0;

    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        if ((pds >> i & 1) != 0 && (model->pds[i].present >> PD_RUN & 1) != 0
                && !(model->pds[i].flags & PROTOCOL_PD_MONITOR)) {
            ticks += model->pds[i].counters[PD_RUN];
        }
    }
    return ticks;
}

/* What the profile costs: by what was counted since the first status. */
static void count_cost(struct collect *collect)
{
    struct profile *profile = collect->profile;
    const struct protocol_profile_status *before = &collect->before, *now = &collect->now;
    uint64_t bytes = now->bytes - before->bytes, sent = now->sent_bytes - before->sent_bytes;
    uint64_t line = line_ticks(collect->session->model);

    profile->ticks = now->time - before->time;
    profile->profiler_ticks = now->ticks_run - before->ticks_run;
    profile->monitor_ticks = now->monitor_ticks - before->monitor_ticks;
    if (collect->line_before == 0) {
        collect->line_before = line;
    }
    if (sent != 0 && line >= collect->line_before) {
        profile->line_ticks =
                (uint64_t)((double)(line - collect->line_before) * (double)bytes / (double)sent);
    }
}

/*
 * Somebody may have sampled in the same way just before, then the target goes on counting. After a lease that has run
 * out while the link was down it counts from 0 again.
 */
static void take_totals(struct collect *collect, const struct protocol_profile_status *status)
{
    struct profile *profile = collect->profile;
    struct protocol_profile_status *base = &collect->base;

    if (status->taken < collect->now.taken) {
        collect->earlier.taken += collect->now.taken - base->taken;
        collect->earlier.dropped += collect->now.dropped - base->dropped;
        collect->earlier.missed += collect->now.missed - base->missed;
        *base = (struct protocol_profile_status){ 0 };
    }
    profile->taken = collect->earlier.taken + status->taken - base->taken;
    profile->dropped = collect->earlier.dropped + status->dropped - base->dropped + collect->lost;
    profile->missed = collect->earlier.missed + status->missed - base->missed;
}

static void take_status(struct collect *collect, const struct protocol_profile_status *status)
{
    if (status->time < collect->now.time) {
        collect->rebooted = true;
        return;
    }
    if (!collect->started) {
        collect->started = true;
        collect->before = *status;
        collect->base = *status;
    }
    take_totals(collect, status);
    collect->now = *status;
    count_cost(collect);
}

static void on_message(void *context, const struct protocol_message *message)
{
    struct collect *collect = context;
    const struct protocol_profile_samples *list = &message->profile_samples;

    /* Before the answer to the request there are only those of somebody's before. */
    if (message->type != MESSAGE_PROFILE_SAMPLES || collect->rebooted || !collect->started) {
        return;
    }
    if (list->samples.count != 0 && list->samples.at[0].time < collect->last_time) {
        collect->rebooted = true;
        return;
    }
    if (list->sequence > collect->next_sequence && collect->last_time != 0) {
        collect->lost += list->sequence - collect->next_sequence;
    }
    collect->next_sequence = list->sequence + list->samples.count;
    for (unsigned i = 0; i < list->samples.count; i++) {
        hold_sample(collect, &list->samples.at[i]);
        collect->last_time = list->samples.at[i].time;
    }
}

static void on_reply(void *context, const struct protocol_message *reply)
{
    struct collect *collect = context;

    collect->asked = false;
    if (reply == NULL || reply->type == MESSAGE_ERROR_REPLY) {
        /* Once there are samples, a link that is down may come back: it is asked again. */
        collect->failed = !collect->started;
        collect->refusal = reply != NULL ? reply->error_reply.code : 0;
        collect->refused_field = reply != NULL ? (unsigned)reply->error_reply.detail : 0;
    } else if (reply->type == MESSAGE_PROFILE_STATUS) {
        collect->running = reply->profile_status.running;
        take_status(collect, &reply->profile_status);
    }
}

/* ---- modules ---- */

/* stacks_module: what was loaded there when the sample was taken. */
static struct symbols *module_at(void *context, unsigned pd, uint64_t time, uint64_t address,
        uint64_t *base, const char **name)
{
    struct session *session = ((struct collect *)context)->session;
    const struct module_install *install = modules_at(&session->model->modules, pd, time, address);
    const struct program_module *module = install != NULL
            ? programs_module(
                    &session->programs, install->build_id, install->address, install->version)
            : NULL;

    *base = 0; /* these symbols know where they lie */
    if (module == NULL) {
        return NULL;
    }
    *name = module->label;
    return module->symbols;
}

/* ---- running ---- */

static void name_pds(struct collect *collect)
{
    const struct model *model = collect->session->model;
    struct profile *profile = collect->profile;

    profile->system = strdup(names_system(&model->names));
    profile->ticks_per_second = model->hello.timer_hz;
    profile->pd_count = model->hello.pd_count + 1U;
    profile->pds = calloc(profile->pd_count, sizeof(*profile->pds));
    profile->pds[0] = strdup("-");
    for (unsigned i = 1; i < profile->pd_count; i++) {
        profile->pds[i] = strdup(names_pd(&model->names, i - 1));
    }
}

void collect_begin(struct collect *collect, struct session *session, struct profile *profile,
        const struct collect_options *options)
{
    unsigned rate = options->rate != 0 ? options->rate : 1;

    *collect = (struct collect){ .session = session, .profile = profile };
    name_pds(collect);
    collect->event = (options->event != 0 ? options->event : EVENT_TICKS)
            | (options->waits ? EVENT_SWITCHES : 0);
    collect->period = options->period != 0 ? options->period : profile->ticks_per_second / rate;
    collect->pds = options->pds != 0 ? options->pds : UINT64_MAX;
    collect->wants_waits = options->waits;
    collect->stacks = stacks_new(&session->programs, profile, module_at, collect);
    profile->period = collect->period;
    profile->event = options->event != 0 ? options->event : EVENT_TICKS;
    session_listen(session, on_message, collect);
}

static void send_start(struct collect *collect)
{
    struct protocol_message request = { .type = MESSAGE_PROFILE_START };

    request.profile_start.event = collect->event;
    request.profile_start.period = collect->period;
    request.profile_start.pds = collect->pds;
    request.profile_start.lease = LEASE_MS;
    collect->asked = collect->session->client != NULL
            && client_request(collect->session->client, &request, on_reply, collect);
}

static void on_waits(void *context, const struct protocol_message *reply)
{
    struct collect *collect = context;

    collect->asked_waits = false;
    if (reply == NULL || reply->type != MESSAGE_PROFILE_WAITS) {
        return; /* asked again later */
    }
    if (collect->next_wait == 0) {
        json_decref(collect->waits);
        collect->waits = waits_new(reply->profile_waits.time - reply->profile_waits.since);
    }
    waits_take(collect->waits, &reply->profile_waits);
    collect->next_wait = reply->profile_waits.next;
    if (collect->next_wait == 0) {
        json_decref(collect->profile->waits);
        collect->profile->waits = collect->waits;
        collect->waits = NULL;
    }
}

static void ask_waits(struct collect *collect)
{
    struct protocol_message request = { .type = MESSAGE_PROFILE_WAITS_REQUEST };

    request.profile_waits_request.first = collect->next_wait;
    collect->asked_waits = collect->session->client != NULL
            && client_request(collect->session->client, &request, on_waits, collect);
}

bool collect_step(struct collect *collect)
{
    take_held(collect, clock_ms());
    if (!collect->asked && clock_ms() >= collect->renew) {
        collect->renew = clock_ms() + RENEW_MS;
        send_start(collect);
    }
    if (collect->wants_waits && collect->started && !collect->asked_waits
            && (collect->next_wait != 0 || clock_ms() >= collect->renew_waits)) {
        collect->renew_waits = clock_ms() + WAITS_MS;
        ask_waits(collect);
    }
    return !collect->failed && !collect->rebooted;
}

static bool is_answered(struct collect *collect)
{
    return !collect->asked && !collect->asked_waits;
}

static bool has_all_waits(struct collect *collect)
{
    if (!collect->asked_waits && collect->next_wait != 0) {
        ask_waits(collect);
    }
    return !collect->asked_waits && collect->next_wait == 0;
}

/* Also when the user has interrupted: the target has to be told, and knows what was lost. */
static void wait_until(struct collect *collect, bool (*is_done)(struct collect *collect))
{
    int64_t end = clock_ms() + STOP_WAIT_MS;

    while (!is_done(collect) && clock_ms() < end) {
        struct pollfd polled = { .fd = session_descriptor(collect->session),
            .events = session_poll_events(collect->session) };

        poll(&polled, 1, POLL_MS);
        session_step(collect->session);
    }
}

void collect_end(struct collect *collect)
{
    struct protocol_message request = { .type = MESSAGE_PROFILE_STOP };

    wait_until(collect, is_answered);
    if (collect->session->client != NULL && !collect->failed && !collect->rebooted) {
        if (collect->wants_waits) {
            collect->next_wait = 0;
            ask_waits(collect);
            wait_until(collect, has_all_waits);
        }
        collect->asked = client_request(collect->session->client, &request, on_reply, collect);
        wait_until(collect, is_answered);
    }
    session_unlisten(collect->session, collect);
    take_held(collect, INT64_MAX);
    free(collect->held);
    collect->held = NULL;
    annotate_collect(collect->profile, collect->session);
    stacks_free(collect->stacks);
    collect->stacks = NULL;
    json_decref(collect->waits);
    collect->waits = NULL;
}
