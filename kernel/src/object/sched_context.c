/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling contexts: who owns them, and how they wander (sel4-abi.md, 7.6, 8.3, 9). */
#include "kernel/src/core/charge.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/lifecycle.h"

bool sc_is_released(struct sched_context *sc)
{
    return sc_is_active(sc) && refill_is_ready(sc, this_core->now) && refill_is_sufficient(sc, 0);
}

void sc_postpone(struct sched_context *sc)
{
    ready_dequeue(sc->tcb);
    schedule_forget(sc->tcb);
    release_enqueue(sc->tcb);
    this_core->reprogram = true;
}

void sc_resume(struct sched_context *sc)
{
    if (sc->tcb != NULL && thread_is_schedulable(sc->tcb) && !sc_is_released(sc)) {
        sc_postpone(sc);
    }
}

void sc_unblock_check(struct sched_context *sc)
{
    if (sc->sporadic && sc != this_core->current_sc && sc_is_active(sc)) {
        refill_unblock_check(sc, this_core->now);
    }
}

/* The thread loses its context: it leaves all run queues. */
static void detach_thread(struct sched_context *sc)
{
    struct tcb *tcb = sc->tcb;

    schedule_forget(tcb);
    ready_dequeue(tcb);
    tcb->sc = NULL;
    sc->tcb = NULL;
}

void sc_bind_tcb(struct sched_context *sc, struct tcb *tcb)
{
    kassert(sc->tcb == NULL && tcb->sc == NULL);
    sc->tcb = tcb;
    tcb->sc = sc; /* S1 holds again */
    sc_unblock_check(sc);
    sc_resume(sc);
    if (thread_is_schedulable(tcb)) {
        ready_enqueue_head(tcb);
        schedule_required();
    }
}

void sc_unbind_tcb(struct sched_context *sc)
{
    if (sc->tcb == this_core->current) {
        schedule_required();
    }
    detach_thread(sc);
}

void sc_bind_notification(struct sched_context *sc, struct notification *ntfn)
{
    kassert(sc->notification == NULL && ntfn->sc == NULL);
    sc->notification = ntfn;
    ntfn->sc = sc; /* N2 holds again */
}

void sc_unbind_notification(struct sched_context *sc)
{
    if (sc->notification != NULL) {
        sc->notification->sc = NULL;
        sc->notification = NULL;
    }
}

void sc_unbind_call_stack(struct sched_context *sc)
{
    if (sc->call_stack != NULL) {
        sc->call_stack->up_and_head = 0;
        sc->call_stack = NULL;
    }
}

void sc_donate(struct sched_context *sc, struct tcb *to)
{
    kassert(to->sc == NULL);
    if (sc->tcb != NULL) {
        detach_thread(sc);
    }
    sc->tcb = to;
    to->sc = sc;
}

void sc_maybe_donate_from_notification(struct tcb *tcb, struct notification *ntfn)
{
    struct sched_context *sc = ntfn->sc;

    if (tcb->sc == NULL && sc != NULL && sc->tcb == NULL) {
        sc_donate(sc, tcb);
        sc_unblock_check(sc);
        sc_resume(sc);
    }
}

void sc_maybe_return_to_notification(struct tcb *tcb, struct notification *ntfn)
{
    struct sched_context *sc = ntfn->sc;

    if (sc != NULL && tcb->sc == sc) {
        sc_unbind_tcb(sc);
    }
}

word_t sc_take_consumed(struct sched_context *sc)
{
    ticks_t consumed = sc->total_consumed - sc->consumed_read;

    sc->consumed_read = sc->total_consumed;
    return us_from_ticks(consumed);
}

void sched_context_finalise(struct sched_context *sc)
{
    if (sc == this_core->current_sc) {
        time_commit();
        this_core->current_sc = NULL;
        this_core->reprogram = true;
    }
    if (sc->tcb != NULL) {
        sc_unbind_tcb(sc);
    }
    sc_unbind_notification(sc);
    sc_unbind_call_stack(sc);
    if (sc->yield_from != NULL) {
        sc_complete_yield_to(sc->yield_from);
    }
    sc->refill_max = 0;
    sc->sporadic = 0;
}
