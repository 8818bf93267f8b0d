/* SPDX-License-Identifier: BSD-2-Clause */
/* Internet checksum, as lwIP calls it (see LWIP_CHKSUM in arch/cc.h). */
#pragma once

#include <stdint.h>

/*
 * One's complement sum of the 16-bit words of `data`, not inverted, an odd last byte counted as the first
 * of two. In the byte order in which checksums are stored. Any alignment; length 0..65535.
 */
uint16_t sddf_lwip_checksum(const void *data, int length);

/* The same of what it copies on the way. The memory areas do not overlap. */
uint16_t sddf_lwip_copy_checksum(void *to, const void *from, int length);

/* The sum of two sums, for parts of which the first has an even length. */
static inline uint16_t checksum_add(uint16_t sum, uint16_t other)
{
    uint32_t both = (uint32_t)sum + other;

    return (uint16_t)(both + (both >> 16));
}

/* What is left of `sum` without the part `other`. */
static inline uint16_t checksum_subtract(uint16_t sum, uint16_t other)
{
    return checksum_add(sum, (uint16_t)~other);
}

/* The sum of bytes that follow a part of odd length: each is in the other half of its word. */
static inline uint16_t checksum_swap(uint16_t sum)
{
    return (uint16_t)(sum << 8 | sum >> 8);
}
