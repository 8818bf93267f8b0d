/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Serial queue: bytes from one producer to one consumer, without locks.
 *
 * Shared: struct serial_queue and the data region, which both ends may write at any time. Private: the
 * handle. The producer alone moves `tail`, the consumer alone moves `head`; both run freely and wrap at
 * 2^32, and the byte at index i is data_region[i mod capacity].
 *
 * Signalling: the producer notifies the consumer after each batch. In the other direction
 * `producer_signalled` = 0 means that the producer found the queue full and wants a notification when
 * there is room. The producer asks, then looks at the queue again (serial_request_producer_signal has
 * the fence); the consumer frees room, then looks at the flag (serial_require_producer_signal has the
 * fence). One of the two therefore sees the other.
 *
 * The peer may be hostile: indices are read once and never trusted. If they are further apart than the
 * capacity, the queue is corrupted: it counts as empty for the consumer and as full for the producer,
 * and handle->refused counts how often that was seen. No call reads or writes outside
 * data_region[0, capacity), and none loops longer than capacity.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sddf/util/atomic.h>
#include <sddf/util/fence.h>
#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

/* Shared header, at the start of the queue region; zero at the start. */
typedef struct serial_queue {
    uint32_t tail;               /* index of the next byte in; written by the producer */
    uint32_t head;               /* index of the next byte out; written by the consumer */
    uint32_t producer_signalled; /* 0: the producer waits for room; written by both */
} serial_queue_t;

_Static_assert(sizeof(serial_queue_t) == 12, "layout of sDDF 0.7");

/* One end of a queue. */
typedef struct serial_queue_handle {
    serial_queue_t *queue;
    uint32_t capacity; /* bytes in use of the data region, a power of two */
    char *data_region;
    uint32_t refused; /* times the indices were found corrupted */
} serial_queue_handle_t;

/*
 * Either end. Prepares the handle; does not touch shared memory, so it also attaches to a queue in
 * use. A capacity that is not a power of two is rounded down to one, alike on both ends.
 */
static inline void serial_queue_init(
        serial_queue_handle_t *handle, serial_queue_t *queue, uint32_t capacity, char *data_region)
{
    handle->queue = queue;
    handle->capacity = capacity == 0 ? 0 : 1u << (31 - __builtin_clz(capacity));
    handle->data_region = data_region;
    handle->refused = 0;
}

static inline uint32_t serial_slot(const serial_queue_handle_t *handle, uint32_t index)
{
    return index & (handle->capacity - 1);
}

/* Bytes between two indices, or `if_corrupted` if there cannot be that many. */
static inline uint32_t serial_distance(
        serial_queue_handle_t *handle, uint32_t tail, uint32_t head, uint32_t if_corrupted)
{
    uint32_t length = tail - head;

    if (unlikely(length > handle->capacity)) {
        handle->refused++;
        return if_corrupted;
    }
    return length;
}

/* Bytes that the consumer may read, if its head were `local_head`. Consumer only. */
static inline uint32_t serial_length_from(serial_queue_handle_t *handle, uint32_t local_head)
{
    return serial_distance(handle, SHARED_LOAD_ACQUIRE(&handle->queue->tail), local_head, 0);
}

/* Bytes that the producer must not overwrite, if its tail were `local_tail`. Producer only. */
static inline uint32_t serial_length_to(serial_queue_handle_t *handle, uint32_t local_tail)
{
    uint32_t head = SHARED_LOAD_ACQUIRE(&handle->queue->head);

    return serial_distance(handle, local_tail, head, handle->capacity);
}

/* Bytes ready to be read. Consumer only. */
static inline uint32_t serial_queue_length_consumer(serial_queue_handle_t *handle)
{
    return serial_length_from(handle, SHARED_LOAD(&handle->queue->head));
}

/* Bytes not read yet. Producer only. */
static inline uint32_t serial_queue_length_producer(serial_queue_handle_t *handle)
{
    return serial_length_to(handle, SHARED_LOAD(&handle->queue->tail));
}

/* Bytes ready to be read; the same as serial_queue_length_consumer. */
static inline uint32_t serial_queue_length(serial_queue_handle_t *handle)
{
    return serial_queue_length_consumer(handle);
}

