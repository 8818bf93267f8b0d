/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the numbers 1 to 100, a queue full at a time. */
#include <microkit.h>

#include "queue.h"

#define CONSUMER 2
#define LAST     100

struct queue *queue; /* set by the microkit tool */

static uint64_t next = 1;

static void produce(void)
{
    while (next <= LAST && queue_put(queue, next)) {
        next++;
    }
    microkit_notify(CONSUMER);
}

void init(void)
{
    microkit_dbg_puts("producer: sending 1 to 100\n");
    produce();
}

void notified(microkit_channel ch)
{
    (void)ch;
    if (next <= LAST) {
        produce();
    }
}
