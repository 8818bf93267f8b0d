/* SPDX-License-Identifier: BSD-2-Clause */
/* The queues behind schedule.h: for the scheduler, the fast paths and the invariant checker. */
#pragma once

#include "kernel/src/core/schedule.h"

/* Which priorities have ready threads; summary has a bit per word that is not 0. */
struct ready_bitmap {
    word_t words[NUM_PRIORITIES / WORD_BITS];
    word_t summary;
};

extern struct ready_queue ready_queues[NUM_DOMAINS][NUM_PRIORITIES];
extern struct ready_bitmap ready_bitmaps[NUM_DOMAINS];

/* No ready thread of the current domain has a priority above this one. */
static inline bool ready_none_above(word_t priority)
{
    return this_core->highest_ready <= (sword_t)priority;
}

/* No ready thread of the current domain has this priority or a higher one. */
static inline bool ready_all_below(word_t priority)
{
    return this_core->highest_ready < (sword_t)priority;
}

/* A queue is not empty any more. */
static inline void ready_mark_priority(word_t domain, word_t priority)
{
    struct ready_bitmap *bitmap = &ready_bitmaps[domain];

    bitmap->words[priority / WORD_BITS] |= BIT(priority % WORD_BITS);
    bitmap->summary |= BIT(priority / WORD_BITS);
    if (domain == this_core->domain && this_core->highest_ready < (sword_t)priority) {
        this_core->highest_ready = (sword_t)priority;
    }
}

/* ready_enqueue_head() and _tail() for a thread that is in no queue and schedulable. */
static inline void ready_push_head(struct tcb *tcb)
{
    struct ready_queue *queue = &ready_queues[tcb->domain][tcb->priority];
    struct tcb *next = queue->head;

    tcb->queue_prev = NULL;
    tcb->queue_next = next;
    tcb->in_queue = IN_READY_QUEUE;
    queue->head = tcb;
    if (next == NULL) {
        queue->tail = tcb;
        ready_mark_priority(tcb->domain, tcb->priority);
    } else {
        next->queue_prev = tcb;
    }
}

static inline void ready_push_tail(struct tcb *tcb)
{
    struct ready_queue *queue = &ready_queues[tcb->domain][tcb->priority];
    struct tcb *previous = queue->tail;

    tcb->queue_next = NULL;
    tcb->queue_prev = previous;
    tcb->in_queue = IN_READY_QUEUE;
    queue->tail = tcb;
    if (previous == NULL) {
        queue->head = tcb;
        ready_mark_priority(tcb->domain, tcb->priority);
    } else {
        previous->queue_next = tcb;
    }
}

/* A queue has become empty. */
void ready_clear_priority(word_t domain, word_t priority);
/* Sets highest_ready: the domain has changed. */
void ready_find_highest(void);

/* The thread leaves its queue, whose bit goes if it was the last one. */
static inline void ready_remove(struct tcb *tcb)
{
    struct ready_queue *queue = &ready_queues[tcb->domain][tcb->priority];
    struct tcb *previous = tcb->queue_prev;
    struct tcb *next = tcb->queue_next;

    tcb->in_queue = IN_NO_QUEUE;
    if (previous == NULL) {
        queue->head = next;
    } else {
        previous->queue_next = next;
    }
    if (next != NULL) {
        next->queue_prev = previous;
        return;
    }
    queue->tail = previous;
    if (previous == NULL) {
        ready_clear_priority(tcb->domain, tcb->priority);
    }
}

/* Takes the first thread of the current domain's highest priority out of its queue; NULL: none. */
static inline struct tcb *ready_take_highest(void)
{
    if (this_core->highest_ready < 0) {
        return NULL;
    }

    struct tcb *tcb = ready_queues[this_core->domain][this_core->highest_ready].head;

    ready_remove(tcb);
    return tcb;
}
