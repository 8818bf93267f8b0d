/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32C (Castagnoli), as in RFC 3720, appendix B.4: what closes each frame. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The check sum of what `crc` is the sum of (0: nothing) followed by `length` bytes. Any context; cannot
 * fail.
 */
uint32_t crc32c_add(uint32_t crc, const uint8_t *bytes, size_t length);
