/* SPDX-License-Identifier: BSD-2-Clause */
/* What is answered, late, twice, out of order or never must be told apart, or losses are miscounted. */
#include "host-tools/load_generator/window.h"

#include <stdlib.h>

#include "tests/host/libsel4/cmocka_headers.h"

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct window));
    return *state == NULL;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void answers_in_order(void **state)
{
    struct window *window = *state;
    uint64_t latency;

    for (uint64_t number = 0; number < 3 * WINDOW_MESSAGES; number++) {
        assert_int_equal(window_send(window, (int64_t)number), number);
        assert_int_equal(
                window_answer(window, number, (int64_t)number + 5, &latency), ANSWER_IN_ORDER);
        assert_int_equal(latency, 5);
    }
    assert_int_equal(window->waiting, 0);
    assert_true(window_oldest_sent_at(window) == INT64_MAX);
}

static void order_duplicates_and_strangers(void **state)
{
    struct window *window = *state;
    uint64_t latency;

    for (int i = 0; i < 3; i++) {
        window_send(window, 0);
    }
    assert_int_equal(window_answer(window, 2, 1, &latency), ANSWER_IN_ORDER);
    assert_int_equal(window_answer(window, 0, 1, &latency), ANSWER_REORDERED);
    assert_int_equal(window_answer(window, 2, 1, &latency), ANSWER_DUPLICATE);
    assert_int_equal(window_answer(window, 3, 1, &latency), ANSWER_STRANGE);
    assert_int_equal(window_answer(window, UINT64_MAX, 1, &latency), ANSWER_STRANGE);
    assert_int_equal(window->waiting, 1);
}

static void what_is_given_up_may_still_come(void **state)
{
    struct window *window = *state;
    uint64_t latency;

    window_send(window, 10);
    window_send(window, 20);
    window_give_up(window, 20);
    assert_int_equal(window->waiting, 1);
    assert_true(window_oldest_sent_at(window) == 20);
    assert_int_equal(window_answer(window, 0, 110, &latency), ANSWER_IN_ORDER);
    assert_int_equal(latency, 100);
    assert_int_equal(window->waiting, 1);
}

static void a_full_window_has_no_room_until_its_oldest_is_answered(void **state)
{
    struct window *window = *state;
    uint64_t latency;

    for (uint64_t number = 0; number < WINDOW_MESSAGES; number++) {
        assert_false(window_is_full(window));
        window_send(window, 0);
    }
    assert_true(window_is_full(window));
    window_answer(window, 1, 0, &latency);
    assert_true(window_is_full(window));
    window_answer(window, 0, 0, &latency);
    assert_false(window_is_full(window));
    assert_int_equal(window->oldest, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(order_duplicates_and_strangers, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_given_up_may_still_come, setup, teardown),
        cmocka_unit_test_setup_teardown(
                a_full_window_has_no_room_until_its_oldest_is_answered, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
