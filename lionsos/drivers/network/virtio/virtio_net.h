/* SPDX-License-Identifier: BSD-2-Clause */
/* Network device of the Virtual I/O Device specification 1.2, section 5.1. */
#pragma once

#include <stdint.h>

#define VIRTIO_NET_DEVICE_ID 1

/* Queues (5.1.2). The control queue's number is 2 as long as multiqueue is not negotiated. */
#define VIRTIO_NET_QUEUE_RX 0
#define VIRTIO_NET_QUEUE_TX 1

/* Feature bits (5.1.3). */
#define VIRTIO_NET_F_CSUM 0 /* device completes checksums of what is sent */
#define VIRTIO_NET_F_GUEST_CSUM \
    1                          /* what is received may carry incomplete but known good checksums */
#define VIRTIO_NET_F_STATUS 16 /* the link's state can be read */

/* Before each packet (5.1.6). */
struct virtio_net_header {
    uint8_t flags;
    uint8_t gso_type; /* 0: none */
    uint16_t header_length;
    uint16_t gso_size;
    uint16_t csum_start;
    uint16_t csum_offset;
    uint16_t num_buffers; /* received: 1 without mergeable buffers */
};

_Static_assert(sizeof(struct virtio_net_header) == 12, "5.1.6 with VERSION_1");

#define VIRTIO_NET_NEEDS_CSUM 1 /* sum from csum_start on, store at csum_start + csum_offset */
#define VIRTIO_NET_DATA_VALID 2 /* received: the checksum has been checked */

/* Device configuration (5.1.4): MAC address, then status if F_STATUS. */
#define VIRTIO_NET_CONFIG_STATUS 6
#define VIRTIO_NET_LINK_UP       1
