/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/components/network/tx_buffers.h"

#include <sddf/util/string.h>
#include <sddf/util/util.h>

struct tx_books tx_books;

static uint32_t count_buffers(const net_virt_tx_client_config_t *client)
{
    uint32_t count = 0;

    assert(client->num_regions >= 1 && client->num_regions <= SDDF_NET_MAX_REGIONS);
    for (uint32_t region = 0; region < client->num_regions; region++) {
        uint64_t size = client->regions[region].data.region.size;

        assert(client->regions[region].num_buffers <= size / NET_BUFFER_SIZE);
        count += client->regions[region].num_buffers;
    }
    return count;
}

uint32_t tx_buffers_init(const net_virt_tx_config_t *config)
{
    uint32_t total = 0;

    tx_books.layout = config;
    for (uint32_t client = 0; client < config->num_clients; client++) {
        tx_books.accounts[client] = (struct tx_account){
            .first = total,
            .count = count_buffers(&config->clients[client]),
        };
        total += tx_books.accounts[client].count;
    }
    assert(total <= TX_BUFFERS_MAX);
    return total;
}

static void count_in_flight(struct tx_account *account)
{
    account->in_flight = 0;
    for (uint32_t i = 0; i < account->count; i++) {
        struct tx_buffer buffer = { .number = account->first + i };

        account->in_flight += tx_buffer_is_in_flight(buffer);
    }
    tx_books.in_flight_total += account->in_flight;
}

void tx_buffers_attach(struct tx_in_flight *in_flight, bool go_on)
{
    tx_books.in_flight = in_flight;
    tx_books.in_flight_total = 0;
    if (!go_on) {
        sddf_memset(in_flight, 0, sizeof(*in_flight));
    }
    for (uint32_t client = 0; client < tx_books.layout->num_clients; client++) {
        count_in_flight(&tx_books.accounts[client]);
    }
}
