/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/drivers/network/virtio/virtqueue.h"

_Static_assert(sizeof(struct virtq_descriptor) == 16, "2.7.5");
_Static_assert(sizeof(struct virtq_used_element) == 8, "2.7.8");

void virtqueue_init(struct virtqueue *queue, struct virtqueue_memory *memory, uint64_t headers,
        uint32_t header_size, uint16_t flags)
{
    *queue = (struct virtqueue){
        .memory = memory, .free_count = VIRTQUEUE_SLOTS, .interrupts = true
    };
    for (uint32_t slot = 0; slot < VIRTQUEUE_SLOTS; slot++) {
        memory->descriptors[2 * slot] = (struct virtq_descriptor){
            .address = headers + (uint64_t)slot * header_size,
            .length = header_size,
            .flags = VIRTQ_NEXT | flags,
            .next = (uint16_t)(2 * slot + 1),
        };
        memory->descriptors[2 * slot + 1] = (struct virtq_descriptor){ .flags = flags };
        queue->free_slots[slot] =
                (uint16_t)(VIRTQUEUE_SLOTS - 1 - slot); /* slot 0 is taken first */
    }
}

bool virtqueue_take(struct virtqueue *queue, struct virtqueue_used *used)
{
    while (virtqueue_has_used(queue)) {
        struct virtq_used_element *entry =
                &queue->memory->used.ring[queue->next_used++ % VIRTQUEUE_SIZE];
        uint32_t id = SHARED_LOAD(&entry->id);
        uint32_t slot = id / 2;

        if (id % 2 != 0 || slot >= VIRTQUEUE_SLOTS || queue->buffers[slot] == 0) {
            queue->refused++;
            continue;
        }
        used->address = queue->buffers[slot];
        used->length = SHARED_LOAD(&entry->length);
        used->slot = (uint16_t)slot;
        queue->buffers[slot] = 0;
        queue->free_slots[queue->free_count++] = (uint16_t)slot;
        return true;
    }
    return false;
}
