/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sddf_printf() through the serial virtualiser: part of libsddf_util. Characters collect in the queue
 * behind a private tail and become visible at the end of a line, so one line costs one notification.
 */
#include <os/sddf.h>

#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>

#define FLUSH_CHARACTER '\n'

static serial_queue_handle_t *queue;
static sddf_channel channel;
static uint32_t local_tail; /* queue->tail plus what has not been sent */

void serial_putchar_init(unsigned int serial_channel, serial_queue_handle_t *tx)
{
    channel = serial_channel;
    queue = tx;
    local_tail = SHARED_LOAD(&tx->queue->tail);
}

static void flush(void)
{
    serial_update_shared_tail(queue, local_tail);
    sddf_notify(channel);
}

void _sddf_putchar(char character)
{
    if (queue == NULL) {
        return; /* printed before serial_putchar_init() */
    }
    if (serial_enqueue_local(queue, &local_tail, character) != 0) {
        return; /* full: sent when it became full, and the virtualiser has not come round yet */
    }
    if (character == FLUSH_CHARACTER || serial_queue_full(queue, local_tail)) {
        flush();
    }
}

void sddf_putchar_unbuffered(char character)
{
    if (queue == NULL) {
        return;
    }
    serial_enqueue_local(queue, &local_tail, character);
    flush();
}
