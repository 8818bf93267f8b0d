/* SPDX-License-Identifier: BSD-2-Clause */
/* Small queues, so that they are full most of the time. */
#include <sddf/resources/blob.h>
#include <sddf/resources/device.h>
#include <sddf/serial/config.h>

#define QUEUE(n)      SDDF_REGION(0x4000000 + (n)*0x1000, 0x1000)
#define DATA(n, size) SDDF_REGION(0x4100000 + (n)*0x100000, size)
#define DRIVER_SIZE   0x2000
#define CLIENT_SIZE   0x1000

SDDF_BLOB("serial_driver_device_resources")
const device_resources_t device_resources = {
    .magic = DEVICE_RESOURCES_MAGIC,
    .num_regions = 1,
    .regions = { { .region = SDDF_REGION(0x5000000, 0x1000), .io_addr = 0x9000000 } },
    .num_irqs = 1,
    .irqs = { { .id = 0 } },
};

SDDF_BLOB("serial_driver_config")
const serial_driver_config_t serial_driver = {
    .magic = SDDF_SERIAL_MAGIC,
    .tx = { .queue = QUEUE(0), .data = DATA(0, DRIVER_SIZE), .id = 2 },
    .default_baud = 115200,
    .rx_enabled = false,
};

SDDF_BLOB("serial_virt_tx")
const serial_virt_tx_config_t serial_virt_tx = {
    .magic = SDDF_SERIAL_MAGIC,
    .driver = { .queue = QUEUE(0), .data = DATA(0, DRIVER_SIZE), .id = 0 },
    .num_clients = 3,
    .clients = {
        { .conn = { .queue = QUEUE(1), .data = DATA(1, CLIENT_SIZE), .id = 1 }, .name = "writer0" },
        { .conn = { .queue = QUEUE(2), .data = DATA(2, CLIENT_SIZE), .id = 2 }, .name = "writer1" },
        { .conn = { .queue = QUEUE(3), .data = DATA(3, CLIENT_SIZE), .id = 3 }, .name = "hostile" },
    },
};

/* All three clients see the same. */
SDDF_BLOB("serial_client")
const serial_client_config_t client = {
    .magic = SDDF_SERIAL_MAGIC,
    .tx = { .queue = QUEUE(0), .data = DATA(0, CLIENT_SIZE), .id = 0 },
};
