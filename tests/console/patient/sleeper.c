/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks for a signal and sleeps, whatever has been put in since. */
#include <stdint.h>

#include <microkit.h>

#include <sddf/network/queue.h>

uintptr_t work;

void init(void)
{
    net_queue_t *queue = (net_queue_t *)work;

    queue->consumer_signalled = 0; /* a signal is wanted */
}

void notified(microkit_channel channel)
{
    (void)channel;
}
