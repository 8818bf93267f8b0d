/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer driver as its clients see it, through the client header, on a clock the test moves. */
#include <os/sddf.h>
#include <string.h>

#include <sddf/resources/device.h>
#include <sddf/timer/client.h>
#include <sddf/util/util.h>

#include "lionsos/drivers/timer/arm_generic/generic_timer.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define IRQ     60
#define TICK_NS 16 /* at 62.5 MHz */

extern device_resources_t device_resources;

static uint64_t now_ticks;
static uint64_t comparator = 1;

uint64_t generic_timer_frequency(void)
{
    return 62500000;
}

uint64_t generic_timer_now(void)
{
    return now_ticks;
}

void generic_timer_set_deadline(uint64_t deadline)
{
    comparator = deadline;
}

/* Moves the clock; the interrupt comes while the comparator's time has been reached. */
static void advance_ns(uint64_t ns)
{
    now_ticks += ns / TICK_NS;
    for (int i = 0; i < 3 && comparator <= now_ticks; i++) {
        notified(IRQ);
    }
    assert_true(comparator > now_ticks); /* the driver leaves no passed deadline behind */
}

static int set_up_group(void **state)
{
    (void)state;
    memcpy(device_resources.magic, (char[])DEVICE_RESOURCES_MAGIC, SDDF_MAGIC_LEN);
    device_resources.num_irqs = 1;
    device_resources.irqs[0].id = IRQ;
    init();
    assert_int_equal(comparator, GENERIC_TIMER_NEVER);
    return 0;
}

/* Lets everything expire, whatever the test before left. */
static int set_up(void **state)
{
    (void)state;
    for (unsigned int channel = 0; channel < MICROKIT_MAX_CHANNELS; channel++) {
        for (unsigned int id = 0; id < SDDF_TIMER_IDS_PER_CLIENT; id++) {
            sddf_timer_cancel_timeout_id(channel, id);
        }
        sddf_timer_take_expired(channel);
    }
    fake_os_reset();
    return 0;
}

static void time_is_in_nanoseconds(void **state)
{
    (void)state;
    uint64_t before = sddf_timer_time_now(3);

    advance_ns(1000 * TICK_NS);
    assert_int_equal(sddf_timer_time_now(3) - before, 1000 * TICK_NS);
}

static void a_timeout_notifies_once_and_not_early(void **state)
{
    (void)state;
    sddf_timer_set_timeout(5, 1600);
    advance_ns(1584);
    assert_int_equal(fake_os.notified[5], 0);
    advance_ns(16);
    assert_int_equal(fake_os.notified[5], 1);
    assert_int_equal(fake_os.acknowledged[IRQ], 1);
    advance_ns(100000);
    assert_int_equal(fake_os.notified[5], 1);
}

static void a_new_timeout_replaces_the_old(void **state)
{
    (void)state;
    sddf_timer_set_timeout(5, 1600);
    sddf_timer_set_timeout(5, 160000);
    advance_ns(10000);
    assert_int_equal(fake_os.notified[5], 0);
    sddf_timer_set_timeout(5, 16);
    advance_ns(16);
    assert_int_equal(fake_os.notified[5], 1);
}

static void clients_do_not_disturb_each_other(void **state)
{
    (void)state;
    for (unsigned int channel = 0; channel < 60; channel++) {
        sddf_timer_set_timeout(channel, (channel + 1) * 1600);
    }
    for (unsigned int channel = 0; channel < 60; channel++) {
        assert_int_equal(fake_os.notified[channel], 0);
        advance_ns(1600);
        assert_int_equal(fake_os.notified[channel], 1);
    }
}

static void a_client_has_64_independent_timeouts(void **state)
{
    (void)state;
    for (unsigned int id = 0; id < SDDF_TIMER_IDS_PER_CLIENT; id++) {
        assert_true(sddf_timer_set_timeout_id(9, id, (1 + id) * 1600));
    }
    for (unsigned int id = 0; id < SDDF_TIMER_IDS_PER_CLIENT; id++) {
        advance_ns(1600);
        assert_int_equal(sddf_timer_take_expired(9), BIT(id));
    }
    assert_int_equal(fake_os.notified[9], SDDF_TIMER_IDS_PER_CLIENT);
}

