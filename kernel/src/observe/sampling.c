/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/sampling.h"

#include <sel4/lionscope.h>

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/irq.h"
#include "kernel/src/object/lifecycle.h"

_Static_assert(sizeof(struct lionscope_sample) == 64, "a line of the cache");
_Static_assert(sizeof(struct lionscope_sample_ring) == 64, "samples are aligned like it");

/* An interrupt soon after the kernel, at the instruction it returned to: it was due in the kernel. */
#define KERNEL_TAIL_TICKS (BOARD_TIMER_HZ / 20000)

static struct sampling {
    struct slot frame; /* a copy of the caller's capability: empty when sampling is off */
    word_t written;    /* user level can write the ring's own numbers, these it cannot */
    word_t capacity;
    word_t next; /* byte offset of the next sample in the frame, and where that wraps */
    word_t end;
    word_t period;
    word_t batch;
    word_t batch_end; /* with so many written, a sample signals the handler's notification */
    ticks_t last;
    word_t dropped;
    word_t missed;
    bool by_timer;
} sampling;

static inline bool is_on(const struct sampling *state)
{
    return cap_type(state->frame.cap) == CAP_FRAME;
}

static struct lionscope_sample_ring *ring(void)
{
    return cap_object(sampling.frame.cap);
}

/* Neither source runs; the timer is set anew on the way out. */
static void stop_sources(void)
{
    this_core->record_switches = false;
    this_core->sample_by_event = false;
    arch_pmu_stop();
    this_core->sample_at = TICKS_NEVER;
    this_core->reprogram = true;
}

static void turn_off(void)
{
    stop_sources();
    irq_set_state(ARCH_PMU_INTID, IRQ_USED);
    slot_delete_leaf(&sampling.frame);
}

void sampling_finalise(void)
{
    stop_sources();
    slot_delete_leaf(&sampling.frame);
}

/* ---- invocations ---- */

static error_t check_period(word_t event, word_t period)
{
    word_t least = event == LIONSCOPE_EVENT_TICKS ? LIONSCOPE_SAMPLE_PERIOD_TICKS_MIN
                                                  : LIONSCOPE_SAMPLE_PERIOD_MIN;

    if (event > LIONSCOPE_EVENT_TICKS) {
        return error_range(0, LIONSCOPE_EVENT_TICKS);
    }
    if (event != LIONSCOPE_EVENT_TICKS && !arch_pmu_is_present()) {
        return error_plain(seL4_IllegalOperation);
    }
    if (event != LIONSCOPE_EVENT_TICKS && !arch_pmu_counts(event)) {
        return error_argument(0);
    }
    if (period < least || period > LIONSCOPE_SAMPLE_PERIOD_MAX) {
        return error_range(least, LIONSCOPE_SAMPLE_PERIOD_MAX);
    }
    return OK;
}

static bool is_usable_frame(struct cap cap)
{
    return cap_type(cap) == CAP_FRAME && !cap_frame_is_device(cap)
            && cap_frame_rights(cap) == VM_READ_WRITE;
}

static void reset_ring(word_t period)
{
    struct lionscope_sample_ring *header = ring();
    word_t bytes = BIT(frame_size_bits(cap_frame_size(sampling.frame.cap)));

    sampling.capacity = (bytes - sizeof(*header)) / sizeof(header->samples[0]);
    sampling.next = sizeof(*header);
    sampling.end = bytes;
    sampling.period = period;
    sampling.written = 0;
    sampling.batch_end = sampling.batch;
    sampling.dropped = 0;
    sampling.missed = 0;
    sampling.last = this_core->now;
    *header = (struct lionscope_sample_ring){
        .version = LIONSCOPE_SAMPLE_RING_VERSION,
        .capacity = sampling.capacity,
        .period = period,
        .timer_hz = arch_timer_hz(),
    };
}