/* Bytes that fit. Producer only. */
static inline uint32_t serial_queue_free(serial_queue_handle_t *handle)
{
    return handle->capacity - serial_queue_length_producer(handle);
}

/* True if nothing is to be read from `local_head` on. Consumer only. */
static inline int serial_queue_empty(serial_queue_handle_t *handle, uint32_t local_head)
{
    return serial_length_from(handle, local_head) == 0;
}

/* True if nothing fits behind `local_tail`. Producer only. */
static inline int serial_queue_full(serial_queue_handle_t *handle, uint32_t local_tail)
{
    return serial_length_to(handle, local_tail) == handle->capacity;
}

/* Bytes to be read before the data region's end, for copies by hardware or memcpy. Consumer only. */
static inline uint32_t serial_queue_contiguous_length(serial_queue_handle_t *handle)
{
    uint32_t head = SHARED_LOAD(&handle->queue->head);

    return MIN(serial_length_from(handle, head), handle->capacity - serial_slot(handle, head));
}

/* Bytes that fit before the data region's end. Producer only. */
static inline uint32_t serial_queue_contiguous_free(serial_queue_handle_t *handle)
{
    uint32_t tail = SHARED_LOAD(&handle->queue->tail);
    uint32_t room = handle->capacity - serial_length_to(handle, tail);

    return MIN(room, handle->capacity - serial_slot(handle, tail));
}

/* Publishes all bytes before `local_tail` to the consumer. Producer only. */
static inline void serial_update_shared_tail(serial_queue_handle_t *handle, uint32_t local_tail)
{
    SHARED_STORE_RELEASE(&handle->queue->tail, local_tail);
}

/* Hands all room before `local_head` back to the producer. Consumer only. */
static inline void serial_update_shared_head(serial_queue_handle_t *handle, uint32_t local_head)
{
    SHARED_STORE_RELEASE(&handle->queue->head, local_head);
}

/*
 * Writes a byte behind `*local_tail` without publishing it. Returns 0, or -1 if the queue is full.
 * Producer only.
 */
static inline int serial_enqueue_local(
        serial_queue_handle_t *handle, uint32_t *local_tail, char character)
{
    if (serial_queue_full(handle, *local_tail)) {
        return -1;
    }
    handle->data_region[serial_slot(handle, *local_tail)] = character;
    (*local_tail)++;
    return 0;
}

/* Writes and publishes a byte. Returns 0, or -1 if the queue is full. Producer only. */
static inline int serial_enqueue(serial_queue_handle_t *handle, char character)
{
    uint32_t tail = SHARED_LOAD(&handle->queue->tail);

    if (serial_enqueue_local(handle, &tail, character) != 0) {
        return -1;
    }
    serial_update_shared_tail(handle, tail);
    return 0;
}

/*
 * Reads the byte at `*local_head` without giving its room back. Returns 0, or -1 if the queue is
 * empty. Consumer only.
 */
static inline int serial_dequeue_local(
        serial_queue_handle_t *handle, uint32_t *local_head, char *character)
{
    if (serial_queue_empty(handle, *local_head)) {
        return -1;
    }
    *character = handle->data_region[serial_slot(handle, *local_head)];
    (*local_head)++;
    return 0;
}

/* Reads a byte and gives its room back. Returns 0, or -1 if the queue is empty. Consumer only. */
static inline int serial_dequeue(serial_queue_handle_t *handle, char *character)
{
    uint32_t head = SHARED_LOAD(&handle->queue->head);

    if (serial_dequeue_local(handle, &head, character) != 0) {
        return -1;
    }
    serial_update_shared_head(handle, head);
    return 0;
}

/*
 * Copies `size` bytes from `source` to the slots from `tail` on, in one or two pieces. The caller has
 * checked that they fit. Nothing is published.
 */
static inline void serial_copy_in(
        serial_queue_handle_t *handle, uint32_t tail, const char *source, uint32_t size)
{
    uint32_t slot = serial_slot(handle, tail);
    uint32_t first = MIN(size, handle->capacity - slot);

    sddf_memcpy(handle->data_region + slot, source, first);
    sddf_memcpy(handle->data_region, source + first, size - first);
}

/*
 * Copies `size` bytes, at most the capacity, from the slots from `head` on, in one or two pieces. The
 * copy is private: what the producer writes later does not change it. No room is given back.
 */
