/* SPDX-License-Identifier: BSD-2-Clause */
/* Policy of the Rx virtualiser: who gets a frame. Depends on the destination address only. */
#pragma once

#include <sddf/network/config.h>

/* Learns the clients' addresses. False if two clients have the same one, or one that is no client's. */
bool rx_demux_init(const net_virt_rx_config_t *config);

/*
 * Bit per client that gets the frame that starts at `frame`, of which NET_ETH_HEADER_LEN bytes are
 * there; 0 if nobody does. Broadcasts go to all; other group addresses to nobody.
 */
uint64_t rx_demux(const uint8_t *frame);
