/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network listener PD: a network client that carries the monitor's link over TCP to consoles that have
 * the key. It listens only once it has random numbers: without them no handshake would be worth anything.
 */
#include <os/sddf.h>
#include <string.h>

#include <lions/entropy_config.h>
#include <sddf/network/config.h>
#include <sddf/network/lib_sddf_lwip.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/timer/config.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#include "monitor/link_listener/random.h"
#include "monitor/link_listener/server.h"

#define SECTION(name) __attribute__((section(name), used))

SECTION(".serial_client_config") serial_client_config_t serial_config;
SECTION(".timer_client_config") timer_client_config_t timer_config;
SECTION(".net_client_config") net_client_config_t net_config;
SECTION(".lib_sddf_lwip_config") lib_sddf_lwip_config_t lib_sddf_lwip_config;
SECTION(".entropy_client_config") entropy_client_config_t entropy_config;
SECTION(".link_listener_config") link_listener_config_t config;

static serial_queue_handle_t serial_tx;
static enum random_state random_state;

static void say_address(char *address)
{
    sddf_printf("%s: consoles with the key may connect to %s:%u\n", sddf_get_pd_name(), address,
            config.port);
}

static void start_network(void)
{
    net_queue_handle_t rx;
    net_queue_handle_t tx;

    net_queue_init(&rx, net_config.rx.free_queue.vaddr, net_config.rx.active_queue.vaddr,
            net_config.rx.num_buffers);
    net_queue_init(&tx, net_config.tx.free_queue.vaddr, net_config.tx.active_queue.vaddr,
            net_config.tx.num_buffers);
    net_buffers_init(&tx, 0);
    sddf_lwip_init(
            &lib_sddf_lwip_config, &net_config, &timer_config, rx, tx, NULL, say_address, NULL);
    if (config.address != 0) {
        sddf_lwip_set_static_address(config.address, config.netmask, config.gateway);
    }
    if (!server_start(&config)) {
        sddf_printf("%s: no memory for its server\n", sddf_get_pd_name());
    }
}

static void try_to_start(void)
{
    random_state = random_start(entropy_config.driver_id);
    if (random_state == RANDOM_READY) {
        start_network();
    } else if (random_state == RANDOM_NO_SOURCE) {
        sddf_printf("%s: does not listen: there is no source of random numbers (give QEMU "
                    "-device virtio-rng-device)\n",
                sddf_get_pd_name());
    }
}

/* From the linker script. */
extern char _bss[], _bss_end[];

void init(void)
{
    memset(_bss, 0, (size_t)(_bss_end - _bss)); /* a previous life's, if this is a restart */
    assert(serial_config_check_magic(&serial_config));
    assert(net_config_check_magic(&net_config));
    assert(entropy_config_check_magic(&entropy_config));
    assert(link_listener_config_check_magic(&config));

    serial_queue_init(&serial_tx, serial_config.tx.queue.vaddr,
            (uint32_t)serial_config.tx.data.size, serial_config.tx.data.vaddr);
    serial_putchar_init(serial_config.tx.id, &serial_tx);
    try_to_start();
    if (random_state == RANDOM_READY) {
        sddf_lwip_maybe_notify();
    }
}

void notified(sddf_channel channel)
{
    if (random_state != RANDOM_READY) {
        if (channel == entropy_config.driver_id && random_state == RANDOM_WAITS) {
            try_to_start();
        }
    } else if (channel == net_config.rx.id) {
        sddf_lwip_process_rx();
    } else if (channel == timer_config.driver_id) {
        sddf_lwip_process_timeout();
    }
    if (random_state == RANDOM_READY) {
        server_step();
        server_flush();
        sddf_lwip_maybe_notify();
    }
}
