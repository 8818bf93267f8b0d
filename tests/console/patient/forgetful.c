/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts three entries in, and does not look whether the consumer wants a signal. */
#include <stdint.h>

#include <microkit.h>

#include <sddf/network/queue.h>

uintptr_t work;
uint32_t put_in;

void init(void)
{
    net_queue_t *queue = (net_queue_t *)work;

    for (; put_in < 3; put_in++) {
        queue->buffers[put_in].len = (uint16_t)(100 + put_in);
        queue->tail++;
    }
}

void notified(microkit_channel channel)
{
    (void)channel;
}