static inline void serial_copy_out(
        const serial_queue_handle_t *handle, uint32_t head, char *destination, uint32_t size)
{
    uint32_t slot = serial_slot(handle, head);
    uint32_t first = MIN(size, handle->capacity - slot);

    sddf_memcpy(destination, handle->data_region + slot, first);
    sddf_memcpy(destination + first, handle->data_region, size - first);
}

/* Writes and publishes up to `size` bytes; returns how many fitted. Producer only. */
static inline uint32_t serial_enqueue_batch(
        serial_queue_handle_t *handle, uint32_t size, const char *source)
{
    uint32_t tail = SHARED_LOAD(&handle->queue->tail);
    uint32_t count = MIN(size, handle->capacity - serial_length_to(handle, tail));

    serial_copy_in(handle, tail, source, count);
    serial_update_shared_tail(handle, tail + count);
    return count;
}

/* Reads up to `size` bytes and gives their room back; returns how many. Consumer only. */
static inline uint32_t serial_dequeue_batch(
        serial_queue_handle_t *handle, uint32_t size, char *destination)
{
    uint32_t head = SHARED_LOAD(&handle->queue->head);
    uint32_t count = MIN(size, serial_length_from(handle, head));

    serial_copy_out(handle, head, destination, count);
    serial_update_shared_head(handle, head + count);
    return count;
}

/*
 * Moves up to `size` bytes from `from` to `to`, as many as are there and fit; returns how many.
 * Called by the one that is consumer of `from` and producer of `to`.
 */
static inline uint32_t serial_transfer(
        serial_queue_handle_t *from, serial_queue_handle_t *to, uint32_t size)
{
    uint32_t head = SHARED_LOAD(&from->queue->head);
    uint32_t available = serial_length_from(from, head);
    uint32_t slot = serial_slot(from, head);
    uint32_t count = MIN(MIN(size, available), serial_queue_free(to));
    uint32_t first = MIN(count, from->capacity - slot);
    uint32_t tail = SHARED_LOAD(&to->queue->tail);

    serial_copy_in(to, tail, from->data_region + slot, first);
    serial_copy_in(to, tail + first, from->data_region, count - first);
    serial_update_shared_tail(to, tail + count);
    serial_update_shared_head(from, head + count);
    return count;
}

/* Moves everything from `active` to `free_queue`, or as much as fits. */
static inline void serial_transfer_all(
        serial_queue_handle_t *active, serial_queue_handle_t *free_queue)
{
    serial_transfer(active, free_queue, UINT32_MAX);
}

/*
 * Moves everything from `active` to `free_queue` between two strings, if all of it fits; else nothing.
 */
static inline void serial_transfer_all_colour(serial_queue_handle_t *active,
        serial_queue_handle_t *free_queue, const char *colour_start, const char *colour_end)
{
    uint32_t available = serial_queue_length_consumer(active);
    uint32_t before = (uint32_t)sddf_strlen(colour_start);
    uint32_t after = (uint32_t)sddf_strlen(colour_end);

    if ((uint64_t)available + before + after > serial_queue_free(free_queue)) {
        return;
    }
    serial_enqueue_batch(free_queue, before, colour_start);
    serial_transfer(active, free_queue, available);
    serial_enqueue_batch(free_queue, after, colour_end);
}

/*
 * Producer found the queue full and asks to be notified. It must look at the queue once more after
 * this call, and cancel and go on if there is room after all.
 */
static inline void serial_request_producer_signal(serial_queue_handle_t *handle)
{
    SHARED_STORE(&handle->queue->producer_signalled, 0);
    THREAD_MEMORY_FENCE(); /* the request before the second look; pairs with require below */
}

/* Producer no longer waits; or consumer is about to notify it. */
static inline void serial_cancel_producer_signal(serial_queue_handle_t *handle)
{
    SHARED_STORE(&handle->queue->producer_signalled, 1);
}

/*
 * Consumer, after it made room: true if the producer waits. It then cancels the request and notifies.
 */
static inline bool serial_require_producer_signal(serial_queue_handle_t *handle)
{
    THREAD_MEMORY_FENCE(); /* the room before the look at the flag; pairs with request above */
    return SHARED_LOAD(&handle->queue->producer_signalled) == 0;
}
