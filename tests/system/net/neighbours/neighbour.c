/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/net/neighbours/neighbour.h"

#include <os/sddf.h>

__attribute__((section(".net_client_config"), used)) net_client_config_t net_config;

net_queue_handle_t rx;
net_queue_handle_t tx;

void init(void)
{
    net_queue_init(&rx, net_config.rx.free_queue.vaddr, net_config.rx.active_queue.vaddr,
            net_config.rx.num_buffers);
    net_queue_init(&tx, net_config.tx.free_queue.vaddr, net_config.tx.active_queue.vaddr,
            net_config.tx.num_buffers);
    net_buffers_init(&tx, 0);
    misbehave();
}

void notified(sddf_channel channel)
{
    (void)channel;
}
