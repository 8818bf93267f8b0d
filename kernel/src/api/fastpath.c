/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast paths: the system calls that make up nearly all of a running system. Each first checks that
 * the case is the plain one, without changing anything; if not, the complete path in syscall.c does
 * the whole call. Then it acts, exactly as the complete path would.
 *
 * This file is compiled with all registers caller-saved (see CMakeLists.txt): the entry code has
 * saved the thread's registers, so nothing needs to be preserved here.
 */
#include "kernel/src/api/syscall.h"

#include <sel4/syscall.h>

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/ready_queue.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/call_stack.h"
#include "kernel/src/object/endpoint_queue.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/observe/benchmark.h"
#include "kernel/src/observe/statistics_count.h"

/*
 * At most four words and no capabilities: the message travels in registers. A longer one can be
 * fast, too, if both sides have buffers.
 */
static inline bool message_is_plain(word_t info, struct tcb *from, struct tcb *to)
{
    word_t length = info & MASK(9);

    if (likely(length <= MESSAGE_REGISTERS)) {
        return true;
    }
    return length <= MAX_MESSAGE_WORDS && ipc_buffer_for_sending(from) != NULL
            && ipc_buffer_for_receiving(to) != NULL;
}

static inline bool has_budget(ticks_t now)
{
    return now <= this_core->entry_deadline;
}

/* Words beyond the length stay as they are, so the count matters. */
static inline void copy_message(struct tcb *from, struct tcb *to, word_t info)
{
    word_t length = info & MASK(9);
    const word_t *source = &from->context.x[REG_MR0];
    word_t *target = &to->context.x[REG_MR0];

    if (length >= 1) {
        target[0] = source[0];
        if (length >= 2) {
            target[1] = source[1];
            if (length >= 3) {
                target[2] = source[2];
                if (length >= 4) {
                    target[3] = source[3];
                }
            }
        }
    }
    if (unlikely(length > MESSAGE_REGISTERS)) {
        ipc_copy_buffer_words(from, to, length);
    }
    to->context.x[REG_INFO] = info & ~(MASK(3) << 9);
}

/* The receiver at the head of an endpoint's queue leaves it. */
static inline void take_first_receiver(struct endpoint *endpoint, struct tcb *receiver)
{
    struct tcb *next = receiver->queue_next;

    endpoint->head = next;
    if (next == NULL) {
        endpoint->tail_and_kind = QUEUE_IDLE;
    } else {
        next->queue_prev = NULL;
    }
    receiver->state = THREAD_RUNNING;
    receiver->in_queue = IN_NO_QUEUE;
}

/* Behind all others: right if nobody waits, or the last one is of no lower priority. */
static inline void append_receiver(struct endpoint *endpoint, struct tcb *tail,
        struct tcb *receiver)
{
    receiver->queue_prev = tail;
    receiver->queue_next = NULL;
    if (tail == NULL) {
        endpoint->head = receiver;
    } else {
        tail->queue_next = receiver;
    }
    endpoint->tail_and_kind = (word_t)(uintptr_t)receiver | QUEUE_RECEIVERS;
    receiver->blocked_on = endpoint;
    receiver->state = THREAD_BLOCKED_ON_RECEIVE;
    receiver->in_queue = IN_WAIT_QUEUE;
}

/* Switches to next, which runs on the current scheduling context or on one of its own. */
static inline struct tcb *switch_to(struct tcb *previous, struct tcb *next, ticks_t now, word_t root)
{
    count_switch(previous, next, now);
    count(&next->statistics.receives);
    benchmark_switch(previous, next);
    this_core->current = next;
    arch_switch_fast(next, root);
    if (unlikely(next->sc != this_core->current_sc)) {
        this_core->now = now;
        schedule_switch_sched_context(next);
    }
    return next;
}

struct tcb *fastpath_call(word_t cptr, word_t info)
{
    struct tcb *caller = this_core->current;
    ticks_t now = arch_time_now();
    const struct slot *slot = cspace_lookup_fast(caller->slots[TCB_CSPACE].cap, cptr);

    if (unlikely(slot == NULL || !has_budget(now))) {
        goto slow;
    }

    struct cap cap = slot->cap;
    const word_t needed = CAP_ENDPOINT | RIGHT_WRITE << CAP_RIGHTS_SHIFT;

    if (unlikely((cap.words[0] & (CAP_TYPE_MASK | RIGHT_WRITE << CAP_RIGHTS_SHIFT)) != needed
                || !(cap.words[0] & (RIGHT_GRANT | RIGHT_GRANT_REPLY) << CAP_RIGHTS_SHIFT))) {
        goto slow;
    }

    struct endpoint *endpoint = cap_object(cap);

    if (unlikely(endpoint_kind(endpoint) != QUEUE_RECEIVERS)) {
        goto slow;
    }

    struct tcb *server = endpoint->head;
    struct reply *reply = server->reply;
    struct sched_context *sc = caller->sc;
    word_t root;

    if (unlikely(reply == NULL || server->priority < caller->priority
                || server->domain != this_core->domain || !arch_vspace_root(server, &root)
                || !message_is_plain(info, caller, server)
                || (server->sc != NULL && (server->sc->sporadic || !sc_is_active(server->sc))))) {
        goto slow;
    }

