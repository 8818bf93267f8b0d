/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the C file that describes a system's configuration: one initialised structure for each section
 * of each component and client. Nothing of it is linked; the build cuts the structures out and writes
 * them into the images, so the compiler checks field names and types, and the layout is by definition
 * the one the component was compiled with.
 */
#pragma once

#include <sddf/resources/common.h>

/* Puts an object into blob `name`: `SDDF_BLOB("serial_virt_tx") const serial_virt_tx_config_t tx = ...` */
#define SDDF_BLOB(name) __attribute__((section(".blob." name), used))

/* Initialiser of a region_resource_t, with the addresses of the system description. */
#define SDDF_REGION(vaddr, size) \
    {                            \
        (void *)(vaddr), (size)  \
    }
