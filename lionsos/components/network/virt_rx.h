/* SPDX-License-Identifier: BSD-2-Clause */
/* What the Rx virtualiser counts; read by debuggers, monitors and tests. */
#pragma once

#include <sddf/network/config.h>

struct virt_rx_client_counters {
    uint64_t packets;
    uint64_t dropped_queue_full; /* its active queue had no room, or corrupted indices */
    uint64_t dropped_share;      /* it holds as many buffers as it may */
    uint64_t refused;            /* returned buffers that it did not have, or that do not exist */
};

struct virt_rx_counters {
    uint64_t received;
    uint64_t unknown_destination; /* frames for nobody */
    uint64_t broadcasts;
    uint64_t strange_from_driver; /* buffers that do not exist or that the driver did not have */
    uint64_t lost_at_driver;      /* buffers for which the driver's queue had no room */
    struct virt_rx_client_counters clients[SDDF_NET_MAX_CLIENTS];
};
extern struct virt_rx_counters virt_rx_counters;