static void timeouts_that_expire_together_give_one_notification(void **state)
{
    (void)state;
    sddf_timer_set_timeout(9, 160);
    sddf_timer_set_timeout_id(9, 63, 320);
    advance_ns(1000);
    assert_int_equal(fake_os.notified[9], 1);
    assert_int_equal(sddf_timer_take_expired(9), BIT(0) | BIT(63));
    assert_int_equal(sddf_timer_take_expired(9), 0);
}

static void a_cancelled_timeout_does_not_come(void **state)
{
    (void)state;
    sddf_timer_set_timeout_id(9, 1, 160);
    sddf_timer_set_timeout_id(9, 2, 320);
    assert_true(sddf_timer_cancel_timeout_id(9, 1));
    assert_false(sddf_timer_cancel_timeout_id(9, 1));
    advance_ns(1000);
    assert_int_equal(sddf_timer_take_expired(9), BIT(2));
}

/* The client learns that nothing will come any more: what it counts as pending stays right. */
static void a_cancelled_expiry_is_reported(void **state)
{
    (void)state;
    sddf_timer_set_timeout_id(9, 1, 160);
    advance_ns(1000);
    assert_true(sddf_timer_cancel_timeout_id(9, 1));
    assert_int_equal(sddf_timer_take_expired(9), 0);
    assert_false(sddf_timer_cancel_timeout_id(9, 1));
}

/* Zero, for ever, and beyond what the comparator holds: all are answered, none breaks the others. */
static void extreme_timeouts_are_harmless(void **state)
{
    (void)state;
    sddf_timer_set_timeout(9, 0);
    advance_ns(0);
    assert_int_equal(fake_os.notified[9], 1);
    sddf_timer_set_timeout(9, UINT64_MAX);
    sddf_timer_set_timeout(10, 160);
    advance_ns(160);
    assert_int_equal(fake_os.notified[9], 1);
    assert_int_equal(fake_os.notified[10], 1);
}

static void what_the_protocol_lacks_is_refused(void **state)
{
    (void)state;
    assert_false(sddf_timer_set_timeout_id(9, SDDF_TIMER_IDS_PER_CLIENT, 160));
    assert_false(sddf_timer_cancel_timeout_id(9, SDDF_TIMER_IDS_PER_CLIENT));
    sddf_set_mr(1, UINT64_MAX);
    assert_int_equal(protected(9, microkit_msginfo_new(SDDF_TIMER_SET_TIMEOUT_ID, 2)).label,
            SDDF_TIMER_ERROR);
    assert_int_equal(protected(9, microkit_msginfo_new(99, 0)).label, SDDF_TIMER_ERROR);
    notified(17);
    assert_int_equal(comparator, GENERIC_TIMER_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(time_is_in_nanoseconds, set_up),
        cmocka_unit_test_setup(a_timeout_notifies_once_and_not_early, set_up),
        cmocka_unit_test_setup(a_new_timeout_replaces_the_old, set_up),
        cmocka_unit_test_setup(clients_do_not_disturb_each_other, set_up),
        cmocka_unit_test_setup(a_client_has_64_independent_timeouts, set_up),
        cmocka_unit_test_setup(timeouts_that_expire_together_give_one_notification, set_up),
        cmocka_unit_test_setup(a_cancelled_timeout_does_not_come, set_up),
        cmocka_unit_test_setup(a_cancelled_expiry_is_reported, set_up),
        cmocka_unit_test_setup(extreme_timeouts_are_harmless, set_up),
        cmocka_unit_test_setup(what_the_protocol_lacks_is_refused, set_up),
    };

    return cmocka_run_group_tests(tests, set_up_group, NULL);
}
