/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each component of monitored_echo.system is told: addresses and channel ids are those of the
 * system description.
 */
#include <lions/reload.h>
#include <sddf/network/config.h>
#include <sddf/network/lib_sddf_lwip.h>
#include <sddf/resources/blob.h>
#include <sddf/resources/device.h>
#include <sddf/serial/config.h>
#include <sddf/timer/config.h>

#include "examples/echo_server/benchmark_config.h"
#include "lionsos/components/network/token_bucket_config.h"
#include "monitor/include/monitor/config.h"
#include "monitor/include/monitor/reload_config.h"
#include "profiler/include/profiler/config.h"

/* ---- Serial ---------------------------------------------------------------------------------- */

/* What QEMU makes of a UART is as fast as its peer; a real line of BAUD carries BAUD / 10. */
#define LINE_RATE 0
#define BAUD      115200

#define SERIAL_DRIVER_TX                                                                 \
    {                                                                                    \
        .queue = SDDF_REGION(0x4000000, 0x1000), .data = SDDF_REGION(0x4100000, 0x20000) \
    }
/* Client number n, as the virtualiser sees it. */
#define SERIAL_CLIENT(n, pd)                                            \
    {                                                                   \
        .conn = { .queue = SDDF_REGION(0x4001000 + (n)*0x1000, 0x1000), \
            .data = SDDF_REGION(0x4200000 + (n)*0x100000, 0x10000),     \
            .id = 1 + (n) },                                            \
        .name = (pd),                                                   \
    }
/* The same connection, as the client sees it. */
#define SERIAL_TX(channel)                                                                \
    {                                                                                     \
        .queue = SDDF_REGION(0x2000000, 0x1000), .data = SDDF_REGION(0x2100000, 0x10000), \
        .id = (channel)                                                                   \
    }

SDDF_BLOB("serial_driver_device_resources")
const device_resources_t serial_driver_device_resources = {
    .magic = DEVICE_RESOURCES_MAGIC,
    .num_regions = 1,
    .regions = { { .region = SDDF_REGION(0x5000000, 0x1000), .io_addr = 0x9000000 } },
    .num_irqs = 1,
    .irqs = { { .id = 0 } },
};

SDDF_BLOB("serial_driver_config")
const serial_driver_config_t serial_driver = {
    .magic = SDDF_SERIAL_MAGIC,
    .tx = { .queue = SDDF_REGION(0x4000000, 0x1000),
            .data = SDDF_REGION(0x4100000, 0x20000),
            .id = 1 },
    .rx = { .queue = SDDF_REGION(0x4002000, 0x1000),
            .data = SDDF_REGION(0x4200000, 0x10000),
            .id = 2 },
    .default_baud = BAUD,
    .rx_enabled = true,
};

SDDF_BLOB("serial_virt_tx")
const serial_virt_tx_config_t serial_virt_tx = {
    .magic = SDDF_SERIAL_MAGIC,
    .driver = { .queue = SDDF_REGION(0x4000000, 0x1000),
            .data = SDDF_REGION(0x4100000, 0x20000),
            .id = 0 },
    .num_clients = 3,
    .clients = { SERIAL_CLIENT(0, "client0"), SERIAL_CLIENT(1, "client1"),
            SERIAL_CLIENT(2, "lionscope") },
    .enable_colour = false,
    .enable_rx = false,
};

SDDF_BLOB("serial_client_client")
const serial_client_config_t serial_client = { .magic = SDDF_SERIAL_MAGIC, .tx = SERIAL_TX(3) };

SDDF_BLOB("serial_virt_rx")
const serial_virt_rx_config_t serial_virt_rx = {
    .magic = SDDF_SERIAL_MAGIC,
    .driver = { .queue = SDDF_REGION(0x4000000, 0x1000),
            .data = SDDF_REGION(0x4100000, 0x10000),
            .id = 0 },
    .num_clients = 1,
    .clients = { { .queue = SDDF_REGION(0x4001000, 0x1000),
            .data = SDDF_REGION(0x4200000, 0x10000),
            .id = 1 } },
    .switch_char = 28,
    .terminate_num_char = '\r',
};

/* ---- Timer ----------------------------------------------------------------------------------- */

SDDF_BLOB("timer_driver_device_resources")
const device_resources_t timer_driver_device_resources = {
    .magic = DEVICE_RESOURCES_MAGIC,
    .num_irqs = 1,
    .irqs = { { .id = 0 } },
};

