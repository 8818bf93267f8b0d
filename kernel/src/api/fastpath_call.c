/* SPDX-License-Identifier: BSD-2-Clause */
/* Call and ReplyRecv (sel4-abi.md, 7.2 to 7.6): to a waiting server and back. */
#include "kernel/src/api/fastpath.h"
#include "kernel/src/core/fault.h"

/* ---- Call ---- */

/* All is checked: the server gets the message, and what it needs to run on. */
static inline __attribute__((always_inline)) struct tcb *finish_call(struct tcb *caller,
        struct tcb *server, struct endpoint *endpoint, word_t badge, word_t info, ticks_t now)
{
    take_first_receiver(endpoint, server);

    struct reply *reply = wait_for_reply(caller, server);

    server->context.x[REG_BADGE] = badge;
    copy_registers(caller, server, info);
    count_call(caller, server, now);
    if (unlikely(server->sc != NULL)) {
        return fastpath_switch_context(caller, server, now);
    }
    lend_context(caller, server, reply);
    return switch_registers(caller, server);
}

__attribute__((noinline)) static struct tcb *finish_long_call(struct tcb *caller,
        struct tcb *server, struct endpoint *endpoint, word_t badge, word_t info, ticks_t now)
{
    if (!long_message_is_plain(info, caller, server)) {
        return syscall_handle(seL4_SysCall);
    }
    ipc_copy_buffer_words(caller, server, info & MASK(9));
    return finish_call(caller, server, endpoint, badge, info, now);
}

struct tcb *fastpath_call(word_t cptr, word_t info)
{
    struct tcb *caller = this_core->current;
    ticks_t now = arch_time_now();
    struct slot *slot = cspace_lookup_usual(caller->slots[TCB_CSPACE].cap, cptr);

    if (unlikely(slot == NULL || !has_budget(now))) {
        return syscall_handle(seL4_SysCall);
    }

    struct cap cap = slot->cap;

    if (unlikely(!cap_is(cap, CAP_WRITABLE(CAP_ENDPOINT)))) {
        return fastpath_invoke(slot, cptr, info, now);
    }

    struct endpoint *endpoint = cap_object(cap);

    if (unlikely(!(cap.words[0] & (RIGHT_GRANT | RIGHT_GRANT_REPLY) << CAP_RIGHTS_SHIFT)
                || !(endpoint->tail_and_kind & QUEUE_RECEIVERS))) {
        return fastpath_invoke(slot, cptr, info, now);
    }

    struct tcb *server = endpoint->head;

    if (unlikely(!server_can_take_over(caller, server))) {
        return fastpath_invoke(slot, cptr, info, now);
    }
    if (unlikely(!message_is_short(info))) {
        return finish_long_call(caller, server, endpoint, cap_badge(cap), info, now);
    }
    return finish_call(caller, server, endpoint, cap_badge(cap), info, now);
}

/* ---- ReplyRecv ---- */

/* The reply is plain: to a caller whose context comes back by it or that has a usable one. */
static inline bool reply_is_plain(
        const struct reply *reply, const struct tcb *caller, const struct tcb *server, ticks_t now)
{
    if (caller == NULL || caller->state != THREAD_BLOCKED_ON_REPLY) {
        return false;
    }
    if (likely(caller->sc == NULL)) {
        return reply->up_and_head == ((word_t)(uintptr_t)server->sc | REPLY_IS_HEAD);
    }
    return reply->up_and_head == 0 && reply->down == NULL && runs_on_plain_context(caller)
            && refill_is_ready(caller->sc, now) && refill_is_sufficient(caller->sc, 0);
}

/* The caller, which has been answered, goes on, and the server waits for the next message. */
static inline __attribute__((always_inline)) struct tcb *resume_caller(struct tcb *server,
        struct tcb *caller, struct endpoint *endpoint, struct reply *reply, ticks_t now)
{
    caller->reply = NULL;
    caller->state = THREAD_RUNNING;
    reply->tcb = server;
    server->reply = reply;
    append_receiver(endpoint, endpoint_tail(endpoint), server);
    if (unlikely(caller->sc != NULL)) {
        return fastpath_switch_context(server, caller, now);
    }

