/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/protocol/crc32c.h"

#ifdef __ARM_FEATURE_CRC32
static uint32_t add_byte(uint32_t crc, uint8_t byte)
{
    return __builtin_aarch64_crc32cb(crc, byte);
}

static uint32_t add_words(uint32_t crc, const uint8_t **bytes, size_t *length)
{
    uint64_t word;

    for (; *length >= sizeof(word); *bytes += sizeof(word), *length -= sizeof(word)) {
        __builtin_memcpy(&word, *bytes, sizeof(word));
        crc = __builtin_aarch64_crc32cx(crc, word);
    }
    return crc;
}
#else
/* Remainders of the 16 values of half a byte; reflected polynomial 0x82f63b78. */
static const uint32_t half_byte[16] = {
    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, /* 0..3 */
    0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d, /* 4..7 */
    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, /* 8..11 */
    0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75, /* 12..15 */
};

static uint32_t add_byte(uint32_t crc, uint8_t byte)
{
    crc ^= byte;
    crc = crc >> 4 ^ half_byte[crc & 15];
    return crc >> 4 ^ half_byte[crc & 15];
}

static uint32_t add_words(uint32_t crc, const uint8_t **bytes, size_t *length)
{
    (void)bytes;
    (void)length;
    return crc; /* a table has no use for whole words */
}
#endif

uint32_t crc32c_add(uint32_t crc, const uint8_t *bytes, size_t length)
{
    crc = add_words(~crc, &bytes, &length);
    for (size_t i = 0; i < length; i++) {
        crc = add_byte(crc, bytes[i]);
    }
    return ~crc;
}
