/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of the network class, one section per component: .net_driver_config,
 * .net_virt_tx_config, .net_virt_rx_config, .net_copy_config, .net_client_config,
 * .net_vswitch_config.
 */
#pragma once

#include <sddf/network/constants.h>
#include <sddf/resources/common.h>

#define SDDF_NET_MAX_CLIENTS 64
#define SDDF_NET_MAX_MACS    64 /* addresses of one client */
#define SDDF_NET_MAX_REGIONS 64 /* data regions from which one client may send */
#define SDDF_NET_MAX_PORTS   64 /* of a switch */

/* Initialiser of the magic field. */
#define SDDF_NET_MAGIC_CLASS 5
#define SDDF_NET_MAGIC                           \
    {                                            \
        's', 'D', 'D', 'F', SDDF_NET_MAGIC_CLASS \
    }

/* A pair of queues to a neighbour, and the channel to it. */
typedef struct net_connection_resource {
    region_resource_t free_queue;
    region_resource_t active_queue;
    uint16_t num_buffers; /* capacity of each queue, a power of two */
    uint8_t id;
} net_connection_resource_t;

typedef struct net_driver_config {
    char magic[SDDF_MAGIC_LEN];
    net_connection_resource_t virt_rx;
    net_connection_resource_t virt_tx;
} net_driver_config_t;

/* Buffers from which a client sends: num_buffers * NET_BUFFER_SIZE bytes from the region's start. */
typedef struct net_virt_tx_region_config {
    device_region_resource_t data;
    uint32_t num_buffers;
} net_virt_tx_region_config_t;

typedef struct net_virt_tx_client_config {
    net_connection_resource_t conn;
    net_virt_tx_region_config_t regions[SDDF_NET_MAX_REGIONS]; /* by the descriptor's oid */
    uint8_t num_regions;
} net_virt_tx_client_config_t;

typedef struct net_virt_tx_config {
    char magic[SDDF_MAGIC_LEN];
    /* Ours, in sDDF's padding: not 0 if the device snoops caches, so that none need be cleaned. */
    uint8_t dma_coherent;
    net_connection_resource_t driver;
    net_virt_tx_client_config_t clients[SDDF_NET_MAX_CLIENTS];
    uint8_t num_clients;
} net_virt_tx_config_t;

typedef struct net_virt_rx_client_config {
    net_connection_resource_t conn;
    uint8_t mac_addrs[SDDF_NET_MAX_MACS][ETH_HWADDR_LEN];
    uint8_t num_macs;
} net_virt_rx_client_config_t;

typedef struct net_virt_rx_config {
    char magic[SDDF_MAGIC_LEN];
    uint8_t dma_coherent; /* as in net_virt_tx_config */
    net_connection_resource_t driver;
    device_region_resource_t data; /* what the device fills; num_buffers of `driver` buffers */
    /* Who holds each buffer: zeroed, private to the virtualiser, at least 8 bytes per buffer. */
    region_resource_t buffer_metadata;
    net_virt_rx_client_config_t clients[SDDF_NET_MAX_CLIENTS];
    uint8_t num_clients;
} net_virt_rx_config_t;

typedef struct net_copy_config {
    char magic[SDDF_MAGIC_LEN];
    net_connection_resource_t rx;                    /* from the Rx virtualiser or a switch */
    region_resource_t rx_data[SDDF_NET_MAX_REGIONS]; /* by the descriptor's oid */
    net_connection_resource_t client;
    region_resource_t client_data;
} net_copy_config_t;

typedef struct net_client_config {
    char magic[SDDF_MAGIC_LEN];
    net_connection_resource_t rx;
    region_resource_t rx_data;
    net_connection_resource_t tx;
    region_resource_t tx_data;
    uint8_t mac_addr[ETH_HWADDR_LEN];
} net_client_config_t;

typedef struct net_vswitch_port_config {
    net_connection_resource_t rx;
    net_connection_resource_t tx;
    region_resource_t tx_data;
    uint8_t mac_addr[ETH_HWADDR_LEN];
    uint64_t acl; /* bit per port that this port may reach */
} net_vswitch_port_config_t;

typedef struct net_vswitch_config {
    char magic[SDDF_MAGIC_LEN];
    net_vswitch_port_config_t ports[SDDF_NET_MAX_PORTS];
    uint8_t num_ports;
    region_resource_t buffer_metadata;
} net_vswitch_config_t;

_Static_assert(sizeof(net_connection_resource_t) == 40, "layout of sDDF 0.7");
_Static_assert(sizeof(net_driver_config_t) == 88, "layout of sDDF 0.7");
_Static_assert(sizeof(net_virt_tx_config_t) == 134200, "layout of sDDF 0.7");
_Static_assert(sizeof(net_virt_rx_config_t) == 27744, "layout of sDDF 0.7");
_Static_assert(sizeof(net_copy_config_t) == 1128, "layout of sDDF 0.7");
_Static_assert(sizeof(net_client_config_t) == 128, "layout of sDDF 0.7");
_Static_assert(sizeof(net_vswitch_config_t) == 7200, "layout of sDDF 0.7");

/* True if the build filled in the structure. */
static inline bool net_config_check_magic(const void *config)
{
    return sddf_magic_matches(config, SDDF_NET_MAGIC_CLASS);
}