static void start_source(word_t event, word_t period)
{
    stop_sources();
    irq_set_state(ARCH_PMU_INTID, IRQ_SAMPLING);
    sampling.by_timer = event == LIONSCOPE_EVENT_TICKS;
    if (sampling.by_timer) {
        this_core->sample_at = this_core->now + period;
    } else {
        this_core->sample_by_event = true;
        arch_irq_unmask(ARCH_PMU_INTID);
        arch_pmu_start(event, period);
    }
}

error_t sampling_start(struct invocation *inv, word_t intid)
{
    if (intid != ARCH_PMU_INTID) {
        return error_plain(seL4_IllegalOperation);
    }
    if (inv->length < 3 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t event = message_word(inv, 0) & ~(word_t)LIONSCOPE_EVENT_SWITCHES;
    word_t period = message_word(inv, 1);
    word_t batch = message_word(inv, 2);
    error_t error = check_period(event, period);

    if (error != OK) {
        return error;
    }
    if (batch == 0) {
        return error_range(1, MASK(32));
    }
    if (!is_usable_frame(extra_cap(inv, 0))) {
        return error_capability(1);
    }
    slot_delete_leaf(&sampling.frame);
    slot_insert_derived(cap_unmapped(extra_cap(inv, 0)), inv->extra[0], &sampling.frame);
    sampling.batch = batch;
    reset_ring(period);
    start_source(event, period);
    this_core->record_switches = (message_word(inv, 0) & LIONSCOPE_EVENT_SWITCHES) != 0;
    return OK;
}

error_t sampling_stop(struct invocation *inv, word_t intid)
{
    (void)inv;
    if (intid != ARCH_PMU_INTID) {
        return error_plain(seL4_IllegalOperation);
    }
    if (is_on(&sampling)) {
        turn_off();
    }
    return OK;
}

static error_t read_id(struct invocation *inv)
{
    if (inv->length < 1) {
        return error_plain(seL4_TruncatedMessage);
    }
    return message_word(inv, 0) > MASK(16) ? error_range(0, MASK(16)) : OK;
}

error_t tcb_sample_id_invoke(struct invocation *inv)
{
    error_t error = read_id(inv);

    if (error == OK) {
        cap_thread_object(inv->cap)->sample_id = (uint16_t)message_word(inv, 0);
    }
    return error;
}

error_t sched_context_sample_id_invoke(struct invocation *inv)
{
    error_t error = read_id(inv);

    if (error == OK) {
        cap_sched_context_object(inv->cap)->sample_id = (uint16_t)message_word(inv, 0);
    }
    return error;
}

/* ---- the interrupt ---- */

/* Its address in one register: the compiler would else make each member's anew. */
#define IN_REGISTER(type, name, object) \
    type *name = (object);              \
    __asm__("" : "+r"(name))

static word_t flags_of(const struct core_state *core, const struct tcb *tcb)
{
    word_t moved = tcb->context.pc - core->last_restart_pc;

    /* After a system call the next instruction is one further than its restart. */
    return unlikely((moved & ~UINT64_C(4)) == 0) && core->now - core->last_entry < KERNEL_TAIL_TICKS
            ? LIONSCOPE_SAMPLE_KERNEL
            : 0;
}

static word_t ids_and_flags(const struct core_state *core, const struct tcb *tcb)
{
    const struct sched_context *sc = core->current_sc;

    if (unlikely(sc == NULL)) {
        return (word_t)LIONSCOPE_SAMPLE_IDLE << 32; /* only the idle thread has none */
    }
    return tcb->sample_id | (word_t)sc->sample_id << 16 | flags_of(core, tcb) << 32;
}

static inline __attribute__((always_inline)) void write_sample(
        struct lionscope_sample *sample, const struct core_state *core, ticks_t last, word_t late)
{
    const struct tcb *tcb = core->current;
    bool shown = tcb->sample_id != 0;

    sample->time = core->now;
    sample->late = late;
    sample->elapsed = core->now - last;
    sample->pc = shown ? tcb->context.pc : 0;
    sample->lr = shown ? tcb->context.x[30] : 0;
    sample->sp = shown ? tcb->context.sp : 0;
    sample->fp = shown ? tcb->context.x[29] : 0;
    sample->ids_and_flags = ids_and_flags(core, tcb);
}

/* The source is due again a period after it was due, not after now. Returns how long that is ago. */
static inline word_t take_source(struct core_state *core, word_t period, bool by_timer)
{
    if (!by_timer) {
        return arch_pmu_overflow(period);
    }

    word_t late = core->now - core->sample_at;

    core->sample_at += period;
    if (unlikely(late >= period)) {
        core->sample_at += late / period * period;
    }
    return late;
}

/* Where the next one goes; NULL: there is no room. */
static inline struct lionscope_sample *place_for_sample(
        struct sampling *state, struct lionscope_sample_ring *header, word_t written)
{
    word_t at = state->next;
    word_t after = at + sizeof(struct lionscope_sample);

    if (unlikely(written - header->read >= state->capacity)) {
        header->dropped = ++state->dropped;
        return NULL;
    }
    state->next = unlikely(after == state->end) ? sizeof(*header) : after;
    return (struct lionscope_sample *)((char *)header + at);
}

/* True: the batch is complete, or there is no room; who drains the ring has to be told. */
static inline __attribute__((always_inline)) bool take_sample(
        struct core_state *core, bool by_timer)
{
    IN_REGISTER(struct sampling, state, &sampling);

    if (unlikely(!is_on(state))) {
        turn_off(); /* the frame was revoked */
        return false;
    }

    struct lionscope_sample_ring *header = cap_object(state->frame.cap);
    word_t late = take_source(core, state->period, by_timer);

    if (unlikely(late >= state->period)) {
        state->missed += late / state->period;
        header->missed = state->missed;
    }

    word_t written = state->written;
    struct lionscope_sample *sample = place_for_sample(state, header, written);

    if (unlikely(sample == NULL)) {
        return true;
    }
    write_sample(sample, core, state->last, late);
    state->last = core->now;
    state->written = ++written;
    __atomic_store_n(&header->written, written, __ATOMIC_RELEASE);
    if (likely(written < state->batch_end)) {
        return false;
    }
    state->batch_end = written + state->batch;
    return true;
}

bool sampling_interrupt(void)
{
    return take_sample(this_core, sampling.by_timer);
}

struct tcb *sampling_tick(struct core_state *core)
{
    if (unlikely(take_sample(core, true))) {
        irq_signal_handler(ARCH_PMU_INTID);
    } else if (likely(core->now < core->timer_end && core->now <= core->entry_deadline)) {
        arch_timer_set(MIN(core->timer_end, core->sample_at));
        return core->current;
    }
    core->reprogram = true;
    budget_check();
    schedule();
    return core->current;
}

struct tcb *sampling_overflow(struct core_state *core)
{
    if (unlikely(take_sample(core, false))) {
        irq_signal_handler(ARCH_PMU_INTID);
    } else if (likely(core->now <= core->entry_deadline)) {
        return core->current;
    }
    budget_check();
    schedule();
    return core->current;
}

/* ---- switches ---- */

/* Called by sampling_switch_entry, which note_switch() jumps to. */
void sampling_switch(const struct tcb *previous, const struct tcb *next);

void sampling_switch(const struct tcb *previous, const struct tcb *next)
{
    struct lionscope_sample *sample;

    if (unlikely(!is_on(&sampling))) {
        turn_off();
        return;
    }
    sample = place_for_sample(&sampling, ring(), sampling.written);
    if (sample == NULL) {
        return;
    }
    sample->time = arch_time_now();
    sample->next = next->sample_id | (word_t)(next == &idle_thread) << 16;
    sample->state = previous->state | (word_t)(previous->in_queue == IN_RELEASE_QUEUE) << 8;
    sample->ids_and_flags = previous->sample_id
            | (word_t)(LIONSCOPE_SAMPLE_SWITCH
                      | (previous == &idle_thread ? LIONSCOPE_SAMPLE_IDLE : 0))
                    << 32;
    __atomic_store_n(&ring()->written, ++sampling.written, __ATOMIC_RELEASE);
}
