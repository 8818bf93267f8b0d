/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/host/lionsos/network_peer.h"

#include <stdlib.h>

#include <sddf/util/cache.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

/* All there is: reachable until the end, so it counts as no leak. */
static void *allocated[1024];
static uint32_t allocated_count;

static void *allocate(size_t size)
{
    void *memory = calloc(1, size);

    assert(memory != NULL && allocated_count < ARRAY_SIZE(allocated));
    allocated[allocated_count++] = memory;
    return memory;
}

static size_t queue_size(uint32_t capacity)
{
    return sizeof(net_queue_t) + capacity * sizeof(net_buff_desc_t);
}

static region_resource_t new_queue(uint16_t buffers)
{
    return (region_resource_t){ allocate(queue_size(buffers)), queue_size(buffers) };
}

net_connection_resource_t net_peer_connection(uint16_t buffers, uint8_t channel)
{
    return (net_connection_resource_t){
        .free_queue = new_queue(buffers),
        .active_queue = new_queue(buffers),
        .num_buffers = buffers,
        .id = channel,
    };
}

net_queue_handle_t net_peer_handle(const net_connection_resource_t *connection)
{
    net_queue_handle_t handle;

    net_queue_init(&handle, connection->free_queue.vaddr, connection->active_queue.vaddr,
            connection->num_buffers);
    return handle;
}

region_resource_t net_peer_region(uint32_t buffers)
{
    size_t size = (size_t)buffers * NET_BUFFER_SIZE;

    return (region_resource_t){ allocate(size), size };
}

void net_peer_reset(net_queue_handle_t *handle)
{
    sddf_memset(handle->free, 0, queue_size(handle->capacity));
    sddf_memset(handle->active, 0, queue_size(handle->capacity));
    handle->refused = 0;
}

uint32_t net_peer_random(uint32_t limit)
{
    return (uint32_t)random() % limit;
}

static uint16_t hostile_index(uint16_t near)
{
    switch (net_peer_random(3)) {
    case 0:
        return (uint16_t)(near + net_peer_random(5) - 2);
    case 1:
        return (uint16_t)(near + net_peer_random(64));
    default:
        return (uint16_t)random();
    }
}

static net_buff_desc_t hostile_descriptor(uint32_t buffers)
{
    net_buff_desc_t descriptor = {
        .io_or_offset = (uint64_t)net_peer_random(buffers) * NET_BUFFER_SIZE,
        .len = (uint16_t)(14 + net_peer_random(1500)),
    };

    switch (net_peer_random(8)) {
    case 0:
        descriptor.io_or_offset = (uint64_t)random() << 33 ^ (uint64_t)random();
        break;
    case 1:
        descriptor.io_or_offset += net_peer_random(NET_BUFFER_SIZE);
        break;
    case 2:
        descriptor.len = (uint16_t)random();
        break;
    case 3:
        descriptor.oid = net_peer_random(64) & 0x3f;
        break;
    case 4:
        descriptor.flags = (uint8_t)random();
        descriptor.csum_start = (uint16_t)random();
        descriptor.csum_offset = (uint16_t)random();
        break;
    default:
        break;
    }
    return descriptor;
}

void net_peer_scribble(net_queue_handle_t *handle, uint32_t buffers)
{
    net_queue_t *queue = net_peer_random(2) ? handle->free : handle->active;

    switch (net_peer_random(10)) {
    case 0:
        queue->head = hostile_index(queue->head);
        break;
    case 1:
        queue->tail = hostile_index(queue->tail);
        break;
    case 2:
        queue->consumer_signalled = net_peer_random(3);
        break;
    case 3:
        queue->tail = (uint16_t)(queue->head + net_peer_random(handle->capacity + 1));
        break;
    default:
        queue->buffers[net_peer_random(handle->capacity)] = hostile_descriptor(buffers);
        break;
    }
}

/* Instead of lib/util/cache.c: reads the range, so that the sanitizer sees where it lies. */
static void touch(unsigned long start, unsigned long end)
{
    for (unsigned long address = start; address < end; address++) {
        (void)*(volatile const char *)address;
    }
}

void cache_clean(unsigned long start, unsigned long end)
{
    touch(start, end);
}

void cache_clean_and_invalidate(unsigned long start, unsigned long end)
{
    touch(start, end);
}
