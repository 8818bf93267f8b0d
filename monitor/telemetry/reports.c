/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/telemetry/reports.h"

#include "monitor/debug/gdb_channel.h"
#include "monitor/inspect/targets.h"
#include "monitor/pd/clock.h"
#include "monitor/pd/link.h"
#include "monitor/telemetry/queues.h"

#define KEY_EVERY       10
#define MAX_INTERVAL_MS 60000
#define MAX_LEASE_MS    3600000
/* Of a slow line at most half is for reports; a full set of reports is taken for this long. */
#define REPORT_BYTES 2000

enum stream_kind {
    STREAM_PD,
    STREAM_SC,
    STREAM_QUEUE,
    STREAM_LINK,
    STREAMS
};

struct stream {
    uint64_t interval; /* ticks; 0: not subscribed */
    uint64_t due;
    uint32_t sequence;
    uint32_t reports;
};

static struct stream streams[STREAMS];
static struct protocol_subscribe_reply subscription;
static uint64_t lease_end;
static uint64_t look_interval; /* ticks; 0: nothing to look at */
static uint64_t look_due;
static uint64_t late;
static uint32_t least_interval_ms;

/* The last reported values, for deltas. */
static struct protocol_pd_sample last_pd[PROTOCOL_PDS_MAX];
static struct protocol_sc_sample last_sc[PROTOCOL_PDS_MAX];

static struct protocol_message message;
/* Of all messages of one sample: the console takes it for one moment. */
static uint64_t sampled;

static uint64_t ticks_from_ms(uint64_t ms)
{
    return ms * clock_hz() / 1000;
}

void reports_init(uint32_t line_rate)
{
    __builtin_memset(streams, 0, sizeof(streams));
    __builtin_memset(&subscription, 0, sizeof(subscription));
    look_interval = 0;
    queues_init();
    least_interval_ms = line_rate == 0 ? 1 : 1000 * (REPORT_BYTES / 10) / (line_rate / 20 + 1);
}

/* ---- one report of each kind: returns the place of the first that did not fit, 0: none ---- */

/* What is filled with samples: how long it has become is counted, not encoded again with each of them. */
static struct {
    const struct protocol_record *sample;
    size_t length; /* encoded, without the number of samples */
    unsigned count;
} filling;

/* Type, number and number of samples take no more. */
#define ENVELOPE_BYTES 6

static void begin(uint16_t type, uint16_t number, uint32_t sequence, bool key)
{
    const struct protocol_record *body = &protocol_find_type(type)->body;

    message.type = type;
    message.number = number;
    /* The three reports begin with the same members, and end with their samples. */
    message.pd_report.sequence = sequence;
    message.pd_report.key = key;
    message.pd_report.time = sampled;
    message.pd_report.next = UINT16_MAX; /* as long as it can become */
    message.pd_report.samples.count = 0;
    message.sc_report.samples.count = 0;
    message.queue_report.samples.count = 0;
    filling.sample = body->fields[body->field_count - 1].record;
    filling.length = ENVELOPE_BYTES + protocol_record_length(body, &message.pd_report);
    filling.count = 0;
}

/* False, and it is not counted in, if the sample has no room. The first one always has. */
static bool take_in(const void *sample)
{
    size_t length = filling.length + protocol_record_length(filling.sample, sample);

    if (filling.count > 0 && length > link_limit()) {
        return false;
    }
    filling.length = length;
    filling.count++;
    return true;
}

/* Sends the message, unless it has nothing to say and nobody asked. */
static void finish(bool asked, unsigned next)
{
    message.pd_report.next = asked ? (uint16_t)next : 0;
    if (asked || filling.count != 0) {
        link_send(&message);
    }
}

/* Keeps only what differs from `last`; true if anything does. */
static bool reduce(uint32_t *present, const uint64_t *values, const uint64_t *last, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (values[i] == last[i]) {
            *present &= ~(1U << i);
        }
    }
    return *present != 0;
}

static bool add_pd(unsigned place, bool asked, bool key)
{
    struct protocol_pd_sample *sample = &message.pd_report.samples.at[filling.count];
    struct protocol_pd_sample *last = &last_pd[place];

    targets_pd_sample(place, sample);
    sample->counters.at[PD_STATE] = gdb_channel_pd_state(sample->pd, sample->counters.at[PD_STATE]);
    if (!key
            && !reduce(&sample->counters.present, sample->counters.at, last->counters.at,
                    PD_COUNTERS)) {
        return true;
    }
    if (!take_in(sample)) {
        return false;
    }
    message.pd_report.samples.count = (uint16_t)filling.count;
    if (!asked) {
        *last = *sample; /* an answer goes to one console, the next report to all */
    }
    return true;
}

