/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/signature/public_key.h"

#include <bearssl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX 4096

const uint8_t public_key_prefix[PUBLIC_KEY_PREFIX] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    0x03, 0x42, 0x00 };

struct decoded {
    uint8_t bytes[PUBLIC_KEY_PREFIX + PUBLIC_KEY_BYTES];
    size_t count; /* more than there is room for: too long */
};

static void take(void *context, const void *bytes, size_t count)
{
    struct decoded *decoded = context;

    if (decoded->count + count <= sizeof(decoded->bytes)) {
        memcpy(decoded->bytes + decoded->count, bytes, count);
    }
    decoded->count += count;
}

static enum public_key_result decode(const char *text, size_t size, uint8_t key[PUBLIC_KEY_BYTES])
{
    br_pem_decoder_context decoder;
    struct decoded decoded = { .count = 0 };
    bool found = false;

    br_pem_decoder_init(&decoder);
    while (size > 0) {
        size_t taken = br_pem_decoder_push(&decoder, text, size);

        text += taken;
        size -= taken;
        switch (br_pem_decoder_event(&decoder)) {
        case BR_PEM_BEGIN_OBJ:
            if (strstr(br_pem_decoder_name(&decoder), "PRIVATE KEY") != NULL) {
                return PUBLIC_KEY_PRIVATE;
            }
            decoded.count = 0;
            br_pem_decoder_setdest(&decoder, take, &decoded);
            break;
        case BR_PEM_END_OBJ:
            found = decoded.count == sizeof(decoded.bytes)
                    && memcmp(decoded.bytes, public_key_prefix, PUBLIC_KEY_PREFIX) == 0
                    && decoded.bytes[PUBLIC_KEY_PREFIX] == 4;
            size = 0;
            break;
        case BR_PEM_ERROR:
            return PUBLIC_KEY_NONE;
        default:
            break;
        }
    }
    if (!found) {
        return PUBLIC_KEY_NONE;
    }
    memcpy(key, decoded.bytes + PUBLIC_KEY_PREFIX, PUBLIC_KEY_BYTES);
    return PUBLIC_KEY_GOOD;
}

enum public_key_result public_key_read(const char *path, uint8_t key[PUBLIC_KEY_BYTES])
{
    char text[FILE_MAX];
    FILE *file = fopen(path, "re");
    size_t size;

    if (file == NULL) {
        return PUBLIC_KEY_UNREADABLE;
    }
    size = fread(text, 1, sizeof(text), file);
    if (ferror(file)) {
        fclose(file);
        return PUBLIC_KEY_UNREADABLE;
    }
    fclose(file);
    return decode(text, size, key);
}
