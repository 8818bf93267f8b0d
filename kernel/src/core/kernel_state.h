/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All mutable state of the kernel that is not in an object. One structure per core; there is one
 * core for now, and code reaches it only as `this_core`.
 */
#pragma once

#include "kernel/src/core/objects.h"

struct ready_queue {
    struct tcb *head;
    struct tcb *tail;
};

/* What schedule() has to do. Either one of these or the address of the candidate thread. */
#define SCHEDULE_RESUME_CURRENT ((struct tcb *)0)
#define SCHEDULE_CHOOSE_NEW     ((struct tcb *)1)

struct core_state {
    struct tcb *current;              /* the thread that runs, or &idle_thread */
    struct sched_context *current_sc; /* the context time is charged to; NULL when idle */
    ticks_t now;                      /* time stamp of this kernel entry */
    ticks_t charged_until;            /* current_sc has paid for the time up to here */
    /*
     * Latest entry time at which the current context can still pay MIN_BUDGET and the domain has
     * not ended. One comparison at each entry decides both (budget_check_slow() finds out which).
     */
    ticks_t entry_deadline;
    ticks_t ran_since;           /* current's ticks_run is complete up to here */
    struct tcb *fpu_owner;       /* whose state the FPU registers hold, or NULL */
    bool fpu_enabled;            /* EL0 access to the FPU is on right now */
    bool reprogram;              /* the timer and entry_deadline must be set anew */
    bool debug_registers_loaded; /* the hardware holds some thread's breakpoints */
    bool record_switches;        /* sampling.c is told of each switch */
    bool sample_by_event;        /* the performance monitor's overflows are samples */
    struct tcb *action;          /* SCHEDULE_... or a candidate */

    struct tcb *release_head; /* threads waiting for budget, by time of the head refill */

    word_t asid_generation; /* changes when an ASID changes hands: cached roots are stale */
    sword_t highest_ready;  /* Q1: highest priority in the domain's ready queues; -1: none */
    word_t domain;          /* the current one */
    word_t domain_index;    /* its entry in the schedule */
    word_t domain_start_index;
    ticks_t domain_end; /* absolute; TICKS_NEVER when it lasts for ever */

    ticks_t timer_end;      /* when the scheduler has to look again */
    ticks_t sample_at;      /* when the timer has to take a sample; TICKS_NEVER: not at all */
    word_t last_restart_pc; /* restart PC of current when it last left the kernel */
    ticks_t last_entry;     /* at an interrupt: time stamp of the kernel entry before it */
    word_t work_units;      /* steps since the last preemption point that polled */
};

#define TICKS_NEVER UINT64_MAX

struct domain_schedule_entry {
    word_t domain;
    ticks_t length; /* 0: end marker */
};

extern struct core_state core_state;
#define this_core (&core_state)

extern struct tcb idle_thread;
extern struct domain_schedule_entry domain_schedule[NUM_DOMAIN_SCHEDULE_ENTRIES];

#ifdef CONFIG_DEBUG_BUILD
extern struct tcb *all_threads; /* linked by all_next */
#endif
