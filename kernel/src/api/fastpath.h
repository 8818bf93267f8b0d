/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast paths: the system calls that make up nearly all of a running system. Each first checks that
 * the case is the plain one, without changing anything; if not, the complete path in syscall.c does
 * the whole call. Then it acts, exactly as the complete path would.
 *
 * Their files are compiled with all registers caller-saved (see CMakeLists.txt): the entry code has
 * saved the thread's registers, so nothing needs to be preserved here. They call other functions
 * only as their last step, or in rare cases, so that they need no stack frame.
 */
#pragma once

#include <sel4/syscall.h>

#include "kernel/src/api/syscall.h"
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/charge.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/ready_queue.h"
#include "kernel/src/object/call_stack.h"
#include "kernel/src/object/endpoint_queue.h"
#include "kernel/src/observe/benchmark.h"
#include "kernel/src/observe/statistics_count.h"

#define CAP_WRITABLE(type) ((type) | RIGHT_WRITE << CAP_RIGHTS_SHIFT)
#define CAP_READABLE(type) ((type) | RIGHT_READ << CAP_RIGHTS_SHIFT)

/* The capability has this type, and this right (one of CAP_...ABLE()). */
static inline bool cap_is(struct cap cap, word_t type_and_right)
{
    word_t right = type_and_right & ~CAP_TYPE_MASK;

    return (cap.words[0] & (CAP_TYPE_MASK | right)) == type_and_right;
}

/* Two pointers in one CSpace of the usual kind; false if either leads nowhere. */
static inline bool lookup_both(
        struct cap root, word_t a, struct slot **slot_a, word_t b, struct slot **slot_b)
{
    if (unlikely(!cspace_may_be_flat(root, 0))) {
        struct cspace_inner inner;

        if (likely(cspace_enter_first(root, &inner.cnode) && !cspace_exceeds(inner.cnode, a | b))) {
            root = inner.cnode;
        } else {
            if (!cspace_enter(root, a, b, &inner)) {
                return false;
            }
            root = inner.cnode;
            a = cspace_rest(a, inner);
            b = cspace_rest(b, inner);
        }
    }
    if (unlikely(cspace_exceeds(root, a | b))) {
        return false;
    }
    *slot_a = cspace_slot(root, a);
    *slot_b = cspace_slot(root, b);
    return true;
}

static inline bool has_budget(ticks_t now)
{
    return now <= this_core->entry_deadline;
}

/* Its translation root is the one in the TCB; the complete path finds a new one. */
static inline bool root_is_known(const struct tcb *tcb)
{
    return tcb->root_generation == this_core->asid_generation;
}

/* Nothing but its own scheduling context decides when it may run. */
static inline bool runs_on_plain_context(const struct tcb *tcb)
{
    return tcb->sc != NULL && sc_is_active(tcb->sc) && !tcb->sc->sporadic;
}

/* FPU and debug registers; returns next, for the exit. */
struct tcb *fastpath_switch_registers(struct tcb *next);

/* Everything of a switch but time and counting. */
static inline struct tcb *switch_registers(struct tcb *previous, struct tcb *next)
{
    benchmark_switch(previous, next);
    this_core->current = next;
    write_sysreg(ttbr0_el1, next->root);
    if (KERNEL_HARDWARE_DEBUG
            || unlikely((previous->switch_key | next->switch_key) & SWITCH_KEY_FPU)) {
        if (KERNEL_HARDWARE_DEBUG || this_core->fpu_owner != previous
                || !(next->switch_key & SWITCH_KEY_FPU)) {
            return fastpath_switch_registers(next);
        }
        this_core->fpu_owner = next; /* access is on, as previous has used it */
        return arch_fpu_exchange(next, &previous->fpu, &next->fpu);
    }
    return next;
}

/* Switches to a thread that runs on a scheduling context of its own. Counting is the caller's. */
struct tcb *fastpath_switch_context(struct tcb *previous, struct tcb *next, ticks_t now);

