/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/observe/sampling.h"

#include <sel4/lionscope.h>

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/irq.h"
#include "kernel/src/object/lifecycle.h"

_Static_assert(sizeof(struct lionscope_sample) == 64, "a line of the cache");
_Static_assert(sizeof(struct lionscope_sample_ring) == 64, "samples are aligned like it");

/* An interrupt soon after the kernel, at the instruction it returned to: it was due in the kernel. */
#define KERNEL_TAIL_TICKS (BOARD_TIMER_HZ / 20000)

static struct {
    struct slot frame; /* a copy of the caller's capability: empty when sampling is off */
    word_t capacity;
    word_t written; /* user level can write the ring's own numbers, these it cannot */
    word_t dropped;
    word_t missed;
    word_t period;
    bool by_timer;
    word_t batch;
    word_t in_batch;
    ticks_t last;
} sampling;

static bool is_on(void)
{
    return cap_type(sampling.frame.cap) == CAP_FRAME;
}

static struct lionscope_sample_ring *ring(void)
{
    return cap_object(sampling.frame.cap);
}

/* Neither source runs; the timer is set anew on the way out. */
static void stop_sources(void)
{
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
    sampling.period = period;
    sampling.written = 0;
    sampling.dropped = 0;
    sampling.missed = 0;
    sampling.in_batch = 0;
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

    word_t event = message_word(inv, 0);
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
    return OK;
}

error_t sampling_stop(struct invocation *inv, word_t intid)
{
    (void)inv;
    if (intid != ARCH_PMU_INTID) {
        return error_plain(seL4_IllegalOperation);
    }
    if (is_on()) {
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

static word_t flags_of(const struct tcb *tcb)
{
    if (tcb == &idle_thread) {
        return LIONSCOPE_SAMPLE_IDLE;
    }

    word_t moved = tcb->context.pc - this_core->last_restart_pc;

    /* After a system call the next instruction is one further than its restart. */
    return (moved == 0 || moved == 4) && this_core->now - this_core->last_entry < KERNEL_TAIL_TICKS
            ? LIONSCOPE_SAMPLE_KERNEL
            : 0;
}

static void write_sample(struct lionscope_sample *sample, word_t late)
{
    const struct tcb *tcb = this_core->current;
    const struct sched_context *sc = this_core->current_sc;
    const struct user_context *context = &tcb->context;
    word_t shown = tcb->sample_id != 0 ? ~UINT64_C(0) : 0;

    sample->time = this_core->now;
    sample->late = late;
    sample->elapsed = this_core->now - sampling.last;
    sample->pc = context->pc & shown;
    sample->lr = context->x[30] & shown;
    sample->sp = context->sp & shown;
    sample->fp = context->x[29] & shown;
    sample->thread = tcb->sample_id;
    sample->context = sc != NULL ? sc->sample_id : 0;
    sample->flags = (uint16_t)flags_of(tcb);
    sample->core = 0;
    sampling.last = this_core->now;
}

/* The source's interrupt ends and is set anew: due a period after this one was, not after now. */
static word_t take_interrupt(void)
{
    if (!sampling.by_timer) {
        return arch_pmu_overflow(sampling.period);
    }

    word_t late = this_core->now - this_core->sample_at;

    this_core->sample_at += sampling.period + late / sampling.period * sampling.period;
    return late;
}

bool sampling_interrupt(void)
{
    if (unlikely(!is_on())) {
        turn_off(); /* the frame was revoked */
        return false;
    }

    struct lionscope_sample_ring *header = ring();
    word_t late = take_interrupt();

    if (unlikely(late >= sampling.period)) {
        sampling.missed += late / sampling.period;
        header->missed = sampling.missed;
    }
    if (sampling.written - header->read >= sampling.capacity) {
        header->dropped = ++sampling.dropped;
        return true; /* who drains it has to be told */
    }
    write_sample(&header->samples[sampling.written % sampling.capacity], late);
    __atomic_store_n(&header->written, ++sampling.written, __ATOMIC_RELEASE);
    if (++sampling.in_batch < sampling.batch) {
        return false;
    }
    sampling.in_batch = 0;
    return true;
}