SDDF_BLOB("timer_client_client")
const timer_client_config_t timer_client = { .magic = SDDF_TIMER_MAGIC, .driver_id = 2 };
SDDF_BLOB("timer_client_net_virt_tx")
const timer_client_config_t timer_net_virt_tx = { .magic = SDDF_TIMER_MAGIC, .driver_id = 3 };

/* ---- Network --------------------------------------------------------------------------------- */

#define BUFFERS    512
#define DATA_SIZE  (BUFFERS * NET_BUFFER_SIZE)
#define QUEUE_SIZE 0x3000
/* The driver's queue for sending has room for the buffers of both clients. */
#define DRIVER_TX_BUFFERS    (2 * BUFFERS)
#define DRIVER_TX_QUEUE_SIZE 0x5000

/* Physical addresses of what the device reads and writes. */
#define RING_IO_ADDR       0x5fff0000
#define RX_DATA_IO_ADDR    0x5fe00000
#define TX_DATA_IO_ADDR(n) (0x5fd00000 - (n)*0x100000)

/* Connection number n of a PD, in the order of the system description, over channel `channel`. */
#define SIZED_CONNECTION(n, channel, buffers, size)                                             \
    {                                                                                           \
        .free_queue = SDDF_REGION(0x3000000 + (n)*0x10000, (size)),                             \
        .active_queue = SDDF_REGION(0x3008000 + (n)*0x10000, (size)), .num_buffers = (buffers), \
        .id = (channel)                                                                         \
    }
#define CONNECTION(n, channel) SIZED_CONNECTION(n, channel, BUFFERS, QUEUE_SIZE)

/* Data region number n of a PD. */
#define DATA(n) SDDF_REGION(0x4000000 + (n)*0x200000, DATA_SIZE)

#define MAC(n)                            \
    {                                     \
        0x52, 0x54, 0x01, 0x00, 0x00, (n) \
    }

SDDF_BLOB("eth_driver_device_resources")
const device_resources_t eth_driver_device_resources = {
    .magic = DEVICE_RESOURCES_MAGIC,
    .num_regions = 2,
    .regions = { { .region = SDDF_REGION(0x2000000, 0x200), .io_addr = 0xa000000 },
            { .region = SDDF_REGION(0x2100000, 0x10000), .io_addr = RING_IO_ADDR } },
    .num_irqs = 1,
    .irqs = { { .id = 0 } },
};

SDDF_BLOB("net_driver")
const net_driver_config_t net_driver = {
    .magic = SDDF_NET_MAGIC,
    .virt_rx = CONNECTION(0, 1),
    .virt_tx = SIZED_CONNECTION(1, 2, DRIVER_TX_BUFFERS, DRIVER_TX_QUEUE_SIZE),
};

#define TX_CLIENT(n)                                                                 \
    {                                                                                \
        .conn = CONNECTION(1 + (n), 1 + (n)), .num_regions = 1,                      \
        .regions = { { .data = { .region = DATA(n), .io_addr = TX_DATA_IO_ADDR(n) }, \
                .num_buffers = BUFFERS } },                                          \
    }

SDDF_BLOB("net_virt_tx")
const net_virt_tx_config_t net_virt_tx = {
    .magic = SDDF_NET_MAGIC,
    .dma_coherent = 1, /* as QEMU's device tree says of its virtio transports */
    .driver = SIZED_CONNECTION(0, 0, DRIVER_TX_BUFFERS, DRIVER_TX_QUEUE_SIZE),
    .num_clients = 2,
    .clients = { TX_CLIENT(0), TX_CLIENT(1) },
};

/* For the token bucket policy: client 0 unlimited, client 1 as fast as a 100 Mb/s wire. */
SDDF_BLOB("net_tx_token_bucket")
const token_bucket_config_t net_tx_token_bucket = {
    .magic = SDDF_NET_MAGIC,
    .clients = { { .bytes_per_second = 0 },
            { .bytes_per_second = 12500000, .burst_bytes = 65536 } },
};

SDDF_BLOB("net_virt_rx")
const net_virt_rx_config_t net_virt_rx = {
    .magic = SDDF_NET_MAGIC,
    .dma_coherent = 1,
    .driver = CONNECTION(0, 0),
    .data = { .region = DATA(0), .io_addr = RX_DATA_IO_ADDR },
    .buffer_metadata = SDDF_REGION(0x2000000, 0x1000),
    .num_clients = 2,
    .clients = { { .conn = CONNECTION(1, 1), .mac_addrs = { MAC(1) }, .num_macs = 1 },
            { .conn = CONNECTION(2, 2), .mac_addrs = { MAC(2) }, .num_macs = 1 } },
};

