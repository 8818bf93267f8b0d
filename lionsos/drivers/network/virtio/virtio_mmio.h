/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio over MMIO, version 2 ("modern"). Numbers in parentheses are sections of the Virtual I/O Device
 * specification, version 1.2.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Register block (4.2.2). Little endian, 32-bit accesses only. */
struct virtio_mmio_registers {
    uint32_t magic;                  /* 0x000 VIRTIO_MMIO_MAGIC */
    uint32_t version;                /* 0x004 VIRTIO_MMIO_VERSION */
    uint32_t device_id;              /* 0x008 0: no device behind this transport */
    uint32_t vendor_id;              /* 0x00c */
    uint32_t device_features;        /* 0x010 the half selected by the next register */
    uint32_t device_features_select; /* 0x014 */
    uint32_t reserved_0x18[2];       /* 0x018 */
    uint32_t driver_features;        /* 0x020 */
    uint32_t driver_features_select; /* 0x024 */
    uint32_t reserved_0x28[2];       /* 0x028 */
    uint32_t queue_select;           /* 0x030 the queue_ registers are of this queue */
    uint32_t queue_size_max;         /* 0x034 */
    uint32_t queue_size;             /* 0x038 */
    uint32_t reserved_0x3c[2];       /* 0x03c */
    uint32_t queue_ready;            /* 0x044 */
    uint32_t reserved_0x48[2];       /* 0x048 */
    uint32_t queue_notify;           /* 0x050 number of the queue that has new buffers */
    uint32_t reserved_0x54[3];       /* 0x054 */
    uint32_t interrupt_status;       /* 0x060 */
    uint32_t interrupt_acknowledge;  /* 0x064 */
    uint32_t reserved_0x68[2];       /* 0x068 */
    uint32_t status;                 /* 0x070 0: reset */
    uint32_t reserved_0x74[3];       /* 0x074 */
    uint32_t queue_descriptors_low;  /* 0x080 */
    uint32_t queue_descriptors_high; /* 0x084 */
    uint32_t reserved_0x88[2];       /* 0x088 */
    uint32_t queue_available_low;    /* 0x090 */
    uint32_t queue_available_high;   /* 0x094 */
    uint32_t reserved_0x98[2];       /* 0x098 */
    uint32_t queue_used_low;         /* 0x0a0 */
    uint32_t queue_used_high;        /* 0x0a4 */
    uint32_t reserved_0xa8[21];      /* 0x0a8 */
    uint32_t config_generation;      /* 0x0fc */
    uint8_t config[0x100];           /* 0x100 of the device class */
};

#define VIRTIO_MMIO_MAGIC   0x74726976 /* "virt" */
#define VIRTIO_MMIO_VERSION 2

/* Interrupt status (4.2.2). */
#define VIRTIO_INTERRUPT_USED   (1u << 0) /* a device has used buffers of some queue */
#define VIRTIO_INTERRUPT_CONFIG (1u << 1) /* the device's configuration has changed */

/* Device status (2.1). */
#define VIRTIO_STATUS_ACKNOWLEDGE 1u
#define VIRTIO_STATUS_DRIVER      2u
#define VIRTIO_STATUS_DRIVER_OK   4u
#define VIRTIO_STATUS_FEATURES_OK 8u
#define VIRTIO_STATUS_NEEDS_RESET 64u
#define VIRTIO_STATUS_FAILED      128u

/* Feature bit that modern devices have (6). */
#define VIRTIO_F_VERSION_1 32

enum virtio_start {
    VIRTIO_STARTED,
    VIRTIO_NO_TRANSPORT, /* magic or version differ: no device, or QEMU without force-legacy=false */
    VIRTIO_OTHER_DEVICE, /* device_id is not the wanted one */
    VIRTIO_NOT_ACCEPTED, /* the device insists on features that were not asked for */
};

/*
 * Resets the device and negotiates: the features both offered and `wanted`, of which VERSION_1 is
 * always one, go to *features. Queues can then be set up; virtio_mmio_run() ends the set-up.
 */
enum virtio_start virtio_mmio_start(volatile struct virtio_mmio_registers *registers,
        uint32_t device_id, uint64_t wanted, uint64_t *features);

/* A split virtqueue (2.7); addresses as the device sees them. */
struct virtio_mmio_queue {
    uint32_t size; /* descriptors, a power of two */
    uint64_t descriptors;
    uint64_t available;
    uint64_t used;
};

/* Tells the device where queue `number` is. False if the device has no such queue, or a shorter one. */
bool virtio_mmio_add_queue(volatile struct virtio_mmio_registers *registers, uint32_t number,
        const struct virtio_mmio_queue *queue);

/* From here on the device uses its queues. */
void virtio_mmio_run(volatile struct virtio_mmio_registers *registers);

/* Why the interrupt came, as VIRTIO_INTERRUPT_ bits; the device may raise it again at once. */
uint32_t virtio_mmio_take_interrupt(volatile struct virtio_mmio_registers *registers);
