/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network listener and what it shares with the monitor: section .link_listener_config of the listener.
 * A system without a key has no listener.
 */
#pragma once

#include <sddf/resources/common.h>
#include <sddf/serial/config.h>

#define LINK_KEY_BYTES 32

/* Initialiser of the magic field. */
#define LINK_LISTENER_MAGIC_CLASS 79
#define LINK_LISTENER_MAGIC                           \
    {                                                 \
        's', 'D', 'D', 'F', LINK_LISTENER_MAGIC_CLASS \
    }

/* Since boot, in a page of its own: the listener writes, the monitor reads and reports. */
struct link_listener_counters {
    uint64_t connections;        /* TCP connections taken */
    uint64_t accepted;           /* of them with the right key */
    uint64_t refused_handshakes; /* wrong key; a handshake recorded or changed */
    uint64_t refused_records;    /* changed, repeated, out of order, of impossible length */
    uint64_t refused_busy;       /* the right key, but another console had the link */
    uint64_t refused_late;       /* the handshake took too long */
    uint64_t refused_full;       /* connections at once */
    uint64_t records;            /* good ones */
};

typedef struct link_listener_config {
    char magic[SDDF_MAGIC_LEN];
    uint8_t key[LINK_KEY_BYTES];
    uint16_t port;    /* TCP, in host byte order */
    uint32_t address; /* static, in network byte order like the next two; 0: DHCP */
    uint32_t netmask;
    uint32_t gateway;
    serial_client_config_t monitor; /* its queues; rx: what the monitor has sent */
    region_resource_t counters;     /* struct link_listener_counters */
} link_listener_config_t;

static inline bool link_listener_config_check_magic(const link_listener_config_t *config)
{
    return sddf_magic_matches(config, LINK_LISTENER_MAGIC_CLASS)
            && sddf_magic_matches(&config->monitor, SDDF_SERIAL_MAGIC_CLASS);
}
