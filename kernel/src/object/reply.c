/* SPDX-License-Identifier: BSD-2-Clause */
/* Reply objects and the stack of calls that lent a scheduling context (sel4-abi.md, 7.5, 7.6). */
#include "kernel/src/core/fault.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/call_stack.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/lifecycle.h"

void reply_unlink(struct reply *reply, struct tcb *tcb)
{
    kassert(reply->tcb == tcb && tcb->reply == reply); /* R1 */
    reply->tcb = NULL;
    tcb->reply = NULL;
    thread_set_state(tcb, THREAD_INACTIVE);
}

void reply_push(struct tcb *caller, struct tcb *callee, struct reply *reply, bool can_donate)
{
    struct sched_context *sc = caller->sc;

    kassert(reply->tcb == NULL && reply->up_and_head == 0 && reply->down == NULL);
    reply->tcb = caller;
    caller->reply = reply;
    thread_set_state(caller, THREAD_BLOCKED_ON_REPLY);
    if (can_donate && sc != NULL && callee->sc == NULL) {
        call_stack_push(sc, reply);
        sc_donate(sc, callee);
    }
}

/* Takes the reply out of a call stack. The head gives the context back to the caller if it may. */
static void leave_call_stack(struct reply *reply, struct tcb *caller)
{
    if (reply_is_stack_head(reply)) {
        struct sched_context *sc = reply_stack_owner(reply);

        call_stack_pop(sc, reply);
        if (caller->sc == NULL) {
            sc_donate(sc, caller);
        }
    } else {
        call_stack_cut(reply);
    }
}

void reply_remove_tcb(struct tcb *caller)
{
    struct reply *reply = caller->reply;

    kassert(caller->state == THREAD_BLOCKED_ON_REPLY && reply != NULL);
    if (reply_is_stack_head(reply)) {
        reply_stack_owner(reply)->call_stack = NULL;
        reply->up_and_head = 0;
    }
    call_stack_cut(reply);
    reply_unlink(reply, caller);
}

/* What became of the caller's budget while it waited decides whether it may run now. */
static void resume_replied(struct tcb *caller, word_t fault_type)
{
    struct sched_context *sc = caller->sc;

    if (sc == NULL || !thread_is_runnable(caller)) {
        return;
    }
    if (sc_is_active(sc) && refill_is_ready(sc, this_core->now) && refill_is_sufficient(sc, 0)) {
        schedule_candidate(caller);
    } else if (fault_has_timeout_handler(caller) && fault_type != FAULT_TIMEOUT) {
        fault_raise_timeout(caller);
    } else if (sc_is_active(sc)) {
        sc_postpone(sc);
    }
}

void reply_send(struct tcb *replier, struct reply *reply, bool can_grant)
{
    struct tcb *caller = reply->tcb;

    if (caller == NULL || caller->state != THREAD_BLOCKED_ON_REPLY) {
        return;
    }

    word_t fault_type = caller->fault.type;

    leave_call_stack(reply, caller);
    reply_unlink(reply, caller);
    if (caller->sc != NULL) {
        sc_unblock_check(caller->sc);
    }
    if (fault_type == FAULT_NONE) {
        ipc_transfer(replier, NULL, 0, can_grant, caller);
        thread_set_state(caller, THREAD_RUNNING);
    } else {
        bool goes_on = fault_reply_apply(caller, replier);

        caller->fault.type = FAULT_NONE;
        thread_set_state(caller, goes_on ? THREAD_RESTART : THREAD_INACTIVE);
    }
    resume_replied(caller, fault_type);
}

void reply_finalise(struct reply *reply)
{
    struct tcb *tcb = reply->tcb;

    if (tcb == NULL) {
        return;
    }
    if (tcb->state == THREAD_BLOCKED_ON_REPLY) {
        leave_call_stack(reply, tcb);
        reply_unlink(reply, tcb);
    } else {
        thread_cancel_ipc(tcb);
    }
}
