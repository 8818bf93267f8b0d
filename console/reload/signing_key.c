/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/signing_key.h"

#include <bearssl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/lib/whole_file.h"
#include "monitor/secure_channel/secure_channel.h"
#include "monitor/signature/public_key.h"

#define FILE_MAX 65536
#define DER_MAX  256
#define PEM_MAX  1024

/* ---- a new pair ---- */

static bool write_pem(const char *path, mode_t mode, const char *title, const uint8_t *der,
        size_t size, struct error_report *error)
{
    char pem[PEM_MAX];
    size_t length = br_pem_encode(NULL, der, size, title, BR_PEM_LINE64);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool good;

    if (file < 0) {
        return error_set(error, STATUS_FAILURE, "%s: %s%s", path, strerror(errno),
                errno == EEXIST ? "; a key that is in use is not overwritten" : "");
    }
    br_pem_encode(pem, der, size, title, BR_PEM_LINE64);
    good = write(file, pem, length) == (ssize_t)length;
    noise_wipe(pem, sizeof(pem));
    if (close(file) != 0 || !good) {
        error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
        unlink(path);
        return false;
    }
    return true;
}

static bool write_private(const char *path, const br_ec_private_key *key,
        const br_ec_public_key *public, struct error_report *error)
{
    uint8_t der[DER_MAX];
    size_t size = br_encode_ec_raw_der(der, key, public);
    bool good = write_pem(path, 0600, "EC PRIVATE KEY", der, size, error);

    noise_wipe(der, sizeof(der));
    return good;
}

static bool write_public(
        const char *path, const br_ec_public_key *public, struct error_report *error)
{
    uint8_t der[PUBLIC_KEY_PREFIX + PROTOCOL_MODULE_KEY_MAX];
    char name[4096];

    memcpy(der, public_key_prefix, PUBLIC_KEY_PREFIX);
    memcpy(der + PUBLIC_KEY_PREFIX, public->q, PROTOCOL_MODULE_KEY_MAX);
    snprintf(name, sizeof(name), "%s.pub", path);
    return write_pem(name, 0644, "PUBLIC KEY", der, sizeof(der), error);
}

bool signing_key_make(const char *path, struct error_report *error)
{
    uint8_t seed[32], own[BR_EC_KBUF_PRIV_MAX_SIZE], point[BR_EC_KBUF_PUB_MAX_SIZE];
    const br_ec_impl *curves = br_ec_get_default();
    br_hmac_drbg_context random;
    br_ec_private_key key;
    br_ec_public_key public;
    bool good;

    if (getrandom(seed, sizeof(seed), 0) != sizeof(seed)) {
        return error_set(error, STATUS_FAILURE, "no random numbers: %s", strerror(errno));
    }
    br_hmac_drbg_init(&random, &br_sha256_vtable, seed, sizeof(seed));
    noise_wipe(seed, sizeof(seed));
    if (br_ec_keygen(&random.vtable, curves, &key, own, BR_EC_secp256r1) == 0
            || br_ec_compute_pub(curves, &public, point, &key) != PROTOCOL_MODULE_KEY_MAX) {
        return error_set(error, STATUS_FAILURE, "no key could be made");
    }
    good = write_private(path, &key, &public, error);
    noise_wipe(own, sizeof(own));
    noise_wipe(&random, sizeof(random));
    if (good && !write_public(path, &public, error)) {
        unlink(path);
        return false;
    }
    return good;
}

/* ---- a key in a file ---- */

static void take_der(void *context, const void *bytes, size_t count)
{
    br_skey_decoder_push(context, bytes, count);
}

/* The first private key of the text; `decoder` holds it then. */
static const br_ec_private_key *find_key(
        const char *text, size_t size, br_skey_decoder_context *decoder)
{
    br_pem_decoder_context pem;
    bool is_key = false;

    br_pem_decoder_init(&pem);
    while (size > 0) {
        size_t taken = br_pem_decoder_push(&pem, text, size);

        text += taken;
        size -= taken;
        switch (br_pem_decoder_event(&pem)) {
        case BR_PEM_BEGIN_OBJ:
            is_key = strstr(br_pem_decoder_name(&pem), "PRIVATE KEY") != NULL;
            br_skey_decoder_init(decoder);
            br_pem_decoder_setdest(&pem, is_key ? take_der : NULL, decoder);
            break;
        case BR_PEM_END_OBJ:
            if (is_key) {
                return br_skey_decoder_last_error(decoder) == 0
                                && br_skey_decoder_key_type(decoder) == BR_KEYTYPE_EC
                        ? br_skey_decoder_get_ec(decoder)
                        : NULL;
            }
            break;
        case BR_PEM_ERROR:
            return NULL;
        default:
            break;
        }
    }
    return NULL;
}

static bool sign(const br_ec_private_key *key, const struct module_image *image,
        const struct protocol_reload_begin *begin, struct module_signature *signature)
{
    uint8_t digest[MODULE_DIGEST_BYTES], point[BR_EC_KBUF_PUB_MAX_SIZE];
    const br_ec_impl *curves = br_ec_get_default();
    br_ec_public_key public;

    if (br_ec_compute_pub(curves, &public, point, key) != PROTOCOL_MODULE_KEY_MAX) {
        return false;
    }
    signature->magic = MODULE_SIGNATURE_MAGIC;
    module_key_id(point, signature->key_id);
    module_digest(begin, image->bytes, image->bytes + image->data, digest);
    return br_ecdsa_sign_raw_get_default()(
                   curves, &br_sha256_vtable, digest, key, signature->signature)
            == PROTOCOL_SIGNATURE_MAX;
}

bool signing_key_sign(const char *path, const struct module_image *image,
        const struct protocol_reload_begin *begin, struct module_signature *signature,
        struct error_report *error)
{
    size_t size;
    char *text = whole_file(path, FILE_MAX, &size, error);
    br_skey_decoder_context decoder;
    const br_ec_private_key *key;
    bool good;

    if (text == NULL) {
        return false;
    }
    key = find_key(text, size, &decoder);
    good = key != NULL && key->curve == BR_EC_secp256r1 && sign(key, image, begin, signature);
    noise_wipe(text, size);
    noise_wipe(&decoder, sizeof(decoder));
    free(text);
    return good
            || error_set(error, STATUS_USAGE,
                    "%s: no private key of P-256 in PEM form; 'lionscope keygen module FILE' makes one",
                    path);
}
