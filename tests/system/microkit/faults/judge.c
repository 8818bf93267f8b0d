/* SPDX-License-Identifier: BSD-2-Clause */
/* Of the lowest priority: it runs because all faulting PDs are stopped. */
#include "support/test.h"

#define TIMER 0

static bool heard_caller;

void init(void)
{
    begin_case("faults: PDs of higher priority have stopped, the others go on");
    timer_set_us(2000);
}

void notified(microkit_channel ch)
{
    if (ch != TIMER) {
        heard_caller = true;
        return;
    }
    timer_off();
    begin_case("faults: a call to a stopped PD is not answered");
    EXPECT(!heard_caller);
    finish_run();
}