/* The same for both copiers: they differ in what is mapped. */
SDDF_BLOB("net_copy")
const net_copy_config_t net_copy = {
    .magic = SDDF_NET_MAGIC,
    .rx = CONNECTION(0, 0),
    .rx_data = { DATA(0) },
    .client = CONNECTION(1, 1),
    .client_data = DATA(1),
};

#define NET_CLIENT(mac)                                                      \
    {                                                                        \
        .magic = SDDF_NET_MAGIC, .rx = CONNECTION(0, 0), .rx_data = DATA(0), \
        .tx = CONNECTION(1, 1), .tx_data = DATA(1), .mac_addr = mac          \
    }

SDDF_BLOB("net_client_client0")
const net_client_config_t net_client0 = NET_CLIENT(MAC(1));
SDDF_BLOB("net_client_client1")
const net_client_config_t net_client1 = NET_CLIENT(MAC(2));

#define PBUFS (2 * BUFFERS)

SDDF_BLOB("lib_sddf_lwip_config")
const lib_sddf_lwip_config_t lib_sddf_lwip = {
    .magic = LIB_SDDF_LWIP_MAGIC,
    .pbuf_pool = SDDF_REGION(0x4400000, PBUFS *LIB_SDDF_LWIP_PBUF_SIZE),
    .num_pbufs = PBUFS,
};

/* ---- Echo server's clients: no benchmark, no idle PD ----------------------------------------- */

SDDF_BLOB("benchmark_client")
const struct benchmark_client_config benchmark_client = {
    .start_ch = BENCHMARK_NO_CHANNEL,
    .stop_ch = BENCHMARK_NO_CHANNEL,
    .num_cores = 1,
    .core_ccounts = { (void *)0x2200000 },
};

/* ---- Monitor --------------------------------------------------------------------------------- */

SDDF_BLOB("monitor_config")
const monitor_config_t monitor = {
    .magic = MONITOR_MAGIC,
    .serial = { .magic = SDDF_SERIAL_MAGIC,
            .tx = SERIAL_TX(0),
            .rx = { .queue = SDDF_REGION(0x2001000, 0x1000),
                    .data = SDDF_REGION(0x2200000, 0x10000),
                    .id = 2 } },
    .line_rate = LINE_RATE,
    .timer = { .magic = SDDF_TIMER_MAGIC, .driver_id = 1 },
    /* By index, which is the order in the description: timer driver, serial driver and virtualisers. */
    .keep_running = 1 << 1 | 1 << 9 | 1 << 10 | 1 << 11,
};

/* ---- Profiler -------------------------------------------------------------------------------- */

SDDF_BLOB("profiler_config")
const profiler_config_t profiler = {
    .magic = PROFILER_MAGIC,
    .ring = SDDF_REGION(0x2000000, 0x1000),
    .stream = SDDF_REGION(0x2100000, 0x10000),
    .irq = 0,
    .monitor = 1,
};

SDDF_BLOB("profiler_client_config")
const profiler_client_config_t profiler_client = {
    .magic = PROFILER_MAGIC,
    .stream = SDDF_REGION(0x2300000, 0x10000),
    .profiler = 3,
};

/* ---- Reload ---------------------------------------------------------------------------------- */

SDDF_BLOB("reload_client_net_virt_tx")
const lions_reload_config_t reload_client_net_virt_tx = {
    .magic = LIONS_RELOAD_MAGIC,
    .hand_over = SDDF_REGION(0x1200000, 0x4000),
};

SDDF_BLOB("reload_config")
const monitor_reload_config_t reload = {
    .magic = MONITOR_RELOAD_MAGIC,
    .count = 1,
    .pds = { {
            .pd = "net_virt_tx",
            .kind = "net_virt_tx",
            .interface = 1,
            .config_bytes = sizeof(net_virt_tx_config_t),
            .version = 1,
            .text_bytes = 0x20000,
            .data_bytes = 0x40000,
            .slots = { { .address = 0x1000000,
                               .text = (void *)0x3000000,
                               .data = (void *)0x3020000 },
                    { .address = 0x1100000,
                            .text = (void *)0x3100000,
                            .data = (void *)0x3120000 } },
            .hand_over = SDDF_REGION(0x3200000, 0x4000),
    } },
};
