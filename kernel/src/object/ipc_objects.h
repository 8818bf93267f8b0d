/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints, notifications, replies, scheduling contexts: the operations other parts may use. */
#pragma once

#include "kernel/src/core/kernel_state.h"
#include "kernel/src/object/refill.h"

/* ---- endpoint (sel4-abi.md, 7) ---- */

struct send {
    word_t badge;
    bool blocking;
    bool is_call; /* Call or fault */
    bool can_grant;
    bool can_grant_reply;
    bool can_donate;
};
void endpoint_send(struct endpoint *endpoint, struct tcb *sender, struct send send);
/* reply: NULL when the call names none. */
void endpoint_receive(
        struct endpoint *endpoint, struct tcb *receiver, struct reply *reply, bool blocking);
/* Takes a blocked sender or receiver out of its endpoint's queue (its state stays). */
void endpoint_remove(struct tcb *tcb);
/* Its priority has changed: back into the queue at the right place. */
void endpoint_reorder(struct tcb *tcb);

/* ---- notification (8) ---- */

void notification_signal(struct notification *notification, word_t badge);
void notification_wait(struct notification *notification, struct tcb *receiver, bool blocking);
/* The receiver's bound notification is active: delivers it. */
void notification_complete_signal(struct notification *notification, struct tcb *receiver);
void notification_remove(struct tcb *tcb);
void notification_reorder(struct tcb *tcb);
void notification_bind_tcb(struct notification *notification, struct tcb *tcb);
void notification_unbind_tcb(struct tcb *tcb); /* nothing if there is none */

/* ---- reply (7.5, 7.6) ---- */

/* The receiver replier answers whoever waits on the object; nothing if nobody does. */
void reply_send(struct tcb *replier, struct reply *reply, bool can_grant);
/* caller is blocked on reply from now on; lends its context to callee when asked to. */
void reply_push(struct tcb *caller, struct tcb *callee, struct reply *reply, bool can_donate);
/* The caller leaves the object without an answer; the context stays where it is. */
void reply_remove_tcb(struct tcb *caller);
/* The armed receiver leaves the object. */
void reply_unlink(struct reply *reply, struct tcb *tcb);

/* ---- scheduling context (9) ---- */

/* Active, ready and sufficient ("released"): its thread may run now. */
bool sc_is_released(struct sched_context *sc);

void sc_bind_tcb(struct sched_context *sc, struct tcb *tcb);
void sc_unbind_tcb(struct sched_context *sc);
void sc_bind_notification(struct sched_context *sc, struct notification *notification);
void sc_unbind_notification(struct sched_context *sc);
void sc_unbind_call_stack(struct sched_context *sc);
/* Moves the context to `to`, which has none; its former thread is left without. */
void sc_donate(struct sched_context *sc, struct tcb *to);
/* The notification lends its context to the woken thread if it has none (8.3). */
void sc_maybe_donate_from_notification(struct tcb *tcb, struct notification *notification);
/* The thread, about to block, gives its context back to the notification (8.3). */
void sc_maybe_return_to_notification(struct tcb *tcb, struct notification *notification);
/* The bound thread has become runnable: schedules it or makes it wait for budget. */
void sc_resume(struct sched_context *sc);
/* The thread waits for the next refill. */
void sc_postpone(struct sched_context *sc);
/* Unblock check of 9.2, for sporadic contexts when their thread is unblocked. */
void sc_unblock_check(struct sched_context *sc);
void sc_complete_yield_to(struct tcb *caller);
void sc_cancel_yield_to(struct tcb *caller);

/* Reads and resets the consumption counter; microseconds. */
word_t sc_take_consumed(struct sched_context *sc);
