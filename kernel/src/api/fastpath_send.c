/* SPDX-License-Identifier: BSD-2-Clause */
/* Send and Signal to a waiting thread, and Signal to nobody (sel4-abi.md, 7.2, 8.1, 9.6). */
#include "kernel/src/api/fastpath.h"
#include "kernel/src/object/ipc_objects.h"

/* Waking this thread is nothing but a question of priorities. */
static inline bool wakes_plainly(const struct tcb *sleeper)
{
    return runs_on_plain_context(sleeper) && sleeper->domain == this_core->domain
            && root_is_known(sleeper);
}

/* The sleeper has been given what it waited for and left its queue: who goes on? */
static inline struct tcb *wake(struct tcb *waker, struct tcb *sleeper, ticks_t now)
{
    sleeper->state = THREAD_RUNNING;
    if (sleeper->priority > waker->priority) {
        ready_push_head(waker);
        count_switch(waker, sleeper, now);
        return fastpath_switch_context(waker, sleeper, now);
    }
    if (sleeper->priority == waker->priority) {
        ready_push_tail(sleeper);
    } else {
        ready_push_head(sleeper);
    }
    return waker;
}

/* ---- Signal ---- */

static inline void take_first_waiter(struct notification *ntfn, struct tcb *waiter)
{
    struct tcb *next = waiter->queue_next;

    waiter->in_queue = IN_NO_QUEUE;
    ntfn->queue.head = next;
    if (next == NULL) {
        ntfn->queue.tail = NULL;
        ntfn->kind = QUEUE_IDLE;
    } else {
        next->queue_prev = NULL;
    }
}

/* The bound thread, the only one that waits on its endpoint, does not wait any more. */
static inline void cancel_lonely_receive(struct endpoint *endpoint, struct tcb *receiver)
{
    struct reply *reply = receiver->reply;

    endpoint->head = NULL;
    endpoint->tail_and_kind = QUEUE_IDLE;
    receiver->in_queue = IN_NO_QUEUE;
    if (reply != NULL) {
        reply->tcb = NULL;
        receiver->reply = NULL;
    }
}

static inline bool waits_alone_on_endpoint(const struct tcb *tcb)
{
    return tcb->state == THREAD_BLOCKED_ON_RECEIVE && tcb->queue_prev == NULL
            && tcb->queue_next == NULL;
}

__attribute__((noinline)) static struct tcb *signal_completely(
        struct notification *ntfn, word_t badge, ticks_t now)
{
    this_core->now = now;
    notification_signal(ntfn, badge);
    schedule_if_needed();
    return this_core->current;
}

static inline struct tcb *signal(
        struct tcb *sender, struct notification *ntfn, word_t badge, ticks_t now)
{
    struct tcb *sleeper;

    count(&sender->statistics.signals);
    if (ntfn->kind == QUEUE_ACTIVE) {
        ntfn->badge |= badge;
        return sender;
    }
    if (ntfn->kind == QUEUE_RECEIVERS) {
        sleeper = ntfn->queue.head;
        if (unlikely(!wakes_plainly(sleeper))) {
            return signal_completely(ntfn, badge, now);
        }
        take_first_waiter(ntfn, sleeper);
    } else {
        sleeper = ntfn->bound_tcb;
        if (sleeper == NULL || sleeper->state != THREAD_BLOCKED_ON_RECEIVE) {
            ntfn->kind = QUEUE_ACTIVE;
            ntfn->badge = badge;
            return sender;
        }
        if (unlikely(!waits_alone_on_endpoint(sleeper) || !wakes_plainly(sleeper))) {
            return signal_completely(ntfn, badge, now);
        }
        cancel_lonely_receive(sleeper->blocked_on, sleeper);
    }
    sleeper->context.x[REG_BADGE] = badge;
    return wake(sender, sleeper, now);
}

/* ---- Send ---- */

__attribute__((noinline)) static struct tcb *send_completely(
        struct tcb *sender, struct cap cap, ticks_t now)
{
    this_core->now = now;
    endpoint_send(cap_object(cap), sender,
            (struct send){ .badge = cap_badge(cap),
                    .blocking = true,
                    .can_grant = cap_has_rights(cap, RIGHT_GRANT),
                    .can_grant_reply = cap_has_rights(cap, RIGHT_GRANT_REPLY) });
    schedule_if_needed();
    return this_core->current;
}

static inline struct tcb *send(struct tcb *sender, struct cap cap, word_t info, ticks_t now)
{
    struct endpoint *endpoint = cap_object(cap);

    if (unlikely(!(endpoint->tail_and_kind & QUEUE_RECEIVERS) || !message_is_short(info)
                || !wakes_plainly(endpoint->head))) {
        return send_completely(sender, cap, now);
    }

    struct tcb *receiver = endpoint->head;
    struct reply *reply = receiver->reply;

    take_first_receiver(endpoint, receiver);
    if (reply != NULL) {
        reply->tcb = NULL;
        receiver->reply = NULL;
    }
    count(&sender->statistics.sends);
    count(&receiver->statistics.receives);
    receiver->context.x[REG_BADGE] = cap_badge(cap);
    copy_registers(sender, receiver, info);
    return wake(sender, receiver, now);
}

struct tcb *fastpath_send(word_t cptr, word_t info)
{
    struct tcb *sender = this_core->current;
    ticks_t now = arch_time_now();
    const struct slot *slot = cspace_lookup_usual(sender->slots[TCB_CSPACE].cap, cptr);

    if (unlikely(slot == NULL || info_extra_caps(info) != 0 || !has_budget(now))) {
        return syscall_handle(seL4_SysSend);
    }

    struct cap cap = slot->cap;

    if (cap_is(cap, CAP_WRITABLE(CAP_NOTIFICATION))) {
        return signal(sender, cap_object(cap), cap_badge(cap), now);
    }
    if (cap_is(cap, CAP_WRITABLE(CAP_ENDPOINT))) {
        return send(sender, cap, info, now);
    }
    return syscall_handle(seL4_SysSend);
}
