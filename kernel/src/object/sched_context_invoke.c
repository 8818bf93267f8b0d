/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on scheduling-context capabilities (sel4-abi.md, 6.6, 9.8, 9.9). */
#include <sel4/invocation.h>
#include <sel4/lionscope.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/observe/sampling.h"
#include "kernel/src/observe/statistics.h"

static error_t bind_tcb(struct sched_context *sc, struct tcb *tcb)
{
    if (sc->tcb != NULL || tcb->sc != NULL) {
        return error_plain(seL4_IllegalOperation);
    }
    if (thread_is_blocked(tcb) && !sc_is_released(sc)) {
        return error_plain(seL4_IllegalOperation);
    }
    sc_bind_tcb(sc, tcb);
    return OK;
}

static error_t bind_notification(struct sched_context *sc, struct notification *ntfn)
{
    if (sc->notification != NULL || ntfn->sc != NULL) {
        return error_plain(seL4_IllegalOperation);
    }
    sc_bind_notification(sc, ntfn);
    return OK;
}

static error_t sched_context_bind(struct invocation *inv, struct sched_context *sc)
{
    if (inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap cap = extra_cap(inv, 0);

    if (cap_type(cap) == CAP_THREAD) {
        return bind_tcb(sc, cap_thread_object(cap));
    }
    if (cap_type(cap) == CAP_NOTIFICATION) {
        return bind_notification(sc, cap_notification_object(cap));
    }
    return error_capability(1);
}

static error_t unbind_tcb(struct sched_context *sc, struct tcb *tcb)
{
    if (sc->tcb != tcb || tcb == this_core->current) {
        return error_plain(seL4_IllegalOperation);
    }
    sc_unbind_tcb(sc);
    return OK;
}

static error_t sched_context_unbind_object(struct invocation *inv, struct sched_context *sc)
{
    if (inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap cap = extra_cap(inv, 0);

    if (cap_type(cap) == CAP_THREAD) {
        return unbind_tcb(sc, cap_thread_object(cap));
    }
    if (cap_type(cap) != CAP_NOTIFICATION) {
        return error_capability(1);
    }
    if (sc->notification != cap_notification_object(cap)) {
        return error_plain(seL4_IllegalOperation);
    }
    sc_unbind_notification(sc);
    return OK;
}

static error_t sched_context_unbind(struct sched_context *sc)
{
    if (sc->tcb == this_core->current) {
        return error_plain(seL4_IllegalOperation);
    }
    if (sc->tcb != NULL) {
        sc_unbind_tcb(sc);
    }
    sc_unbind_notification(sc);
    sc_unbind_call_stack(sc);
    return OK;
}

void sc_cancel_yield_to(struct tcb *caller)
{
    if (caller->yield_to != NULL) {
        caller->yield_to->yield_from = NULL;
        caller->yield_to = NULL; /* S2 holds again */
    }
}

void sc_complete_yield_to(struct tcb *caller)
{
    word_t consumed = sc_take_consumed(caller->yield_to);

    if (caller->yield_wants_result) {
        caller->context.x[REG_BADGE] = 0;
        caller->context.x[REG_MR0] = consumed;
        caller->context.x[REG_INFO] = info_new(0, 0, 0, 1);
    }
    sc_cancel_yield_to(caller);
}

/* The target runs instead of the caller, which gets its result when it runs again. */
static void yield_until_rescheduled(struct invocation *inv, struct sched_context *sc)
{
    struct tcb *caller = inv->caller;

    caller->yield_to = sc;
    sc->yield_from = caller;
    caller->yield_wants_result = inv->is_call;
    inv->replied = true;
    ready_dequeue(sc->tcb);
    ready_enqueue_head(caller);
    ready_enqueue_head(sc->tcb);
    schedule_required();
}

static error_t sched_context_yield_to(struct invocation *inv, struct sched_context *sc)
{
    struct tcb *target = sc->tcb;

    if (target == NULL || target == inv->caller || target->priority > inv->caller->mcp) {
        return error_plain(seL4_IllegalOperation);
    }
    if (sc->yield_from != NULL) {
        sc_complete_yield_to(sc->yield_from);
    }
    if (thread_is_schedulable(target)) {
        if (target->priority >= inv->caller->priority) {
            yield_until_rescheduled(inv, sc);
            return OK;
        }
        ready_dequeue(target);
        ready_enqueue_head(target);
    }
    invocation_result_word(inv, sc_take_consumed(sc));
    return OK;
}

error_t sched_context_invoke(struct invocation *inv)
{
    struct sched_context *sc = cap_sched_context_object(inv->cap);

    switch (inv->label) {
    case SchedContextBind:
        return sched_context_bind(inv, sc);
    case SchedContextUnbindObject:
        return sched_context_unbind_object(inv, sc);
    case SchedContextUnbind:
        return sched_context_unbind(sc);
    case SchedContextConsumed:
        invocation_result_word(inv, sc_take_consumed(sc));
        return OK;
    case SchedContextYieldTo:
        return sched_context_yield_to(inv, sc);
    case LionscopeSchedContextStatistics:
        return sched_context_statistics_invoke(inv);
    case LionscopeSchedContextSetSampleId:
        return sched_context_sample_id_invoke(inv);
    default:
        return error_plain(seL4_IllegalOperation);
    }
}
