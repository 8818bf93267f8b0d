/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes numbered lines and loses none: when its queue is full it waits for the virtualiser's signal.
 * Each line is sent in up to four pieces with a notification after each, so others can come in between.
 */
#include <os/sddf.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#define LINES         150
#define LINE_SIZE_MAX 128

__attribute__((__section__(".serial_client_config"), used)) serial_client_config_t config;

static serial_queue_handle_t queue;
static char line[LINE_SIZE_MAX];
static uint32_t line_size;
static uint32_t line_sent; /* bytes of the line that are queued */
static uint32_t lines;     /* finished */

static void next_line(void)
{
    line_size = (uint32_t)sddf_snprintf(line, sizeof(line), "%s: line %u, %.*s end\n",
            sddf_get_pd_name(), lines, lines % 50,
            "##################################################");
    line_sent = 0;
}

/* Queues the next piece; false if there is no room for any of it. */
static bool send_piece(void)
{
    uint32_t size = MIN(line_size - line_sent, 1 + line_size / (1 + lines % 4));
    uint32_t sent = serial_enqueue_batch(&queue, size, line + line_sent);

    if (sent == 0) {
        return false;
    }
    line_sent += sent;
    sddf_notify(config.tx.id);
    return true;
}

/* True if a signal will come when there is room. */
static bool must_wait(void)
{
    serial_request_producer_signal(&queue);
    if (serial_queue_free(&queue) == 0) {
        return true;
    }
    serial_cancel_producer_signal(&queue);
    return false;
}

static void write_lines(void)
{
    while (lines < LINES) {
        if (!send_piece()) {
            if (must_wait()) {
                return;
            }
        } else if (line_sent == line_size) {
            lines++;
            next_line();
        }
    }
}

void init(void)
{
    assert(serial_config_check_magic(&config));
    serial_queue_init(
            &queue, config.tx.queue.vaddr, (uint32_t)config.tx.data.size, config.tx.data.vaddr);
    next_line();
    write_lines();
}

void notified(sddf_channel channel)
{
    if (channel == config.tx.id) {
        write_lines();
    }
}
