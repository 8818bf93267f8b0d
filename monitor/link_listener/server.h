/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TCP server: takes connections, lets in who has the key, and carries bytes between that one console
 * and the monitor's queues. Everything here runs in lwIP's callbacks or between them, in one thread.
 */
#pragma once

#include <stdbool.h>

#include "monitor/include/monitor/listener_config.h"

/* After sddf_lwip_init(), with random numbers at hand. False if lwIP has no memory for it. */
bool server_start(const link_listener_config_t *config);

/* The monitor has sent something, or has made room: call when its channels are notified. */
void server_step(void);

/* Wakes the monitor if something was sent since the last call. At the end of each entry point. */
void server_flush(void);