/* The sender's scheduling context goes to the receiver, which has none, until the reply. */
static inline void lend_context(struct tcb *sender, struct tcb *receiver, struct reply *reply)
{
    struct sched_context *sc = sender->sc;

    call_stack_push(sc, reply);
    sender->sc = NULL;
    sc->tcb = receiver;
    receiver->sc = sc;
}

/* The receiver's armed reply object holds the sender from now on. */
static inline struct reply *wait_for_reply(struct tcb *sender, struct tcb *receiver)
{
    struct reply *reply = receiver->reply;

    receiver->reply = NULL;
    reply->tcb = sender;
    sender->reply = reply;
    sender->state = THREAD_BLOCKED_ON_REPLY;
    return reply;
}

/* The server, which waits with a reply object, can run at once: same domain, no lower priority. */
static inline bool server_can_take_over(const struct tcb *caller, const struct tcb *server)
{
    uint32_t distance = server->switch_key - caller->switch_key;

    if (unlikely(server->reply == NULL || !root_is_known(server))) {
        return false;
    }
    if (unlikely(distance > SWITCH_KEY_MAX_PRIORITY_DISTANCE)
            && (server->domain != caller->domain || server->priority < caller->priority)) {
        return false;
    }
    return likely(server->sc == NULL) || runs_on_plain_context(server);
}

/* Message registers of a message; words beyond the length stay as they are. */
static inline void copy_registers(struct tcb *from, struct tcb *to, word_t info)
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
    to->context.x[REG_INFO] = info & ~(MASK(3) << 9);
}

/*
 * No capabilities, and a length that a message can have. Up to four words travel in registers, more
 * only from buffer to buffer.
 */
static inline bool message_is_short(word_t info)
{
    return (info & MASK(9)) <= MESSAGE_REGISTERS;
}

static inline bool long_message_is_plain(word_t info, struct tcb *from, struct tcb *to)
{
    return (info & MASK(9)) <= MAX_MESSAGE_WORDS && ipc_buffer_for_sending(from) != NULL
            && ipc_buffer_for_receiving(to) != NULL;
}

/* The receiver at the head of an endpoint's queue leaves it and is to run. */
static inline void take_first_receiver(struct endpoint *endpoint, struct tcb *receiver)
{
    struct tcb *next = receiver->queue_next;

    endpoint->head = next;
    if (likely(next == NULL)) {
        endpoint->tail_and_kind = QUEUE_IDLE;
    } else {
        next->queue_prev = NULL;
    }
    receiver->state = THREAD_RUNNING;
    receiver->in_queue = IN_NO_QUEUE;
}

/* A thread that waits for messages would not be appended, but go before others; or senders wait. */
static inline bool cannot_append_receiver(
        const struct endpoint *endpoint, const struct tcb *receiver)
{
    word_t queue = endpoint->tail_and_kind;

    return (queue & QUEUE_SENDERS)
            || (queue != QUEUE_IDLE && endpoint_tail(endpoint)->priority < receiver->priority);
}

/* A signal for the receiver waits, or its context has to go back to its notification. */
static inline bool notification_interferes(const struct tcb *receiver)
{
    const struct notification *bound = receiver->bound_notification;

    return bound != NULL && (bound->kind == QUEUE_ACTIVE || bound->sc == receiver->sc);
}

/* Behind all others: right if nobody waits, or the last one is of no lower priority. */
static inline void append_receiver(
        struct endpoint *endpoint, struct tcb *tail, struct tcb *receiver)
{
    receiver->queue_prev = tail;
    receiver->queue_next = NULL;
    if (likely(tail == NULL)) {
        endpoint->head = receiver;
    } else {
        tail->queue_next = receiver;
    }
    endpoint->tail_and_kind = (word_t)(uintptr_t)receiver | QUEUE_RECEIVERS;
    receiver->blocked_on = endpoint;
    receiver->state = THREAD_BLOCKED_ON_RECEIVE;
    receiver->in_queue = IN_WAIT_QUEUE;
}
