/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/derivation.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/endpoint_queue.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/object/lifecycle.h"
#include "kernel/src/observe/statistics_count.h"

static void endpoint_enqueue(struct endpoint *endpoint, struct tcb *tcb, enum queue_kind kind)
{
    struct wait_queue queue = endpoint_queue(endpoint);

    tcb->blocked_on = endpoint;
    wait_queue_insert(&queue, tcb);
    endpoint_set_queue(endpoint, queue, kind);
}

static void endpoint_dequeue(struct endpoint *endpoint, struct tcb *tcb)
{
    struct wait_queue queue = endpoint_queue(endpoint);
    enum queue_kind kind = endpoint_kind(endpoint);

    wait_queue_remove(&queue, tcb);
    endpoint_set_queue(endpoint, queue, queue.head == NULL ? QUEUE_IDLE : kind);
}

void endpoint_remove(struct tcb *tcb)
{
    endpoint_dequeue(tcb->blocked_on, tcb);
}

void endpoint_reorder(struct tcb *tcb)
{
    struct endpoint *endpoint = tcb->blocked_on;
    enum queue_kind kind = endpoint_kind(endpoint);

    endpoint_dequeue(endpoint, tcb);
    endpoint_enqueue(endpoint, tcb, kind);
}

static bool is_call_or_fault(const struct tcb *sender, bool is_call)
{
    return is_call || sender->fault.type != FAULT_NONE;
}

static void count_send(struct tcb *sender, const struct send *send)
{
    if (sender->fault.type != FAULT_NONE) {
        return; /* counted where it was raised */
    }
    if (send->is_call) {
        count(&sender->statistics.calls);
    } else {
        count(&sender->statistics.sends);
    }
}

static void block_sender(struct endpoint *endpoint, struct tcb *sender, const struct send *send)
{
    sender->send_badge = send->badge;
    sender->send_can_grant = send->can_grant;
    sender->send_can_grant_reply = send->can_grant_reply;
    sender->send_is_call = send->is_call;
    thread_set_state(sender, THREAD_BLOCKED_ON_SEND);
    endpoint_enqueue(endpoint, sender, QUEUE_SENDERS);
}

/* A thread that waited is given the message or signal and becomes runnable. */
static void wake_receiver(struct tcb *receiver)
{
    thread_set_state(receiver, THREAD_RUNNING);
    if (receiver->sc != NULL) {
        sc_unblock_check(receiver->sc);
    }
    schedule_candidate(receiver);
}

void endpoint_send(struct endpoint *endpoint, struct tcb *sender, struct send send)
{
    if (endpoint_kind(endpoint) != QUEUE_RECEIVERS) {
        if (send.blocking) {
            count_send(sender, &send);
            block_sender(endpoint, sender, &send);
        }
        return;
    }

    struct tcb *receiver = endpoint->head;
    struct reply *reply = receiver->reply;

    count_send(sender, &send);
    endpoint_dequeue(endpoint, receiver);
    ipc_transfer(sender, endpoint, send.badge, send.can_grant, receiver);
    if (reply != NULL) {
        reply_unlink(reply, receiver);
    }
    if (is_call_or_fault(sender, send.is_call)) {
        if (reply != NULL && (send.can_grant || send.can_grant_reply)) {
            reply_push(sender, receiver, reply, send.can_donate);
        } else {
            thread_set_state(sender, THREAD_INACTIVE);
        }
    } else if (send.can_donate && sender->sc != NULL && receiver->sc == NULL) {
        sc_donate(sender->sc, receiver);
    }
    wake_receiver(receiver);
}

/* A queued sender meets a receiver: its message is taken, and it goes on or waits for the reply. */
static void receive_from(
        struct endpoint *endpoint, struct tcb *sender, struct tcb *receiver, struct reply *reply)
{
    endpoint_dequeue(endpoint, sender);
    ipc_transfer(sender, endpoint, sender->send_badge, sender->send_can_grant, receiver);
    if (sender->sc != NULL) {
        sc_unblock_check(sender->sc);
    }
    if (!is_call_or_fault(sender, sender->send_is_call)) {
        thread_set_state(sender, THREAD_RUNNING);
        schedule_candidate(sender);
    } else if (reply != NULL && (sender->send_can_grant || sender->send_can_grant_reply)) {
        reply_push(sender, receiver, reply, sender->fault.type != FAULT_TIMEOUT);
    } else {
        thread_set_state(sender, THREAD_INACTIVE);
    }
}

void endpoint_receive(
        struct endpoint *endpoint, struct tcb *receiver, struct reply *reply, bool blocking)
{
    struct notification *bound = receiver->bound_notification;

    if (reply != NULL && reply->tcb != NULL && reply->tcb != receiver) {
        thread_cancel_ipc(reply->tcb);
    }
    if (bound != NULL && bound->kind == QUEUE_ACTIVE) {
        notification_complete_signal(bound, receiver);
        return;
    }
    if (bound != NULL && blocking) {
        sc_maybe_return_to_notification(receiver, bound);
    }
    if (endpoint_kind(endpoint) == QUEUE_SENDERS) {
        receive_from(endpoint, endpoint->head, receiver, reply);
    } else if (blocking) {
        receiver->reply = reply;
        if (reply != NULL) {
            reply->tcb = receiver;
        }
        thread_set_state(receiver, THREAD_BLOCKED_ON_RECEIVE);
        endpoint_enqueue(endpoint, receiver, QUEUE_RECEIVERS);
    } else {
        receiver->context.x[REG_BADGE] = 0;
    }
}

/* The thread's message has nowhere to go any more: it tries again, a faulting one gives up. */
static void restart_blocked(struct tcb *tcb)
{
    if (tcb->reply != NULL) {
        reply_unlink(tcb->reply, tcb);
    }
    if (tcb->fault.type != FAULT_NONE) {
        thread_set_state(tcb, THREAD_INACTIVE);
        return;
    }
    thread_set_state(tcb, THREAD_RESTART);
    if (tcb->sc != NULL) {
        sc_unblock_check(tcb->sc);
    }
    schedule_candidate(tcb);
}

static void restart_queued(struct endpoint *endpoint, struct tcb *tcb)
{
    endpoint_dequeue(endpoint, tcb);
    restart_blocked(tcb);
    schedule_required();
}

bool endpoint_finalise(struct endpoint *endpoint)
{
    if (endpoint_kind(endpoint) != QUEUE_IDLE) {
        restart_queued(endpoint, endpoint->head);
    }
    return endpoint_kind(endpoint) == QUEUE_IDLE;
}

error_t endpoint_cancel_badged_sends(struct endpoint *endpoint, word_t badge)
{
    if (endpoint_kind(endpoint) != QUEUE_SENDERS) {
        return OK;
    }

    struct tcb *tcb = endpoint->head;

    while (tcb != NULL) {
        struct tcb *next = tcb->queue_next;

        if (tcb->send_badge == badge) {
            restart_queued(endpoint, tcb);
            if (preemption_point() == PREEMPTED) {
                return PREEMPTED;
            }
        }
        tcb = next;
    }
    schedule_required();
    return OK;
}
