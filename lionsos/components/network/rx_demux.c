/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/components/network/rx_demux.h"

#include <stddef.h>

#include <sddf/network/mac802.h>

struct entry {
    uint64_t address; /* mac802_number() */
    uint64_t clients; /* one bit */
};

static struct entry entries[SDDF_NET_MAX_CLIENTS * SDDF_NET_MAX_MACS];
static uint32_t entry_count;
static uint64_t everybody;

static const struct entry *find(uint64_t address)
{
    for (uint32_t i = 0; i < entry_count; i++) {
        if (entries[i].address == address) {
            return &entries[i];
        }
    }
    return NULL;
}

static bool add_client(uint32_t number, const net_virt_rx_client_config_t *client)
{
    for (uint32_t i = 0; i < client->num_macs; i++) {
        const uint8_t *mac = client->mac_addrs[i];

        if (mac802_addr_is_group(mac) || find(mac802_number(mac)) != NULL) {
            return false;
        }
        entries[entry_count++] =
                (struct entry){ .address = mac802_number(mac), .clients = UINT64_C(1) << number };
    }
    everybody |= UINT64_C(1) << number;
    return true;
}

bool rx_demux_init(const net_virt_rx_config_t *config)
{
    entry_count = 0;
    everybody = 0;
    for (uint32_t number = 0; number < config->num_clients; number++) {
        const net_virt_rx_client_config_t *client = &config->clients[number];

        if (client->num_macs > SDDF_NET_MAX_MACS || !add_client(number, client)) {
            return false;
        }
    }
    return true;
}

uint64_t rx_demux(const uint8_t *frame)
{
    uint64_t address = mac802_number(frame + NET_ETH_DESTINATION);

    if (address == MAC802_BROADCAST_NUMBER) {
        return everybody;
    }
    const struct entry *entry = find(address);

    return entry != NULL ? entry->clients : 0;
}
