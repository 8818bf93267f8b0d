/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ready queues: per domain and priority a list of threads, and a bitmap of the lists in use. The
 * release queue: threads that wait for budget, by the time of their head refill.
 */
#include "kernel/src/core/ready_queue.h"

#include "kernel/src/object/ipc_objects.h"

struct ready_queue ready_queues[NUM_DOMAINS][NUM_PRIORITIES];
struct ready_bitmap ready_bitmaps[NUM_DOMAINS];

static void bitmap_set(struct ready_bitmap *bitmap, word_t priority)
{
    bitmap->words[priority / WORD_BITS] |= BIT(priority % WORD_BITS);
    bitmap->summary |= BIT(priority / WORD_BITS);
}

static void bitmap_clear(struct ready_bitmap *bitmap, word_t priority)
{
    word_t word = bitmap->words[priority / WORD_BITS] & ~BIT(priority % WORD_BITS);

    bitmap->words[priority / WORD_BITS] = word;
    if (word == 0) {
        bitmap->summary &= ~BIT(priority / WORD_BITS);
    }
}

void ready_enqueue_head(struct tcb *tcb)
{
    if (tcb->in_queue != IN_NO_QUEUE || !thread_is_schedulable(tcb)) {
        return;
    }

    struct ready_queue *queue = &ready_queues[tcb->domain][tcb->priority];

    tcb->queue_prev = NULL;
    tcb->queue_next = queue->head;
    if (queue->head == NULL) {
        queue->tail = tcb;
        bitmap_set(&ready_bitmaps[tcb->domain], tcb->priority);
    } else {
        queue->head->queue_prev = tcb;
    }
    queue->head = tcb;
    tcb->in_queue = IN_READY_QUEUE;
}

void ready_enqueue_tail(struct tcb *tcb)
{
    if (tcb->in_queue != IN_NO_QUEUE || !thread_is_schedulable(tcb)) {
        return;
    }

    struct ready_queue *queue = &ready_queues[tcb->domain][tcb->priority];

    tcb->queue_next = NULL;
    tcb->queue_prev = queue->tail;
    if (queue->tail == NULL) {
        queue->head = tcb;
        bitmap_set(&ready_bitmaps[tcb->domain], tcb->priority);
    } else {
        queue->tail->queue_next = tcb;
    }
    queue->tail = tcb;
    tcb->in_queue = IN_READY_QUEUE;
}

static void ready_remove(struct tcb *tcb)
{
    struct ready_queue *queue = &ready_queues[tcb->domain][tcb->priority];

    if (tcb->queue_prev == NULL) {
        queue->head = tcb->queue_next;
    } else {
        tcb->queue_prev->queue_next = tcb->queue_next;
    }
    if (tcb->queue_next == NULL) {
        queue->tail = tcb->queue_prev;
    } else {
        tcb->queue_next->queue_prev = tcb->queue_prev;
    }
    if (queue->head == NULL) {
        bitmap_clear(&ready_bitmaps[tcb->domain], tcb->priority);
    }
    tcb->in_queue = IN_NO_QUEUE;
}

void release_enqueue(struct tcb *tcb)
{
    ticks_t time = sc_head(tcb->sc)->time;
    struct tcb *before = NULL;
    struct tcb *after = this_core->release_head;

    kassert(tcb->in_queue == IN_NO_QUEUE);
    while (after != NULL && sc_head(after->sc)->time <= time) {
        before = after;
        after = after->queue_next;
    }
    tcb->queue_prev = before;
    tcb->queue_next = after;
    if (before == NULL) {
        this_core->release_head = tcb;
        this_core->reprogram = true; /* the timer has to wake it */
    } else {
        before->queue_next = tcb;
    }
    if (after != NULL) {
        after->queue_prev = tcb;
    }
    tcb->in_queue = IN_RELEASE_QUEUE;
}

void release_dequeue(struct tcb *tcb)
{
    kassert(tcb->in_queue == IN_RELEASE_QUEUE);
    if (tcb->queue_prev == NULL) {
        this_core->release_head = tcb->queue_next;
        this_core->reprogram = true;
    } else {
        tcb->queue_prev->queue_next = tcb->queue_next;
    }
    if (tcb->queue_next != NULL) {
        tcb->queue_next->queue_prev = tcb->queue_prev;
    }
    tcb->in_queue = IN_NO_QUEUE;
}

void ready_dequeue(struct tcb *tcb)
{
    if (tcb->in_queue == IN_READY_QUEUE) {
        ready_remove(tcb);
    } else if (tcb->in_queue == IN_RELEASE_QUEUE) {
        release_dequeue(tcb);
    }
}

struct tcb *ready_take_highest(word_t domain)
{
    struct ready_bitmap *bitmap = &ready_bitmaps[domain];

    if (bitmap->summary == 0) {
        return NULL;
    }

    struct tcb *tcb = ready_queues[domain][ready_highest_priority(bitmap)].head;

    ready_remove(tcb);
    return tcb;
}
