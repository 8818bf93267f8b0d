/* SPDX-License-Identifier: BSD-2-Clause */
/* A public key of P-256 in a PEM file, as `lionscope keygen module` and `openssl ec -pubout` write it. */
#pragma once

#include <stdint.h>

#define PUBLIC_KEY_BYTES  65 /* a point, uncompressed */
#define PUBLIC_KEY_PREFIX 26

/* SubjectPublicKeyInfo of such a key (RFC 5480), up to the point: id-ecPublicKey, prime256v1, a string of 66 bytes. */
extern const uint8_t public_key_prefix[PUBLIC_KEY_PREFIX];

enum public_key_result {
    PUBLIC_KEY_GOOD,
    PUBLIC_KEY_UNREADABLE, /* errno says why */
    PUBLIC_KEY_NONE,
    PUBLIC_KEY_PRIVATE, /* there is a private key in the file */
};

enum public_key_result public_key_read(const char *path, uint8_t key[PUBLIC_KEY_BYTES]);
