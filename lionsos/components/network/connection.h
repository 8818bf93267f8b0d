/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of a configured connection, and checks of what comes through them. */
#pragma once

#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/util/util.h>

/* Attaches to the queues of `connection`, whose sizes the build has got right. */
static inline void connection_attach(
        net_queue_handle_t *handle, const net_connection_resource_t *connection)
{
    uint64_t bytes = sizeof(net_queue_t) + connection->num_buffers * sizeof(net_buff_desc_t);

    assert(is_power_of_two(connection->num_buffers));
    assert(connection->num_buffers <= NET_QUEUE_CAPACITY_MAX);
    assert(connection->free_queue.size >= bytes && connection->active_queue.size >= bytes);
    net_queue_init(handle, connection->free_queue.vaddr, connection->active_queue.vaddr,
            connection->num_buffers);
}

/* True if `offset` is where one of the first `count` buffers of a region starts. */
static inline bool is_buffer_offset(uint64_t offset, uint64_t count)
{
    return offset % NET_BUFFER_SIZE == 0 && offset / NET_BUFFER_SIZE < count;
}

/* True for lengths that a frame in a buffer may have; devices choke on shorter ones. */
static inline bool is_frame_length(uint16_t length)
{
    return length >= NET_ETH_HEADER_LEN && length <= NET_BUFFER_SIZE;
}
