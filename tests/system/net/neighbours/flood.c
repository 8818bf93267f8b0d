/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the largest frames as fast as it gets buffers, and never sleeps. */
#include <os/sddf.h>

#include <sddf/util/string.h>

#include "tests/system/net/neighbours/neighbour.h"

#define FRAME_LENGTH 1514

/* An Ethernet frame that nobody on the wire listens to: a type for local experiments (IEEE 802). */
static void fill_in(uint8_t *frame)
{
    static const uint8_t header[] = { 0x52, 0x55, 0x0a, 0, 2, 2, 0x52, 0x54, 1, 0, 0, 2, 0x88,
        0xb5 };

    sddf_memset(frame, 0x55, FRAME_LENGTH);
    sddf_memcpy(frame, header, sizeof(header));
}

static bool send_what_can_be(void)
{
    net_buff_desc_t buffer;
    bool sent = false;

    while (net_dequeue_free(&tx, &buffer) == 0) {
        buffer.len = FRAME_LENGTH;
        buffer.flags = 0;
        sent |= net_enqueue_active(&tx, buffer) == 0;
    }
    return sent;
}

void misbehave(void)
{
    for (uint32_t i = 0; i < tx.capacity; i++) {
        fill_in((uint8_t *)net_config.tx_data.vaddr + i * NET_BUFFER_SIZE);
    }
    for (;;) {
        if (send_what_can_be() && net_require_signal_active(&tx)) {
            net_cancel_signal_active(&tx);
            sddf_notify(net_config.tx.id);
        }
    }
}
