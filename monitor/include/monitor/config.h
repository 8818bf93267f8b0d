/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of the monitor: section .monitor_config. Everything else it needs to know the
 * microkit tool writes into it (grants.h).
 */
#pragma once

#include <sddf/resources/common.h>
#include <sddf/serial/config.h>
#include <sddf/timer/config.h>

#include "monitor/include/monitor/listener_config.h"

/* Initialiser of the magic field. */
#define MONITOR_MAGIC_CLASS 77
#define MONITOR_MAGIC                           \
    {                                           \
        's', 'D', 'D', 'F', MONITOR_MAGIC_CLASS \
    }

typedef struct monitor_config {
    char magic[SDDF_MAGIC_LEN];
    serial_client_config_t serial; /* the link */
    uint32_t line_rate; /* bytes a second the line carries; 0: no limit worth a thought */
    timer_client_config_t timer;
    /* Bit i: PD i carries the link or the time, and no debugger may stop it. */
    uint64_t keep_running;
    /* Bit i: PD i is stopped before its first instruction, until a debugger lets it run. */
    uint64_t hold;
    serial_client_config_t network; /* queues of the network listener; all zero: there is none */
    region_resource_t listener;     /* its struct link_listener_counters */
} monitor_config_t;

static inline bool monitor_config_has_network(const monitor_config_t *config)
{
    return sddf_magic_matches(&config->network, SDDF_SERIAL_MAGIC_CLASS);
}

static inline bool monitor_config_check_magic(const monitor_config_t *config)
{
    return sddf_magic_matches(config, MONITOR_MAGIC_CLASS)
            && sddf_magic_matches(&config->serial, SDDF_SERIAL_MAGIC_CLASS)
            && sddf_magic_matches(&config->timer, SDDF_TIMER_MAGIC_CLASS);
}
