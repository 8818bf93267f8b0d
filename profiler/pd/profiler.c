/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profiler PD. The kernel interrupts, writes where it hit, and signals; this PD, of higher priority
 * than all that it samples, walks the stack before anything else can run, and hands the sample to the
 * monitor. It trusts nothing it reads: a wrong stack gives a short walk.
 */
#include <os/sddf.h>

#include <sel4/lionscope.h>

#include <sddf/util/atomic.h>
#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "microkit/include/microkit/grants.h"
#include "profiler/include/profiler/config.h"
#include "profiler/include/profiler/stream.h"
#include "profiler/pd/waits.h"
#include "profiler/unwind/frames.h"

#define PDS_MAX      WAITS_PDS_MAX
#define NOTIFY_EVERY 64    /* samples: the monitor is told of so many at once */
#define FRESH_PART   20000 /* of a second: a sample is with this PD within a microsecond */
#define KERNEL_BATCH 1     /* each sample at once: later its stack would be another */

MICROKIT_DEFINE_GRANTS;
MICROKIT_DEFINE_VIEWS;

__attribute__((__section__(".profiler_config"), used)) profiler_config_t config;

static volatile struct lionscope_sample_ring *ring;
static struct profiler_stream *stream;
static uint64_t stream_capacity;
static uint64_t stream_written;
static uint64_t samples_taken;
static uint64_t untold; /* samples since the monitor was last notified */

static seL4_CPtr ring_frame;
static seL4_CPtr own_tcb;

static struct {
    uint64_t running;
    uint64_t event;
    uint64_t period;
    uint64_t pds;
    uint64_t stream_dropped;
} state;

static struct waits waits;
static uint64_t last_time; /* of what the ring has had last */

/* Where each PD's stack was found last. */
static struct stack_view stacks[PDS_MAX];

/* Ticks, as samples have them. */
static uint64_t clock_now(void)
{
    uint64_t value;

    __asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value));
    return value;
}

/* ---- stacks ---- */

static bool covers(const struct stack_view *view, uint64_t sp)
{
    /* An empty stack's pointer is one past its end. */
    return view->size != 0 && sp - view->pd_address <= view->size && sp >= view->pd_address;
}

static const struct stack_view *stack_of(unsigned pd, uint64_t sp)
{
    if (covers(&stacks[pd], sp)) {
        return &stacks[pd];
    }
    for (uint64_t i = 0; i < microkit_views_count; i++) {
        const struct microkit_view *view = &microkit_views[i];
        struct stack_view candidate = { (const volatile uint64_t *)view->address, view->pd_address,
            view->size };

        if (view->pd == pd && covers(&candidate, sp)) {
            stacks[pd] = candidate;
            return &stacks[pd];
        }
    }
    return NULL;
}

static void walk(struct profiler_record *record, uint64_t fp)
{
    const struct stack_view *view = stack_of(record->pd - 1U, record->sp);
    bool cut;

    if (view == NULL) {
        record->flags |= PROFILER_NO_STACK;
        return;
    }
    record->depth =
            (uint16_t)frames_walk(view, record->sp, fp, record->frames, PROFILER_FRAMES_MAX, &cut);
    record->flags |= cut ? PROFILER_STACK_CUT : 0;
}

/* ---- samples ---- */

/*
 * Nothing has run since but the kernel and this PD. Otherwise (the description gives it a lower priority or a budget that
 * is used up) the stack is another one by now.
 */
static bool is_fresh(const volatile struct lionscope_sample *sample)
{
    return clock_now() - sample->time < ring->timer_hz / FRESH_PART;
}

static void pass_on(const volatile struct lionscope_sample *sample)
{
    struct profiler_record *record;

    if (stream_written - SHARED_LOAD(&stream->read) >= stream_capacity) {
        state.stream_dropped++;
        return;
    }
    record = &stream->records[stream_written % stream_capacity];
    record->time = sample->time;
    record->elapsed = (uint32_t)MIN(sample->elapsed, UINT32_MAX);
    record->pd = sample->thread <= PDS_MAX ? sample->thread : 0;
    record->context = sample->context;
    record->flags = sample->flags;
    record->depth = 0;
    record->pc = sample->pc;
    record->lr = sample->lr;
    record->sp = sample->sp;
    record->record = (uint32_t)MIN(sample->fp - sample->sp, UINT32_MAX);
    if (record->pd != 0) {
        if (is_fresh(sample)) {
            walk(record, sample->fp);
        } else {
            record->flags |= PROFILER_NO_STACK;
        }
    }
    __atomic_store_n(&stream->written, ++stream_written, __ATOMIC_RELEASE);
    untold++;
}

