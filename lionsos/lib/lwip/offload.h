/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksums of UDP and TCP, where lwIP does not compute them itself: on the device if it offers that.
 * Each empty Tx buffer says whether it does, so a client need not know the device beforehand.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sddf/network/queue.h>

struct netif;

/* From here on lwIP leaves the checksums of UDP and TCP 0 when it sends. */
void offload_start(struct netif *netif);

/* Whether lwIP checks the checksums of the next received frame's UDP or TCP. */
void offload_set_checks(struct netif *netif, bool check);

/*
 * Provides the checksum of a UDP or TCP frame that lwIP has left 0: prepares it for the device and says
 * so in `buffer`, or computes it if the device does not. Fragments of UDP keep their 0, which means "none
 * given" (RFC 768); other frames are left alone.
 */
void offload_complete(uint8_t *frame, net_buff_desc_t *buffer, bool device_sums);
