/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the timer driver every request there is and is not, without end. */
#include <os/sddf.h>

#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/util/util.h>

__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t config;

static uint64_t seed = 2463534242ull;

static uint64_t anything(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

void init(void)
{
    assert(timer_config_check_magic(&config));
    for (;;) {
        uint64_t value = anything();

        sddf_set_mr(0, value % 3 == 0 ? value : value % 1000);
        sddf_set_mr(1, value % 5 == 0 ? value : value % 70);
        sddf_ppcall(config.driver_id, microkit_msginfo_new(value % 7, value % 4));
    }
}

/* Never called: init() does not return. */
void notified(sddf_channel channel)
{
    (void)channel;
}
