/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/profile/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/clock.h"

#define EVENT_TICKS 0x10000 /* sel4/lionscope.h: LIONSCOPE_EVENT_TICKS */
#define LEASE_MS    5000
#define RENEW_MS    1500
#define STOP_WAIT_S 3.0

/* ---- names ---- */

static uint32_t unknown_function(struct collect *collect, uint64_t address)
{
    char name[32];

    snprintf(name, sizeof(name), "0x%llx", (unsigned long long)address);
    return profile_function(collect->profile, name, "", 0);
}

/* address: of an instruction of the function, so one before a return address. */
static uint32_t function_at(struct collect *collect, unsigned pd, uint64_t address)
{
    struct symbols *symbols = programs_symbols(&collect->session->programs, pd);
    struct code_location location, start;

    if (symbols == NULL || !symbols_locate(symbols, address, &location)
            || location.symbol[0] == '\0') {
        return unknown_function(collect, address);
    }
    /* Not the file of what is inlined there: the function would count as several. */
    if (symbols_locate(symbols, address - location.offset, &start)) {
        location = start;
    }
    return profile_function(collect->profile, location.symbol, location.file, 0);
}

/*
 * A leaf function has no frame: its caller stands in the link register only. Elsewhere the link register
 * holds the innermost record's return address, or one inside the function itself from its last call.
 */
static bool is_leaf(uint32_t function, uint32_t linked, const struct protocol_profile_sample *from)
{
    return linked != function
            && (from->frames.count == 0 || from->frames.at[0].address != from->lr);
}

static void add_stack(struct collect *collect, struct profile_sample *sample,
        const struct protocol_profile_sample *from)
{
    unsigned pd = from->pd - 1U;
    uint32_t function = function_at(collect, pd, from->pc);

    sample->frames[sample->depth++] = function;
    if (from->lr > 4) {
        uint32_t linked = function_at(collect, pd, from->lr - 4);

        if (is_leaf(function, linked, from)) {
            sample->frames[sample->depth++] = linked;
        }
    }
    for (unsigned i = 0; i < from->frames.count && sample->depth < PROFILE_FRAMES_MAX; i++) {
        sample->frames[sample->depth++] = function_at(collect, pd, from->frames.at[i].address - 4);
    }
}

/* ---- messages ---- */

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
        add_stack(collect, sample, from);
    }
}

static void take_status(struct collect *collect, const struct protocol_profile_status *status)
{
    collect->profile->taken = status->taken;
    collect->profile->dropped = status->dropped;
    collect->profile->missed = status->missed;
    if (collect->ticks_before == 0) {
        collect->ticks_before = status->ticks_run;
    }
    collect->profile->profiler_ticks = status->ticks_run - collect->ticks_before;
}

static void on_message(void *context, const struct protocol_message *message)
{
    struct collect *collect = context;
    const struct protocol_profile_samples *list = &message->profile_samples;

    if (message->type != MESSAGE_PROFILE_SAMPLES) {
        return;
    }
    if (list->sequence > collect->next_sequence) {
        collect->lost += list->sequence - collect->next_sequence;
    }
    collect->next_sequence = list->sequence + list->samples.count;
    for (unsigned i = 0; i < list->samples.count; i++) {
        take_sample(collect, &list->samples.at[i]);
    }
}

static void on_reply(void *context, const struct protocol_message *reply)
{
    struct collect *collect = context;

    collect->asked = false;
    if (reply == NULL || reply->type == MESSAGE_ERROR_REPLY) {
        collect->failed = true;
        collect->refusal = reply != NULL ? reply->error_reply.code : 0;
    } else if (reply->type == MESSAGE_PROFILE_STATUS) {
        collect->running = reply->profile_status.running;
        take_status(collect, &reply->profile_status);
    }
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

void collect_begin(
        struct collect *collect, struct session *session, struct profile *profile, unsigned rate)
{
    *collect = (struct collect){ .session = session, .profile = profile, .event = EVENT_TICKS };
    name_pds(collect);
    collect->period = profile->ticks_per_second / rate;
    profile->period = collect->period;
    session->on_message = on_message;
    session->context = collect;
}

static void send_start(struct collect *collect)
{
    struct protocol_message request = { .type = MESSAGE_PROFILE_START };

    request.profile_start.event = collect->event;
    request.profile_start.period = collect->period;
    request.profile_start.pds = UINT64_MAX;
    request.profile_start.lease = LEASE_MS;
    collect->asked = collect->session->client != NULL
            && client_request(collect->session->client, &request, on_reply, collect);
}

bool collect_step(struct collect *collect)
{
    if (!collect->asked && clock_ms() >= collect->renew) {
        collect->renew = clock_ms() + RENEW_MS;
        send_start(collect);
    }
    return !collect->failed;
}

static bool is_answered(const struct session *session, void *context)
{
    (void)session;
    return !((struct collect *)context)->asked;
}

void collect_end(struct collect *collect)
{
    struct protocol_message request = { .type = MESSAGE_PROFILE_STOP };
    struct error_report ignored;

    if (collect->session->client != NULL && !collect->failed
            && client_request(collect->session->client, &request, on_reply, collect)) {
        collect->asked = true;
        session_wait(collect->session, is_answered, collect, STOP_WAIT_S, &ignored);
    }
    collect->session->on_message = NULL;
}
