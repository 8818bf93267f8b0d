/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ready queues: per domain and priority a list of threads, and a bitmap of the lists in use. The
 * release queue: threads that wait for budget, by the time of their head refill.
 */
#include "kernel/src/core/ready_queue.h"

#include "kernel/src/object/ipc_objects.h"

struct ready_queue ready_queues[NUM_DOMAINS][NUM_PRIORITIES];
struct ready_bitmap ready_bitmaps[NUM_DOMAINS];

void ready_find_highest(void)
{
    const struct ready_bitmap *bitmap = &ready_bitmaps[this_core->domain];

    if (bitmap->summary == 0) {
        this_core->highest_ready = -1;
        return;
    }

    int word = 63 - __builtin_clzll(bitmap->summary);

    this_core->highest_ready = word * WORD_BITS + 63 - __builtin_clzll(bitmap->words[word]);
}

void ready_clear_priority(word_t domain, word_t priority)
{
    struct ready_bitmap *bitmap = &ready_bitmaps[domain];
    word_t word = bitmap->words[priority / WORD_BITS] & ~BIT(priority % WORD_BITS);

    bitmap->words[priority / WORD_BITS] = word;
    if (word == 0) {
        bitmap->summary &= ~BIT(priority / WORD_BITS);
    }
    if (domain == this_core->domain && this_core->highest_ready == (sword_t)priority) {
        ready_find_highest();
    }
}

void ready_enqueue_head(struct tcb *tcb)
{
    if (tcb->in_queue == IN_NO_QUEUE && thread_is_schedulable(tcb)) {
        ready_push_head(tcb);
    }
}

void ready_enqueue_tail(struct tcb *tcb)
{
    if (tcb->in_queue == IN_NO_QUEUE && thread_is_schedulable(tcb)) {
        ready_push_tail(tcb);
    }
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
