/* SPDX-License-Identifier: BSD-2-Clause */
/* Time shares of domains. */
#include "support/hog.h"

#define TIMER     0
#define WINDOW_US 50000

volatile struct hog_times *times;

static uint64_t us_of_ticks(uint64_t ticks)
{
    return ticks / ticks_of_us(1);
}

static void expect_share(int hog, uint64_t percent, uint64_t turn_us, uint64_t pause_us)
{
    uint64_t ran = us_of_ticks(times[hog].ran);

    EXPECT(ran >= WINDOW_US * (percent - 6) / 100);
    EXPECT(ran <= WINDOW_US * (percent + 6) / 100);
    EXPECT(us_of_ticks(times[hog].longest) >= pause_us - 100);
    EXPECT(us_of_ticks(times[hog].longest) <= pause_us + 100);
    EXPECT(us_of_ticks(times[hog].longest_turn) >= turn_us - 100);
    EXPECT(us_of_ticks(times[hog].longest_turn) <= turn_us + 100);
}

void init(void)
{
    timer_set_us(WINDOW_US);
}

void notified(microkit_channel ch)
{
    EXPECT_EQUAL(TIMER, ch);
    timer_off();
    begin_case("domains: 3 of 5 ms for a PD of low priority");
    expect_share(0, 60, 3000, 2000);
    begin_case("domains: 2 of 5 ms for a PD of high priority");
    expect_share(1, 40, 2000, 3000);
    finish_run();
}