    struct sched_context *sc = server->sc;

    call_stack_pop(sc, reply);
    sc->tcb = caller;
    caller->sc = sc;
    server->sc = NULL;
    return switch_registers(server, caller);
}

/* All is checked: the caller gets the answer. */
static inline __attribute__((always_inline)) struct tcb *finish_reply_recv(struct tcb *server,
        struct tcb *caller, struct endpoint *endpoint, struct reply *reply, word_t info,
        ticks_t now)
{
    caller->context.x[REG_BADGE] = 0;
    copy_registers(server, caller, info);
    count_reply(server, caller, now);
    return resume_caller(server, caller, endpoint, reply, now);
}

__attribute__((noinline)) static struct tcb *finish_long_reply_recv(struct tcb *server,
        struct tcb *caller, struct endpoint *endpoint, struct reply *reply, word_t info,
        ticks_t now)
{
    if (!long_message_is_plain(info, server, caller)) {
        return syscall_handle(seL4_SysReplyRecv);
    }
    ipc_copy_buffer_words(server, caller, info & MASK(9));
    return finish_reply_recv(server, caller, endpoint, reply, info, now);
}

/* The caller has not called but faulted. */
__attribute__((noinline)) static struct tcb *finish_fault_reply_recv(struct tcb *server,
        struct tcb *caller, struct endpoint *endpoint, struct reply *reply, word_t info,
        ticks_t now)
{
    word_t type = caller->fault.type;

    if (type != FAULT_VM && (type != FAULT_USER_EXCEPTION || info_label(info) != 0)) {
        return syscall_handle(seL4_SysReplyRecv);
    }
    fault_reply_apply(caller, server);
    caller->fault.type = FAULT_NONE;
    caller->context.pc = caller->context.restart_pc;
    count_switch(server, caller, now);
    return resume_caller(server, caller, endpoint, reply, now);
}

struct tcb *fastpath_reply_recv(
        word_t cptr, word_t info, word_t mr0, word_t mr1, word_t mr2, word_t mr3, word_t reply_cptr)
{
    (void)mr0;
    (void)mr1;
    (void)mr2;
    (void)mr3;

    struct tcb *server = this_core->current;
    ticks_t now = arch_time_now();
    struct slot *slot;
    struct slot *reply_slot;

    if (unlikely(!has_budget(now)
                || !lookup_both(
                        server->slots[TCB_CSPACE].cap, cptr, &slot, reply_cptr, &reply_slot))) {
        return syscall_handle(seL4_SysReplyRecv);
    }
    if (unlikely(!cap_is(slot->cap, CAP_READABLE(CAP_ENDPOINT))
                || cap_type(reply_slot->cap) != CAP_REPLY || notification_interferes(server))) {
        return syscall_handle(seL4_SysReplyRecv);
    }

    struct endpoint *endpoint = cap_object(slot->cap);
    struct reply *reply = cap_object(reply_slot->cap);
    struct tcb *caller = reply->tcb;

    if (unlikely(cannot_append_receiver(endpoint, server)
                || !reply_is_plain(reply, caller, server, now) || caller->domain != server->domain
                || !root_is_known(caller) || !ready_none_above(caller->priority))) {
        return syscall_handle(seL4_SysReplyRecv);
    }
    if (unlikely(caller->fault.type != FAULT_NONE)) {
        return finish_fault_reply_recv(server, caller, endpoint, reply, info, now);
    }
    if (unlikely(!message_is_short(info))) {
        return finish_long_reply_recv(server, caller, endpoint, reply, info, now);
    }
    return finish_reply_recv(server, caller, endpoint, reply, info, now);
}
