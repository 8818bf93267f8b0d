/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of the serial class, one section per component: .serial_driver_config,
 * .serial_virt_tx_config, .serial_virt_rx_config, .serial_client_config.
 */
#pragma once

#include <sddf/resources/common.h>

#define SDDF_SERIAL_MAX_CLIENTS       64
#define SDDF_SERIAL_BEGIN_STR_MAX_LEN 128

/* Initialiser of the magic field. */
#define SDDF_SERIAL_MAGIC_CLASS 3
#define SDDF_SERIAL_MAGIC                           \
    {                                               \
        's', 'D', 'D', 'F', SDDF_SERIAL_MAGIC_CLASS \
    }

/* One queue to a neighbour, and the channel to it. Data sizes are powers of two. */
typedef struct serial_connection_resource {
    region_resource_t queue;
    region_resource_t data;
    uint8_t id;
} serial_connection_resource_t;

typedef struct serial_driver_config {
    char magic[SDDF_MAGIC_LEN];
    serial_connection_resource_t rx; /* to the Rx virtualiser */
    serial_connection_resource_t tx; /* from the Tx virtualiser */
    uint64_t default_baud;           /* bits per second */
    bool rx_enabled;                 /* false: nothing is received and `rx` is not used */
} serial_driver_config_t;

typedef struct serial_virt_rx_config {
    char magic[SDDF_MAGIC_LEN];
    serial_connection_resource_t driver;
    serial_connection_resource_t clients[SDDF_SERIAL_MAX_CLIENTS];
    uint8_t num_clients;
    char switch_char;        /* begins the selection of another client; usually 28, Ctrl-\ */
    char terminate_num_char; /* ends it; usually \r */
} serial_virt_rx_config_t;

typedef struct serial_virt_tx_client_config {
    serial_connection_resource_t conn;
    char name[SDDF_NAME_LENGTH];
} serial_virt_tx_client_config_t;

typedef struct serial_virt_tx_config {
    char magic[SDDF_MAGIC_LEN];
    serial_connection_resource_t driver;
    serial_virt_tx_client_config_t clients[SDDF_SERIAL_MAX_CLIENTS];
    uint8_t num_clients;
    char begin_str[SDDF_SERIAL_BEGIN_STR_MAX_LEN]; /* printed at start if input works */
    bool enable_colour;                            /* each client in a colour of its own */
    bool enable_rx;                                /* the system has an Rx virtualiser */
} serial_virt_tx_config_t;

typedef struct serial_client_config {
    char magic[SDDF_MAGIC_LEN];
    serial_connection_resource_t rx; /* rx.queue.vaddr is NULL in a client without input */
    serial_connection_resource_t tx;
} serial_client_config_t;

_Static_assert(sizeof(serial_connection_resource_t) == 40, "layout of sDDF 0.7");
_Static_assert(sizeof(serial_driver_config_t) == 104, "layout of sDDF 0.7");
_Static_assert(sizeof(serial_virt_rx_config_t) == 2616, "layout of sDDF 0.7");
_Static_assert(sizeof(serial_virt_tx_config_t) == 6840, "layout of sDDF 0.7");
_Static_assert(sizeof(serial_client_config_t) == 88, "layout of sDDF 0.7");

/* True if the build filled in the structure. */
static inline bool serial_config_check_magic(const void *config)
{
    return sddf_magic_matches(config, SDDF_SERIAL_MAGIC_CLASS);
}
