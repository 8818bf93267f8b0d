/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/load_generator/pattern.h"

#include <string.h>

#define WORD sizeof(uint64_t)

/* The output function of splitmix64 (Steele, Lea, Flood 2014). */
uint64_t pattern_hash(uint64_t seed, uint64_t number)
{
    uint64_t hash = seed + (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}

/* How many bytes from `offset` on lie in the same word of the stream; at most `length`. */
static size_t piece_at(uint64_t offset, size_t length)
{
    size_t piece = WORD - offset % WORD;

    return piece < length ? piece : length;
}

void pattern_fill(uint64_t seed, uint64_t offset, void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        uint64_t word = pattern_hash(seed, (offset + done) / WORD);
        size_t piece = piece_at(offset + done, length - done);

        memcpy((char *)bytes + done, (char *)&word + (offset + done) % WORD, piece);
        done += piece;
    }
}

bool pattern_matches(uint64_t seed, uint64_t offset, const void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        uint64_t word = pattern_hash(seed, (offset + done) / WORD);
        size_t piece = piece_at(offset + done, length - done);

        if (memcmp((const char *)bytes + done, (char *)&word + (offset + done) % WORD, piece)
                != 0) {
            return false;
        }
        done += piece;
    }
    return true;
}
