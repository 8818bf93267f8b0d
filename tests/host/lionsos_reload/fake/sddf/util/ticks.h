/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands in for lionsos/include/sddf/util/ticks.h: counts calls. */
#pragma once

#include <stdint.h>

static inline uint64_t sddf_ticks_now(void)
{
    static uint64_t ticks;

    return ++ticks;
}