    take_first_receiver(endpoint, server);
    server->reply = NULL;
    reply->tcb = caller;
    caller->reply = reply;
    caller->state = THREAD_BLOCKED_ON_REPLY;
    count(&caller->statistics.calls);
    if (likely(server->sc == NULL)) {
        call_stack_push(sc, reply);
        caller->sc = NULL;
        sc->tcb = server;
        server->sc = sc;
    }
    server->context.x[REG_BADGE] = cap_badge(cap);
    copy_message(caller, server, info);
    return switch_to(caller, server, now, root);

slow:
    return syscall_handle(seL4_SysCall);
}

/* A signal for the server waits, or its context has to go back to its notification. */
static inline bool notification_interferes(const struct tcb *server)
{
    const struct notification *bound = server->bound_notification;

    return bound != NULL && (bound->kind == QUEUE_ACTIVE || bound->sc == server->sc);
}

/* The reply is plain: to a caller, not a faulting thread, whose context comes back by it or that
 * has a usable one of its own. */
static inline bool reply_is_plain(const struct reply *reply, const struct tcb *server)
{
    const struct tcb *caller = reply->tcb;

    if (caller == NULL || caller->state != THREAD_BLOCKED_ON_REPLY
            || caller->fault.type != FAULT_NONE) {
        return false;
    }
    if (caller->sc == NULL) {
        return reply->up_and_head == ((word_t)(uintptr_t)server->sc | REPLY_IS_HEAD);
    }
    return reply->up_and_head == 0 && reply->down == NULL && sc_is_active(caller->sc)
            && !caller->sc->sporadic;
}

struct tcb *fastpath_reply_recv(word_t cptr, word_t info, word_t mr0, word_t mr1, word_t mr2,
        word_t mr3, word_t reply_cptr)
{
    (void)mr0;
    (void)mr1;
    (void)mr2;
    (void)mr3;

    struct tcb *server = this_core->current;
    ticks_t now = arch_time_now();
    struct cap cspace = server->slots[TCB_CSPACE].cap;
    const struct slot *slot = cspace_lookup_fast(cspace, cptr);
    const struct slot *reply_slot = cspace_lookup_fast(cspace, reply_cptr);

    if (unlikely(slot == NULL || reply_slot == NULL || !has_budget(now))) {
        goto slow;
    }

    const word_t endpoint_type = CAP_ENDPOINT | RIGHT_READ << CAP_RIGHTS_SHIFT;
    const word_t endpoint_word = slot->cap.words[0];
    const word_t reply_word = reply_slot->cap.words[0];

    if (unlikely((endpoint_word & (CAP_TYPE_MASK | RIGHT_READ << CAP_RIGHTS_SHIFT)) != endpoint_type
                || (reply_word & CAP_TYPE_MASK) != CAP_REPLY || notification_interferes(server))) {
        goto slow;
    }

    struct endpoint *endpoint = cap_object(slot->cap);
    struct reply *reply = cap_object(reply_slot->cap);
    struct tcb *tail = endpoint_tail(endpoint);

    if (unlikely(endpoint_kind(endpoint) == QUEUE_SENDERS
                || (tail != NULL && tail->priority < server->priority)
                || !reply_is_plain(reply, server))) {
        goto slow;
    }

    struct tcb *caller = reply->tcb;
    struct sched_context *sc = server->sc;
    word_t root;

    if (unlikely(caller->domain != this_core->domain || !arch_vspace_root(caller, &root)
                || !message_is_plain(info, server, caller)
                || !ready_none_above(caller->domain, caller->priority))) {
        goto slow;
    }
    if (likely(caller->sc == NULL)) {
        call_stack_pop(sc, reply);
        sc->tcb = caller;
        caller->sc = sc;
        server->sc = NULL;
    } else if (!refill_is_ready(caller->sc, now) || !refill_is_sufficient(caller->sc, 0)) {
        goto slow;
    }
    caller->reply = NULL;
    caller->state = THREAD_RUNNING;
    reply->tcb = server;
    server->reply = reply;
    append_receiver(endpoint, tail, server);
    caller->context.x[REG_BADGE] = 0;
    copy_message(server, caller, info);
    return switch_to(server, caller, now, root);

slow:
    return syscall_handle(seL4_SysReplyRecv);
}

struct tcb *fastpath_send(word_t cptr, word_t info)
{
    struct tcb *sender = this_core->current;
    ticks_t now = arch_time_now();
    const struct slot *slot = cspace_lookup_fast(sender->slots[TCB_CSPACE].cap, cptr);
    const word_t mask = CAP_TYPE_MASK | RIGHT_WRITE << CAP_RIGHTS_SHIFT;

    if (unlikely(slot == NULL || info_extra_caps(info) != 0 || !has_budget(now))) {
        return syscall_handle(seL4_SysSend);
    }

    struct cap cap = slot->cap;
    word_t kind = cap.words[0] & mask;

    if (kind == (CAP_NOTIFICATION | RIGHT_WRITE << CAP_RIGHTS_SHIFT)) {
        this_core->now = now;
        count(&sender->statistics.signals);
        notification_signal(cap_object(cap), cap_badge(cap));
        schedule_if_needed();
        return this_core->current;
    }
    if (kind == (CAP_ENDPOINT | RIGHT_WRITE << CAP_RIGHTS_SHIFT)) {
        this_core->now = now;
        endpoint_send(cap_object(cap), sender,
                (struct send){ .badge = cap_badge(cap),
                        .blocking = true,
                        .can_grant = cap_has_rights(cap, RIGHT_GRANT),
                        .can_grant_reply = cap_has_rights(cap, RIGHT_GRANT_REPLY) });
        schedule_if_needed();
        return this_core->current;
    }
    return syscall_handle(seL4_SysSend);
}
