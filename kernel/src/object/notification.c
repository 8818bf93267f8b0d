/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/lifecycle.h"

/* A woken thread receives the badge; nothing but x0 is written. It may be lent a context. */
static void wake_with_badge(struct notification *ntfn, struct tcb *tcb, word_t badge)
{
    thread_set_state(tcb, THREAD_RUNNING);
    tcb->context.x[REG_BADGE] = badge;
    sc_maybe_donate_from_notification(tcb, ntfn);
    if (tcb->sc != NULL) {
        sc_unblock_check(tcb->sc);
    }
    schedule_candidate(tcb);
}

void notification_signal(struct notification *ntfn, word_t badge)
{
    struct tcb *tcb;

    switch ((enum queue_kind)ntfn->kind) {
    case QUEUE_IDLE:
        tcb = ntfn->bound_tcb;
        if (tcb != NULL && tcb->state == THREAD_BLOCKED_ON_RECEIVE) {
            thread_cancel_ipc(tcb);
            wake_with_badge(ntfn, tcb, badge);
        } else {
            ntfn->kind = QUEUE_ACTIVE;
            ntfn->badge = badge;
        }
        break;
    case QUEUE_RECEIVERS:
        tcb = ntfn->queue.head;
        notification_remove(tcb);
        wake_with_badge(ntfn, tcb, badge);
        break;
    case QUEUE_ACTIVE:
        ntfn->badge |= badge;
        break;
    case QUEUE_SENDERS:
        kassert(!"a notification has no senders");
        break;
    }
}

void notification_complete_signal(struct notification *ntfn, struct tcb *receiver)
{
    kassert(ntfn->kind == QUEUE_ACTIVE);
    receiver->context.x[REG_BADGE] = ntfn->badge;
    ntfn->kind = QUEUE_IDLE;
    sc_maybe_donate_from_notification(receiver, ntfn);
    if (receiver->sc != NULL) {
        sc_unblock_check(receiver->sc);
    }
}

void notification_wait(struct notification *ntfn, struct tcb *receiver, bool blocking)
{
    if (ntfn->kind == QUEUE_ACTIVE) {
        notification_complete_signal(ntfn, receiver);
    } else if (blocking) {
        receiver->blocked_on = ntfn;
        thread_set_state(receiver, THREAD_BLOCKED_ON_NOTIFICATION);
        sc_maybe_return_to_notification(receiver, ntfn);
        wait_queue_insert(&ntfn->queue, receiver);
        ntfn->kind = QUEUE_RECEIVERS;
    } else {
        receiver->context.x[REG_BADGE] = 0;
    }
}

void notification_remove(struct tcb *tcb)
{
    struct notification *ntfn = tcb->blocked_on;

    wait_queue_remove(&ntfn->queue, tcb);
    if (ntfn->queue.head == NULL) {
        ntfn->kind = QUEUE_IDLE;
    }
}

void notification_reorder(struct tcb *tcb)
{
    struct notification *ntfn = tcb->blocked_on;

    wait_queue_remove(&ntfn->queue, tcb);
    wait_queue_insert(&ntfn->queue, tcb);
}

void notification_bind_tcb(struct notification *ntfn, struct tcb *tcb)
{
    kassert(ntfn->bound_tcb == NULL && tcb->bound_notification == NULL);
    ntfn->bound_tcb = tcb;
    tcb->bound_notification = ntfn; /* N1 holds again */
}

void notification_unbind_tcb(struct tcb *tcb)
{
    struct notification *ntfn = tcb->bound_notification;

    if (ntfn != NULL) {
        ntfn->bound_tcb = NULL;
        tcb->bound_notification = NULL;
    }
}

/* It repeats its system call, which fails now. */
static void restart_waiter(struct tcb *tcb)
{
    notification_remove(tcb);
    thread_set_state(tcb, THREAD_RESTART);
    if (tcb->sc != NULL) {
        sc_unblock_check(tcb->sc);
    }
    schedule_candidate(tcb);
    schedule_required();
}

bool notification_finalise(struct notification *ntfn)
{
    if (ntfn->sc != NULL) {
        sc_unbind_notification(ntfn->sc);
    }
    if (ntfn->bound_tcb != NULL) {
        notification_unbind_tcb(ntfn->bound_tcb);
    }
    if (ntfn->kind == QUEUE_RECEIVERS) {
        restart_waiter(ntfn->queue.head);
    }
    if (ntfn->kind == QUEUE_RECEIVERS) {
        return false;
    }
    ntfn->kind = QUEUE_IDLE;
    return true;
}
