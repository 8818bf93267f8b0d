/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications, at once and deferred. Each step acts in one event, looks at the result in the
 * next: every listener that was notified answers once.
 */
#include "notifications/log.h"
#include "support/test.h"

#define HIGH        1
#define EQUAL       2
#define LOW         3
#define LOW_AGAIN   61
#define LOW_THIRD   20
#define MAY_NOT     30
#define NOT_DEFINED 31

volatile struct log *shared_log;

static unsigned step;

static void expect_entry(unsigned index, char listener, microkit_channel channel)
{
    EXPECT_EQUAL(listener, shared_log->entries[index].listener);
    EXPECT_EQUAL(channel, shared_log->entries[index].channel);
}

/* ---- the steps, in the order in which they run ---- */

static void higher_at_once(void)
{
    begin_case("notify: a partner of higher priority has run when it returns");
    microkit_notify(HIGH);
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'h', 0);
}

static void after_higher(void)
{
    begin_case("notify: a partner of equal priority runs later");
    shared_log->count = 0;
    microkit_notify(EQUAL);
    EXPECT_EQUAL(0, shared_log->count);
}

static void after_equal(void)
{
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'e', 0);

    begin_case("notify: the first wakes a waiting partner, later ones arrive as one");
    shared_log->count = 0;
    microkit_notify(LOW);
    microkit_notify(LOW);
    microkit_notify(LOW);
    EXPECT_EQUAL(0, shared_log->count);
}

static void after_first_of_several(void)
{
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'l', 0);
}

static void after_others(void)
{
    EXPECT_EQUAL(2, shared_log->count);
    expect_entry(1, 'l', 0);

    begin_case("notified: called for each channel of an event, lowest id first");
    shared_log->count = 0;
    microkit_notify(LOW);
    microkit_notify(LOW_AGAIN);
    microkit_notify(LOW_THIRD);
    microkit_notify(LOW);
    EXPECT_EQUAL(0, shared_log->count);
}

static void after_first_of_batch(void)
{
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'l', 0);
}

static void after_batch(void)
{
    EXPECT_EQUAL(4, shared_log->count);
    expect_entry(1, 'l', 0);
    expect_entry(2, 'l', 7);
    expect_entry(3, 'l', 61);

    begin_case("deferred_notify: sent when the entry point returns, not before");
    shared_log->count = 0;
    microkit_deferred_notify(HIGH);
    EXPECT(microkit_have_signal);
    EXPECT_EQUAL(BASE_OUTPUT_NOTIFICATION_CAP + HIGH, microkit_signal_cap);
    EXPECT_EQUAL(0, shared_log->count);
}

static void after_deferred(void)
{
    EXPECT(!microkit_have_signal);
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'h', 0);

    begin_case("deferred_notify: the same again is no loss");
    shared_log->count = 0;
    microkit_deferred_notify(LOW_THIRD);
    microkit_deferred_notify(LOW_THIRD);
}

static void after_same_again(void)
{
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'l', 7);

    begin_case("deferred_notify: a second one replaces the first");
    shared_log->count = 0;
    microkit_deferred_notify(HIGH);
    microkit_deferred_notify(LOW);
}

static void after_replaced(void)
{
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'l', 0);

    begin_case("notify: a channel that may not be notified does nothing");
    shared_log->count = 0;
    microkit_notify(MAY_NOT);
    microkit_notify(NOT_DEFINED);
    microkit_notify(62);
    microkit_notify(1000);
    microkit_deferred_notify(MAY_NOT);
    microkit_deferred_notify(63);
    microkit_deferred_notify(NOT_DEFINED);
    EXPECT(!microkit_have_signal);
    EXPECT_EQUAL(0, shared_log->count);
    microkit_notify(EQUAL);
}

static void after_wrong_channels(void)
{
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'e', 0);

    begin_case("deferred action: a PD may set one of its own");
    shared_log->count = 0;
    microkit_signal_cap = BASE_OUTPUT_NOTIFICATION_CAP + LOW_AGAIN;
    microkit_signal_msg = seL4_MessageInfo_new(0, 0, 0, 0);
    microkit_have_signal = seL4_True;
}

static void after_own_action(void)
{
    EXPECT_EQUAL(1, shared_log->count);
    expect_entry(0, 'l', 61);
    finish_run();
}

static void (*const steps[])(void) = {
    higher_at_once,
    after_higher,
    after_equal,
    after_first_of_several,
    after_others,
    after_first_of_batch,
    after_batch,
    after_deferred,
    after_same_again,
    after_replaced,
    after_wrong_channels,
    after_own_action,
};

void init(void)
{
    begin_case("deferred_notify: from init");
    microkit_deferred_notify(LOW_AGAIN);
    EXPECT_EQUAL(0, shared_log->count);
}

void notified(microkit_channel ch)
{
    (void)ch;
    if (step == 0) {
        EXPECT_EQUAL(1, shared_log->count);
        expect_entry(0, 'l', 61);
        shared_log->count = 0;
    }
    steps[step++]();
}
