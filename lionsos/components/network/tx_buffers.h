/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Tx virtualiser's books: which buffers its clients have, and which of them the driver has at the
 * moment. A buffer that the driver has is in flight; it may not be handed over again before it is back.
 *
 * What each packet needs is inline: as calls it would make the Tx virtualiser a fifth slower.
 *
 * There is one set of books. Client and region numbers are those of the configuration, and must exist.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sddf/network/config.h>
#include <sddf/network/queue.h>

#include "lionsos/components/network/connection.h"

/* Most buffers of all clients together: as many as the driver's queue can ever hold. */
#define TX_BUFFERS_MAX NET_QUEUE_CAPACITY_MAX

/* Bit per buffer: in flight. All that has to live on when another image takes over. */
struct tx_in_flight {
    uint64_t bits[TX_BUFFERS_MAX / 64];
};

/* A buffer; or none, if tx_buffer_exists() is false. */
struct tx_buffer {
    uint32_t number; /* among those of all clients */
    uint16_t client;
    uint16_t region; /* of the client's; `oid` of a descriptor */
    uint64_t offset; /* in the region, bytes */
};

#define TX_NO_BUFFER UINT32_MAX /* as `number` */

/* The books themselves; written by the functions below only. */
struct tx_books {
    const net_virt_tx_config_t *layout;
    struct tx_in_flight *in_flight;
    uint32_t in_flight_total;
    struct tx_account {
        uint32_t first; /* number of the first buffer of the client's first region */
        uint32_t count;
        uint32_t in_flight;
    } accounts[SDDF_NET_MAX_CLIENTS];
};
extern struct tx_books tx_books;

/*
 * Opens the books on a configuration, which stays where it is; call first. Returns how many buffers
 * there are. Asserts that they lie in their regions, and are not too many.
 */
uint32_t tx_buffers_init(const net_virt_tx_config_t *config);

/* Keeps the books in `in_flight` from now on: goes on with what stands there, or with nothing. */
void tx_buffers_attach(struct tx_in_flight *in_flight, bool go_on);

/* What a client calls by region and offset, whatever these are. None if no buffer of it starts there. */
static inline struct tx_buffer tx_buffer_named(uint32_t client, uint32_t region, uint64_t offset)
{
    const net_virt_tx_client_config_t *owner = &tx_books.layout->clients[client];
    uint32_t number = tx_books.accounts[client].first + (uint32_t)(offset / NET_BUFFER_SIZE);

    if (region >= owner->num_regions
            || !is_buffer_offset(offset, owner->regions[region].num_buffers)) {
        return (struct tx_buffer){ .number = TX_NO_BUFFER };
    }
    for (uint32_t before = 0; before < region; before++) {
        number += owner->regions[before].num_buffers;
    }
    return (struct tx_buffer){ number, (uint16_t)client, (uint16_t)region, offset };
}

/* What the driver calls by address. None if no buffer starts there. */
static inline struct tx_buffer tx_buffer_at(uint64_t io_address)
{
    for (uint32_t client = 0; client < tx_books.layout->num_clients; client++) {
        const net_virt_tx_client_config_t *owner = &tx_books.layout->clients[client];

        for (uint32_t region = 0; region < owner->num_regions; region++) {
            uint64_t offset = io_address - owner->regions[region].data.io_addr;

            if (is_buffer_offset(offset, owner->regions[region].num_buffers)) {
                return tx_buffer_named(client, region, offset);
            }
        }
    }
    return (struct tx_buffer){ .number = TX_NO_BUFFER };
}

static inline bool tx_buffer_exists(struct tx_buffer buffer)
{
    return buffer.number != TX_NO_BUFFER;
}

static inline const device_region_resource_t *tx_buffer_memory(struct tx_buffer buffer)
{
    return &tx_books.layout->clients[buffer.client].regions[buffer.region].data;
}

/* Address for the driver. */
static inline uint64_t tx_buffer_io_address(struct tx_buffer buffer)
{
    return tx_buffer_memory(buffer)->io_addr + buffer.offset;
}

/* Address in this PD. */
static inline uintptr_t tx_buffer_vaddr(struct tx_buffer buffer)
{
    return (uintptr_t)tx_buffer_memory(buffer)->region.vaddr + buffer.offset;
}

static inline bool tx_buffer_is_in_flight(struct tx_buffer buffer)
{
    return tx_books.in_flight->bits[buffer.number / 64] >> (buffer.number % 64) & 1;
}

/* The driver gets a buffer that is not in flight. */
static inline void tx_buffer_leaves(struct tx_buffer buffer)
{
    tx_books.in_flight->bits[buffer.number / 64] |= UINT64_C(1) << (buffer.number % 64);
    tx_books.accounts[buffer.client].in_flight++;
    tx_books.in_flight_total++;
}

/* A buffer in flight is back. */
static inline void tx_buffer_returns(struct tx_buffer buffer)
{
    tx_books.in_flight->bits[buffer.number / 64] &= ~(UINT64_C(1) << (buffer.number % 64));
    tx_books.accounts[buffer.client].in_flight--;
    tx_books.in_flight_total--;
}

/* How many the driver has, of all clients. */
static inline uint32_t tx_buffers_in_flight(void)
{
    return tx_books.in_flight_total;
}

/* True if the driver has more than half of a client's buffers. */
static inline bool tx_buffers_are_short(uint32_t client)
{
    return tx_books.accounts[client].in_flight * 2 > tx_books.accounts[client].count;
}
