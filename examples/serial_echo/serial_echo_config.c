/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each component of serial_echo.system is told about its queues: addresses and channel ids are
 * those of the system description.
 */
#include <sddf/resources/blob.h>
#include <sddf/resources/device.h>
#include <sddf/serial/config.h>

#define QUEUE_SIZE     0x1000
#define DATA_SIZE      0x10000
#define DRIVER_TX_SIZE 0x20000 /* room for colours */

/* Queue number n of a PD and its data, in the order of the system description. */
#define QUEUE(n)      SDDF_REGION(0x4000000 + (n)*QUEUE_SIZE, QUEUE_SIZE)
#define DATA(n, size) SDDF_REGION(0x4100000 + (n)*0x100000, size)

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
    .rx = { .queue = QUEUE(0), .data = DATA(0, DATA_SIZE), .id = 1 },
    .tx = { .queue = QUEUE(1), .data = DATA(1, DRIVER_TX_SIZE), .id = 2 },
    .default_baud = 115200,
    .rx_enabled = true,
};

SDDF_BLOB("serial_virt_rx")
const serial_virt_rx_config_t serial_virt_rx = {
    .magic = SDDF_SERIAL_MAGIC,
    .driver = { .queue = QUEUE(0), .data = DATA(0, DATA_SIZE), .id = 0 },
    .num_clients = 2,
    .clients = {
        { .queue = QUEUE(1), .data = DATA(1, DATA_SIZE), .id = 1 },
        { .queue = QUEUE(2), .data = DATA(2, DATA_SIZE), .id = 2 },
    },
    .switch_char = 28, /* Ctrl-\ */
    .terminate_num_char = '\r',
};

SDDF_BLOB("serial_virt_tx")
const serial_virt_tx_config_t serial_virt_tx = {
    .magic = SDDF_SERIAL_MAGIC,
    .driver = { .queue = QUEUE(0), .data = DATA(0, DRIVER_TX_SIZE), .id = 0 },
    .num_clients = 2,
    .clients = {
        { .conn = { .queue = QUEUE(1), .data = DATA(1, DATA_SIZE), .id = 1 }, .name = "client0" },
        { .conn = { .queue = QUEUE(2), .data = DATA(2, DATA_SIZE), .id = 2 }, .name = "client1" },
    },
    .begin_str = "Begin input\r\n",
    .enable_colour = true,
    .enable_rx = true,
};

SDDF_BLOB("serial_client_client0")
const serial_client_config_t client0 = {
    .magic = SDDF_SERIAL_MAGIC,
    .rx = { .queue = QUEUE(0), .data = DATA(0, DATA_SIZE), .id = 0 },
    .tx = { .queue = QUEUE(1), .data = DATA(1, DATA_SIZE), .id = 1 },
};

SDDF_BLOB("serial_client_client1")
const serial_client_config_t client1 = {
    .magic = SDDF_SERIAL_MAGIC,
    .rx = { .queue = QUEUE(0), .data = DATA(0, DATA_SIZE), .id = 0 },
    .tx = { .queue = QUEUE(1), .data = DATA(1, DATA_SIZE), .id = 1 },
};
