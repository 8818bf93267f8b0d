/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet checksum, as lwIP calls it (see LWIP_CHKSUM in arch/cc.h). */
#pragma once

#include <stdint.h>

/*
 * One's complement sum of the 16-bit words of `data`, not inverted, an odd last byte counted as the first
 * of two. In the byte order in which checksums are stored. Any alignment; length 0..65535.
 */
uint16_t sddf_lwip_checksum(const void *data, int length);
