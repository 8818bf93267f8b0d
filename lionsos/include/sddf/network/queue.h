/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network queues: descriptors of buffers from one producer to one consumer, without locks.
 *
 * A connection is two queues in opposite directions. `free` carries empty buffers to the one that fills
 * them, `active` carries filled ones to the one that reads them. A buffer is in at most one queue, and
 * it changes owner when an index moves.
 *
 * Shared: struct net_queue, which both ends may write at any time. Private: the handle. The producer of
 * a queue alone moves `tail`, its consumer alone moves `head`; both run freely and wrap at 2^16, and the
 * descriptor at index i is buffers[i mod capacity].
 *
 * Signalling: `consumer_signalled` = 0 means that the consumer of that queue wants a notification at the
 * next enqueue; 1 means that it is awake, or has one on its way. Consumer: process everything, request,
 * look again, cancel and go on if there is something after all, else sleep. Producer: enqueue the whole
 * batch, then require; if true, cancel and notify. The full fences in request and require are what
 * keeps both from missing each other.
 *
 * The peer may be hostile: indices are read once and never trusted. If they are further apart than the
 * capacity, the queue is corrupted: it counts as empty for its consumer and as full for its producer,
 * and handle->refused counts how often that was seen. No call touches anything beside the `capacity`
 * descriptors. A descriptor is copied before its slot is given back, so the copy cannot change; what is
 * in it is the peer's word and must be checked.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sddf/network/constants.h>
#include <sddf/util/atomic.h>
#include <sddf/util/fence.h>
#include <sddf/util/util.h>

/* Largest capacity: indices have 16 bits, and empty and full must differ. */
#define NET_QUEUE_CAPACITY_MAX 32768

/*
 * net_buff_desc.flags. sDDF 0.7 has padding here and leaves it 0, which means: nothing is offloaded.
 * PARTIAL: to send. The device has to add the 16-bit sum of the bytes from csum_start to the frame's
 * end to the one at csum_start + csum_offset. VALID: received, checksums need no look. OFFLOAD: on an
 * empty buffer to send, set by a driver whose device understands PARTIAL.
 */
#define NET_BUFF_CSUM_PARTIAL 1
#define NET_BUFF_CSUM_VALID   2
#define NET_BUFF_CSUM_OFFLOAD 4
#define NET_BUFF_FLAGS        7

/* Names one buffer. */
typedef struct net_buff_desc {
    uint64_t
            io_or_offset; /* driver side: address for the device; client side: offset into the region */
    uint16_t len;         /* bytes of the frame; no meaning in a free queue */
    uint8_t oid : 6;      /* whose region it is, behind a switch; 0 without */
    uint8_t flags;        /* NET_BUFF_... */
    uint16_t csum_start;  /* with PARTIAL; from the frame's first byte */
    uint16_t csum_offset; /* with PARTIAL; from csum_start */
} net_buff_desc_t;

_Static_assert(sizeof(net_buff_desc_t) == 16, "layout of sDDF 0.7");

/* Shared; zero at the start. */
typedef struct net_queue {
    uint16_t tail;               /* index of the next descriptor in; written by the producer */
    uint16_t head;               /* index of the next descriptor out; written by the consumer */
    uint32_t consumer_signalled; /* 0: the consumer wants a notification; written by both */
    net_buff_desc_t buffers[];
} net_queue_t;

_Static_assert(sizeof(net_queue_t) == 8, "layout of sDDF 0.7");

/* One end of a connection. */
typedef struct net_queue_handle {
    net_queue_t *free;
    net_queue_t *active;
    uint32_t capacity; /* of each queue, a power of two */
    uint32_t refused;  /* times indices were found corrupted */
} net_queue_handle_t;

/*
 * Either end. Prepares the handle; does not touch shared memory, so it also attaches to queues in use.
 * Capacity: a power of two up to NET_QUEUE_CAPACITY_MAX.
 */
static inline void net_queue_init(
        net_queue_handle_t *queue, net_queue_t *free_queue, net_queue_t *active, uint32_t capacity)
{
    queue->free = free_queue;
    queue->active = active;
    queue->capacity = capacity;
    queue->refused = 0;
}

/* Consumer: descriptors that wait; 0 if the indices make no sense. */
static inline uint32_t net_length_consumer(net_queue_handle_t *handle, net_queue_t *queue)
{
    uint16_t tail = SHARED_LOAD_ACQUIRE(&queue->tail); /* pairs with the release in net_put */
    uint32_t length = (uint16_t)(tail - SHARED_LOAD(&queue->head));

    if (unlikely(length > handle->capacity)) {
        handle->refused++;
        return 0;
    }
    return length;
}

/* Producer: descriptors that the consumer has not taken; the capacity if the indices make no sense. */
static inline uint32_t net_length_producer(net_queue_handle_t *handle, net_queue_t *queue)
{
    uint16_t head = SHARED_LOAD_ACQUIRE(&queue->head); /* pairs with the release in net_take */
    uint32_t length = (uint16_t)(SHARED_LOAD(&queue->tail) - head);

    if (unlikely(length > handle->capacity)) {
        handle->refused++;
        return handle->capacity;
    }
    return length;
}

