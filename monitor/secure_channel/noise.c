/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/secure_channel/noise.h"

#include <bearssl.h>
#include <string.h>

#define IV_BYTES 12

void noise_wipe(void *bytes, size_t length)
{
    memset(bytes, 0, length);
    __asm__ volatile("" : : "r"(bytes) : "memory");
}

/* ---- CipherState ---- */

/* ChaChaPoly's nonce (12.3): four zeros, then the number, little endian. */
static void make_iv(uint64_t nonce, uint8_t iv[IV_BYTES])
{
    memset(iv, 0, 4);
    for (unsigned i = 0; i < 8; i++) {
        iv[4 + i] = (uint8_t)(nonce >> (8 * i));
    }
}

static void run(const uint8_t *key, uint64_t nonce, const uint8_t *associated,
        size_t associated_length, uint8_t *bytes, size_t length, uint8_t *tag, bool encrypt)
{
    uint8_t iv[IV_BYTES];

    make_iv(nonce, iv);
    br_poly1305_ctmulq_run(key, iv, bytes, length, associated, associated_length, tag,
            br_chacha20_ct_run, encrypt);
}

bool noise_encrypt(struct noise_cipher *cipher, const uint8_t *associated, size_t associated_length,
        uint8_t *bytes, size_t length, uint8_t tag[NOISE_TAG_BYTES])
{
    if (cipher->nonce == UINT64_MAX) { /* kept for noise_rekey() */
        return false;
    }
    run(cipher->key, cipher->nonce++, associated, associated_length, bytes, length, tag, true);
    return true;
}

bool noise_decrypt(struct noise_cipher *cipher, const uint8_t *associated, size_t associated_length,
        uint8_t *bytes, size_t length, const uint8_t tag[NOISE_TAG_BYTES])
{
    uint8_t expected[NOISE_TAG_BYTES];
    uint8_t difference = 0;

    if (cipher->nonce == UINT64_MAX) {
        return false;
    }
    run(cipher->key, cipher->nonce, associated, associated_length, bytes, length, expected, false);
    for (unsigned i = 0; i < NOISE_TAG_BYTES; i++) { /* all of them, wherever they differ */
        difference |= expected[i] ^ tag[i];
    }
    if (difference != 0) {
        noise_wipe(bytes, length);
        return false;
    }
    cipher->nonce++;
    return true;
}

void noise_rekey(struct noise_cipher *cipher)
{
    uint8_t fresh[NOISE_KEY_BYTES] = { 0 };
    uint8_t tag[NOISE_TAG_BYTES];

    run(cipher->key, UINT64_MAX, NULL, 0, fresh, sizeof(fresh), tag, true);
    memcpy(cipher->key, fresh, sizeof(fresh));
    noise_wipe(fresh, sizeof(fresh));
}

/* ---- SymmetricState ---- */

/* HKDF (4.3) is RFC 5869's with the chaining key as salt and no info. */
static void derive(const uint8_t *chaining_key, const uint8_t *secret, size_t secret_length,
        uint8_t *out, size_t length)
{
    br_hkdf_context hkdf;

    br_hkdf_init(&hkdf, &br_sha256_vtable, chaining_key, NOISE_HASH_BYTES);
    br_hkdf_inject(&hkdf, secret, secret_length);
    br_hkdf_flip(&hkdf);
    br_hkdf_produce(&hkdf, "", 0, out, length);
    noise_wipe(&hkdf, sizeof(hkdf));
}

static void set_key(struct noise_cipher *cipher, const uint8_t *key)
{
    memcpy(cipher->key, key, NOISE_KEY_BYTES);
    cipher->nonce = 0;
}

void noise_begin(struct noise_transcript *transcript, const char *protocol, const uint8_t *prologue,
        size_t length)
{
    size_t name_length = strlen(protocol);
    br_sha256_context sha;

    memset(transcript, 0, sizeof(*transcript));
    if (name_length <= NOISE_HASH_BYTES) {
        memcpy(transcript->hash, protocol, name_length);
    } else {
        br_sha256_init(&sha);
        br_sha256_update(&sha, protocol, name_length);
        br_sha256_out(&sha, transcript->hash);
    }
    memcpy(transcript->chaining_key, transcript->hash, NOISE_HASH_BYTES);
    noise_mix_hash(transcript, prologue, length);
}

void noise_mix_hash(struct noise_transcript *transcript, const uint8_t *bytes, size_t length)
{
    br_sha256_context sha;

    br_sha256_init(&sha);
    br_sha256_update(&sha, transcript->hash, NOISE_HASH_BYTES);
    br_sha256_update(&sha, bytes, length);
    br_sha256_out(&sha, transcript->hash);
}

