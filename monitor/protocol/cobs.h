/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Consistent overhead byte stuffing (Cheshire and Baker, 1999): bytes without zeros, at the price of
 * one byte and one more in 254.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest encoding of `length` bytes. */
#define COBS_ENCODED_MAX(length) ((length) + (length) / 254 + 1)

/* How many of eight bytes, the first one lowest, come before the first zero. */
size_t cobs_before_zero(uint64_t word);

/* An encoding that grows piece by piece. */
struct cobs_writer {
    uint8_t *out;
    size_t code_at; /* of the block that is open */
    size_t length;
};

/* Begins an encoding into `out`, which has room for COBS_ENCODED_MAX of all that will be added. */
void cobs_begin(struct cobs_writer *writer, uint8_t *out);
void cobs_add(struct cobs_writer *writer, const uint8_t *bytes, size_t length);
/* Returns the length of the encoding, at least 1. */
size_t cobs_end(struct cobs_writer *writer);

/*
 * Decodes `length` bytes into `out`, which has room for as many and may be `bytes` itself. Returns the
 * length of what was encoded, or COBS_INVALID if that is no encoding (it then may have written).
 */
size_t cobs_decode(const uint8_t *bytes, size_t length, uint8_t *out);
#define COBS_INVALID SIZE_MAX
