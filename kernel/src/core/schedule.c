/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/schedule.h"

#include "kernel/src/arch/arch.h"
#include "kernel/src/core/charge.h"
#include "kernel/src/core/fault.h"
#include "kernel/src/core/ready_queue.h"
#include "kernel/src/object/ipc_objects.h"
#include "kernel/src/observe/benchmark.h"
#include "kernel/src/observe/invariants.h"
#include "kernel/src/observe/statistics_count.h"

bool thread_is_schedulable(const struct tcb *tcb)
{
    return thread_is_runnable(tcb) && tcb->sc != NULL && sc_is_active(tcb->sc)
            && tcb->in_queue != IN_RELEASE_QUEUE;
}

/* ---- who shall run: requests made while the kernel works ---- */

static bool action_is_candidate(void)
{
    return this_core->action != SCHEDULE_RESUME_CURRENT && this_core->action != SCHEDULE_CHOOSE_NEW;
}

void schedule_required(void)
{
    if (action_is_candidate()) {
        ready_enqueue_head(this_core->action);
    }
    this_core->action = SCHEDULE_CHOOSE_NEW;
}

void schedule_candidate(struct tcb *tcb)
{
    if (!thread_is_schedulable(tcb)) {
        return;
    }
    if (tcb->domain != this_core->domain) {
        ready_enqueue_head(tcb);
    } else if (this_core->action != SCHEDULE_RESUME_CURRENT) {
        schedule_required();
        ready_enqueue_head(tcb);
    } else if (tcb != this_core->current && tcb->in_queue == IN_NO_QUEUE) {
        this_core->action = tcb;
    }
}

void schedule_forget(struct tcb *tcb)
{
    if (this_core->action == tcb) {
        this_core->action = SCHEDULE_CHOOSE_NEW;
    }
}

/* ---- time ---- */

void time_update(void)
{
    this_core->now = arch_time_now();
}

static bool domain_has_ended(void)
{
    ticks_t end = this_core->domain_end;

    return end != TICKS_NEVER && this_core->now + MIN_BUDGET > end;
}

/* The current thread's time slice is over, its context is charged already. */
static void end_timeslice(bool can_timeout_fault)
{
    struct tcb *tcb = this_core->current;
    struct sched_context *sc = tcb->sc;

    if (can_timeout_fault && !sc_is_round_robin(sc) && fault_has_timeout_handler(tcb)) {
        fault_raise_timeout(tcb);
    } else if (!refill_is_ready(sc, this_core->now) || !refill_is_sufficient(sc, 0)) {
        sc_postpone(sc);
    } else if (this_core->action == SCHEDULE_RESUME_CURRENT && ready_all_below(tcb->priority)) {
        return; /* the next turn is its own: nobody waits at its priority */
    } else {
        ready_enqueue_tail(tcb);
    }
    schedule_required();
}

/*
 * Takes `used` ticks from the current context and ends the slice. What really ran is `now -
 * charged_until`; Yield gives away more than that.
 */
static void charge_and_end_slice(ticks_t used, bool can_timeout_fault)
{
    struct sched_context *sc = this_core->current_sc;
    ticks_t ran = this_core->now - this_core->charged_until;

    this_core->charged_until = this_core->now;
    if (sc != NULL && sc_is_active(sc)) {
        if (sc_is_round_robin(sc)) {
            refill_recharge_round_robin(sc);
        } else {
            refill_charge(sc, used);
        }
        sc->total_consumed += ran;
    }
    this_core->reprogram = true;
    if (thread_is_schedulable(this_core->current)) {
        end_timeslice(can_timeout_fault);
    }
}

bool budget_check_slow(void)
{
    struct sched_context *sc = this_core->current_sc;
    ticks_t used = this_core->now - this_core->charged_until;

    if (sc == NULL || !sc_is_active(sc) || refill_is_sufficient(sc, used)) {
        return !domain_has_ended();
    }
    if (thread_is_schedulable(this_core->current)) {
        count(&this_core->current->statistics.budget_expirations);
    }
    charge_and_end_slice(used, true);
    return false;
}

void schedule_yield(void)
{
    charge_and_end_slice(sc_head(this_core->current_sc)->amount, false);
}

void schedule_after_preemption(void)
{
    time_update();
    if (thread_is_schedulable(this_core->current)) {
        budget_check();
    } else if (this_core->current_sc != NULL) {
        time_commit();
        this_core->reprogram = true;
    }
}

