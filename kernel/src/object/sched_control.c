/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuring scheduling contexts (sel4-abi.md, 6.6, 9.5). */
#include <sel4/invocation.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/core/charge.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"

#define FLAG_SPORADIC BIT(0)

struct parameters {
    word_t budget_us;
    word_t period_us;
    word_t extra_refills;
    word_t badge;
    word_t flags;
};

static error_t check_times(const struct parameters *parameters)
{
    if (parameters->budget_us > MAX_PERIOD_US || parameters->period_us > MAX_PERIOD_US) {
        return error_range(MIN_BUDGET_US, MAX_PERIOD_US);
    }
    if (ticks_from_us(parameters->budget_us) < MIN_BUDGET
            || ticks_from_us(parameters->period_us) < MIN_BUDGET) {
        return error_range(MIN_BUDGET_US, MAX_PERIOD_US);
    }
    if (parameters->budget_us > parameters->period_us) {
        return error_range(MIN_BUDGET_US, parameters->period_us);
    }
    return OK;
}

/* Refills, beyond the two mandatory ones, for which the object has room. */
static word_t extra_refill_capacity(struct cap cap)
{
    return (BIT(cap_sched_context_size_bits(cap)) - SCHED_CONTEXT_CORE_BYTES)
            / sizeof(struct refill);
}

static void set_refills(struct sched_context *sc, const struct parameters *parameters)
{
    ticks_t budget = ticks_from_us(parameters->budget_us);
    ticks_t period = ticks_from_us(parameters->period_us);
    word_t refills = MIN_REFILLS + parameters->extra_refills;
    bool update =
            sc_is_active(sc) && sc->tcb != NULL && thread_is_runnable(sc->tcb) && budget != period;

    if (update) {
        refill_update(sc, (unsigned)refills, budget, period, this_core->now);
    } else {
        refill_new(sc, (unsigned)refills, budget, period, this_core->now);
    }
}

/* The thread goes to where its new parameters put it. */
static void requeue_thread(struct sched_context *sc)
{
    struct tcb *tcb = sc->tcb;

    sc_resume(sc);
    if (tcb == this_core->current) {
        schedule_required();
    } else if (thread_is_runnable(tcb)) {
        schedule_candidate(tcb);
    }
}

static void configure(struct sched_context *sc, const struct parameters *parameters)
{
    if (sc->tcb != NULL) {
        ready_dequeue(sc->tcb);
        schedule_forget(sc->tcb);
    }
    if (sc == this_core->current_sc) {
        time_commit();
        this_core->reprogram = true;
    }
    set_refills(sc, parameters);
    sc->badge = parameters->badge;
    sc->sporadic = parameters->flags & FLAG_SPORADIC;
    if (sc->tcb != NULL) {
        requeue_thread(sc);
    }
}

error_t sched_control_invoke(struct invocation *inv)
{
    if (inv->label != SchedControlConfigureFlags) {
        return error_plain(seL4_IllegalOperation);
    }
    if (inv->extra_count < 1 || inv->length < 5) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct parameters parameters = {
        message_word(inv, 0),
        message_word(inv, 1),
        message_word(inv, 2),
        message_word(inv, 3),
        message_word(inv, 4),
    };
    struct cap cap = extra_cap(inv, 0);
    error_t error = check_times(&parameters);

    if (error != OK) {
        return error;
    }
    if (cap_type(cap) != CAP_SCHED_CONTEXT) {
        return error_capability(1);
    }
    if (parameters.extra_refills > extra_refill_capacity(cap)) {
        return error_range(0, extra_refill_capacity(cap));
    }
    configure(cap_sched_context_object(cap), &parameters);
    return OK;
}
