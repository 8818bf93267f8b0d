/* SPDX-License-Identifier: BSD-2-Clause */
/* Time in ticks, as the test says. Stands in for monitor/pd/clock.h. */
#pragma once

#include <stdint.h>

#define FAKE_HZ UINT64_C(62500000)

extern uint64_t fake_ticks;

static inline uint64_t clock_now(void)
{
    return fake_ticks;
}

static inline uint64_t clock_hz(void)
{
    return FAKE_HZ;
}
