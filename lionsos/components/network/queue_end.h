/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An image that goes wrong may leave indices of shared queues that make no sense, and neighbours are right not to believe
 * them any more. So a component that can be reloaded notes, when a handler ends, how its own ends stand; the image that takes
 * over puts right what cannot be. What lies between is lost.
 */
#pragma once

#include <stdint.h>

#include <sddf/network/queue.h>

/* Of one connection: where this component takes from, and where it puts to. */
struct queue_end {
    uint16_t head;
    uint16_t tail;
};

static inline void queue_end_note(
        struct queue_end *end, const net_queue_t *taken_from, const net_queue_t *put_into)
{
    end->head = SHARED_LOAD(&taken_from->head);
    end->tail = SHARED_LOAD(&put_into->tail);
}

static inline bool queue_is_possible(uint16_t head, uint16_t tail, uint32_t capacity)
{
    return (uint16_t)(tail - head) <= capacity;
}

/* Changes nothing if all is well. The other side's indices are taken as they are. */
static inline void queue_end_mend(const struct queue_end *end, net_queue_t *taken_from,
        net_queue_t *put_into, uint32_t capacity)
{
    uint16_t tail = SHARED_LOAD_ACQUIRE(&taken_from->tail);
    uint16_t head = SHARED_LOAD_ACQUIRE(&put_into->head);

    if (!queue_is_possible(SHARED_LOAD(&taken_from->head), tail, capacity)) {
        SHARED_STORE_RELEASE(
                &taken_from->head, queue_is_possible(end->head, tail, capacity) ? end->head : tail);
    }
    if (!queue_is_possible(head, SHARED_LOAD(&put_into->tail), capacity)) {
        SHARED_STORE_RELEASE(
                &put_into->tail, queue_is_possible(head, end->tail, capacity) ? end->tail : head);
    }
}
