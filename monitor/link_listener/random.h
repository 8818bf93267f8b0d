/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random numbers for handshakes: HMAC-DRBG with SHA-256, seeded by the entropy driver with 48 bytes and again
 * with 32 for each connection. There is no other source: counters and clocks can be guessed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum random_state {
    RANDOM_WAITS, /* for the driver: call random_start() again when it notifies */
    RANDOM_READY,
    RANDOM_NO_SOURCE, /* for ever */
};

/* Collects the seed; `channel` is the entropy driver's. */
enum random_state random_start(unsigned int channel);

/* Once it is ready. */
void random_bytes(uint8_t *bytes, size_t length);
