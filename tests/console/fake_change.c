/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/console/fake_change.h"

#include <string.h>
#include <time.h>

#define ID_BYTES     20
#define QUIESCE_MS   400
#define CHUNK_NS     30000000
#define SAMPLE_MS    4
#define SAMPLES_EACH 5 /* of which two are of spinner, two of client0, and one of nobody */

static struct protocol_reload_state state = { .pd = FAKE_MODULE_PD,
    .cause = RELOAD_COMMITTED,
    .slot = 1,
    .previous = 0,
    .next = 2,
    .text_address = 0x10000000,
    .text_room = 0x10000,
    .data_room = 0x20000,
    .version = 3,
    .previous_version = 2,
    .swaps = 4,
    .down = 1250,
    .ready = 6250,
    .running_address = 0x10100000,
    .build_id = { .length = ID_BYTES, .at = { 0xab, 0xcd, 0xef } } };
static uint64_t deadline, probation;
static uint32_t text_bytes;
static uint64_t sampling_until; /* ms */
static uint64_t sampled_until;  /* ticks */
static uint32_t samples_sent;

uint32_t fake_change_features(void)
{
    return PROTOCOL_HAS_RELOAD | PROTOCOL_HAS_PROFILER;
}

/* --- the module --- */

static void swap_images(void)
{
    uint8_t slot = state.slot;
    uint32_t version = state.version;

    state.slot = slot == 1 ? 2 : 1;
    state.previous = slot;
    state.version = state.previous_version + 2;
    state.previous_version = version;
    state.swaps++;
}

static void begin(const struct protocol_reload_begin *wanted)
{
    state.transaction = wanted->transaction;
    state.phase = RELOAD_STAGING;
    state.cause = RELOAD_CAUSE_NONE;
    state.staged = 0;
    state.staged_of = wanted->text_bytes + wanted->data_bytes;
    state.who.length = wanted->who.length;
    memcpy(state.who.at, wanted->who.at, wanted->who.length);
    text_bytes = wanted->text_bytes;
}

static void tell(const struct fake_change *change);

static void take_chunk(const struct fake_change *change, const struct protocol_reload_chunk *chunk)
{
    struct timespec nap = { .tv_nsec = CHUNK_NS };

    if (change->slow) {
        nanosleep(&nap, NULL);
    }
    state.staged = (chunk->segment == 0 ? 0 : text_bytes) + chunk->offset + chunk->bytes.length;
    tell(change);
}

static bool refuse(const struct protocol_message *request, struct protocol_message *reply)
{
    reply->type = MESSAGE_ERROR_REPLY;
    reply->error_reply.code = PROTOCOL_ERROR_REFUSED;
    reply->error_reply.request = request->type;
    reply->error_reply.detail = state.phase;
    return true;
}

static bool answer_reload(const struct fake_change *change, const struct protocol_message *request,
        uint64_t now_ms, struct protocol_message *reply)
{
    if (change->first && state.swaps == 4) {
        state.previous = 3;
    }
    switch (request->type) {
    case MESSAGE_RELOAD_LIST_REQUEST:
        reply->type = MESSAGE_RELOAD_LIST;
        reply->reload_list.pds.count = 1;
        reply->reload_list.pds.at[0].pd = FAKE_MODULE_PD;
        return true;
    case MESSAGE_RELOAD_BEGIN:
        if (state.phase > RELOAD_VERIFIED) {
            return refuse(request, reply);
        }
        begin(&request->reload_begin);
        break;
    case MESSAGE_RELOAD_CHUNK:
        take_chunk(change, &request->reload_chunk);
        *reply = *request;
        reply->reload_chunk.bytes.length = 0;
        return true;
    case MESSAGE_RELOAD_VERIFY:
        state.phase = RELOAD_VERIFIED;
        break;
    case MESSAGE_RELOAD_SWAP:
        state.phase = RELOAD_QUIESCING;
        deadline = now_ms + (change->stubborn ? 5 : 1) * QUIESCE_MS;
        probation = request->reload_swap.probation;
        break;
    case MESSAGE_RELOAD_ROLLBACK:
        if (state.previous > 2) {
            return refuse(request, reply);
        }
        swap_images();
        state.cause = RELOAD_ROLLED_BACK;
        break;
    case MESSAGE_RELOAD_STATE_REQUEST:
        break;
    case MESSAGE_REGISTERS_REQUEST:
        if (!change->stubborn) {
            return false;
        }
        reply->type = MESSAGE_REGISTERS_REPLY;
        reply->registers_reply.pd = request->registers_request.pd;
        reply->registers_reply.pc = FAKE_BUSY_AT;
        return true;
    default:
        return false;
    }
    reply->type = MESSAGE_RELOAD_STATE;
    reply->reload_state = state;
    return true;
}

