/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the Noise protocol framework (revision 34) that Noise_NNpsk0_25519_ChaChaPoly_SHA256 is made
 * of: CipherState (5.1) and SymmetricState (5.2), over BearSSL's primitives. No input or output, no memory
 * of its own; numbers in parentheses are sections of the framework's specification.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOISE_KEY_BYTES   32
#define NOISE_HASH_BYTES  32
#define NOISE_POINT_BYTES 32 /* a public key of X25519 */
#define NOISE_TAG_BYTES   16

/* A key and the number of the next message under it. */
struct noise_cipher {
    uint8_t key[NOISE_KEY_BYTES];
    uint64_t nonce;
};

/*
 * Encrypts `length` bytes where they are; the tag, which also covers `associated`, goes to `tag`. False,
 * and nothing has happened, if all nonces are used up.
 */
bool noise_encrypt(struct noise_cipher *cipher, const uint8_t *associated, size_t associated_length,
        uint8_t *bytes, size_t length, uint8_t tag[NOISE_TAG_BYTES]);
/* The way back. False if the tag is wrong: the bytes are zeros then, and the nonce is not used up. */
bool noise_decrypt(struct noise_cipher *cipher, const uint8_t *associated, size_t associated_length,
        uint8_t *bytes, size_t length, const uint8_t tag[NOISE_TAG_BYTES]);
/* REKEY (4.2): a new key out of the old one, which cannot be found again; the nonce stays. */
void noise_rekey(struct noise_cipher *cipher);

/* What both sides have seen so far, and the keys that follow from it. */
struct noise_transcript {
    uint8_t chaining_key[NOISE_HASH_BYTES];
    uint8_t hash[NOISE_HASH_BYTES];
    struct noise_cipher cipher;
};

/* Begins with the protocol's name and the prologue: bytes that both sides have to have seen. */
void noise_begin(struct noise_transcript *transcript, const char *protocol, const uint8_t *prologue,
        size_t length);
void noise_mix_hash(struct noise_transcript *transcript, const uint8_t *bytes, size_t length);
void noise_mix_key(struct noise_transcript *transcript, const uint8_t secret[NOISE_KEY_BYTES]);
/* For the pre-shared key. */
void noise_mix_key_and_hash(
        struct noise_transcript *transcript, const uint8_t secret[NOISE_KEY_BYTES]);
/* A payload of the handshake, with the transcript as associated data. */
bool noise_encrypt_and_hash(
        struct noise_transcript *transcript, uint8_t *bytes, size_t length, uint8_t *tag);
bool noise_decrypt_and_hash(
        struct noise_transcript *transcript, uint8_t *bytes, size_t length, const uint8_t *tag);
/* Keys for the two directions, the initiator's sending first. Wipes the transcript. */
void noise_split(struct noise_transcript *transcript, struct noise_cipher *initiator,
        struct noise_cipher *responder);

/* Public key of a secret of 32 random bytes (RFC 7748, with the bytes of the secret in its order). */
void noise_public_key(const uint8_t secret[NOISE_KEY_BYTES], uint8_t point[NOISE_POINT_BYTES]);
/* What both sides know then. False if the other's point is one of the few that make a known secret. */
bool noise_agree(const uint8_t secret[NOISE_KEY_BYTES], const uint8_t other[NOISE_POINT_BYTES],
        uint8_t shared[NOISE_KEY_BYTES]);

/* Overwrites a secret in a way that compilers do not leave out. */
void noise_wipe(void *bytes, size_t length);
