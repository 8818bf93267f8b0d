/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration of a client of an entropy driver (lions/entropy.h): section .entropy_client_config. */
#pragma once

#include <sddf/resources/common.h>

/* Initialiser of the magic field. */
#define ENTROPY_MAGIC_CLASS 78
#define ENTROPY_MAGIC                           \
    {                                           \
        's', 'D', 'D', 'F', ENTROPY_MAGIC_CLASS \
    }

typedef struct entropy_client_config {
    char magic[SDDF_MAGIC_LEN];
    uint8_t driver_id; /* channel to the driver, with pp */
} entropy_client_config_t;

static inline bool entropy_config_check_magic(const void *config)
{
    return sddf_magic_matches(config, ENTROPY_MAGIC_CLASS);
}
