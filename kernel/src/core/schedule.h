/* SPDX-License-Identifier: BSD-2-Clause */
/* Choosing who runs and charging for it (sel4-abi.md, 9). */
#pragma once

#include "kernel/src/core/kernel_state.h"

static inline bool thread_is_runnable(const struct tcb *tcb)
{
    return tcb->state == THREAD_RUNNING || tcb->state == THREAD_RESTART;
}

static inline bool thread_is_blocked(const struct tcb *tcb)
{
    return tcb->state >= THREAD_BLOCKED_ON_RECEIVE && tcb->state <= THREAD_BLOCKED_ON_NOTIFICATION;
}

/* Runnable, with a configured scheduling context, and not waiting for budget. */
bool thread_is_schedulable(const struct tcb *tcb);

/* Ready queues. The current thread is in none. */
void ready_enqueue_head(struct tcb *tcb); /* nothing if it is in one, or has no usable context */
void ready_enqueue_tail(struct tcb *tcb);
/* Takes the thread out of the ready or release queue it may be in. */
void ready_dequeue(struct tcb *tcb);
void release_enqueue(struct tcb *tcb);
void release_dequeue(struct tcb *tcb);

/*
 * A thread has become runnable: it is the candidate for running next, or goes to its queue (9.6).
 */
void schedule_candidate(struct tcb *tcb);
/* The current thread may no longer be the right one. */
void schedule_required(void);
/* The thread is about to lose its context or to be deleted: it is no candidate any more. */
void schedule_forget(struct tcb *tcb);
/* State changes go through here. schedule() notices when the current thread can no longer run. */
static inline void thread_set_state(struct tcb *tcb, enum thread_state state)
{
    tcb->state = (uint8_t)state;
}

/* Decides who runs; afterwards this_core->current is it, with time, MMU and FPU set for it. */
void schedule(void);

/*
 * As schedule(), but quick when nothing has happened that could change the decision: nobody was
 * woken, the current thread runs on, and no time has to be charged. (Threads whose budget comes
 * back are announced by the timer; the end of the domain was looked for at entry.)
 */
static inline void schedule_if_needed(void)
{
    const struct tcb *current = this_core->current;

    if (this_core->action != SCHEDULE_RESUME_CURRENT || this_core->reprogram
            || current->state != THREAD_RUNNING || current->sc != this_core->current_sc) {
        schedule();
    }
}

/* Reads the clock at kernel entry. */
void time_update(void);
/* The fast budget check says no: finds out what has ended, and charges for it. */
bool budget_check_slow(void);
/*
 * False if the current context cannot pay for another kernel operation or its domain has ended: it
 * has been charged, and the caller must not perform the operation (9.4).
 */
static inline bool budget_check(void)
{
    return likely(this_core->now <= this_core->entry_deadline) || budget_check_slow();
}
/* As above; a thread that may not go on is to repeat its system call (state Restart). */
static inline bool budget_check_restart(void)
{
    if (likely(budget_check())) {
        return true;
    }
    if (thread_is_runnable(this_core->current)) {
        this_core->current->state = THREAD_RESTART;
    }
    return false;
}
/* Yield: gives away the rest of the head refill (9.7). */
void schedule_yield(void);
/* A long operation stopped at a preemption point: charges for it as at a kernel entry. */
void schedule_after_preemption(void);

/* Changes of a thread's parameters, with the re-queueing that 6.5 asks for. */
void thread_set_priority(struct tcb *tcb, word_t priority);
void thread_set_domain(struct tcb *tcb, word_t domain);

/* Takes the thread out of all queues and makes it Inactive (11.3). */
void thread_suspend(struct tcb *tcb);
/* Resume: only acts on Inactive or blocked threads. */
void thread_resume(struct tcb *tcb);
/* Ends whatever IPC the thread is blocked in; it is Inactive afterwards if it was blocked. */
void thread_cancel_ipc(struct tcb *tcb);

/* Wait queues of endpoints and notifications. */
void wait_queue_insert(struct wait_queue *queue, struct tcb *tcb);
void wait_queue_remove(struct wait_queue *queue, struct tcb *tcb);

/* Domain schedule (15). */
void domain_next(void);                   /* the current slice is over */
void domain_schedule_start(word_t index); /* SetStart */
