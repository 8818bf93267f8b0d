/* SPDX-License-Identifier: BSD-2-Clause */
/* On whose time a passive server runs. */
#include "passive/shared.h"
#include "support/test.h"

#define SERVER 1
#define HASTY  3

#define SERVER_SC 1
#define OWN_SC    2

volatile struct shared *shared;

static unsigned step;
static bool heard_hasty;
static uint64_t notified_at;

/* Microseconds since the last question. */
static uint64_t consumed_by(seL4_Word slot)
{
    seL4_SchedContext_Consumed_t result =
            seL4_SchedContext_Consumed(microkit_cspace_root_slot_to_cptr(slot));

    EXPECT_EQUAL(seL4_NoError, result.error);
    return result.consumed;
}

static void call(seL4_Word us)
{
    microkit_mr_set(0, us);
    microkit_ppcall(SERVER, microkit_msginfo_new(0, 1));
}

static void notify_server(seL4_Word us)
{
    shared->spin_us = us;
    notified_at = ticks_now();
    microkit_notify(SERVER);
}

static void calls_run_on_callers_time(void)
{
    begin_case("passive: the first event still runs on the PD's own time");
    call(0);

    begin_case("passive: calls run on the caller's time");
    consumed_by(SERVER_SC);
    consumed_by(OWN_SC);
    for (int i = 0; i < 20; i++) {
        call(100);
    }
    /* What has been charged so far: without the running slice of at most 1000 us. */
    EXPECT(consumed_by(OWN_SC) >= 1000);
    EXPECT_EQUAL(0, consumed_by(SERVER_SC));
}

static void after_short(void)
{
    uint64_t took = ticks_now() - notified_at;

    EXPECT_EQUAL(1, shared->heard);
    EXPECT(took >= ticks_of_us(200));
    EXPECT(took < ticks_of_us(400));
    EXPECT(consumed_by(SERVER_SC) >= 200);

    begin_case("passive: the PD's own budget limits notifications");
    spin_us(20000); /* the budget of 300 us in 10 ms is full again */
    notify_server(1000);
}

static void after_long(void)
{
    uint64_t took = ticks_now() - notified_at;

    /* 300 us at once, and 10, 20 and 30 ms later. spin_us counts the pauses, so one is enough. */
    EXPECT_EQUAL(2, shared->heard);
    EXPECT(took >= ticks_of_us(9000));
    EXPECT(took < ticks_of_us(12000));

    begin_case("passive: calls after that run on the caller's time again");
    consumed_by(SERVER_SC);
    call(2000);
    EXPECT_EQUAL(0, consumed_by(SERVER_SC));
    EXPECT(!heard_hasty);
    finish_run();
}

void init(void)
{
    calls_run_on_callers_time();
    begin_case("passive: a notification runs on the PD's own time");
    notify_server(200);
}

void notified(microkit_channel ch)
{
    static void (*const steps[])(void) = { after_short, after_long };

    if (ch == HASTY) {
        heard_hasty = true;
        return;
    }
    steps[step++]();
}
