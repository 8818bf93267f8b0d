/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

/* Milliseconds of a clock that only goes forward. */
int64_t clock_ms(void);
/* Microseconds of the same clock. */
int64_t clock_us(void);
