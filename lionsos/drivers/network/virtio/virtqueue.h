/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Split virtqueue (Virtual I/O Device specification 1.2, section 2.7), used in the one way that a
 * network device needs: each packet is a chain of two descriptors, a header and a buffer. Chains are
 * linked once: slot s is descriptors 2s and 2s + 1, and header s never moves, so that sending or
 * receiving a packet writes one descriptor and one ring entry.
 *
 * The memory is shared with the device: descriptors and `available` are written by the driver, `used` by
 * the device. What the device says is checked: a slot that is not with it is refused.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sddf/util/atomic.h>
#include <sddf/util/fence.h>
#include <sddf/util/util.h>

struct virtq_descriptor {
    uint64_t address; /* as the device sees it */
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};

#define VIRTQ_NEXT  1 /* the chain goes on at `next` */
#define VIRTQ_WRITE 2 /* the device writes this buffer */

/* Descriptors of a queue, and its slots. QEMU's devices have 256 descriptors unless told otherwise. */
#define VIRTQUEUE_SIZE  256
#define VIRTQUEUE_SLOTS (VIRTQUEUE_SIZE / 2)

struct virtq_available {
    uint16_t flags;
    uint16_t index; /* of the next entry the driver writes; runs freely */
    uint16_t ring[VIRTQUEUE_SIZE];
    uint16_t used_event; /* not negotiated */
};

#define VIRTQ_NO_INTERRUPT 1 /* available.flags: no interrupt for used buffers, please */
#define VIRTQ_NO_NOTIFY    1 /* used.flags: no notification for available buffers, please */

struct virtq_used_element {
    uint32_t id;     /* first descriptor of the chain */
    uint32_t length; /* bytes the device wrote */
};

struct virtq_used {
    uint16_t flags;
    uint16_t index; /* of the next entry the device writes; runs freely */
    struct virtq_used_element ring[VIRTQUEUE_SIZE];
    uint16_t available_event; /* not negotiated */
};

/* What driver and device share. */
struct virtqueue_memory {
    _Alignas(16) struct virtq_descriptor descriptors[VIRTQUEUE_SIZE];
    struct virtq_available available;
    _Alignas(4) struct virtq_used used;
};

/* Driver's view of a queue. */
struct virtqueue {
    struct virtqueue_memory *memory;
    uint16_t next_available;              /* what available.index is, or will be when published */
    uint16_t next_used;                   /* first entry of `used` not looked at yet */
    uint16_t free_count;                  /* slots not with the device */
    bool interrupts;                      /* whether used buffers interrupt */
    uint16_t free_slots[VIRTQUEUE_SLOTS]; /* the first free_count of these */
    uint64_t buffers[VIRTQUEUE_SLOTS];    /* by slot: address given to the device, 0 if none */
    uint32_t refused;                     /* times the device named a slot it did not have */
};

/*
 * Prepares an empty queue in zeroed memory. `headers` is where the device sees the headers, one of
 * `header_size` bytes for each slot; `flags` is VIRTQ_WRITE if the device fills them.
 */
void virtqueue_init(struct virtqueue *queue, struct virtqueue_memory *memory, uint64_t headers,
        uint32_t header_size, uint16_t flags);

/* Slots that are with the device. */
static inline uint32_t virtqueue_in_flight(const struct virtqueue *queue)
{
    return VIRTQUEUE_SLOTS - queue->free_count;
}

/* The slot that the next virtqueue_add() takes; there must be one. */
static inline uint16_t virtqueue_next_slot(const struct virtqueue *queue)
{
    return queue->free_slots[queue->free_count - 1];
}

/* Adds a buffer; there must be a free slot. The device sees it after virtqueue_publish(). */
static inline void virtqueue_add(struct virtqueue *queue, uint64_t address, uint32_t length)
{
    uint16_t slot = queue->free_slots[--queue->free_count];
    struct virtq_descriptor *descriptor = &queue->memory->descriptors[2 * slot + 1];
    uint16_t entry = queue->next_available++ % VIRTQUEUE_SIZE;

    queue->buffers[slot] = address;
    descriptor->address = address;
    descriptor->length = length;
    queue->memory->available.ring[entry] = (uint16_t)(2 * slot);
}

/* Shows the device what was added. True if it wants to be told about it. */
static inline bool virtqueue_publish(struct virtqueue *queue)
{
    SHARED_STORE_RELEASE(&queue->memory->available.index, queue->next_available);
    THREAD_MEMORY_FENCE(); /* the new index before the look at the device's flags (2.7.13.4) */
    return !(SHARED_LOAD(&queue->memory->used.flags) & VIRTQ_NO_NOTIFY);
}

/* True if the device has finished with something. */
static inline bool virtqueue_has_used(const struct virtqueue *queue)
{
    return SHARED_LOAD_ACQUIRE(&queue->memory->used.index) != queue->next_used;
}

/* What the device has finished with. */
struct virtqueue_used {
    uint64_t address; /* as given to virtqueue_add() */
    uint32_t length;  /* bytes written, the header's included */
    uint16_t slot;
};

/*
 * Takes one finished buffer; its slot is free again. False if there is none. An element that names no
 * slot of the device's is skipped and counted.
 */
bool virtqueue_take(struct virtqueue *queue, struct virtqueue_used *used);

/* Switches the interrupt for used buffers. After switching on, the queue must be looked at again. */
static inline void virtqueue_interrupts(struct virtqueue *queue, bool on)
{
    queue->interrupts = on;
    SHARED_STORE(&queue->memory->available.flags, on ? 0 : VIRTQ_NO_INTERRUPT);
    THREAD_MEMORY_FENCE(); /* the request before the second look (2.7.10) */
}
