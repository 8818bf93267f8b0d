/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who has made a module: ECDSA over P-256 with SHA-256. What is signed is what the target stages, as it stands in the file:
 * sizes, entry, table of relocations and places of settings, code, and variables with the header that tells kind, interface
 * and version. Address and settings are put in behind the check, by the target. Built for target and host.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "monitor/protocol/messages.h"

#define MODULE_DIGEST_BYTES 32

/* What a module's file has of it: section .lionscope.signature (lionsos/module.ld), which is not loaded. */
#define MODULE_SIGNATURE_SECTION ".lionscope.signature"
#define MODULE_SIGNATURE_MAGIC   0x4749534e4f494c31 /* "1LIONSIG"; not signed yet: 0 */

struct module_signature {
    uint64_t magic;
    uint8_t key_id[PROTOCOL_KEY_ID_MAX];
    uint8_t signature[PROTOCOL_SIGNATURE_MAX]; /* r and s, big-endian */
};

/* Of a module that `begin` describes, with begin->text_bytes at `text` and begin->data_bytes at `data`. */
void module_digest(const struct protocol_reload_begin *begin, const void *text, const void *data,
        uint8_t digest[MODULE_DIGEST_BYTES]);

/* By which a message can say that it was another key. */
void module_key_id(const uint8_t key[PROTOCOL_MODULE_KEY_MAX], uint8_t id[PROTOCOL_KEY_ID_MAX]);

/*
 * Whether somebody with the private half of `key` has signed what `begin` says and `text` and `data` hold: RELOAD_CAUSE_NONE,
 * or why not, with *detail. Without text (NULL) only what can be told before: that it is signed, and with this key.
 */
enum protocol_reload_cause module_signature_check(const struct protocol_reload_begin *begin,
        const void *text, const void *data, const uint8_t key[PROTOCOL_MODULE_KEY_MAX],
        uint64_t *detail);
