/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes numbered lines in two parts, and lets time pass between them. */
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

#define PAUSE (150 * NS_IN_US)

static serial_queue_handle_t queue;
static uint32_t number;
static uint32_t out; /* bytes of this line that are out */

static void write_part(void)
{
    char line[NUMBERED_LINE_MAX];
    uint32_t length = numbered_line(line, "halting", number);
    /* At least a letter is missing: a line without its end cannot be told from a whole one. */
    uint32_t end = out == 0 ? 1 + number % (length - 2) : length;

    if (serial_queue_free(&queue) < end - out) {
        return; /* next time */
    }
    serial_enqueue_batch(&queue, end - out, line + out);
    sddf_notify(serial_config.tx.id);
    out = end == length ? 0 : end;
    number += end == length;
}

static void wait(void)
{
    sddf_timer_set_timeout(timer_config.driver_id, PAUSE + number % 64 * NS_IN_US);
}

void init(void)
{
    assert(serial_config_check_magic(&serial_config));
    assert(timer_config_check_magic(&timer_config));
    serial_queue_init(&queue, serial_config.tx.queue.vaddr, (uint32_t)serial_config.tx.data.size,
            serial_config.tx.data.vaddr);
    wait();
}

void notified(sddf_channel channel)
{
    if (channel == timer_config.driver_id) {
        write_part();
        wait();
    }
}
