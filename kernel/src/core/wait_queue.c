/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads blocked on one object: highest priority first, first come first served among equals. */
#include "kernel/src/core/schedule.h"

void wait_queue_insert(struct wait_queue *queue, struct tcb *tcb)
{
    struct tcb *before = queue->tail;

    kassert(tcb->in_queue == IN_NO_QUEUE);
    while (before != NULL && before->priority < tcb->priority) {
        before = before->queue_prev;
    }

    struct tcb *after = before != NULL ? before->queue_next : queue->head;

    tcb->queue_prev = before;
    tcb->queue_next = after;
    if (before != NULL) {
        before->queue_next = tcb;
    } else {
        queue->head = tcb;
    }
    if (after != NULL) {
        after->queue_prev = tcb;
    } else {
        queue->tail = tcb;
    }
    tcb->in_queue = IN_WAIT_QUEUE;
}

void wait_queue_remove(struct wait_queue *queue, struct tcb *tcb)
{
    kassert(tcb->in_queue == IN_WAIT_QUEUE);
    if (tcb->queue_prev != NULL) {
        tcb->queue_prev->queue_next = tcb->queue_next;
    } else {
        queue->head = tcb->queue_next;
    }
    if (tcb->queue_next != NULL) {
        tcb->queue_next->queue_prev = tcb->queue_prev;
    } else {
        queue->tail = tcb->queue_prev;
    }
    tcb->in_queue = IN_NO_QUEUE;
}