static uint16_t id_or_idle(uint64_t id, bool idle)
{
    return idle ? WAITS_BY_IDLE : (uint16_t)id;
}

static void count_switch(const volatile struct lionscope_sample *sample)
{
    struct wait_switch record = {
        .time = sample->time,
        .from = id_or_idle(sample->thread, (sample->flags & LIONSCOPE_SAMPLE_IDLE) != 0),
        .to = id_or_idle(sample->next & UINT16_MAX, (sample->next & LIONSCOPE_SWITCH_TO_IDLE) != 0),
        .state = (uint8_t)sample->state,
        .out_of_budget = (sample->state & LIONSCOPE_SWITCH_OUT_OF_BUDGET) != 0,
    };

    waits_switch(&waits, &record);
}

static void tell_monitor(void)
{
    if (untold != 0) {
        untold = 0;
        microkit_notify(config.monitor);
    }
}

/* The kernel writes no more than the ring holds before `read` moves. */
static void drain(void)
{
    uint64_t written = __atomic_load_n(&ring->written, __ATOMIC_ACQUIRE);
    uint64_t read = ring->read;

    for (; read != written; read++) {
        const volatile struct lionscope_sample *sample = &ring->samples[read % ring->capacity];

        last_time = sample->time;
        if (sample->flags & LIONSCOPE_SAMPLE_SWITCH) {
            count_switch(sample);
        } else {
            pass_on(sample);
            samples_taken++;
        }
    }
    __atomic_store_n(&ring->read, read, __ATOMIC_RELEASE);
    if (untold >= MIN(NOTIFY_EVERY, stream_capacity / 4)) {
        tell_monitor();
    }
}

/* ---- requests ---- */

static seL4_CPtr slot_cptr(unsigned slot)
{
    return microkit_cspace_root_slot_to_cptr(slot);
}

/*
 * The chosen PDs are called index + 1 in samples; all scheduling contexts, so that payers show. The profiler itself
 * only for records of switches.
 */
static void name_threads(uint64_t pds, bool with_self)
{
    for (unsigned slot = 1; slot < MICROKIT_GRANT_SLOTS; slot++) {
        const struct microkit_grant *grant = &microkit_grants[slot];
        bool chosen = grant->pd < PDS_MAX && (pds >> grant->pd & 1) != 0;
        uint16_t id = (uint16_t)(grant->pd + 1);

        if (grant->kind == MICROKIT_GRANT_TCB) {
            if (grant->flags & MICROKIT_GRANT_SELF) {
                chosen = with_self;
            }
            lionscope_TCB_SetSampleId(slot_cptr(slot), chosen ? id : 0);
        } else if (grant->kind == MICROKIT_GRANT_SC) {
            lionscope_SchedContext_SetSampleId(slot_cptr(slot), pds != 0 ? id : 0);
        }
    }
}

static void stop(void)
{
    lionscope_IRQHandler_StopSampling(BASE_IRQ_CAP + config.irq);
    state.running = 0;
    name_threads(0, false);
    drain();
    tell_monitor();
}

static seL4_Error sample_by(uint64_t event, uint64_t period)
{
    return lionscope_IRQHandler_StartSampling(
            BASE_IRQ_CAP + config.irq, ring_frame, event, period, KERNEL_BATCH);
}

/* Why the kernel does not sample; without a performance monitor it still does by the timer. */
static uint64_t refuse(seL4_Error error, uint64_t event)
{
    bool is_event = error == seL4_InvalidArgument;

    if (error == seL4_IllegalOperation
            && (event & ~(uint64_t)LIONSCOPE_EVENT_SWITCHES) != LIONSCOPE_EVENT_TICKS
            && sample_by(LIONSCOPE_EVENT_TICKS, LIONSCOPE_SAMPLE_PERIOD_MAX) == seL4_NoError) {
        stop();
        is_event = true;
    }
    microkit_mr_set(0, is_event ? PROFILER_START_EVENT : PROFILER_START_PERIOD);
    return is_event || error == seL4_RangeError ? PROFILER_BAD_VALUE : PROFILER_UNSUPPORTED;
}

static uint64_t start(uint64_t event, uint64_t period, uint64_t pds)
{
    seL4_Error error;

    stop();
    name_threads(pds, (event & LIONSCOPE_EVENT_SWITCHES) != 0);
    samples_taken = 0;
    error = sample_by(event, period);
    if (error != seL4_NoError) {
        name_threads(0, false);
        return refuse(error, event);
    }
    state.running = 1;
    state.event = event;
    state.period = period;
    state.pds = pds;
    state.stream_dropped = 0;
    last_time = clock_now();
    waits_begin(&waits, last_time);
    return PROFILER_OK;
}

