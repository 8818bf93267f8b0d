/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/pd/profile.h"

#include <microkit.h>
#include <sel4/lionscope.h>

#include <sddf/util/atomic.h>
#include <sddf/util/util.h>

#include "microkit/include/microkit/grants.h"
#include "monitor/pd/clock.h"
#include "monitor/pd/link.h"
#include "profiler/include/profiler/stream.h"

#define LOOK_MS        100 /* samples wait no longer than this */
#define MAX_LEASE_MS   60000
#define BATCHES_A_TICK 16 /* messages at a time: the queue to the line is not only for samples */
#define ENVELOPE_BYTES \
    12 /* of a message around its samples, at most: type, number, sequence, count */

static const profiler_client_config_t *client;
static struct profiler_stream *stream;
static uint64_t capacity;
static uint64_t taken; /* from the stream */
static uint32_t next_sequence;

static struct protocol_profile_start running; /* event 0, period 0: not */
static uint64_t lease_end;
static uint64_t due = UINT64_MAX;

/* What samples cost the monitor. */
static uint64_t spent_ticks;
static uint64_t sent_bytes;

static struct protocol_message samples;
static struct protocol_message reply;

void profile_init(const profiler_client_config_t *config)
{
    if (!profiler_config_check_magic(config) || config->stream.vaddr == NULL
            || config->stream.size < sizeof(*stream) + sizeof(struct profiler_record)) {
        return;
    }
    client = config;
    stream = config->stream.vaddr;
    capacity = (config->stream.size - sizeof(*stream)) / sizeof(struct profiler_record);
    samples.type = MESSAGE_PROFILE_SAMPLES;
}

bool profile_available(void)
{
    return client != NULL;
}

/* That this PD has run: a clock would count those that interrupt it. */
static uint64_t own_ticks(void)
{
    static seL4_CPtr own_tcb;
    struct lionscope_tcb_statistics statistics;

    for (unsigned slot = 1; own_tcb == 0 && slot < MICROKIT_GRANT_SLOTS; slot++) {
        if (microkit_grants[slot].kind == MICROKIT_GRANT_TCB
                && (microkit_grants[slot].flags & MICROKIT_GRANT_SELF) != 0) {
            own_tcb = microkit_cspace_root_slot_to_cptr(slot);
        }
    }
    return own_tcb != 0 && lionscope_TCB_GetStatistics(own_tcb, &statistics) == seL4_NoError
            ? statistics.ticks_run
            : clock_now();
}

static uint64_t call(enum profiler_request request, uint16_t words)
{
    return microkit_msginfo_get_label(
            microkit_ppcall(client->profiler, microkit_msginfo_new(request, words)));
}

/* ---- answers ---- */

static void answer_status(const struct protocol_message *request)
{
    struct protocol_profile_status *status = &reply.profile_status;

    if (call(PROFILER_STATUS, 0) != PROFILER_OK) {
        link_refuse(request, PROTOCOL_ERROR_UNSUPPORTED, PROTOCOL_HAS_PROFILER);
        return;
    }
    reply.type = MESSAGE_PROFILE_STATUS;
    reply.number = request->number;
    status->running = microkit_mr_get(PROFILER_RUNNING) != 0;
    status->event = (uint32_t)microkit_mr_get(PROFILER_EVENT);
    status->period = microkit_mr_get(PROFILER_PERIOD);
    status->pds = microkit_mr_get(PROFILER_PDS);
    status->taken = microkit_mr_get(PROFILER_WRITTEN);
    status->dropped = microkit_mr_get(PROFILER_DROPPED);
    status->missed = microkit_mr_get(PROFILER_MISSED);
    status->ticks_run = microkit_mr_get(PROFILER_TICKS);
    status->time = clock_now();
    status->monitor_ticks = spent_ticks;
    status->bytes = sent_bytes;
    status->sent_bytes = link_statistics.bytes_out;
    link_send(&reply);
}

/* Entries of the profiler's list that begin with `first`, as they come in the message registers. */
static void answer_waits(const struct protocol_message *request)
{
    struct protocol_profile_waits *waits = &reply.profile_waits;
    unsigned at = PROFILER_WAITS_ENTRIES;

    microkit_mr_set(0, request->profile_waits_request.first);
    if (call(PROFILER_WAITS, 1) != PROFILER_OK) {
        link_refuse(request, PROTOCOL_ERROR_UNSUPPORTED, PROTOCOL_HAS_PROFILER);
        return;
    }
    reply.type = MESSAGE_PROFILE_WAITS;
    reply.number = request->number;
    waits->time = microkit_mr_get(PROFILER_WAITS_UNTIL);
    waits->since = microkit_mr_get(PROFILER_WAITS_SINCE);
    waits->next = (uint16_t)microkit_mr_get(PROFILER_WAITS_NEXT);
    waits->waits.count = MIN(microkit_mr_get(PROFILER_WAITS_COUNT), PROTOCOL_WAITS_MAX);
    for (unsigned i = 0; i < waits->waits.count; i++, at += PROFILER_WAIT_WORDS) {
        struct protocol_profile_wait *wait = &waits->waits.at[i];
        uint64_t key = microkit_mr_get((uint8_t)at);

        wait->pd = MIN(key & UINT16_MAX, PROTOCOL_PDS_MAX - 1);
        wait->reason = MIN(key >> 16 & UINT8_MAX, PROTOCOL_WAIT_REASONS - 1);
        wait->by = (uint16_t)(key >> 32);
        wait->ticks = microkit_mr_get((uint8_t)(at + 1));
        wait->times = microkit_mr_get((uint8_t)(at + 2));
    }
    link_send(&reply);
}

