/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entropy class: random numbers out of a device, by protected calls to its driver, which is passive and
 * above all its clients.
 *
 * | label | MR0 in | reply's label | MRs out |
 * |---|---|---|---|
 * | 0 ENTROPY_TAKE | words, 1..ENTROPY_WORDS_MAX | ENTROPY_OK | so many random words, given to nobody else |
 * | | | ENTROPY_NOT_YET | - ; the caller is notified when there are some |
 * | | | ENTROPY_NO_SOURCE | - ; there is no device, or it repeats itself: there will never be any |
 * | | | ENTROPY_BAD_REQUEST | - |
 *
 * What a client makes of them is its own business; for more than a few keys it seeds a generator.
 */
#pragma once

#include <os/sddf.h>
#include <stdbool.h>
#include <stdint.h>

#define ENTROPY_TAKE      0
#define ENTROPY_WORDS_MAX 4 /* what a message carries in registers */

enum entropy_result {
    ENTROPY_OK,
    ENTROPY_NOT_YET,
    ENTROPY_NO_SOURCE,
    ENTROPY_BAD_REQUEST,
};

/* Client: takes 1..ENTROPY_WORDS_MAX words. `words` is written only if the result is ENTROPY_OK. */
static inline enum entropy_result entropy_take(
        unsigned int channel, uint64_t *words, unsigned int count)
{
    sddf_set_mr(0, count);

    microkit_msginfo reply = sddf_ppcall(channel, microkit_msginfo_new(ENTROPY_TAKE, 1));
    enum entropy_result result = (enum entropy_result)microkit_msginfo_get_label(reply);

    for (unsigned int i = 0; result == ENTROPY_OK && i < count; i++) {
        words[i] = sddf_get_mr(i);
    }
    return result;
}