static void tell(const struct fake_change *change)
{
    struct protocol_message message = { .type = MESSAGE_RELOAD_STATE };

    message.reload_state = state;
    change->send(&message);
}

static void go_on(const struct fake_change *change, uint64_t now_ms, uint64_t ticks)
{
    if (now_ms < deadline) {
        return;
    }
    if (state.phase == RELOAD_QUIESCING && change->stubborn) {
        state.phase = RELOAD_AT_REST;
        state.cause = RELOAD_NEVER_AT_REST;
        tell(change);
    } else if (state.phase == RELOAD_QUIESCING) {
        swap_images();
        state.since = ticks;
        state.phase = RELOAD_PROBATION;
        deadline = now_ms + probation;
        tell(change);
    } else if (state.phase == RELOAD_PROBATION) {
        state.phase = RELOAD_AT_REST;
        state.cause = RELOAD_COMMITTED;
        tell(change);
    }
}

/* --- the profiler --- */

static void answer_profile(const struct protocol_message *request, uint64_t now_ms,
        uint64_t ticks_per_ms, struct protocol_message *reply)
{
    sampling_until = request->type == MESSAGE_PROFILE_START ? now_ms + request->profile_start.lease
            : request->type == MESSAGE_PROFILE_STOP         ? 0
                                                            : sampling_until;
    reply->type = MESSAGE_PROFILE_STATUS;
    reply->profile_status = (struct protocol_profile_status){ .running = now_ms < sampling_until,
        .taken = samples_sent,
        .time = now_ms * ticks_per_ms,
        .ticks_run = now_ms * ticks_per_ms / 200,
        .monitor_ticks = now_ms * ticks_per_ms / 1000 };
}

/* One each SAMPLE_MS, in batches. */
static void send_samples(const struct fake_change *change)
{
    struct protocol_message message = { .type = MESSAGE_PROFILE_SAMPLES };
    struct protocol_profile_samples *list = &message.profile_samples;
    uint64_t each = SAMPLE_MS * change->ticks_per_ms;

    list->sequence = samples_sent;
    list->samples.count = SAMPLES_EACH;
    for (unsigned i = 0; i < SAMPLES_EACH; i++) {
        sampled_until += each;
        list->samples.at[i] = (struct protocol_profile_sample){
            .time = sampled_until,
            .elapsed = (uint32_t)each,
            .pd = (uint16_t)(i < 2  ? 5
                            : i < 4 ? 4
                                    : 0),
            .context = (uint16_t)(i < 4 ? 5 : 0),
            .pc = i < 2 ? 0x200100 : 0x200200 + 0x100 * (i % 2),
        };
    }
    samples_sent += SAMPLES_EACH;
    change->send(&message);
}

/* --- both --- */

bool fake_change_answer(const struct fake_change *change, const struct protocol_message *request,
        uint64_t now_ms, struct protocol_message *reply)
{
    if (request->type == MESSAGE_PROFILE_START || request->type == MESSAGE_PROFILE_STOP
            || request->type == MESSAGE_PROFILE_STATUS_REQUEST) {
        answer_profile(request, now_ms, change->ticks_per_ms, reply);
        return true;
    }
    return answer_reload(change, request, now_ms, reply);
}

void fake_change_tick(const struct fake_change *change, uint64_t now_ms, uint64_t ticks)
{
    go_on(change, now_ms, ticks);
    if (now_ms >= sampling_until) {
        sampled_until = ticks;
    }
    while (sampled_until + SAMPLES_EACH * SAMPLE_MS * change->ticks_per_ms <= ticks) {
        send_samples(change);
    }
}
