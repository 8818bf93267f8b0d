/* SPDX-License-Identifier: BSD-2-Clause */
/* A client of the echo server: attaches to its queues, starts lwIP and its services. */
#include "echo.h"

#include <lwip/pbuf.h>
#include <os/sddf.h>
#include <string.h>

#include <sddf/network/config.h>
#include <sddf/network/lib_sddf_lwip.h>
#include <sddf/network/queue.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/timer/config.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#define SECTION(name) __attribute__((section(name), used))

SECTION(".serial_client_config") serial_client_config_t serial_config;
SECTION(".timer_client_config") timer_client_config_t timer_config;
SECTION(".net_client_config") net_client_config_t net_config;
SECTION(".lib_sddf_lwip_config") lib_sddf_lwip_config_t lib_sddf_lwip_config;

SECTION(".echo_config") struct echo_config echo_config;

static serial_queue_handle_t serial_tx;

/* ---- Frames that found no buffer ------------------------------------------------------------- */

/* Answers that wait for a Tx buffer, oldest first. More than that are dropped. */
#define WAITING_MAX 512

static struct pbuf *waiting[WAITING_MAX];
static uint32_t waiting_first;
static uint32_t waiting_count;

static net_sddf_err_t keep(struct pbuf *p)
{
    if (waiting_count == WAITING_MAX) {
        return SDDF_LWIP_ERR_UNHANDLED;
    }
    pbuf_ref(p);
    waiting[(waiting_first + waiting_count++) % WAITING_MAX] = p;
    return SDDF_LWIP_ERR_OK;
}

static void send_waiting(void)
{
    do {
        while (waiting_count > 0
                && sddf_lwip_transmit_pbuf(waiting[waiting_first]) != SDDF_LWIP_ERR_NO_BUF) {
            pbuf_free(waiting[waiting_first]);
            waiting_first = (waiting_first + 1) % WAITING_MAX;
            waiting_count--;
        }
    } while (waiting_count > 0 && !sddf_lwip_wait_for_tx_buffers());
}

/* ---- Entry points ---------------------------------------------------------------------------- */

static void print_address(char *address)
{
    sddf_printf("%s, IP address for netif %s is: %s\n",
            echo_config.address == 0 ? "DHCP request finished" : "No DHCP", sddf_get_pd_name(),
            address);
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
            &lib_sddf_lwip_config, &net_config, &timer_config, rx, tx, NULL, print_address, keep);
}

/* From the linker script. */
extern char _bss[], _bss_end[];

static bool start_services(void)
{
    return udp_echo_start() && tcp_echo_start() && ipbench_start()
            && (echo_config.crash_port == 0 || crash_port_start(echo_config.crash_port));
}

void init(void)
{
    memset(_bss, 0, (size_t)(_bss_end - _bss)); /* a previous life's, if this is a restart */
    assert(serial_config_check_magic(&serial_config));
    assert(net_config_check_magic(&net_config));

    serial_queue_init(&serial_tx, serial_config.tx.queue.vaddr,
            (uint32_t)serial_config.tx.data.size, serial_config.tx.data.vaddr);
    serial_putchar_init(serial_config.tx.id, &serial_tx);
    start_network();
    if (echo_config.address != 0) {
        sddf_lwip_set_static_address(echo_config.address, echo_config.netmask, echo_config.gateway);
    }
    if (!start_services()) {
        sddf_printf("%s: no memory for its services\n", sddf_get_pd_name());
    }
    sddf_lwip_maybe_notify();
}

void notified(sddf_channel channel)
{
    if (channel == net_config.rx.id) {
        sddf_lwip_process_rx();
    } else if (channel == timer_config.driver_id) {
        sddf_lwip_process_timeout();
    }
    if (waiting_count > 0) {
        send_waiting();
    }
    sddf_lwip_maybe_notify();
}
