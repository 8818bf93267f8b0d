/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/api/syscall.h"

#include <sel4/syscall.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/arch/arch.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/fault.h"
#include "kernel/src/core/ipc.h"
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/observe/debug_syscalls.h"
#include "kernel/src/observe/statistics_count.h"

/* ---- answers to the caller ---- */

void invocation_result(struct invocation *inv, const word_t *words, word_t count)
{
    struct tcb *caller = inv->caller;

    inv->replied = true;
    if (!inv->is_call) {
        return;
    }

    struct ipc_buffer *buffer = count > MESSAGE_REGISTERS ? ipc_buffer_for_receiving(caller) : NULL;
    word_t length = 0;

    while (length < count && message_register_write(caller, buffer, length, words[length])) {
        length++;
    }
    caller->context.x[REG_BADGE] = 0;
    caller->context.x[REG_INFO] = info_new(0, 0, 0, length);
}

static void reply_error(struct invocation *inv, error_t error)
{
    invocation_result(inv, error_payload.words, error_payload.count);
    if (inv->is_call) {
        inv->caller->context.x[REG_INFO] |= info_new(error, 0, 0, 0);
    }
}

__attribute__((noinline)) static void raise_cap_fault(
        struct tcb *thread, word_t cptr, bool receiving, struct lookup_failure failure)
{
    thread->fault = (struct fault){ .type = FAULT_CAP,
        .cap = { .address = cptr, .in_receive_phase = receiving, .lookup = failure } };
    fault_raise(thread);
}

/* The capability cannot be found: says why. */
__attribute__((noinline)) static void raise_lookup_fault(
        struct tcb *thread, word_t cptr, bool receiving)
{
    raise_cap_fault(thread, cptr, receiving, cspace_lookup(thread, cptr).failure);
}

static struct slot *find(struct tcb *thread, word_t cptr)
{
    return cspace_lookup_fast(thread->slots[TCB_CSPACE].cap, cptr);
}

/* ---- dest phase: invoking a capability ---- */

static error_t invoke_endpoint(struct invocation *inv)
{
    struct cap cap = inv->cap;

    if (!cap_has_rights(cap, RIGHT_WRITE)) {
        return error_capability(0);
    }
    inv->caller->state = THREAD_RUNNING;
    inv->replied = true;
    endpoint_send(cap_endpoint_object(cap), inv->caller,
            (struct send){
                    .badge = cap_badge(cap),
                    .blocking = inv->blocking,
                    .is_call = inv->is_call,
                    .can_grant = cap_has_rights(cap, RIGHT_GRANT),
                    .can_grant_reply = cap_has_rights(cap, RIGHT_GRANT_REPLY),
                    .can_donate = inv->can_donate,
            });
    return OK;
}

static error_t invoke_notification(struct invocation *inv)
{
    if (!cap_has_rights(inv->cap, RIGHT_WRITE)) {
        return error_capability(0);
    }
    count(&inv->caller->statistics.signals);
    notification_signal(cap_notification_object(inv->cap), cap_badge(inv->cap));
    return OK;
}

static error_t invoke_reply(struct invocation *inv)
{
    reply_send(inv->caller, cap_reply_object(inv->cap), cap_has_rights(inv->cap, RIGHT_GRANT));
    return OK;
}

/* In the first phase of a combined call these could pull the ground from under the second. */
static bool refused_in_first_phase(enum cap_type type)
{
    return type == CAP_THREAD || type == CAP_CNODE || type == CAP_DOMAIN
            || type == CAP_SCHED_CONTEXT || type == CAP_SCHED_CONTROL;
}

