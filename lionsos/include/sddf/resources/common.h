/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building blocks of the configuration structures that the build writes into named sections of
 * component images. Layouts are fixed by sDDF 0.7: one component image serves any system.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Length of a PD's name including its NUL. */
#define SDDF_NAME_LENGTH 64

/* Every configuration starts with "sDDF" and one byte that names its class. */
#define SDDF_MAGIC_LEN 5

/* A region as the PD sees it. */
typedef struct region_resource {
    void *vaddr;   /* where it is mapped in the PD; NULL if the PD lacks it */
    uint64_t size; /* bytes */
} region_resource_t;

/* A region that a device also sees: registers, rings, DMA buffers. */
typedef struct device_region_resource {
    region_resource_t region;
    uint64_t io_addr; /* address the device uses; equals the physical address without an IOMMU */
} device_region_resource_t;

_Static_assert(sizeof(region_resource_t) == 16, "layout of sDDF 0.7");
_Static_assert(sizeof(device_region_resource_t) == 24, "layout of sDDF 0.7");

/* True if the configuration at `config` starts with the magic of class `class_byte`. */
static inline bool sddf_magic_matches(const void *config, char class_byte)
{
    const char *magic = (const char *)config;

    return magic[0] == 's' && magic[1] == 'D' && magic[2] == 'D' && magic[3] == 'F'
            && magic[4] == class_byte;
}