/* Threads whose next refill has come are ready again. */
static void release_awaken(void)
{
    struct tcb *tcb = this_core->release_head;

    while (tcb != NULL && refill_is_ready(tcb->sc, this_core->now)) {
        release_dequeue(tcb);
        schedule_candidate(tcb);
        tcb = this_core->release_head;
    }
}

/* ---- domains ---- */

void domain_next(void)
{
    word_t index = this_core->domain_index + 1;

    if (index >= NUM_DOMAIN_SCHEDULE_ENTRIES || domain_schedule[index].length == 0) {
        index = this_core->domain_start_index;
    }

    ticks_t length = domain_schedule[index].length;

    this_core->domain_index = index;
    this_core->domain = domain_schedule[index].domain;
    ready_find_highest();
    this_core->domain_end =
            length > TICKS_NEVER - this_core->now ? TICKS_NEVER : this_core->now + length;
    this_core->reprogram = true;
}

void domain_schedule_start(word_t index)
{
    this_core->domain_start_index = index;
    /* The next step wraps to the start index, and it is due now. */
    this_core->domain_index = NUM_DOMAIN_SCHEDULE_ENTRIES - 1;
    this_core->domain_end = 0;
    schedule_required();
}

/* ---- the decision ---- */

static struct tcb *choose_highest(void)
{
    if (domain_has_ended()) {
        domain_next();
        arch_domain_switched();
    }

    struct tcb *tcb = ready_take_highest();

    return tcb != NULL ? tcb : &idle_thread;
}

/* The candidate against a current thread that could go on. */
static struct tcb *choose_against_current(struct tcb *candidate, struct tcb *current)
{
    if (candidate->priority > current->priority) {
        ready_enqueue_head(current);
        return candidate;
    }
    if (candidate->priority == current->priority) {
        ready_enqueue_tail(candidate);
    } else {
        ready_enqueue_head(candidate);
    }
    return current;
}

/* The candidate after the current thread has blocked (or from idle). */
static struct tcb *choose_after_block(struct tcb *candidate, const struct tcb *current)
{
    bool at_least_current = current != &idle_thread && candidate->priority >= current->priority;

    if (at_least_current || ready_none_above(candidate->priority)) {
        return candidate;
    }
    ready_enqueue_head(candidate);
    return choose_highest();
}

static struct tcb *choose(void)
{
    struct tcb *current = this_core->current;
    struct tcb *action = this_core->action;
    bool current_can_go_on = thread_is_schedulable(current);

    if (action == SCHEDULE_RESUME_CURRENT && current_can_go_on) {
        return current;
    }
    if (action_is_candidate() && thread_is_schedulable(action)) {
        ready_dequeue(action); /* something else may have queued it meanwhile */
        return current_can_go_on ? choose_against_current(action, current)
                                 : choose_after_block(action, current);
    }
    ready_enqueue_head(current);
    return choose_highest();
}

static void switch_thread(struct tcb *next)
{
    struct tcb *previous = this_core->current;

    count_switch(previous, next, this_core->now);
    benchmark_switch(previous, next);
    this_core->current = next;
    if (next == &idle_thread) {
        arch_switch_to_idle();
    } else {
        arch_switch_to_thread(next);
    }
}

/* The current thread's last obligations before it sees user mode again. */
static void activate_current(void)
{
    struct tcb *current = this_core->current;

    if (current->state == THREAD_RESTART) {
        current->context.pc = current->context.restart_pc;
        current->state = THREAD_RUNNING;
    }
    if (unlikely(current->yield_to != NULL)) {
        sc_complete_yield_to(current);
    }
}

static void schedule_once(void)
{
    if (this_core->release_head != NULL) {
        release_awaken();
    }
    if (unlikely(domain_has_ended())) {
        schedule_required();
    }

    struct tcb *next = choose();

    this_core->action = SCHEDULE_RESUME_CURRENT;
    if (next != this_core->current) {
        switch_thread(next);
    }
    sched_context_switch(next->sc);
    activate_current();
}

/* Nobody can run: the kernel itself waits, with interrupts masked, for the next one. */
static void idle_until_ready(void)
{
    while (this_core->current == &idle_thread) {
        benchmark_idle_begin();
        arch_wait_for_interrupt();
        benchmark_idle_end();
        time_update();
        budget_check();
        irq_handle();
        schedule_once();
    }
}

void schedule(void)
{
    schedule_once();
    if (unlikely(this_core->current == &idle_thread)) {
        idle_until_ready();
    }
    invariants_check();
}
