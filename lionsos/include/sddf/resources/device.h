/* SPDX-License-Identifier: BSD-2-Clause */
/* Section .device_resources: what a driver gets of its device, in the order its config.json says. */
#pragma once

#include <sddf/resources/common.h>

#define DEVICE_MAX_REGIONS 64
#define DEVICE_MAX_IRQS    64

/* Initialiser of the magic field. */
#define DEVICE_MAGIC_CLASS 1
#define DEVICE_RESOURCES_MAGIC                 \
    {                                          \
        's', 'D', 'D', 'F', DEVICE_MAGIC_CLASS \
    }

typedef struct device_irq_resource {
    uint8_t id; /* channel id of the interrupt in the driver */
} device_irq_resource_t;

typedef struct device_resources {
    char magic[SDDF_MAGIC_LEN];
    uint8_t num_regions; /* 0..DEVICE_MAX_REGIONS */
    uint8_t num_irqs;    /* 0..DEVICE_MAX_IRQS */
    device_region_resource_t regions[DEVICE_MAX_REGIONS];
    device_irq_resource_t irqs[DEVICE_MAX_IRQS];
} device_resources_t;

_Static_assert(sizeof(device_resources_t) == 1608, "layout of sDDF 0.7");

/* True if the build filled in the structure. */
static inline bool device_resources_check_magic(const device_resources_t *resources)
{
    return sddf_magic_matches(resources, DEVICE_MAGIC_CLASS);
}
