/* SPDX-License-Identifier: BSD-2-Clause */
/* What is sent: bytes that follow from where they stand, so that what comes back can be checked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes bytes `offset` to `offset + length` of the endless stream of `seed`. Streams of different
 * seeds have nothing in common.
 */
void pattern_fill(uint64_t seed, uint64_t offset, void *bytes, size_t length);

/* True if `bytes` are those of the stream. */
bool pattern_matches(uint64_t seed, uint64_t offset, const void *bytes, size_t length);

/* A number from 0 to 2^64 - 1 that looks random, the same for the same arguments. */
uint64_t pattern_hash(uint64_t seed, uint64_t number);
