/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP responder: answers requests for the addresses that clients have registered, so that the clients
 * need not. Protected calls; the reply's label is SDDF_NET_ARP_OK or SDDF_NET_ARP_ERROR (unknown label,
 * address 0 or no unicast, group MAC, or registered by another client).
 *
 * | label | MR0 in | MR1 in |
 * |---|---|---|
 * | 0 SDDF_NET_ARP_REGISTER_IP | IPv4 address, network byte order | mac802_number() of the MAC address |
 *
 * Each client has one address; a new one replaces the old.
 */
#pragma once

#include <os/sddf.h>
#include <stdbool.h>
#include <stdint.h>

#include <sddf/network/mac802.h>

#define SDDF_NET_ARP_REGISTER_IP 0

#define SDDF_NET_ARP_OK    0
#define SDDF_NET_ARP_ERROR 1

/* Client: registers its address with the responder at the other end of `channel`. */
static inline bool sddf_net_arp_register_ip(sddf_channel channel, uint32_t ip, const uint8_t *mac)
{
    sddf_set_mr(0, ip);
    sddf_set_mr(1, mac802_number(mac));
    microkit_msginfo reply =
            sddf_ppcall(channel, microkit_msginfo_new(SDDF_NET_ARP_REGISTER_IP, 2));
    return microkit_msginfo_get_label(reply) == SDDF_NET_ARP_OK;
}
