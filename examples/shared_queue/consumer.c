/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds up what arrives. */
#include <microkit.h>

#include "queue.h"

#define PRODUCER 9
#define LAST     100

struct queue *queue; /* set by the microkit tool */

static uint64_t sum;
static unsigned wakeups;

void init(void)
{
}

void notified(microkit_channel ch)
{
    uint64_t value = 0;

    (void)ch;
    wakeups++;
    while (queue_take(queue, &value)) {
        sum += value;
    }
    if (value == LAST) {
        microkit_dbg_puts("consumer: the sum is ");
        microkit_dbg_put32((seL4_Uint32)sum);
        microkit_dbg_puts(", after ");
        microkit_dbg_put32(wakeups);
        microkit_dbg_puts(" notifications\n");
    }
    microkit_notify(PRODUCER);
}
