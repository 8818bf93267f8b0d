/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a line every other millisecond, and measures, beside a client of a lower priority that writes
 * all the time: how long its line waits for its turn, and how late it gets the processor.
 */
#include <os/sddf.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/timer/protocol.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

__attribute__((__section__(".serial_client_config"), used)) serial_client_config_t serial_config;
__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t timer_config;

#define LINES    20
#define INTERVAL (2 * NS_IN_MS)
#define START    (20 * NS_IN_MS) /* the flood is at its highest then */

static serial_queue_handle_t queue;
static uint64_t due;
static uint64_t sent_at; /* 0: no line is waiting */
static uint32_t lines;
static uint64_t latest;  /* tick */
static uint64_t longest; /* wait of a line */

static uint64_t now(void)
{
    return sddf_timer_time_now(timer_config.driver_id);
}

static void wait_for_tick(void)
{
    uint64_t time = now();

    sddf_timer_set_timeout(timer_config.driver_id, due > time ? due - time : 1);
}

static void write_line(void)
{
    char line[64];
    int length = sddf_snprintf(line, sizeof(line), "meter: line %u of %u\n", lines, LINES);

    sent_at = now();
    serial_enqueue_batch(&queue, (uint32_t)length, line);
    serial_request_producer_signal(&queue);
    sddf_notify(serial_config.tx.id);
}

static void report(void)
{
    char line[96];
    int length = sddf_snprintf(line, sizeof(line),
            "meter: all %u lines; longest wait %lu us, latest tick %lu us\n", lines,
            longest / NS_IN_US, latest / NS_IN_US);

    serial_enqueue_batch(&queue, (uint32_t)length, line);
    sddf_notify(serial_config.tx.id);
}

static void tick(void)
{
    latest = MAX(latest, now() - due);
    if (lines == LINES) {
        report();
        return;
    }
    if (sent_at == 0) {
        write_line();
    }
    due += INTERVAL;
    wait_for_tick();
}

/* The queue has room: our line is out. */
static void line_is_out(void)
{
    if (sent_at != 0 && serial_queue_length(&queue) == 0) {
        longest = MAX(longest, now() - sent_at);
        sent_at = 0;
        lines++;
    }
}

void init(void)
{
    assert(serial_config_check_magic(&serial_config));
    assert(timer_config_check_magic(&timer_config));
    serial_queue_init(&queue, serial_config.tx.queue.vaddr, (uint32_t)serial_config.tx.data.size,
            serial_config.tx.data.vaddr);
    due = now() + START;
    wait_for_tick();
}

void notified(sddf_channel channel)
{
    if (channel == timer_config.driver_id) {
        tick();
    } else if (channel == serial_config.tx.id) {
        line_is_out();
    }
}
