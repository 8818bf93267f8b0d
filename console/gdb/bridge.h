/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a local TCP port to the gdb channel of the target: up to GDB_FRAME_SESSIONS debuggers at once, each
 * with a stub of its own. When one goes away, or this program does, the target is told or notices.
 */
#pragma once

#include <poll.h>

#include "console/app/session.h"

struct bridge;

/* The channel is claimed already. `port` 0: any. NULL: *error says why not. */
struct bridge *bridge_open(struct session *session, unsigned port, struct error_report *error);
/* The sessions end, and with them all breakpoints. */
void bridge_close(struct bridge *bridge);
unsigned bridge_port(const struct bridge *bridge);
/* How many debuggers are connected. */
unsigned bridge_users(const struct bridge *bridge);

#define BRIDGE_POLL_MAX 4
/* Fills in what to poll for; returns how many. */
size_t bridge_poll(const struct bridge *bridge, struct pollfd *polled);
/* Does what is due; to be called after each poll, before session_step. */
void bridge_step(struct bridge *bridge);
/* Milliseconds until bridge_step has to be called even without an event. */
#define BRIDGE_WAIT_MS 20
