/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration of the components in reload.system. */
#include <lions/reload.h>
#include <sddf/network/config.h>
#include <sddf/resources/blob.h>
#include <sddf/resources/device.h>
#include <sddf/timer/config.h>

#include "lionsos/components/network/token_bucket_config.h"
#include "monitor/include/monitor/config.h"
#include "monitor/include/monitor/reload_config.h"
#include "tests/system/reload/layout.h"

SDDF_BLOB("device_resources")
const device_resources_t device_resources = { .magic = DEVICE_RESOURCES_MAGIC, .num_irqs = 1 };

#define CONNECTION(free, active, buffers, channel)                                                 \
    {                                                                                              \
        .free_queue = SDDF_REGION(free, QUEUE_SIZE),                                               \
        .active_queue = SDDF_REGION(active, QUEUE_SIZE), .num_buffers = (buffers), .id = (channel) \
    }

#define CLIENT(number)                                                                        \
    {                                                                                         \
        .conn = CONNECTION(                                                                   \
                CLIENT_FREE(number), CLIENT_ACTIVE(number), BUFFERS, VIRT_TX_CLIENT(number)), \
        .regions = { { .data = { .region = SDDF_REGION(CLIENT_DATA(number), DATA_SIZE),       \
                               .io_addr = IO_ADDRESS(number) },                               \
                .num_buffers = BUFFERS } },                                                   \
        .num_regions = 1                                                                      \
    }

SDDF_BLOB("net_virt_tx_config")
const net_virt_tx_config_t net_virt_tx = { .magic = SDDF_NET_MAGIC,
    .dma_coherent = 1,
    .driver = CONNECTION(DRIVER_FREE, DRIVER_ACTIVE, DRIVER_BUFFERS, VIRT_TX_DRIVER),
    .clients = { CLIENT(0), CLIENT(1) },
    .num_clients = CLIENTS };

/* The second client is slower than it wants. */
SDDF_BLOB("net_tx_token_bucket_config")
const token_bucket_config_t token_bucket = { .magic = SDDF_NET_MAGIC,
    .clients = {
            { .bytes_per_second = 0 }, { .bytes_per_second = 20000000, .burst_bytes = 20000 } } };

SDDF_BLOB("virt_tx_timer_config")
const timer_client_config_t virt_tx_timer = { SDDF_TIMER_MAGIC, VIRT_TX_TIMER };

SDDF_BLOB("reload_client_config")
const lions_reload_config_t reload_client = { LIONS_RELOAD_MAGIC,
    SDDF_REGION(HAND_OVER, HAND_OVER_SIZE) };

SDDF_BLOB("monitor_config")
const monitor_config_t monitor = { .magic = MONITOR_MAGIC,
    .serial = { .magic = SDDF_SERIAL_MAGIC,
            .rx = { .queue = SDDF_REGION(LINE_TO_QUEUE, QUEUE_SIZE),
                    .data = SDDF_REGION(LINE_TO_DATA, LINE_DATA_SIZE),
                    .id = MONITOR_RECEIVE },
            .tx = { .queue = SDDF_REGION(LINE_FROM_QUEUE, QUEUE_SIZE),
                    .data = SDDF_REGION(LINE_FROM_DATA, LINE_DATA_SIZE),
                    .id = MONITOR_SEND } },
    .timer = { SDDF_TIMER_MAGIC, MONITOR_TIMER } };

#define ROOM(slot, name)                                                    \
    {                                                                       \
        .address = SLOT(slot), .text = (void *)MONITOR_##name##_SLOT(slot), \
        .data = (void *)(MONITOR_##name##_SLOT(slot) + name##_TEXT)         \
    }

SDDF_BLOB("reload_config")
const monitor_reload_config_t reload = { .magic = MONITOR_RELOAD_MAGIC,
    .count = 2,
    .key = {
#include "module_key.inc"
    },
    .pds = { { .pd = "net_virt_tx",
                     .kind = "net_virt_tx",
                     .interface = 1,
                     .config_bytes = sizeof(net_virt_tx_config_t),
                     .version = 1,
                     .text_bytes = VIRT_TX_TEXT,
                     .data_bytes = VIRT_TX_DATA,
                     .slots = { ROOM(0, VIRT_TX), ROOM(1, VIRT_TX) },
                     .hand_over = SDDF_REGION(MONITOR_VIRT_TX_HAND_OVER, HAND_OVER_SIZE) },
            { .pd = "relay",
                    .kind = "relay",
                    .interface = 1,
                    .version = 1,
                    .text_bytes = RELAY_TEXT,
                    .data_bytes = RELAY_DATA,
                    .slots = { ROOM(0, RELAY), ROOM(1, RELAY) },
                    .hand_over = SDDF_REGION(MONITOR_RELAY_HAND_OVER, HAND_OVER_SIZE) } } };
