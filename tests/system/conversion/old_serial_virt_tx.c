/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simplest serial Tx virtualiser there can be, of the days in which only the terminal was handed over: schema 1. It passes on
 * all that is there, of one client after the other, whole queues at a time; so no line is ever unfinished that matters.
 */
#include <os/sddf.h>

#include <lions/reload.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/util.h>

#include "lionsos/components/serial/line_writer.h"

__attribute__((__section__(".serial_virt_tx_config"), used)) serial_virt_tx_config_t config;
__attribute__((__section__(".reload_client_config"), used)) lions_reload_config_t reload_config;

LIONS_MODULE("serial_virt_tx", 1, 1, 1, 1, sizeof(serial_virt_tx_config_t));

static struct line_writer_terminal own;
static serial_queue_handle_t driver;
static serial_queue_handle_t clients[SDDF_SERIAL_MAX_CLIENTS];

static void pass_on(void)
{
    for (uint32_t number = 0; number < config.num_clients; number++) {
        serial_queue_handle_t *client = &clients[number];
        uint32_t available = serial_queue_length_consumer(client);

        if (available > serial_queue_free(&driver)) { /* all or nothing: no frame is cut */
            serial_request_producer_signal(&driver);
            continue;
        }
        serial_transfer(client, &driver, available);
        if (available > 0 && serial_require_producer_signal(client)) {
            serial_cancel_producer_signal(client);
            sddf_notify(config.clients[number].conn.id);
        }
    }
    sddf_notify(config.driver.id);
}

void init(void)
{
    bool takes_over;
    uint32_t schema;
    uint32_t bytes = line_writer_terminal_bytes(config.num_clients);
    struct line_writer_terminal *terminal = lions_reload_attach(
            &reload_config, &lions_module_header, &own, bytes, &takes_over, &schema);

    lions_reload_live(bytes);
    terminal->owner = LINE_WRITER_NOBODY;
    for (uint32_t number = 0; number < config.num_clients; number++) {
        const serial_connection_resource_t *connection = &config.clients[number].conn;

        terminal->unfinished[number].length = 0;
        serial_queue_init(&clients[number], connection->queue.vaddr,
                (uint32_t)connection->data.size, connection->data.vaddr);
    }
    serial_queue_init(&driver, config.driver.queue.vaddr, (uint32_t)config.driver.data.size,
            config.driver.data.vaddr);
    pass_on();
    lions_reload_ready();
}

void notified(sddf_channel channel)
{
    (void)channel;
    pass_on();
}