static uint64_t ticks_run(void)
{
    struct lionscope_tcb_statistics statistics;

    if (own_tcb == 0 || lionscope_TCB_GetStatistics(own_tcb, &statistics) != seL4_NoError) {
        return 0;
    }
    return statistics.ticks_run;
}

static microkit_msginfo answer_status(void)
{
    const uint64_t words[PROFILER_STATUS_WORDS] = {
        [PROFILER_RUNNING] = state.running,
        [PROFILER_EVENT] = state.event,
        [PROFILER_PERIOD] = state.period,
        [PROFILER_PDS] = state.pds,
        [PROFILER_WRITTEN] = samples_taken + ring->dropped,
        [PROFILER_DROPPED] = ring->dropped + state.stream_dropped,
        [PROFILER_MISSED] = ring->missed,
        [PROFILER_TICKS] = ticks_run(),
    };

    for (unsigned i = 0; i < PROFILER_STATUS_WORDS; i++) {
        microkit_mr_set((uint8_t)i, words[i]);
    }
    return microkit_msginfo_new(PROFILER_OK, PROFILER_STATUS_WORDS);
}

/* What is told of waits: as it was when their list was asked for from its begin. */
static struct {
    struct wait_entry entries[WAITS_ENTRIES_MAX];
    size_t count;
    uint64_t until;
} told;

/* As of the last record in the ring: what comes after it is not known yet. */
static void take_waits(void)
{
    if (state.running) {
        drain();
    }
    waits_settle(&waits, last_time);
    sddf_memcpy(told.entries, waits.entries, waits.count * sizeof(waits.entries[0]));
    told.count = waits.count;
    told.until = last_time;
}

static microkit_msginfo answer_waits(uint64_t first)
{
    unsigned at = PROFILER_WAITS_ENTRIES, count = 0;

    if (first == 0) {
        take_waits();
    }
    for (uint64_t i = first; i < told.count && count < PROFILER_WAITS_A_TIME; i++, count++) {
        const struct wait_entry *entry = &told.entries[i];

        microkit_mr_set((uint8_t)at++,
                (entry->pd - 1U) | (uint64_t)entry->reason << 16 | (uint64_t)entry->by << 32);
        microkit_mr_set((uint8_t)at++, entry->ticks);
        microkit_mr_set((uint8_t)at++, entry->times);
    }
    microkit_mr_set(PROFILER_WAITS_SINCE, waits.since);
    microkit_mr_set(PROFILER_WAITS_UNTIL, told.until);
    microkit_mr_set(PROFILER_WAITS_NEXT, first + count < told.count ? first + count : 0);
    microkit_mr_set(PROFILER_WAITS_COUNT, count);
    return microkit_msginfo_new(PROFILER_OK, (uint16_t)at);
}

microkit_msginfo protected(microkit_channel channel, microkit_msginfo message)
{
    (void)channel;
    if (ring_frame == 0) {
        return microkit_msginfo_new(PROFILER_UNSUPPORTED, 0);
    }
    switch (microkit_msginfo_get_label(message)) {
    case PROFILER_START:
        return microkit_msginfo_new(
                start(microkit_mr_get(0), microkit_mr_get(1), microkit_mr_get(2)), 1);
    case PROFILER_STOP:
        stop();
        return microkit_msginfo_new(PROFILER_OK, 0);
    case PROFILER_STATUS:
        return answer_status();
    case PROFILER_WAITS:
        return answer_waits(microkit_mr_get(0));
    default:
        return microkit_msginfo_new(PROFILER_UNKNOWN_REQUEST, 0);
    }
}

/* ---- events ---- */

static void find_grants(void)
{
    for (unsigned slot = 1; slot < MICROKIT_GRANT_SLOTS; slot++) {
        const struct microkit_grant *grant = &microkit_grants[slot];

        if (grant->kind == MICROKIT_GRANT_FRAME) {
            ring_frame = slot_cptr(slot);
        } else if (grant->kind == MICROKIT_GRANT_TCB && (grant->flags & MICROKIT_GRANT_SELF) != 0) {
            own_tcb = slot_cptr(slot);
        }
    }
}

void init(void)
{
    if (!profiler_config_check_magic(&config)) {
        sddf_dprintf("profiler: section .profiler_config is not filled in\n");
        return;
    }
    ring = config.ring.vaddr;
    stream = config.stream.vaddr;
    stream_capacity = (config.stream.size - sizeof(*stream)) / sizeof(struct profiler_record);
    find_grants();
    if (ring_frame == 0) {
        sddf_dprintf("profiler: no <cap_frame> in its <cspace>: nothing can be sampled\n");
    }
}

void notified(sddf_channel channel)
{
    if (channel == config.irq && state.running) {
        drain();
    } else if (channel == config.monitor) {
        tell_monitor();
    }
}
