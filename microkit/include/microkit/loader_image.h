/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows the loader in a boot image: a header, a table of regions, their data. Written by the
 * microkit tool on the host, read by the loader on the target; little endian, all fields 64 bits.
 */
#pragma once

#include <stdint.h>

#define LOADER_IMAGE_MAGIC UINT64_C(0x5e14dead14de5ead)

/* Values of loader_region.type. */
enum loader_region_type {
    LOADER_REGION_DATA = 1, /* copied from the data area */
    LOADER_REGION_ZERO = 2, /* cleared; offset is not used */
};

/* One range of physical memory to fill. */
struct loader_region {
    uint64_t load_address; /* physical */
    uint64_t size;         /* bytes */
    uint64_t offset;       /* in the data area, which follows the table */
    uint64_t type;         /* enum loader_region_type */
};

/* The header. Field by field: microkit.md, 17.1. */
struct loader_image {
    uint64_t magic;
    uint64_t size;           /* header, table and data */
    uint64_t kernel_entry;   /* virtual */
    uint64_t ui_p_reg_start; /* initial task: physical start, end (exclusive) */
    uint64_t ui_p_reg_end;
    uint64_t pv_offset; /* physical - virtual address of the initial task */
    uint64_t v_entry;
    uint64_t region_count;
    struct loader_region regions[];
};
