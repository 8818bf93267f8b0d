/* SPDX-License-Identifier: BSD-2-Clause */
/* What lwIP wants to know about compiler and system. */
#pragma once

#include <stdint.h>

#include <sddf/util/printf.h>
#include <sddf/util/util.h>

/* sddf/util/util.h has these as macros too; lwIP defines its own from BYTE_ORDER. */
#undef htons
#undef ntohs
#undef htonl
#undef ntohl

#ifndef BYTE_ORDER
#define BYTE_ORDER __BYTE_ORDER__
#endif
#ifndef LITTLE_ENDIAN
#define LITTLE_ENDIAN __ORDER_LITTLE_ENDIAN__
#endif
#ifndef BIG_ENDIAN
#define BIG_ENDIAN __ORDER_BIG_ENDIAN__
#endif

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_CTYPE_H    1
#define LWIP_NO_UNISTD_H   1
#define LWIP_NO_LIMITS_H   1
#define INT_MAX            __INT_MAX__

#define X8_F  "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "zu"

#define LWIP_PLATFORM_DIAG(message) \
    do {                            \
        sddf_printf message;        \
    } while (0)
#define LWIP_PLATFORM_ASSERT(message) _assert_fail(message, __FILE__, __LINE__, __func__)

/* Ports, sequence numbers and DHCP transactions; seeded in sddf_lwip_init(). Not for secrets. */
uint32_t sddf_lwip_random(void);
#define LWIP_RAND() sddf_lwip_random()

/* Internet checksum of `length` bytes, not inverted; in the byte order in which it is stored. */
uint16_t sddf_lwip_checksum(const void *data, int length);
#define LWIP_CHKSUM sddf_lwip_checksum