error_t invocation_dispatch(struct invocation *inv)
{
    enum cap_type type = cap_type(inv->cap);

    if (inv->first_phase && refused_in_first_phase(type)) {
        return error_capability(0);
    }
    switch (type) {
    case CAP_NULL:
    case CAP_ZOMBIE:
        return error_capability(0);
    case CAP_ENDPOINT:
        return invoke_endpoint(inv);
    case CAP_NOTIFICATION:
        return invoke_notification(inv);
    case CAP_REPLY:
        return invoke_reply(inv);
    case CAP_THREAD:
        return tcb_invoke(inv);
    case CAP_DOMAIN:
        return domain_invoke(inv);
    case CAP_CNODE:
        return cnode_invoke(inv);
    case CAP_UNTYPED:
        return untyped_invoke(inv);
    case CAP_SCHED_CONTROL:
        return sched_control_invoke(inv);
    case CAP_SCHED_CONTEXT:
        return sched_context_invoke(inv);
    case CAP_IRQ_CONTROL:
        return irq_control_invoke(inv);
    case CAP_IRQ_HANDLER:
        return irq_handler_invoke(inv);
    case CAP_FRAME:
        return frame_invoke(inv);
    case CAP_PAGE_TABLE:
        return page_table_invoke(inv);
    case CAP_VSPACE:
        return vspace_invoke(inv);
    case CAP_ASID_CONTROL:
        return asid_control_invoke(inv);
    case CAP_ASID_POOL:
        return asid_pool_invoke(inv);
    case CAP_SMC:
        return smc_invoke(inv);
    case CAP_SGI_SIGNAL:
        return sgi_signal_invoke(inv);
    }
    return error_capability(0);
}

/*
 * While an operation works on objects its caller counts as in Restart: should it be preempted, or
 * suspend itself, its restart PC is the svc.
 */
static error_t run_invocation(struct invocation *inv)
{
    inv->caller->state = THREAD_RESTART;
    return invocation_finish(inv, invocation_dispatch(inv));
}

error_t invocation_finish(struct invocation *inv, error_t error)
{
    struct tcb *caller = inv->caller;

    if (error == PREEMPTED) {
        return PREEMPTED;
    }
    if (caller->state == THREAD_RESTART) {
        if (error != OK) {
            reply_error(inv, error);
        } else if (!inv->replied) {
            invocation_result(inv, NULL, 0);
        }
        caller->state = THREAD_RUNNING;
    }
    return OK;
}

/* What does not travel in registers: the rest of the message, and the extra capabilities. */
static bool prepare_buffer(struct invocation *inv, word_t info)
{
    inv->extra_count = info_extra_caps(info);
    inv->buffer = ipc_buffer_for_sending(inv->caller);
    if (inv->buffer == NULL) {
        inv->length = MIN(inv->length, MESSAGE_REGISTERS);
        inv->extra_count = 0;
        return true;
    }

    word_t found = ipc_lookup_extra_caps(inv->caller, inv->buffer, inv->extra_count, inv->extra);

    if (unlikely(found != inv->extra_count)) {
        if (inv->blocking) {
            raise_lookup_fault(inv->caller, inv->buffer->caps_or_badges[found], false);
        }
        return false;
    }
    return true;
}

/* Finds the capability and the extra ones; a failure is a fault for blocking calls only. */
static bool prepare_invocation(struct invocation *inv, word_t info)
{
    struct slot *slot = find(inv->caller, inv->cptr);

    if (unlikely(slot == NULL)) {
        if (inv->blocking) {
            raise_lookup_fault(inv->caller, inv->cptr, false);
        }
        return false;
    }
    inv->slot = slot;
    inv->cap = slot->cap;
    inv->label = info_label(info);
    inv->length = info_length(info);
    inv->extra_count = 0;
    if (inv->length > MESSAGE_REGISTERS || info_extra_caps(info) != 0) {
        return prepare_buffer(inv, info);
    }
    return true;
}

enum send_kind {
    SEND_BLOCKING,
    SEND_NONBLOCKING,
    SEND_CALL,
    SEND_FIRST_PHASE,
};

/* Returns PREEMPTED or OK: errors are the user's and have been dealt with. */
static error_t send_phase(enum send_kind kind, word_t cptr)
{
    struct tcb *caller = this_core->current;
    struct invocation inv;

    inv.caller = caller;
    inv.cptr = cptr;
    inv.buffer = NULL;
    inv.blocking = kind == SEND_BLOCKING || kind == SEND_CALL;
    inv.is_call = kind == SEND_CALL;
    inv.can_donate = kind == SEND_CALL || kind == SEND_FIRST_PHASE;
    inv.first_phase = kind == SEND_FIRST_PHASE;
    inv.replied = false;
    if (!prepare_invocation(&inv, caller->context.x[REG_INFO])) {
        return OK;
    }
    return run_invocation(&inv);
}

/* ---- receive phase ---- */

static void receive_on_endpoint(
        struct tcb *receiver, struct cap cap, word_t cptr, bool blocking, bool takes_reply)
{
    struct reply *reply = NULL;

