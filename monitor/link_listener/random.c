/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/link_listener/random.h"

#include <bearssl.h>

#include <lions/entropy.h>

#include "monitor/secure_channel/noise.h"

#define SEED_WORDS   6
#define RESEED_WORDS ENTROPY_WORDS_MAX

static br_hmac_drbg_context generator;
static unsigned int driver;
static uint64_t seed[SEED_WORDS];
static unsigned seed_words;

enum random_state random_start(unsigned int channel)
{
    driver = channel;
    while (seed_words < SEED_WORDS) {
        enum entropy_result result = entropy_take(channel, &seed[seed_words], 1);

        if (result != ENTROPY_OK) {
            return result == ENTROPY_NOT_YET ? RANDOM_WAITS : RANDOM_NO_SOURCE;
        }
        seed_words++;
    }
    br_hmac_drbg_init(&generator, &br_sha256_vtable, seed, sizeof(seed));
    noise_wipe(seed, sizeof(seed));
    return RANDOM_READY;
}

void random_bytes(uint8_t *bytes, size_t length)
{
    uint64_t fresh[RESEED_WORDS];

    if (entropy_take(driver, fresh, RESEED_WORDS) == ENTROPY_OK) {
        br_hmac_drbg_update(&generator, fresh, sizeof(fresh));
        noise_wipe(fresh, sizeof(fresh));
    }
    br_hmac_drbg_generate(&generator, bytes, length);
}
