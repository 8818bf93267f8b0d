/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy of the days in which nobody noted how the queues stood: hand-over schema 1. */
#include <lions/rx_policy.h>

LIONS_MODULE("net_virt_rx", 1, 1, 1, 1, sizeof(net_virt_rx_config_t));

static uint32_t most;

void rx_policy_init(uint32_t buffers, uint32_t clients)
{
    (void)clients;
    most = buffers / 2;
}

bool rx_policy_may_hold(uint32_t own, uint32_t held)
{
    (void)own;
    return held < most;
}