static unsigned send_pds(bool asked, uint32_t sequence, bool key, uint16_t number, unsigned first)
{
    unsigned place = first;

    begin(MESSAGE_PD_REPORT, number, sequence, key);
    while (place < targets_count() && filling.count < PROTOCOL_PD_SAMPLES_MAX
            && add_pd(place, asked, key)) {
        place++;
    }
    place = place < targets_count() ? place : 0;
    finish(asked, place);
    return place;
}

static bool add_sc(unsigned place, bool asked, bool key)
{
    struct protocol_sc_sample *sample = &message.sc_report.samples.at[filling.count];
    struct protocol_sc_sample *last = &last_sc[place];

    if (!targets_sc_sample(place, sample)) {
        return true;
    }
    if (!key
            && !reduce(&sample->counters.present, sample->counters.at, last->counters.at,
                    SC_COUNTERS)) {
        return true;
    }
    if (!take_in(sample)) {
        return false;
    }
    message.sc_report.samples.count = (uint16_t)filling.count;
    if (!asked) {
        *last = *sample; /* an answer goes to one console, the next report to all */
    }
    return true;
}

static unsigned send_scs(bool asked, uint32_t sequence, bool key, uint16_t number, unsigned first)
{
    unsigned place = first;

    begin(MESSAGE_SC_REPORT, number, sequence, key);
    while (place < targets_count() && filling.count < PROTOCOL_SC_SAMPLES_MAX
            && add_sc(place, asked, key)) {
        place++;
    }
    place = place < targets_count() ? place : 0;
    finish(asked, place);
    return place;
}

static bool add_queue(unsigned slot, bool asked, bool key)
{
    struct protocol_queue_sample *sample = &message.queue_report.samples.at[filling.count];

    if (!key && !queues_changed(slot)) {
        return true; /* its interval goes on */
    }
    queues_sample(slot, sample);
    if (!take_in(sample)) {
        return false;
    }
    message.queue_report.samples.count = (uint16_t)filling.count;
    if (!asked) {
        queues_end_interval(slot);
    }
    return true;
}

static unsigned send_queues(
        bool asked, uint32_t sequence, bool key, uint16_t number, unsigned first)
{
    unsigned slot = queues_next(first);

    begin(MESSAGE_QUEUE_REPORT, number, sequence, key);
    while (slot < PROTOCOL_QUEUES_MAX && filling.count < PROTOCOL_QUEUE_SAMPLES_MAX
            && add_queue(slot, asked, key)) {
        slot = queues_next(slot + 1);
    }
    slot = slot < PROTOCOL_QUEUES_MAX ? slot : 0;
    finish(asked, slot);
    return slot;
}

static void send_link(uint16_t number, uint64_t stamp)
{
    const struct frame_statistics *frames = link_frame_statistics();
    struct protocol_link_report *report = &message.link_report;
    uint64_t *counters = report->counters.at;

    message.type = MESSAGE_LINK_REPORT;
    message.number = number;
    report->stamp = stamp;
    report->time = clock_now();
    report->counters.present = (1U << LINK_COUNTERS) - 1;
    counters[LINK_FRAMES_IN] = frames->frames;
    counters[LINK_FRAMES_OUT] = link_statistics.frames_out;
    counters[LINK_BYTES_IN] = link_statistics.bytes_in;
    counters[LINK_BYTES_OUT] = link_statistics.bytes_out;
    counters[LINK_DAMAGED] = frames->damaged;
    counters[LINK_LOST] = frames->lost;
    counters[LINK_REORDERED] = frames->reordered;
    counters[LINK_MALFORMED] = link_statistics.malformed;
    counters[LINK_REQUESTS] = link_statistics.requests;
    counters[LINK_REFUSED] = link_statistics.refused;
    counters[LINK_DROPPED] = link_statistics.dropped;
    counters[LINK_LATE] = late;
    link_send(&message);
}

void reports_answer(const struct protocol_message *request)
{
    uint16_t number = request->number;

    sampled = clock_now();
    switch (request->type) {
    case MESSAGE_PD_REQUEST:
        send_pds(true, streams[STREAM_PD].sequence, true, number, request->pd_request.first);
        break;
    case MESSAGE_SC_REQUEST:
        send_scs(true, streams[STREAM_SC].sequence, true, number, request->sc_request.first);
        break;
    case MESSAGE_QUEUE_REQUEST:
        send_queues(
                true, streams[STREAM_QUEUE].sequence, true, number, request->queue_request.first);
        break;
    default:
        send_link(number, request->link_request.stamp);
        break;
    }
}

