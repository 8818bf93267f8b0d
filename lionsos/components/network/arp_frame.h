/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP for IPv4 on Ethernet (RFC 826), with the Ethernet header in front. All fields network order. */
#pragma once

#include <stdint.h>

#include <sddf/network/constants.h>

struct arp_frame {
    uint8_t destination[ETH_HWADDR_LEN];
    uint8_t source[ETH_HWADDR_LEN];
    uint8_t type[2];
    uint8_t hardware[2];
    uint8_t protocol[2];
    uint8_t hardware_length;
    uint8_t protocol_length;
    uint8_t operation[2];
    uint8_t sender_mac[ETH_HWADDR_LEN];
    uint8_t sender_ip[4];
    uint8_t target_mac[ETH_HWADDR_LEN];
    uint8_t target_ip[4];
};

_Static_assert(sizeof(struct arp_frame) == 42, "no padding: bytes only");

#define ETH_TYPE_ARP      0x0806
#define ETH_TYPE_IPV4     0x0800
#define ARP_HARDWARE_ETH  1
#define ARP_OPERATION_ASK 1
#define ARP_OPERATION_SAY 2

/* Shortest frame on the wire, without its check sum (IEEE 802.3). */
#define ETH_FRAME_MIN 60
