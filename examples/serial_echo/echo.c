/* SPDX-License-Identifier: BSD-2-Clause */
/* Echoes what it receives, and says so after each ten characters. */
#include <os/sddf.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

__attribute__((__section__(".serial_client_config"), used)) serial_client_config_t config;

static serial_queue_handle_t rx_queue;
static serial_queue_handle_t tx_queue;
static uint32_t received;

void init(void)
{
    assert(serial_config_check_magic(&config));

    serial_queue_init(
            &rx_queue, config.rx.queue.vaddr, (uint32_t)config.rx.data.size, config.rx.data.vaddr);
    serial_queue_init(
            &tx_queue, config.tx.queue.vaddr, (uint32_t)config.tx.data.size, config.tx.data.vaddr);
    serial_putchar_init(config.tx.id, &tx_queue);
    sddf_printf("Hello world! I am %s.\r\nPlease give me character!\r\n", sddf_get_pd_name());
}

static void echo(char character)
{
    if (character == '\r') {
        sddf_putchar_unbuffered('\\');
        sddf_putchar_unbuffered('r');
    } else {
        sddf_putchar_unbuffered(character);
    }
    received++;
    if (received % 10 == 0) {
        sddf_printf("\r\n%s has received %u characters so far!\r\n", sddf_get_pd_name(), received);
    }
}

void notified(sddf_channel channel)
{
    char character;

    if (channel == config.rx.id) {
        while (serial_dequeue(&rx_queue, &character) == 0) {
            echo(character);
        }
    }
}
