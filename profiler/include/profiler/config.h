/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Configuration of the profiler PD: section .profiler_config. Which PDs it may sample, and where it sees
 * their stacks, the microkit tool writes into it (microkit/grants.h).
 */
#pragma once

#include <sddf/resources/common.h>

/* Initialiser of the magic field. */
#define PROFILER_MAGIC_CLASS 80
#define PROFILER_MAGIC                           \
    {                                            \
        's', 'D', 'D', 'F', PROFILER_MAGIC_CLASS \
    }

typedef struct profiler_config {
    char magic[SDDF_MAGIC_LEN];
    region_resource_t ring;   /* one page, whose frame capability it also has (<cap_frame>) */
    region_resource_t stream; /* shared with the monitor: struct profiler_stream */
    uint8_t irq;              /* id of the performance monitor's interrupt */
    uint8_t monitor;          /* channel to the monitor, which calls on it (pp) */
} profiler_config_t;

/* The monitor's end: section .profiler_client_config. Without a profiler it stays as it is. */
typedef struct profiler_client_config {
    char magic[SDDF_MAGIC_LEN];
    region_resource_t stream;
    uint8_t profiler; /* channel */
} profiler_client_config_t;

static inline bool profiler_config_check_magic(const void *config)
{
    return sddf_magic_matches(config, PROFILER_MAGIC_CLASS);
}
