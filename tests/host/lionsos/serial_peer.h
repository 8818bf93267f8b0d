/* SPDX-License-Identifier: BSD-2-Clause */
/* Serial connections on the heap, so that the sanitizer sees any access beside them. */
#pragma once

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>

/* A connection with a zeroed queue and `size` bytes of data; freed at exit only. */
serial_connection_resource_t peer_connection(uint32_t size, uint8_t channel);

/* The other end of a connection. */
serial_queue_handle_t peer_handle(const serial_connection_resource_t *connection);

/* Writes a whole string into the queue; fails the test if it does not fit. */
void peer_write(serial_queue_handle_t *queue, const char *text);

/* Takes everything out of the queue, as a string that the next call overwrites. */
const char *peer_read_all(serial_queue_handle_t *queue);

/* A value worth trying for an index: near `near`, near 0, or anything. */
uint32_t peer_hostile_index(uint32_t near);
