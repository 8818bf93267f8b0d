/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the timer driver beside a pest: no timeout is early, none is lost, the clock never goes back,
 * and a periodic timeout does not drift. Prints how late they came.
 */
#include <os/sddf.h>

#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#define ROUNDS      20
#define IDS         SDDF_TIMER_IDS_PER_CLIENT
#define SHORT_MAX   (2 * NS_IN_MS)
#define PERIOD      NS_IN_MS
#define PERIODS     100
#define CLOCK_READS 1000
#define LATE_MAX    (20 * NS_IN_MS) /* the pest takes its turns of a millisecond, sometimes two */

__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t config;

static enum {
    RANDOM_TIMEOUTS,
    PERIODIC_TIMEOUT,
    DONE
} phase;
static uint64_t due[IDS];
static uint64_t pending; /* bit set of ids */
static uint32_t rounds;
static uint32_t periods;
static uint64_t start;
static uint64_t late_max;
static uint64_t late_sum;
static uint32_t expiries;
static uint64_t seed = 88172645463325252ull;

static uint64_t anything(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void require(bool condition, const char *what)
{
    if (!condition) {
        sddf_printf("not so: %s\nRUN FAILED\n", what);
        phase = DONE;
        for (;;) {}
    }
}

static uint64_t now(void)
{
    return sddf_timer_time_now(config.driver_id);
}

static void check_clock(void)
{
    uint64_t last = now();

    for (int i = 0; i < CLOCK_READS; i++) {
        uint64_t next = now();

        require(next > last, "the clock goes on from call to call");
        last = next;
    }
}

static void arm(unsigned int id, uint64_t deadline)
{
    uint64_t time = now();

    due[id] = deadline;
    pending |= BIT(id);
    require(sddf_timer_set_timeout_id(config.driver_id, id, deadline > time ? deadline - time : 0),
            "a timeout is accepted");
}

/* All ids at once, some replaced and some cancelled and set again. */
static void arm_round(void)
{
    for (unsigned int id = 0; id < IDS; id++) {
        arm(id, now() + anything() % SHORT_MAX);
        if (anything() % 4 == 0) {
            arm(id, now() + anything() % SHORT_MAX);
        }
        if (anything() % 8 == 0 && sddf_timer_cancel_timeout_id(config.driver_id, id)) {
            arm(id, now() + anything() % SHORT_MAX);
        }
    }
}

static void report(const char *what)
{
    sddf_printf("%s: %u expiries, late by %lu ns on average, %lu at most\n", what, expiries,
            late_sum / expiries, late_max);
    expiries = 0;
    late_sum = 0;
    late_max = 0;
}

static void note_expiry(unsigned int id, uint64_t time)
{
    require(pending & BIT(id), "only what was set expires, and once");
    require(time >= due[id], "no timeout is early");
    require(time - due[id] < LATE_MAX, "no timeout is lost or very late");
    pending &= ~BIT(id);
    expiries++;
    late_sum += time - due[id];
    late_max = MAX(late_max, time - due[id]);
}

static void next_period(void)
{
    if (periods == PERIODS) {
        report("periodic");
        sddf_printf("drift over %u periods: %lu ns\nRUN PASSED\n", PERIODS,
                now() - (start + PERIODS * PERIOD));
        phase = DONE;
        return;
    }
    periods++;
    arm(0, start + periods * PERIOD);
}

static void go_on(void)
{
    if (pending != 0 || phase == DONE) {
        return;
    }
    if (phase == PERIODIC_TIMEOUT) {
        next_period();
    } else if (++rounds < ROUNDS) {
        arm_round();
    } else {
        report("random");
        phase = PERIODIC_TIMEOUT;
        start = now();
        next_period();
    }
}

void init(void)
{
    assert(timer_config_check_magic(&config));
    check_clock();
    arm_round();
}

void notified(sddf_channel channel)
{
    uint64_t expired = sddf_timer_take_expired(channel);
    uint64_t time = now();

    for (; expired != 0; expired &= expired - 1) {
        note_expiry((unsigned int)__builtin_ctzl(expired), time);
    }
    go_on();
}
