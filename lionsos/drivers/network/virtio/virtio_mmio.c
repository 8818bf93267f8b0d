/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/drivers/network/virtio/virtio_mmio.h"

#include <stddef.h>

_Static_assert(offsetof(struct virtio_mmio_registers, queue_select) == 0x30, "4.2.2");
_Static_assert(offsetof(struct virtio_mmio_registers, interrupt_status) == 0x60, "4.2.2");
_Static_assert(offsetof(struct virtio_mmio_registers, queue_used_low) == 0xa0, "4.2.2");
_Static_assert(offsetof(struct virtio_mmio_registers, config) == 0x100, "4.2.2");

static uint64_t offered_features(volatile struct virtio_mmio_registers *registers)
{
    registers->device_features_select = 0;
    uint64_t low = registers->device_features;
    registers->device_features_select = 1;
    uint64_t high = registers->device_features;

    return high << 32 | low;
}

static void accept_features(volatile struct virtio_mmio_registers *registers, uint64_t features)
{
    registers->driver_features_select = 0;
    registers->driver_features = (uint32_t)features;
    registers->driver_features_select = 1;
    registers->driver_features = (uint32_t)(features >> 32);
}

enum virtio_start virtio_mmio_start(volatile struct virtio_mmio_registers *registers,
        uint32_t device_id, uint64_t wanted, uint64_t *features)
{
    if (registers->magic != VIRTIO_MMIO_MAGIC || registers->version != VIRTIO_MMIO_VERSION) {
        return VIRTIO_NO_TRANSPORT;
    }
    if (registers->device_id != device_id) {
        return VIRTIO_OTHER_DEVICE;
    }

    /* The order of these steps is 3.1.1. */
    registers->status = 0;
    registers->status = VIRTIO_STATUS_ACKNOWLEDGE;
    registers->status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;
    *features = offered_features(registers) & (wanted | UINT64_C(1) << VIRTIO_F_VERSION_1);
    accept_features(registers, *features);
    registers->status =
            VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK;
    if (!(registers->status & VIRTIO_STATUS_FEATURES_OK)) {
        registers->status = VIRTIO_STATUS_FAILED;
        return VIRTIO_NOT_ACCEPTED;
    }
    return VIRTIO_STARTED;
}

bool virtio_mmio_add_queue(volatile struct virtio_mmio_registers *registers, uint32_t number,
        const struct virtio_mmio_queue *queue)
{
    registers->queue_select = number;
    if (registers->queue_size_max < queue->size) {
        return false;
    }
    registers->queue_size = queue->size;
    registers->queue_descriptors_low = (uint32_t)queue->descriptors;
    registers->queue_descriptors_high = (uint32_t)(queue->descriptors >> 32);
    registers->queue_available_low = (uint32_t)queue->available;
    registers->queue_available_high = (uint32_t)(queue->available >> 32);
    registers->queue_used_low = (uint32_t)queue->used;
    registers->queue_used_high = (uint32_t)(queue->used >> 32);
    registers->queue_ready = 1;
    return true;
}

void virtio_mmio_run(volatile struct virtio_mmio_registers *registers)
{
    registers->status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK
            | VIRTIO_STATUS_DRIVER_OK;
}

uint32_t virtio_mmio_take_interrupt(volatile struct virtio_mmio_registers *registers)
{
    uint32_t reasons = registers->interrupt_status;

    registers->interrupt_acknowledge = reasons;
    return reasons;
}
