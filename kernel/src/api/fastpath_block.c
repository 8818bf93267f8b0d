/* SPDX-License-Identifier: BSD-2-Clause */
/* Recv, Wait and Yield: the current thread lets others run (sel4-abi.md, 7.3, 8.2, 9.7). */
#include "kernel/src/api/fastpath.h"

/* The thread to run if the current one blocks now; NULL: none, or it needs more than a switch. */
static inline struct tcb *plain_successor(void)
{
    if (unlikely(this_core->highest_ready < 0)) {
        return NULL;
    }

    struct tcb *next = ready_queues[this_core->domain][this_core->highest_ready].head;

    return likely(next->state == THREAD_RUNNING && next->yield_to == NULL && root_is_known(next))
            ? next
            : NULL;
}

__attribute__((noinline)) static struct tcb *switch_to_ready(
        struct tcb *previous, struct tcb *next, ticks_t now)
{
    ready_remove(next);
    count_switch(previous, next, now);
    return fastpath_switch_context(previous, next, now);
}

/* An active notification: its badge is all that the receiver gets, and it goes on. */
static inline struct tcb *take_signal(struct tcb *receiver, struct notification *ntfn)
{
    receiver->context.x[REG_BADGE] = ntfn->badge;
    ntfn->kind = QUEUE_IDLE;
    return receiver;
}

struct tcb *fastpath_recv(
        word_t cptr, word_t info, word_t mr0, word_t mr1, word_t mr2, word_t mr3, word_t reply_cptr)
{
    (void)info;
    (void)mr0;
    (void)mr1;
    (void)mr2;
    (void)mr3;

    struct tcb *receiver = this_core->current;
    ticks_t now = arch_time_now();
    struct slot *slot;
    struct slot *reply_slot;

    if (unlikely(!has_budget(now)
                || !lookup_both(
                        receiver->slots[TCB_CSPACE].cap, cptr, &slot, reply_cptr, &reply_slot)
                || !cap_is(slot->cap, CAP_READABLE(CAP_ENDPOINT))
                || cap_type(reply_slot->cap) != CAP_REPLY)) {
        return syscall_handle(seL4_SysRecv);
    }

    struct endpoint *endpoint = cap_object(slot->cap);
    struct reply *reply = cap_object(reply_slot->cap);
    struct notification *bound = receiver->bound_notification;

    if (unlikely(reply->tcb != NULL)) {
        return syscall_handle(seL4_SysRecv);
    }
    if (bound != NULL) {
        if (bound->kind == QUEUE_ACTIVE) {
            return take_signal(receiver, bound);
        }
        if (unlikely(bound->sc == receiver->sc)) {
            return syscall_handle(seL4_SysRecv);
        }
    }

    struct tcb *next = plain_successor();

    if (unlikely(next == NULL || cannot_append_receiver(endpoint, receiver))) {
        return syscall_handle(seL4_SysRecv);
    }
    reply->tcb = receiver;
    receiver->reply = reply;
    append_receiver(endpoint, endpoint_tail(endpoint), receiver);
    return switch_to_ready(receiver, next, now);
}

struct tcb *fastpath_wait(word_t cptr)
{
    struct tcb *receiver = this_core->current;
    ticks_t now = arch_time_now();
    struct slot *slot = cspace_lookup_usual(receiver->slots[TCB_CSPACE].cap, cptr);

    if (unlikely(slot == NULL || !has_budget(now)
                || !cap_is(slot->cap, CAP_READABLE(CAP_NOTIFICATION)))) {
        return syscall_handle(seL4_SysWait);
    }

    struct notification *ntfn = cap_object(slot->cap);

    if (unlikely(ntfn->bound_tcb != NULL)) {
        return syscall_handle(seL4_SysWait);
    }
    if (ntfn->kind == QUEUE_ACTIVE) {
        return take_signal(receiver, ntfn);
    }

    struct tcb *next = plain_successor();

    if (unlikely(next == NULL || ntfn->kind != QUEUE_IDLE || ntfn->sc == receiver->sc)) {
        return syscall_handle(seL4_SysWait);
    }
    receiver->queue_prev = NULL;
    receiver->queue_next = NULL;
    receiver->blocked_on = ntfn;
    receiver->state = THREAD_BLOCKED_ON_NOTIFICATION;
    receiver->in_queue = IN_WAIT_QUEUE;
    ntfn->queue.head = receiver;
    ntfn->queue.tail = receiver;
    ntfn->kind = QUEUE_RECEIVERS;
    return switch_to_ready(receiver, next, now);
}

struct tcb *fastpath_yield(void)
{
    struct tcb *yielder = this_core->current;
    struct sched_context *sc = yielder->sc;
    ticks_t now = arch_time_now();
    struct tcb *next = NULL;

    if (unlikely(!has_budget(now) || !sc_is_round_robin(sc))) {
        return syscall_handle(seL4_SysYield);
    }
    if (!ready_all_below(yielder->priority)) {
        next = plain_successor();
        if (unlikely(next == NULL)) {
            return syscall_handle(seL4_SysYield);
        }
    }
    this_core->now = now;
    sc->total_consumed += now - this_core->charged_until;
    this_core->charged_until = now;
    refill_recharge_round_robin(sc);
    if (next == NULL) {
        timer_program();
        return yielder;
    }
    /* Before next leaves: among equals their queue does not become empty. */
    ready_push_tail(yielder);
    return switch_to_ready(yielder, next, now);
}
