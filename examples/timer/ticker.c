/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks for a timeout each second and prints the time; a second timeout, four times as often, is only
 * counted. Both are set to absolute points in time, so what one is late does not add to the next: each
 * line says how late its notification came, and the last how much later than the first. That is the
 * drift, which stays within the lateness of one.
 */
#include <os/sddf.h>

#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#define SECONDS  0 /* timeout ids */
#define QUARTERS 1

#define DRIFT_AFTER 10 /* seconds */

__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t config;

static struct ticker {
    uint64_t period; /* ns */
    uint64_t due;    /* ns since boot */
    uint64_t count;
    uint64_t late;       /* ns, this time */
    uint64_t first_late; /* ns, the first time */
} tickers[] = {
    [SECONDS] = { .period = NS_IN_S },
    [QUARTERS] = { .period = NS_IN_S / 4 },
};

static void arm(unsigned int id, uint64_t now)
{
    struct ticker *ticker = &tickers[id];

    ticker->due += ticker->period;
    sddf_timer_set_timeout_id(config.driver_id, id, ticker->due > now ? ticker->due - now : 0);
}

void init(void)
{
    assert(timer_config_check_magic(&config));
    uint64_t now = sddf_timer_time_now(config.driver_id);

    sddf_printf("The time (in nanoseconds) is: %lu\n", now);
    for (unsigned int id = 0; id < ARRAY_SIZE(tickers); id++) {
        tickers[id].due = now;
        arm(id, now);
    }
}

static void print_drift(const struct ticker *ticker)
{
    int64_t drift = (int64_t)(ticker->late - ticker->first_late);

    sddf_printf("Drift over %lu seconds: %ld ns\n", ticker->count - 1, drift);
}

static void tick(unsigned int id, uint64_t now)
{
    struct ticker *ticker = &tickers[id];

    ticker->count++;
    ticker->late = now - ticker->due;
    if (ticker->count == 1) {
        ticker->first_late = ticker->late;
    }
    if (id == SECONDS) {
        sddf_printf("Got a timeout!\nThe time (in nanoseconds) was: %lu, late by %lu, "
                    "%lu quarters so far\n",
                now, ticker->late, tickers[QUARTERS].count);
        if (ticker->count == DRIFT_AFTER + 1) {
            print_drift(ticker);
        }
    }
    arm(id, now);
}

void notified(sddf_channel channel)
{
    if (channel != config.driver_id) {
        return;
    }
    uint64_t now = sddf_timer_time_now(config.driver_id);

    for (uint64_t expired = sddf_timer_take_expired(config.driver_id); expired != 0;
            expired &= expired - 1) {
        tick((unsigned int)__builtin_ctzl(expired), now);
    }
}
