/* SPDX-License-Identifier: BSD-2-Clause */
/* What transports with a file descriptor of their own have in common. */
#pragma once

#include "host-tools/lib/transport.h"

/* A transport that reads, writes and closes `fd`, which becomes non-blocking. NULL without memory. */
struct transport *descriptor_transport(int fd);
