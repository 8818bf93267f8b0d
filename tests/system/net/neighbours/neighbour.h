/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that takes the place of the echo server's client1 and behaves badly in its own way. Each file
 * of this folder but neighbour.c and idle.c is one.
 */
#pragma once

#include <sddf/network/config.h>
#include <sddf/network/queue.h>

extern net_client_config_t net_config;
extern net_queue_handle_t rx;
extern net_queue_handle_t tx;

/* Misbehaves; may return or not. */
void misbehave(void);
