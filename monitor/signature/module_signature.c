/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/signature/module_signature.h"

#include <bearssl.h>
#include <string.h>

static const char title[] = "lionscope module 1"; /* with its zero */

static void put_number(br_sha256_context *hash, uint32_t number)
{
    uint8_t bytes[4] = { (uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
        (uint8_t)(number >> 24) };

    br_sha256_update(hash, bytes, sizeof(bytes));
}

void module_digest(const struct protocol_reload_begin *begin, const void *text, const void *data,
        uint8_t digest[MODULE_DIGEST_BYTES])
{
    br_sha256_context hash;

    br_sha256_init(&hash);
    br_sha256_update(&hash, title, sizeof(title));
    put_number(&hash, begin->text_bytes);
    put_number(&hash, begin->data_offset);
    put_number(&hash, begin->data_bytes);
    put_number(&hash, begin->data_memory);
    put_number(&hash, begin->entry);
    put_number(&hash, begin->relocations);
    put_number(&hash, begin->relocation_bytes);
    put_number(&hash, begin->settings.count);
    for (uint16_t i = 0; i < begin->settings.count; i++) {
        put_number(&hash, begin->settings.at[i].offset);
        put_number(&hash, begin->settings.at[i].size);
    }
    br_sha256_update(&hash, text, begin->text_bytes);
    br_sha256_update(&hash, data, begin->data_bytes);
    br_sha256_out(&hash, digest);
}

void module_key_id(const uint8_t key[PROTOCOL_MODULE_KEY_MAX], uint8_t id[PROTOCOL_KEY_ID_MAX])
{
    uint8_t sum[MODULE_DIGEST_BYTES];
    br_sha256_context hash;

    br_sha256_init(&hash);
    br_sha256_update(&hash, key, PROTOCOL_MODULE_KEY_MAX);
    br_sha256_out(&hash, sum);
    memcpy(id, sum, PROTOCOL_KEY_ID_MAX);
}

static uint64_t as_number(const uint8_t id[PROTOCOL_KEY_ID_MAX])
{
    uint64_t number = 0;

    for (unsigned i = 0; i < PROTOCOL_KEY_ID_MAX; i++) {
        number = number << 8 | id[i];
    }
    return number;
}

enum protocol_reload_cause module_signature_check(const struct protocol_reload_begin *begin,
        const void *text, const void *data, const uint8_t key[PROTOCOL_MODULE_KEY_MAX],
        uint64_t *detail)
{
    uint8_t digest[MODULE_DIGEST_BYTES], id[PROTOCOL_KEY_ID_MAX], point[PROTOCOL_MODULE_KEY_MAX];
    const br_ec_public_key public = { BR_EC_secp256r1, point, sizeof(point) };

    *detail = 0;
    if (begin->signature.length != PROTOCOL_SIGNATURE_MAX
            || begin->key_id.length != PROTOCOL_KEY_ID_MAX) {
        return RELOAD_UNSIGNED;
    }
    module_key_id(key, id);
    if (memcmp(id, begin->key_id.at, sizeof(id)) != 0) {
        *detail = as_number(begin->key_id.at);
        return RELOAD_OTHER_KEY;
    }
    if (text == NULL) {
        return RELOAD_CAUSE_NONE;
    }
    module_digest(begin, text, data, digest);
    memcpy(point, key, sizeof(point));
    return br_ecdsa_i31_vrfy_raw(&br_ec_p256_m31, digest, sizeof(digest), &public,
                   begin->signature.at, PROTOCOL_SIGNATURE_MAX)
                    == 1
            ? RELOAD_CAUSE_NONE
            : RELOAD_BAD_SIGNATURE;
}
