/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/protocol/cobs.h"

#define LONGEST_BLOCK 255 /* code byte and 254 others */

void cobs_begin(struct cobs_writer *writer, uint8_t *out)
{
    writer->out = out;
    writer->code_at = 0;
    writer->length = 1;
}

static void close_block(struct cobs_writer *writer)
{
    writer->out[writer->code_at] = (uint8_t)(writer->length - writer->code_at);
    writer->code_at = writer->length++;
}

size_t cobs_before_zero(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t zeros = (word - ones) & ~word & ones << 7; /* the lowest bit that is set is right */

    return zeros == 0 ? sizeof(word) : (size_t)__builtin_ctzll(zeros) / 8;
}

/*
 * Adds what comes before a zero, of eight bytes, as far as the block has room. All eight are written: at least as
 * many follow, which overwrite what is too much. Returns how many were added.
 */
static size_t add_word(struct cobs_writer *writer, const uint8_t *bytes)
{
    size_t room = LONGEST_BLOCK - (writer->length - writer->code_at);
    size_t count;
    uint64_t word;

    __builtin_memcpy(&word, bytes, sizeof(word));
    __builtin_memcpy(writer->out + writer->length, &word, sizeof(word));
    count = cobs_before_zero(word);
    count = count < room ? count : room;
    writer->length += count;
    return count;
}

void cobs_add(struct cobs_writer *writer, const uint8_t *bytes, size_t length)
{
    size_t i = 0;

    while (i < length) {
        if (writer->length - writer->code_at == LONGEST_BLOCK) {
            close_block(writer); /* full, and more to come: no zero is implied */
        }
        if (bytes[i] == 0) {
            close_block(writer);
            i++;
        } else if (length - i >= sizeof(uint64_t)) {
            i += add_word(writer, bytes + i);
        } else {
            writer->out[writer->length++] = bytes[i++];
        }
    }
}

size_t cobs_end(struct cobs_writer *writer)
{
    writer->out[writer->code_at] = (uint8_t)(writer->length - writer->code_at);
    return writer->length;
}

/*
 * Copies what a block holds, word by word as far as it goes: all of a word is read before it is written, lower or at the same
 * place. False: there is a zero in it.
 */
static bool copy_block(const uint8_t *from, size_t length, uint8_t *to)
{
    size_t i = 0;
    uint64_t word;

    for (; length - i >= sizeof(word); i += sizeof(word)) {
        __builtin_memcpy(&word, from + i, sizeof(word));
        if (cobs_before_zero(word) != sizeof(word)) {
            return false;
        }
        __builtin_memcpy(to + i, &word, sizeof(word));
    }
    for (; i < length; i++) {
        if (from[i] == 0) {
            return false;
        }
        to[i] = from[i];
    }
    return true;
}

size_t cobs_decode(const uint8_t *bytes, size_t length, uint8_t *out)
{
    size_t from = 0;
    size_t to = 0;

    if (length == 0) {
        return COBS_INVALID;
    }
    while (from < length) {
        size_t code = bytes[from++];

        if (code == 0 || code - 1 > length - from
                || !copy_block(bytes + from, code - 1, out + to)) {
            return COBS_INVALID;
        }
        from += code - 1;
        to += code - 1;
        if (code != LONGEST_BLOCK && from < length) {
            out[to++] = 0;
        }
    }
    return to;
}
