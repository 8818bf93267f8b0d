/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens to a whole thread: suspend, resume, changed priority or domain. */
#include "kernel/src/core/schedule.h"
#include "kernel/src/object/ipc_objects.h"

void thread_cancel_ipc(struct tcb *tcb)
{
    tcb->fault.type = FAULT_NONE;
    switch ((enum thread_state)tcb->state) {
    case THREAD_BLOCKED_ON_SEND:
    case THREAD_BLOCKED_ON_RECEIVE:
        endpoint_remove(tcb);
        if (tcb->reply != NULL) {
            reply_unlink(tcb->reply, tcb);
        }
        thread_set_state(tcb, THREAD_INACTIVE);
        break;
    case THREAD_BLOCKED_ON_NOTIFICATION:
        notification_remove(tcb);
        thread_set_state(tcb, THREAD_INACTIVE);
        break;
    case THREAD_BLOCKED_ON_REPLY:
        reply_remove_tcb(tcb);
        break;
    case THREAD_INACTIVE:
    case THREAD_RUNNING:
    case THREAD_RESTART:
    case THREAD_IDLE:
        break;
    }
}

void thread_suspend(struct tcb *tcb)
{
    thread_cancel_ipc(tcb);
    if (tcb->state == THREAD_RUNNING) {
        /* Its system call is complete: a later Resume goes on behind it. */
        tcb->context.restart_pc = tcb->context.pc;
    }
    thread_set_state(tcb, THREAD_INACTIVE);
    schedule_forget(tcb);
    ready_dequeue(tcb);
    sc_cancel_yield_to(tcb);
}

void thread_resume(struct tcb *tcb)
{
    if (tcb->state != THREAD_INACTIVE && !thread_is_blocked(tcb)) {
        return;
    }
    thread_cancel_ipc(tcb);
    thread_set_state(tcb, THREAD_RESTART);
    if (tcb->sc != NULL) {
        sc_unblock_check(tcb->sc);
        sc_resume(tcb->sc);
    }
    schedule_candidate(tcb);
}

void thread_set_priority(struct tcb *tcb, word_t priority)
{
    switch ((enum thread_state)tcb->state) {
    case THREAD_RUNNING:
    case THREAD_RESTART:
        if (tcb->in_queue == IN_READY_QUEUE) {
            ready_dequeue(tcb);
            tcb->priority = (uint8_t)priority;
            ready_enqueue_head(tcb);
            schedule_required();
        } else {
            tcb->priority = (uint8_t)priority;
            if (tcb == this_core->current) {
                schedule_required();
            }
        }
        break;
    case THREAD_BLOCKED_ON_SEND:
    case THREAD_BLOCKED_ON_RECEIVE:
        tcb->priority = (uint8_t)priority;
        endpoint_reorder(tcb);
        break;
    case THREAD_BLOCKED_ON_NOTIFICATION:
        tcb->priority = (uint8_t)priority;
        notification_reorder(tcb);
        break;
    case THREAD_INACTIVE:
    case THREAD_BLOCKED_ON_REPLY:
    case THREAD_IDLE:
        tcb->priority = (uint8_t)priority;
        break;
    }
}

void thread_set_domain(struct tcb *tcb, word_t domain)
{
    bool was_ready = tcb->in_queue == IN_READY_QUEUE;

    if (was_ready) {
        ready_dequeue(tcb);
    }
    tcb->domain = (uint8_t)domain;
    if (was_ready) {
        ready_enqueue_head(tcb);
    }
    if (tcb == this_core->current) {
        schedule_required();
    }
}