static bool same_sampling(
        const struct protocol_profile_start *a, const struct protocol_profile_start *b)
{
    return a->event == b->event && a->period == b->period && a->pds == b->pds;
}

static void answer_start(const struct protocol_message *request)
{
    const struct protocol_profile_start *wanted = &request->profile_start;
    uint64_t lease = MIN(wanted->lease, MAX_LEASE_MS);

    if (!same_sampling(wanted, &running)) {
        uint64_t error, detail;

        microkit_mr_set(0, wanted->event);
        microkit_mr_set(1, wanted->period);
        microkit_mr_set(2, wanted->pds);
        error = call(PROFILER_START, 3);
        detail = microkit_mr_get(0); /* numbers of arguments are those of the message's fields */
        if (error != PROFILER_OK) {
            running = (struct protocol_profile_start){ 0 };
            link_refuse(request,
                    error == PROFILER_BAD_VALUE ? PROTOCOL_ERROR_BAD_VALUE
                                                : PROTOCOL_ERROR_UNSUPPORTED,
                    error == PROFILER_BAD_VALUE ? detail : PROTOCOL_HAS_PROFILER);
            return;
        }
        running = *wanted;
        next_sequence = 0;
    }
    lease_end = clock_now() + lease * clock_hz() / 1000;
    due = clock_now();
    answer_status(request);
}

static void stop(void)
{
    call(PROFILER_STOP, 0);
    running = (struct protocol_profile_start){ 0 };
}

void profile_end(void)
{
    if (profile_available()) {
        stop();
        taken = SHARED_LOAD_ACQUIRE(&stream->written);
        __atomic_store_n(&stream->read, taken, __ATOMIC_RELEASE);
        due = UINT64_MAX;
    }
}

static void answer(const struct protocol_message *request)
{
    if (request->type == MESSAGE_PROFILE_START) {
        answer_start(request);
    } else if (request->type == MESSAGE_PROFILE_WAITS_REQUEST) {
        answer_waits(request);
    } else {
        if (request->type == MESSAGE_PROFILE_STOP) {
            stop();
        }
        answer_status(request);
    }
}

void profile_answer(const struct protocol_message *request)
{
    uint64_t began = own_ticks();

    if (profile_available()) {
        answer(request);
    } else {
        link_refuse(request, PROTOCOL_ERROR_UNSUPPORTED, PROTOCOL_HAS_PROFILER);
    }
    spent_ticks += own_ticks() - began;
}

/* ---- samples ---- */

static void copy_sample(
        struct protocol_profile_sample *sample, const struct profiler_record *record)
{
    sample->time = record->time;
    sample->elapsed = record->elapsed;
    sample->pd = MIN(record->pd, PROTOCOL_PDS_MAX);
    sample->context = record->context;
    sample->flags = record->flags;
    sample->pc = record->pc;
    sample->lr = record->lr;
    sample->record = record->record;
    sample->frames.count = MIN(record->depth, PROTOCOL_FRAMES_MAX);
    for (unsigned i = 0; i < sample->frames.count; i++) {
        sample->frames.at[i].address = record->frames[i];
    }
}

static const struct protocol_record *sample_record(void)
{
    const struct protocol_type_info *info = protocol_find_type(MESSAGE_PROFILE_SAMPLES);

    return info->body.fields[info->body.field_count - 1].record;
}

/* As many samples as a message holds, at least one, if necessary with its stack cut. */
static unsigned fill_message(uint64_t available)
{
    const struct protocol_record *record = sample_record();
    struct protocol_profile_samples *list = &samples.profile_samples;
    size_t length = ENVELOPE_BYTES;
    unsigned count = 0;

    list->sequence = next_sequence;
    for (; count < MIN(available, PROTOCOL_PROFILE_SAMPLES_MAX); count++) {
        struct protocol_profile_sample *sample = &list->samples.at[count];

        copy_sample(sample, &stream->records[(taken + count) % capacity]);
        length += protocol_record_length(record, sample);
        if (count > 0 && length > link_limit()) {
            break;
        }
    }
    list->samples.count = (uint16_t)count;
    while (count == 1 && list->samples.at[0].frames.count != 0 && !link_fits(&samples)) {
        list->samples.at[0].frames.count--;
        list->samples.at[0].flags |= PROTOCOL_SAMPLE_CUT;
    }
    return count;
}

static void send_samples(void)
{
    uint64_t available = SHARED_LOAD_ACQUIRE(&stream->written) - taken;
    uint64_t bytes_before = link_statistics.bytes_out;

    for (unsigned i = 0; i < BATCHES_A_TICK && available != 0 && available <= capacity; i++) {
        unsigned count = fill_message(available);

        if (!link_send(&samples)) {
            break; /* the line is full: they wait, and the profiler counts what it has to drop */
        }
        next_sequence += count;
        taken += count;
        available -= count;
        __atomic_store_n(&stream->read, taken, __ATOMIC_RELEASE);
    }
    sent_bytes += link_statistics.bytes_out - bytes_before;
}

void profile_tick(uint64_t now)
{
    uint64_t began;

    if (due == UINT64_MAX) {
        return;
    }
    began = own_ticks();
    if (running.period != 0 && now >= lease_end) {
        stop();
    }
    send_samples();
    spent_ticks += own_ticks() - began;
    /* Once more after the end, for what came last. */
    due = running.period != 0 || SHARED_LOAD(&stream->written) != taken
            ? now + LOOK_MS * clock_hz() / 1000
            : UINT64_MAX;
}

uint64_t profile_next(void)
{
    return due;
}
