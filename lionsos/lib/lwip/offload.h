/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checksums of UDP and TCP, which lwIP leaves to us: on the device if it offers that, else here, while the
 * frame is copied. Each empty Tx buffer says what its device offers, so a client need not know it.
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
 * True if a received frame is one of UDP or TCP, whole, with a checksum that is right. False says nothing:
 * lwIP has to look.
 */
bool offload_is_intact(const uint8_t *frame, uint16_t length);

/*
 * Prepares the checksum of a UDP or TCP frame that lwIP has left 0 for the device and says so in `buffer`.
 * Other frames are left alone; so are fragments of UDP, whose 0 means "none given" (RFC 768).
 */
void offload_prepare(uint8_t *frame, net_buff_desc_t *buffer);

/*
 * Provides that checksum itself, for a device that does not. `sum` is the frame's own, over `length` bytes
 * (checksum.h).
 */
void offload_complete(uint8_t *frame, uint16_t length, uint16_t sum);
