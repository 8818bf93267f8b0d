/* SPDX-License-Identifier: BSD-2-Clause */
/* Budgets, periods and time slices. */
#include "support/hog.h"

#define TIMER     0
#define WINDOW_US 100000

volatile struct hog_times *times;

static uint64_t us_of_ticks(uint64_t ticks)
{
    return ticks / ticks_of_us(1);
}

void init(void)
{
    begin_case("budget: nothing runs before higher priorities wait");
    for (int i = 0; i < 4; i++) {
        EXPECT_EQUAL(0, times[i].ran);
    }
    timer_set_us(WINDOW_US);
}

void notified(microkit_channel ch)
{
    uint64_t ran[4];

    EXPECT_EQUAL(TIMER, ch);
    timer_off();
    for (int i = 0; i < 4; i++) {
        ran[i] = us_of_ticks(times[i].ran);
    }

    begin_case("budget: 1 of 10 ms is a tenth of the processor");
    EXPECT(ran[0] >= WINDOW_US / 10 - 1000);
    EXPECT(ran[0] <= WINDOW_US / 10 + 1000);
    EXPECT(us_of_ticks(times[0].longest) >= 8000);
    EXPECT(us_of_ticks(times[0].longest) <= 10000);

    begin_case("budget: equal priorities take turns of their budgets' length");
    EXPECT(ran[1] + ran[2] >= WINDOW_US * 8 / 10);
    EXPECT(ran[1] >= ran[2] * 18 / 10);
    EXPECT(ran[1] <= ran[2] * 22 / 10);
    EXPECT(us_of_ticks(times[1].longest_turn) >= 1900);
    EXPECT(us_of_ticks(times[1].longest_turn) <= 2050);
    EXPECT(us_of_ticks(times[2].longest_turn) >= 900);
    EXPECT(us_of_ticks(times[2].longest_turn) <= 1050);

    begin_case("budget: lower priorities get what is left, here nothing");
    EXPECT_EQUAL(0, ran[3]);
    finish_run();
}
