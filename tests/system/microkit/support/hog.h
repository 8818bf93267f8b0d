/* SPDX-License-Identifier: BSD-2-Clause */
/* A PD that is always busy and adds up the time for which it really ran. */
#pragma once

#include "support/test.h"

/* One for each hog, in a page that the judge can read. */
struct hog_times {
    uint64_t ran;          /* ticks */
    uint64_t pauses;       /* times that others ran */
    uint64_t longest;      /* pause, in ticks */
    uint64_t longest_turn; /* between two pauses, in ticks */
};

/* Two looks at the clock of a PD that is running are closer than this. */
#define HOG_PAUSE_US 20

static inline _Noreturn void hog_run(volatile struct hog_times *times)
{
    uint64_t last = ticks_now();
    uint64_t turn_began = last;

    for (;;) {
        uint64_t now = ticks_now();
        uint64_t passed = now - last;

        if (passed < ticks_of_us(HOG_PAUSE_US)) {
            times->ran += passed;
        } else {
            times->pauses++;
            times->longest = passed > times->longest ? passed : times->longest;
            turn_began = now;
        }
        if (now - turn_began > times->longest_turn) {
            times->longest_turn = now - turn_began;
        }
        last = now;
    }
}
