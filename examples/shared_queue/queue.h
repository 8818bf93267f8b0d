/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A queue of numbers in shared memory: one producer, one consumer, no lock. Each index is written by
 * one side only; release and acquire order it with the entries.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define QUEUE_CAPACITY 8 /* a power of two */

struct queue {
    uint32_t head; /* next to take; written by the consumer */
    uint32_t tail; /* next to fill; written by the producer */
    uint64_t entries[QUEUE_CAPACITY];
};

static inline bool queue_put(struct queue *queue, uint64_t value)
{
    uint32_t tail = queue->tail;

    if (tail - __atomic_load_n(&queue->head, __ATOMIC_ACQUIRE) == QUEUE_CAPACITY) {
        return false;
    }
    queue->entries[tail % QUEUE_CAPACITY] = value;
    __atomic_store_n(&queue->tail, tail + 1, __ATOMIC_RELEASE);
    return true;
}

static inline bool queue_take(struct queue *queue, uint64_t *value)
{
    uint32_t head = queue->head;

    if (head == __atomic_load_n(&queue->tail, __ATOMIC_ACQUIRE)) {
        return false;
    }
    *value = queue->entries[head % QUEUE_CAPACITY];
    __atomic_store_n(&queue->head, head + 1, __ATOMIC_RELEASE);
    return true;
}
