/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes numbered lines without end, some at each tick of time: in between everybody else comes to rest, and the serial line
 * carries it all, but not much more.
 */
#include <os/sddf.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/timer/protocol.h>
#include <sddf/util/util.h>

#include "tests/system/serial_reload/numbered_line.h"

__attribute__((__section__(".serial_client_config"), used)) serial_client_config_t serial_config;
__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t timer_config;

#define TICK            (500 * NS_IN_US)
#define BYTES_AT_A_TICK 500

static serial_queue_handle_t queue;
static uint32_t number;

/* Whole lines, as many as fit. */
static void write(void)
{
    char line[NUMBERED_LINE_MAX];
    uint32_t written = 0;

    while (written < BYTES_AT_A_TICK) {
        uint32_t length = numbered_line(line, "steady", number);

        if (serial_queue_free(&queue) < length) {
            break; /* next time */
        }
        serial_enqueue_batch(&queue, length, line);
        written += length;
        number++;
    }
    sddf_notify(serial_config.tx.id);
}

void init(void)
{
    assert(serial_config_check_magic(&serial_config));
    assert(timer_config_check_magic(&timer_config));
    serial_queue_init(&queue, serial_config.tx.queue.vaddr, (uint32_t)serial_config.tx.data.size,
            serial_config.tx.data.vaddr);
    sddf_timer_set_timeout(timer_config.driver_id, TICK);
}

void notified(sddf_channel channel)
{
    if (channel == timer_config.driver_id) {
        write();
        sddf_timer_set_timeout(timer_config.driver_id, TICK);
    }
}