void noise_mix_key(struct noise_transcript *transcript, const uint8_t secret[NOISE_KEY_BYTES])
{
    uint8_t out[2 * NOISE_HASH_BYTES];

    derive(transcript->chaining_key, secret, NOISE_KEY_BYTES, out, sizeof(out));
    memcpy(transcript->chaining_key, out, NOISE_HASH_BYTES);
    set_key(&transcript->cipher, &out[NOISE_HASH_BYTES]);
    noise_wipe(out, sizeof(out));
}

void noise_mix_key_and_hash(
        struct noise_transcript *transcript, const uint8_t secret[NOISE_KEY_BYTES])
{
    uint8_t out[3 * NOISE_HASH_BYTES];

    derive(transcript->chaining_key, secret, NOISE_KEY_BYTES, out, sizeof(out));
    memcpy(transcript->chaining_key, out, NOISE_HASH_BYTES);
    noise_mix_hash(transcript, &out[NOISE_HASH_BYTES], NOISE_HASH_BYTES);
    set_key(&transcript->cipher, &out[2 * NOISE_HASH_BYTES]);
    noise_wipe(out, sizeof(out));
}

/* The hash goes on with what travels: ciphertext and tag. */
static void mix_sealed(struct noise_transcript *transcript, const uint8_t *hash,
        const uint8_t *bytes, size_t length, const uint8_t *tag)
{
    br_sha256_context sha;

    br_sha256_init(&sha);
    br_sha256_update(&sha, hash, NOISE_HASH_BYTES);
    br_sha256_update(&sha, bytes, length);
    br_sha256_update(&sha, tag, NOISE_TAG_BYTES);
    br_sha256_out(&sha, transcript->hash);
}

bool noise_encrypt_and_hash(
        struct noise_transcript *transcript, uint8_t *bytes, size_t length, uint8_t *tag)
{
    if (!noise_encrypt(
                &transcript->cipher, transcript->hash, NOISE_HASH_BYTES, bytes, length, tag)) {
        return false;
    }
    mix_sealed(transcript, transcript->hash, bytes, length, tag);
    return true;
}

bool noise_decrypt_and_hash(
        struct noise_transcript *transcript, uint8_t *bytes, size_t length, const uint8_t *tag)
{
    uint8_t before[NOISE_HASH_BYTES];

    memcpy(before, transcript->hash, sizeof(before));
    mix_sealed(transcript, before, bytes, length, tag);
    return noise_decrypt(&transcript->cipher, before, sizeof(before), bytes, length, tag);
}

void noise_split(struct noise_transcript *transcript, struct noise_cipher *initiator,
        struct noise_cipher *responder)
{
    uint8_t out[2 * NOISE_HASH_BYTES];

    derive(transcript->chaining_key, transcript->hash, 0, out,
            sizeof(out)); /* no secret: zero bytes of it */
    set_key(initiator, out);
    set_key(responder, &out[NOISE_HASH_BYTES]);
    noise_wipe(out, sizeof(out));
    noise_wipe(transcript, sizeof(*transcript));
}

/* ---- X25519 ---- */

/* BearSSL takes scalars big endian, RFC 7748 has them little endian. */
static void reverse(const uint8_t *secret, uint8_t *scalar)
{
    for (unsigned i = 0; i < NOISE_KEY_BYTES; i++) {
        scalar[i] = secret[NOISE_KEY_BYTES - 1 - i];
    }
}

void noise_public_key(const uint8_t secret[NOISE_KEY_BYTES], uint8_t point[NOISE_POINT_BYTES])
{
    uint8_t scalar[NOISE_KEY_BYTES];

    reverse(secret, scalar);
    br_ec_c25519_m31.mulgen(point, scalar, sizeof(scalar), BR_EC_curve25519);
    noise_wipe(scalar, sizeof(scalar));
}

bool noise_agree(const uint8_t secret[NOISE_KEY_BYTES], const uint8_t other[NOISE_POINT_BYTES],
        uint8_t shared[NOISE_KEY_BYTES])
{
    uint8_t scalar[NOISE_KEY_BYTES];
    uint8_t any = 0;

    reverse(secret, scalar);
    memcpy(shared, other, NOISE_POINT_BYTES);
    br_ec_c25519_m31.mul(shared, NOISE_POINT_BYTES, scalar, sizeof(scalar), BR_EC_curve25519);
    noise_wipe(scalar, sizeof(scalar));
    for (unsigned i = 0; i < NOISE_KEY_BYTES; i++) {
        any |= shared[i];
    }
    return any != 0;
}
