/* SPDX-License-Identifier: BSD-2-Clause */
/* Network connections on the heap, so that the sanitizer sees any access beside them. */
#pragma once

#include <sddf/network/config.h>
#include <sddf/network/queue.h>

/* A connection with two zeroed queues of `buffers` descriptors each; freed at exit only. */
net_connection_resource_t net_peer_connection(uint16_t buffers, uint8_t channel);

/* The other end of a connection. */
net_queue_handle_t net_peer_handle(const net_connection_resource_t *connection);

/* Memory for `buffers` buffers, without a byte behind it. */
region_resource_t net_peer_region(uint32_t buffers);

/* Both queues empty, all flags 0, as at the start. */
void net_peer_reset(net_queue_handle_t *handle);

/*
 * What a hostile end may do to the memory it shares: one random change of an index, a flag or a
 * descriptor, of either queue. Half of the descriptors name one of `buffers` buffers.
 */
void net_peer_scribble(net_queue_handle_t *handle, uint32_t buffers);

/* Up to `limit` random numbers, from 0 on. */
uint32_t net_peer_random(uint32_t limit);