/* Producer. 0, or -1 if the queue is full. */
static inline int net_put(net_queue_handle_t *handle, net_queue_t *queue, net_buff_desc_t buffer)
{
    if (unlikely(net_length_producer(handle, queue) == handle->capacity)) {
        return -1;
    }
    uint16_t tail = SHARED_LOAD(&queue->tail);

    queue->buffers[tail & (handle->capacity - 1)] = buffer;
    SHARED_STORE_RELEASE(&queue->tail, (uint16_t)(tail + 1));
    return 0;
}

/* Consumer. 0 and the descriptor, or -1 if the queue is empty. */
static inline int net_take(net_queue_handle_t *handle, net_queue_t *queue, net_buff_desc_t *buffer)
{
    if (net_length_consumer(handle, queue) == 0) {
        return -1;
    }
    uint16_t head = SHARED_LOAD(&queue->head);

    *buffer = queue->buffers[head & (handle->capacity - 1)];
    SHARED_STORE_RELEASE(&queue->head, (uint16_t)(head + 1));
    return 0;
}

/* Number of descriptors in a queue as its consumer sees it, without any check. For tools. */
static inline uint16_t net_queue_length(net_queue_t *queue)
{
    return (uint16_t)(SHARED_LOAD_ACQUIRE(&queue->tail) - SHARED_LOAD_ACQUIRE(&queue->head));
}

/* Consumer of the named queue: nothing to take. */
static inline bool net_queue_empty_free(net_queue_handle_t *queue)
{
    return net_length_consumer(queue, queue->free) == 0;
}

static inline bool net_queue_empty_active(net_queue_handle_t *queue)
{
    return net_length_consumer(queue, queue->active) == 0;
}

/* Producer of the named queue: no room. */
static inline bool net_queue_full_free(net_queue_handle_t *queue)
{
    return net_length_producer(queue, queue->free) == queue->capacity;
}

static inline bool net_queue_full_active(net_queue_handle_t *queue)
{
    return net_length_producer(queue, queue->active) == queue->capacity;
}

/* Producer of the named queue. 0, or -1 if it is full: the buffer then stays with the caller. */
static inline int net_enqueue_free(net_queue_handle_t *queue, net_buff_desc_t buffer)
{
    return net_put(queue, queue->free, buffer);
}

static inline int net_enqueue_active(net_queue_handle_t *queue, net_buff_desc_t buffer)
{
    return net_put(queue, queue->active, buffer);
}

/* Consumer of the named queue. 0 and a private copy of the descriptor, or -1 if it is empty. */
static inline int net_dequeue_free(net_queue_handle_t *queue, net_buff_desc_t *buffer)
{
    return net_take(queue, queue->free, buffer);
}

static inline int net_dequeue_active(net_queue_handle_t *queue, net_buff_desc_t *buffer)
{
    return net_take(queue, queue->active, buffer);
}

/*
 * Producer of the free queue, at the start: puts `capacity` buffers into it, at base_addr,
 * base_addr + NET_BUFFER_SIZE and so on (0 for offsets). Does nothing to a queue that has been used:
 * the component has been restarted, and its buffers are where they were.
 */
static inline void net_buffers_init(net_queue_handle_t *queue, uint64_t base_addr)
{
    if (SHARED_LOAD(&queue->free->tail) != 0 || SHARED_LOAD(&queue->free->head) != 0) {
        return;
    }
    for (uint32_t i = 0; i < queue->capacity; i++) {
        net_buff_desc_t buffer = { .io_or_offset = base_addr + (uint64_t)i * NET_BUFFER_SIZE };

        if (net_enqueue_free(queue, buffer) != 0) {
            return;
        }
    }
}

/* Consumer: asks for a notification. It must look at the queue once more after this call. */
static inline void net_request_signal_free(net_queue_handle_t *queue)
{
    SHARED_STORE(&queue->free->consumer_signalled, 0);
    THREAD_MEMORY_FENCE(); /* the request before the second look */
}

static inline void net_request_signal_active(net_queue_handle_t *queue)
{
    SHARED_STORE(&queue->active->consumer_signalled, 0);
    THREAD_MEMORY_FENCE(); /* the request before the second look */
}

/* Consumer: no longer wants one. Or producer: is about to notify. */
static inline void net_cancel_signal_free(net_queue_handle_t *queue)
{
    SHARED_STORE(&queue->free->consumer_signalled, 1);
}

static inline void net_cancel_signal_active(net_queue_handle_t *queue)
{
    SHARED_STORE(&queue->active->consumer_signalled, 1);
}

/* Producer, after it enqueued: true if the consumer wants a notification. Then cancel and notify. */
static inline bool net_require_signal_free(net_queue_handle_t *queue)
{
    THREAD_MEMORY_FENCE(); /* the new tail before the look at the flag */
    return SHARED_LOAD(&queue->free->consumer_signalled) == 0;
}

static inline bool net_require_signal_active(net_queue_handle_t *queue)
{
    THREAD_MEMORY_FENCE(); /* the new tail before the look at the flag */
    return SHARED_LOAD(&queue->active->consumer_signalled) == 0;
}
