/* SPDX-License-Identifier: BSD-2-Clause */
/* IEEE 802 MAC addresses, 6 bytes in the order in which they are sent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <sddf/network/constants.h>

/* The address as a number, first byte lowest: two addresses are equal if their numbers are. */
static inline uint64_t mac802_number(const uint8_t *mac)
{
    uint32_t low;
    uint16_t high;

    __builtin_memcpy(&low, mac, sizeof(low));
    __builtin_memcpy(&high, mac + sizeof(low), sizeof(high));
    return (uint64_t)high << 32 | low;
}

#define MAC802_BROADCAST_NUMBER 0xffffffffffffULL

static inline bool mac802_addr_eq(const uint8_t *a, const uint8_t *b)
{
    return mac802_number(a) == mac802_number(b);
}

/* ff:ff:ff:ff:ff:ff */
static inline bool mac802_addr_eq_bcast(const uint8_t *mac)
{
    return mac802_number(mac) == MAC802_BROADCAST_NUMBER;
}

/* True for group addresses, of which broadcast is one. */
static inline bool mac802_addr_is_group(const uint8_t *mac)
{
    return (mac[0] & 1) != 0;
}
