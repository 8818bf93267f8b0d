/* SPDX-License-Identifier: BSD-2-Clause */
/* The clients' own configuration; that of everything else is composed. */
#include <sddf/resources/blob.h>

#include "echo.h"

/* For systems on a wire without a DHCP server (make ADDRESSES=static). */
#ifdef STATIC_ADDRESSES
#define ADDRESS(last) \
    .address = IP(10, 0, 2, last), .netmask = IP(255, 255, 255, 0), .gateway = IP(10, 0, 2, 2)
#else
#define ADDRESS(last) .address = 0
#endif
#ifndef CRASH_PORT
#define CRASH_PORT 0
#endif
#define IP(a, b, c, d) ((a) | (b) << 8 | (c) << 16 | (uint32_t)(d) << 24)

SDDF_BLOB("echo_config_client0")
const struct echo_config echo_client0 = { ADDRESS(15), .crash_port = CRASH_PORT };
SDDF_BLOB("echo_config_client1")
const struct echo_config echo_client1 = { ADDRESS(16), .crash_port = CRASH_PORT };
