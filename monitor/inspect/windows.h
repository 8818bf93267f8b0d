/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory the monitor may read: what its description maps, readable and cached. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "monitor/protocol/messages.h"

unsigned windows_count(void);
struct protocol_window windows_entry(unsigned place);

/*
 * How many of the `length` bytes at `address` lie in one window, from the first on; 0: not even the
 * first.
 */
uint64_t windows_readable(uint64_t address, uint64_t length);
