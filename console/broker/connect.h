/* SPDX-License-Identifier: BSD-2-Clause */
/* A console's way to the broker of a target; starts one if there is none. */
#pragma once

#include "host-tools/lib/transport.h"

/* NULL: *error says why not. */
struct transport *broker_connect(const char *place, struct error_report *error);

/* The socket of the broker for a target. */
bool broker_socket_path(const char *place, char *path, size_t size, struct error_report *error);