/* ---- subscriptions ---- */

static uint32_t grant_interval(uint32_t wanted)
{
    if (wanted == 0) {
        return 0;
    }
    wanted = wanted < least_interval_ms ? least_interval_ms : wanted;
    return wanted > MAX_INTERVAL_MS ? MAX_INTERVAL_MS : wanted;
}

static void set_stream(enum stream_kind kind, uint32_t interval_ms, uint64_t now)
{
    struct stream *stream = &streams[kind];
    uint64_t interval = ticks_from_ms(interval_ms);

    if (interval != stream->interval) {
        stream->interval = interval;
        stream->due = now + interval;
        stream->reports = 0; /* the first is a key */
    }
}

static void set_looks(uint64_t now)
{
    uint64_t rate = subscription.queue_samples_per_second;
    uint64_t interval = rate == 0 || streams[STREAM_QUEUE].interval == 0 ? 0 : clock_hz() / rate;

    if (interval != look_interval) {
        look_interval = interval;
        look_due = now + interval;
    }
}

static void apply(const struct protocol_subscribe_reply *granted)
{
    uint64_t now = clock_now();

    subscription = *granted;
    set_stream(STREAM_PD, granted->pd_interval, now);
    set_stream(STREAM_SC, granted->sc_interval, now);
    set_stream(STREAM_QUEUE, granted->queue_interval, now);
    set_stream(STREAM_LINK, granted->link_interval, now);
    set_looks(now);
    lease_end = now + ticks_from_ms(granted->lease);
}

void reports_subscribe(
        const struct protocol_subscribe_request *wanted, struct protocol_subscribe_reply *granted)
{
    granted->pd_interval = grant_interval(wanted->pd_interval);
    granted->sc_interval = grant_interval(wanted->sc_interval);
    granted->queue_interval = grant_interval(wanted->queue_interval);
    granted->link_interval = grant_interval(wanted->link_interval);
    granted->queue_samples_per_second = wanted->queue_samples_per_second;
    granted->log = wanted->log;
    granted->lease = wanted->lease < MAX_LEASE_MS ? wanted->lease : MAX_LEASE_MS;
    apply(granted);
}

bool reports_log_wanted(void)
{
    return subscription.log != 0;
}

/* ---- time ---- */

typedef unsigned send_function(
        bool asked, uint32_t sequence, bool key, uint16_t number, unsigned first);

/* A sample, over as many messages as it takes if it is a key. */
static void send_stream(struct stream *stream, send_function *send)
{
    bool key = stream->reports++ % KEY_EVERY == 0;
    unsigned first = 0;

    sampled = clock_now();
    do {
        first = send(false, stream->sequence, key, 0, first);
        stream->sequence += filling.count != 0; /* else nothing was sent */
    } while (first != 0);
}

static void report_stream(enum stream_kind kind)
{
    switch (kind) {
    case STREAM_PD:
        send_stream(&streams[kind], send_pds);
        break;
    case STREAM_SC:
        send_stream(&streams[kind], send_scs);
        break;
    case STREAM_QUEUE:
        send_stream(&streams[kind], send_queues);
        break;
    default:
        send_link(0, 0);
        break;
    }
}

/* The next moment of a regular series after `now`; moments that were missed are counted. */
static uint64_t next_moment(uint64_t due, uint64_t interval, uint64_t now)
{
    uint64_t missed = (now - due) / interval;

    late += missed;
    return due + (missed + 1) * interval;
}

void reports_tick(uint64_t now)
{
    static const struct protocol_subscribe_reply nothing;

    if (now >= lease_end) { /* also one of no time at all, which would else be due for ever */
        apply(&nothing);
        return;
    }
    if (look_interval != 0 && now >= look_due) {
        queues_look();
        look_due = next_moment(look_due, look_interval, now);
    }
    for (unsigned kind = 0; kind < STREAMS; kind++) {
        struct stream *stream = &streams[kind];

        if (stream->interval != 0 && now >= stream->due) {
            report_stream((enum stream_kind)kind);
            stream->due = next_moment(stream->due, stream->interval, now);
        }
    }
}

uint64_t reports_next(void)
{
    uint64_t next = UINT64_MAX;
    bool any = look_interval != 0;

    if (look_interval != 0 && queues_any()) {
        next = look_due;
    }
    for (unsigned kind = 0; kind < STREAMS; kind++) {
        if (streams[kind].interval != 0) {
            any = true;
            next = streams[kind].due < next ? streams[kind].due : next;
        }
    }
    return any && lease_end < next ? lease_end : next;
}
