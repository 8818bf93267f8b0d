/* SPDX-License-Identifier: BSD-2-Clause */
/* A serial queue between two PDs: of the serial class, and of others that carry bytes. */
#pragma once

#include <sddf/serial/config.h>

#include "host-tools/compose/composition.h"

#define SERIAL_QUEUE_SIZE 0x1000

/* The shared memory of one direction. */
struct serial_link {
    struct region *queue;
    struct region *data;
};

/* Maps both where the PD has room; `permissions` are those of the data. */
serial_connection_resource_t serial_link_map(struct composition *composition,
        struct position position, struct pd *pd, const struct serial_link *link,
        const char *permissions, uint8_t id);
