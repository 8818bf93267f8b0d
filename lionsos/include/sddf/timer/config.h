/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration of a timer client: section .timer_client_config. */
#pragma once

#include <sddf/resources/common.h>

/* Initialiser of the magic field. */
#define SDDF_TIMER_MAGIC_CLASS 6
#define SDDF_TIMER_MAGIC                           \
    {                                              \
        's', 'D', 'D', 'F', SDDF_TIMER_MAGIC_CLASS \
    }

typedef struct timer_client_config {
    char magic[SDDF_MAGIC_LEN];
    uint8_t driver_id; /* channel to the timer driver, with pp */
} timer_client_config_t;

_Static_assert(sizeof(timer_client_config_t) == 6, "layout of sDDF 0.7");

/* True if the build filled in the structure. */
static inline bool timer_config_check_magic(const void *config)
{
    return sddf_magic_matches(config, SDDF_TIMER_MAGIC_CLASS);
}