    if (!cap_has_rights(cap, RIGHT_READ)) {
        raise_cap_fault(receiver, cptr, true, lookup_missing_capability(0));
        return;
    }
    if (takes_reply) {
        word_t reply_cptr = receiver->context.x[REG_REPLY];
        struct slot *slot = find(receiver, reply_cptr);

        if (unlikely(slot == NULL)) {
            raise_lookup_fault(receiver, reply_cptr, true);
            return;
        }
        if (unlikely(cap_type(slot->cap) != CAP_REPLY)) {
            raise_cap_fault(receiver, reply_cptr, true, lookup_missing_capability(0));
            return;
        }
        reply = cap_reply_object(slot->cap);
    }
    endpoint_receive(cap_endpoint_object(cap), receiver, reply, blocking);
}

static void receive_on_notification(
        struct tcb *receiver, struct cap cap, word_t cptr, bool blocking)
{
    struct notification *ntfn = cap_notification_object(cap);

    if (!cap_has_rights(cap, RIGHT_READ)
            || (ntfn->bound_tcb != NULL && ntfn->bound_tcb != receiver)) {
        raise_cap_fault(receiver, cptr, true, lookup_missing_capability(0));
        return;
    }
    notification_wait(ntfn, receiver, blocking);
}

static void receive_phase(bool blocking, bool takes_reply)
{
    struct tcb *receiver = this_core->current;
    word_t cptr = receiver->context.x[REG_CAP];
    struct slot *slot = find(receiver, cptr);

    if (unlikely(slot == NULL)) {
        raise_lookup_fault(receiver, cptr, true);
        return;
    }

    struct cap cap = slot->cap;

    if (cap_type(cap) == CAP_ENDPOINT) {
        receive_on_endpoint(receiver, cap, cptr, blocking, takes_reply);
    } else if (cap_type(cap) == CAP_NOTIFICATION) {
        receive_on_notification(receiver, cap, cptr, blocking);
    } else {
        raise_cap_fault(receiver, cptr, true, lookup_missing_capability(0));
    }
}

/* ---- the system calls ---- */

static error_t dispatch(sword_t number)
{
    const struct user_context *context = &this_core->current->context;
    error_t error = OK;

    switch (number) {
    case seL4_SysSend:
        return send_phase(SEND_BLOCKING, context->x[REG_CAP]);
    case seL4_SysNBSend:
        return send_phase(SEND_NONBLOCKING, context->x[REG_CAP]);
    case seL4_SysCall:
        return send_phase(SEND_CALL, context->x[REG_CAP]);
    case seL4_SysRecv:
        receive_phase(true, true);
        break;
    case seL4_SysNBRecv:
        receive_phase(false, true);
        break;
    case seL4_SysWait:
        receive_phase(true, false);
        break;
    case seL4_SysNBWait:
        receive_phase(false, false);
        break;
    case seL4_SysReplyRecv:
        error = send_phase(SEND_FIRST_PHASE, context->x[REG_REPLY]);
        if (error == OK) {
            receive_phase(true, true);
        }
        break;
    case seL4_SysNBSendRecv:
        error = send_phase(SEND_FIRST_PHASE, context->x[REG_SEND_DEST]);
        if (error == OK) {
            receive_phase(true, true);
        }
        break;
    case seL4_SysNBSendWait:
        error = send_phase(SEND_FIRST_PHASE, context->x[REG_REPLY]);
        if (error == OK) {
            receive_phase(true, false);
        }
        break;
    case seL4_SysYield:
        schedule_yield();
        break;
    }
    return error;
}

static void unknown_syscall(sword_t number)
{
    if (debug_syscall(number)) {
        return;
    }
    time_update();
    if (budget_check_restart()) {
        this_core->current->fault = (struct fault){ .type = FAULT_UNKNOWN_SYSCALL,
            .unknown_syscall = { .number = (word_t)number } };
        fault_raise(this_core->current);
    }
    schedule();
}

struct tcb *syscall_handle(sword_t number)
{
    if (number > seL4_SysCall || number < seL4_SysYield) {
        unknown_syscall(number);
        return this_core->current;
    }
    time_update();
    if (likely(budget_check_restart()) && dispatch(number) == PREEMPTED) {
        schedule_after_preemption();
        this_core->last_restart_pc = this_core->current->context.pc; /* it was not user code */
        this_core->last_entry = this_core->now;
        irq_handle();
    }
    schedule_if_needed();
    return this_core->current;
}
