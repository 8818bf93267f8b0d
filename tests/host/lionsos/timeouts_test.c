/* SPDX-License-Identifier: BSD-2-Clause */
/* The ordered set of timeouts against a plain list, and the conversion of units. */
#include "lionsos/drivers/timer/arm_generic/timeouts.h"

#include <stdlib.h>
#include <string.h>

#include "lionsos/drivers/timer/arm_generic/generic_timer.h"
#include "tests/host/libsel4/cmocka_headers.h"

static struct timeouts timeouts;

static int set_up(void **state)
{
    (void)state;
    memset(&timeouts, 0, sizeof(timeouts));
    return 0;
}

static void the_earliest_comes_first(void **state)
{
    const uint64_t deadlines[] = { 50, 10, 40, 10, 30, 20 };
    uint64_t last = 0;
    uint32_t number;

    (void)state;
    assert_int_equal(timeouts_next(&timeouts), TIMEOUTS_NEVER);
    for (uint32_t i = 0; i < 6; i++) {
        timeouts_set(&timeouts, i, deadlines[i]);
    }
    for (int i = 0; i < 6; i++) {
        assert_int_equal(timeouts_next(&timeouts), deadlines[timeouts.heap[0]]);
        assert_true(timeouts_take_expired(&timeouts, 50, &number));
        assert_true(deadlines[number] >= last);
        last = deadlines[number];
    }
    assert_false(timeouts_take_expired(&timeouts, UINT64_MAX, &number));
}

static void nothing_expires_before_its_deadline(void **state)
{
    uint32_t number;

    (void)state;
    timeouts_set(&timeouts, 7, 100);
    assert_false(timeouts_take_expired(&timeouts, 99, &number));
    assert_true(timeouts_take_expired(&timeouts, 100, &number));
    assert_int_equal(number, 7);
}

static void setting_again_moves_the_deadline(void **state)
{
    uint32_t number;

    (void)state;
    timeouts_set(&timeouts, 3, 100);
    timeouts_set(&timeouts, 3, 200);
    assert_int_equal(timeouts.count, 1);
    assert_false(timeouts_take_expired(&timeouts, 199, &number));
    assert_true(timeouts_cancel(&timeouts, 3));
    assert_false(timeouts_cancel(&timeouts, 3));
}

/* Random operations; after each, the earliest of the set equals the earliest of a list. */
static void it_agrees_with_a_list(void **state)
{
    static uint64_t list[TIMEOUTS_MAX]; /* 0: not pending */
    uint32_t number;

    (void)state;
    srandom(7);
    memset(list, 0, sizeof(list));
    for (int round = 0; round < 30000; round++) {
        uint32_t chosen = (uint32_t)random() % (round < 15000 ? TIMEOUTS_MAX : 50);
        uint64_t earliest = TIMEOUTS_NEVER;

        if (random() % 3 != 0) {
            list[chosen] = 1 + (uint64_t)random() % 1000;
            timeouts_set(&timeouts, chosen, list[chosen]);
        } else if (random() % 2 != 0) {
            assert_int_equal(timeouts_cancel(&timeouts, chosen), list[chosen] != 0);
            list[chosen] = 0;
        } else if (timeouts_take_expired(&timeouts, 500, &number)) {
            list[number] = 0;
        }
        for (uint32_t i = 0; i < TIMEOUTS_MAX; i++) {
            if (list[i] != 0 && list[i] < earliest) {
                earliest = list[i];
            }
        }
        assert_int_equal(timeouts_next(&timeouts), earliest);
    }
}

static void all_timeouts_fit(void **state)
{
    uint64_t last = 0;
    uint32_t number;

    (void)state;
    for (uint32_t i = 0; i < TIMEOUTS_MAX; i++) {
        timeouts_set(&timeouts, i, (i * 7919u) % TIMEOUTS_MAX);
    }
    for (uint32_t i = 0; i < TIMEOUTS_MAX; i++) {
        assert_true(timeouts_take_expired(&timeouts, UINT64_MAX, &number));
        assert_true(timeouts.deadline[number] >= last);
        last = timeouts.deadline[number];
    }
    assert_int_equal(timeouts.count, 0);
}

static void units_convert_exactly_and_never_early(void **state)
{
    const uint64_t frequencies[] = { 62500000, 24000000, 19200000, 54000000, 1000000000, 32768 };

    (void)state;
    assert_int_equal(generic_timer_ticks_to_ns(62500000, 62500000), 1000000000);
    assert_int_equal(generic_timer_ns_to_ticks(1, 62500000), 1);
    assert_int_equal(generic_timer_ns_to_ticks(16, 62500000), 1);
    assert_int_equal(generic_timer_ns_to_ticks(17, 62500000), 2);
    /* a hundred years, and all there is */
    assert_int_equal(generic_timer_ticks_to_ns(62500000ull * 3155760000, 62500000),
            3155760000ull * 1000000000);
    assert_int_equal(generic_timer_ns_to_ticks(UINT64_MAX, 1000000000), UINT64_MAX);
    for (int round = 0; round < 100000; round++) {
        uint64_t frequency = frequencies[round % 6];
        uint64_t ns = (uint64_t)random() * (uint64_t)random() % (100 * NANOSECONDS_PER_SECOND);
        uint64_t ticks = generic_timer_ns_to_ticks(ns, frequency);
        unsigned __int128 exact = (unsigned __int128)ns * frequency;

        assert_true((unsigned __int128)ticks * NANOSECONDS_PER_SECOND >= exact);
        assert_true(
                (unsigned __int128)ticks * NANOSECONDS_PER_SECOND < exact + NANOSECONDS_PER_SECOND);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_earliest_comes_first, set_up),
        cmocka_unit_test_setup(nothing_expires_before_its_deadline, set_up),
        cmocka_unit_test_setup(setting_again_moves_the_deadline, set_up),
        cmocka_unit_test_setup(it_agrees_with_a_list, set_up),
        cmocka_unit_test_setup(all_timeouts_fit, set_up),
        cmocka_unit_test_setup(units_convert_exactly_and_never_early, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
