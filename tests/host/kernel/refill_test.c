/* SPDX-License-Identifier: BSD-2-Clause */
/* Refill arithmetic and time conversion (sel4-abi.md, 9.1-9.3). */
#include "kernel/src/object/refill.h"

#include "tests/host/kernel/kernel_test.h"

#define REFILLS 10
#define NOW     UINT64_C(1000000)
#define BUDGET  (4 * MIN_BUDGET)
#define PERIOD  (20 * MIN_BUDGET)

static struct sched_context *sc;

static int setup(void **state)
{
    (void)state;
    sc = calloc(1, sizeof(*sc) + REFILLS * sizeof(struct refill));
    refill_new(sc, REFILLS, BUDGET, PERIOD, NOW);
    return sc == NULL;
}

static int teardown(void **state)
{
    (void)state;
    free(sc);
    return 0;
}

static void check_invariants(void)
{
    ticks_t sum = 0;

    assert_in_range(sc->refill_count, 1, sc->refill_max); /* B1 */
    for (unsigned i = 0; i < sc->refill_count; i++) {
        sum += sc_refill(sc, i)->amount;
        if (i > 0) { /* B2 */
            assert_true(sc_refill(sc, i - 1)->time + sc_refill(sc, i - 1)->amount
                    <= sc_refill(sc, i)->time);
        }
    }
    assert_int_equal(sum, sc->budget);              /* B3 */
    assert_true(sc_head(sc)->amount >= MIN_BUDGET); /* B4 */
}

static void microseconds_are_exact(void **state)
{
    (void)state;
    assert_int_equal(ticks_from_us(16), 1000);
    assert_int_equal(us_from_ticks(1000), 16);
    assert_int_equal(MAX_PERIOD_US, UINT64_C(36893488147419));
    assert_int_equal(MIN_BUDGET, 1250);
}

static void used_time_comes_back_one_period_after_its_start(void **state)
{
    (void)state;
    refill_charge(sc, MIN_BUDGET);
    check_invariants();
    assert_int_equal(sc->refill_count, 2);
    assert_int_equal(sc_head(sc)->time, NOW + MIN_BUDGET);
    assert_int_equal(sc_head(sc)->amount, BUDGET - MIN_BUDGET);
    assert_int_equal(sc_tail(sc)->time, NOW + PERIOD);
    assert_int_equal(sc_tail(sc)->amount, MIN_BUDGET);
}

static void whole_budget_moves_the_single_refill(void **state)
{
    (void)state;
    refill_charge(sc, BUDGET);
    check_invariants();
    assert_int_equal(sc->refill_count, 1);
    assert_int_equal(sc_head(sc)->time, NOW + PERIOD);
}

static void overrun_is_paid_from_later_periods(void **state)
{
    (void)state;
    refill_charge(sc, 2 * BUDGET + MIN_BUDGET);
    check_invariants();
    assert_int_equal(sc_head(sc)->time, NOW + 2 * PERIOD + MIN_BUDGET);
}

static void small_rest_is_merged_into_the_next_refill(void **state)
{
    (void)state;
    refill_charge(sc, BUDGET - MIN_BUDGET / 2);
    check_invariants();
    assert_int_equal(sc->refill_count, 1);
    /* next.time - head.amount */
    assert_int_equal(sc_head(sc)->time, NOW + PERIOD - MIN_BUDGET / 2);
    assert_int_equal(sc_head(sc)->amount, BUDGET);
}

static void unblocking_starts_the_past_now(void **state)
{
    (void)state;
    refill_charge(sc, MIN_BUDGET);
    refill_unblock_check(sc, NOW + PERIOD);
    check_invariants();
    assert_int_equal(sc->refill_count, 1);
    assert_int_equal(sc_head(sc)->time, NOW + PERIOD);
    assert_int_equal(sc_head(sc)->amount, BUDGET);
}

static void unblocking_leaves_the_future_alone(void **state)
{
    (void)state;
    refill_charge(sc, BUDGET);
    refill_unblock_check(sc, NOW + 1);
    assert_int_equal(sc_head(sc)->time, NOW + PERIOD);
}

static void full_ring_delays_instead_of_losing(void **state)
{
    (void)state;
    sc->refill_max = 2;
    refill_charge(sc, MIN_BUDGET);
    refill_unblock_check(sc, sc_head(sc)->time + 3 * MIN_BUDGET);
    refill_charge(sc, MIN_BUDGET);
    check_invariants();
    assert_int_equal(sc->refill_count, 2);
}

static void round_robin_is_left_and_used(void **state)
{
    (void)state;
    refill_new(sc, REFILLS, BUDGET, BUDGET, NOW);
    assert_true(sc_is_round_robin(sc));
    assert_int_equal(sc->refill_count, 2);
    refill_charge_round_robin(sc, MIN_BUDGET);
    assert_int_equal(sc_head(sc)->amount, BUDGET - MIN_BUDGET);
    assert_int_equal(sc_tail(sc)->amount, MIN_BUDGET);
    refill_recharge_round_robin(sc);
    assert_int_equal(sc_head(sc)->amount, BUDGET);
    assert_int_equal(sc_tail(sc)->amount, 0);
}

static void update_keeps_what_is_left(void **state)
{
    (void)state;
    refill_charge(sc, 2 * MIN_BUDGET);
    refill_update(sc, REFILLS, BUDGET, PERIOD, NOW + 3 * MIN_BUDGET);
    check_invariants();
    assert_int_equal(sc_head(sc)->amount, BUDGET - 2 * MIN_BUDGET);
    assert_int_equal(sc_head(sc)->time, NOW + 3 * MIN_BUDGET);
    refill_update(sc, REFILLS, MIN_BUDGET, PERIOD, NOW + 3 * MIN_BUDGET);
    check_invariants();
    assert_int_equal(sc->refill_count, 1);
}

/* Whatever happens, time is neither lost nor made. */
static void invariants_hold_in_random_histories(void **state)
{
    (void)state;
    ticks_t now = NOW;

    srand(7);
    for (int round = 0; round < 200000; round++) {
        if (rand() % 3 == 0) {
            refill_unblock_check(sc, now);
        } else if (refill_is_ready(sc, now)) {
            refill_charge(sc, 1 + (ticks_t)rand() % (2 * BUDGET));
        }
        now += (ticks_t)rand() % PERIOD;
        check_invariants();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(microseconds_are_exact),
        cmocka_unit_test_setup_teardown(
                used_time_comes_back_one_period_after_its_start, setup, teardown),
        cmocka_unit_test_setup_teardown(whole_budget_moves_the_single_refill, setup, teardown),
        cmocka_unit_test_setup_teardown(overrun_is_paid_from_later_periods, setup, teardown),
        cmocka_unit_test_setup_teardown(small_rest_is_merged_into_the_next_refill, setup, teardown),
        cmocka_unit_test_setup_teardown(unblocking_starts_the_past_now, setup, teardown),
        cmocka_unit_test_setup_teardown(unblocking_leaves_the_future_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(full_ring_delays_instead_of_losing, setup, teardown),
        cmocka_unit_test_setup_teardown(round_robin_is_left_and_used, setup, teardown),
        cmocka_unit_test_setup_teardown(update_keeps_what_is_left, setup, teardown),
        cmocka_unit_test_setup_teardown(invariants_hold_in_random_histories, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
