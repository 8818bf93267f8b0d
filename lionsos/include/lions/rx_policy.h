/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policy of the Rx virtualiser: how many buffers a client may hold. The mechanics (virt_rx.c) own queues, addresses and
 * checks; a policy knows numbers only. One policy is linked into the virtualiser's image.
 *
 * Whatever it decides, some buffers must be left to the driver, or the device would run dry because of clients.
 *
 * To write one: implement these functions in a file rx_policy_<name>.c and add it to CMakeLists.txt; with an installed SDK,
 * link it with libnet_virt_rx.a, as lionsos.mk shows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <lions/reload.h>
#include <sddf/network/config.h>

/*
 * In the file of a policy: it is a module for net_virt_rx, and has this version. Without it the version is 1. The other
 * numbers are those of the library's mechanics: interface, and schema of the state that one image leaves to the next.
 */
#define LIONS_NET_VIRT_RX(version) \
    LIONS_MODULE("net_virt_rx", 1, 2, 1, version, sizeof(net_virt_rx_config_t))

/* Once, before the other: so many buffers and clients, neither of them 0. */
void rx_policy_init(uint32_t buffers, uint32_t clients);

/* Whether a client that holds `own` buffers may have one more; all clients together hold `held` of them. */
bool rx_policy_may_hold(uint32_t own, uint32_t held);
