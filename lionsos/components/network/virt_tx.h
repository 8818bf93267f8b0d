/* SPDX-License-Identifier: BSD-2-Clause */
/* What the Tx virtualiser counts; read by debuggers, monitors and tests. */
#pragma once

#include <sddf/network/config.h>

/* Why a client's packet was not sent. */
enum tx_refusal {
    TX_ACCEPTED,
    TX_BAD_OFFSET,   /* no buffer of the client's starts there */
    TX_BAD_LENGTH,   /* shorter than a header or longer than a buffer */
    TX_BAD_CHECKSUM, /* the checksum to be completed lies outside the frame */
    TX_IN_FLIGHT,    /* the driver has this buffer already */
    TX_REFUSALS,     /* number of the above */
};

struct virt_tx_client_counters {
    uint64_t packets;
    uint64_t bytes;
    uint64_t refused[TX_REFUSALS];
    uint64_t not_returned; /* sent buffers that its free queue had no room for */
};

struct virt_tx_counters {
    uint64_t lost_at_driver;      /* packets for which the driver's queue had no room */
    uint64_t strange_from_driver; /* buffers that are nobody's, or were not in flight */
    struct virt_tx_client_counters clients[SDDF_NET_MAX_CLIENTS];
};
extern struct virt_tx_counters virt_tx_counters;
