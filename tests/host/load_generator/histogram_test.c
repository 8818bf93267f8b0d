/* SPDX-License-Identifier: BSD-2-Clause */
/* Percentiles are never too small, and too large by at most a bucket. */
#include "host-tools/load_generator/histogram.h"

#include <stdlib.h>

#include "tests/host/libsel4/cmocka_headers.h"

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct histogram));
    return *state == NULL;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void an_empty_histogram_has_no_values(void **state)
{
    assert_int_equal(histogram_permille(*state, 500), 0);
    assert_int_equal(histogram_mean(*state), 0);
}

static void every_value_is_found_within_one_part_in_64(void **state)
{
    for (uint32_t power = 0; power < 64; power++) {
        struct histogram *histogram = *state;
        uint64_t values[] = { UINT64_C(1) << power, (UINT64_C(1) << power) + power / 2,
            (UINT64_C(2) << power) - 1 };

        for (uint32_t i = 0; i < 3; i++) {
            *histogram = (struct histogram){ 0 };
            histogram_add(histogram, values[i]);
            histogram_add(
                    histogram, UINT64_MAX); /* so that the largest does not bound the answer */
            uint64_t found = histogram_permille(histogram, 500);

            assert_true(found >= values[i]);
            assert_true(found - values[i] <= values[i] / 64);
        }
    }
}

static void percentiles_of_a_ramp(void **state)
{
    struct histogram *histogram = *state;

    for (uint64_t value = 1; value <= 1000; value++) {
        histogram_add(histogram, value);
    }
    assert_in_range(histogram_permille(histogram, 500), 500, 508);
    assert_in_range(histogram_permille(histogram, 990), 990, 1000);
    assert_int_equal(histogram_permille(histogram, 1000), 1000);
    assert_int_equal(histogram_permille(histogram, 0), 1);
    assert_int_equal(histogram_mean(histogram), 500);
}

static void merged_histograms_are_as_one(void **state)
{
    struct histogram *both = *state;
    struct histogram *other = calloc(1, sizeof(*other));

    assert_non_null(other);
    histogram_add(both, 100);
    histogram_add(other, 3);
    histogram_add(other, 5000);
    histogram_merge(both, other);
    free(other);
    assert_int_equal(both->count, 3);
    assert_int_equal(both->smallest, 3);
    assert_int_equal(both->largest, 5000);
    assert_int_equal(both->sum, 5103);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_histogram_has_no_values, setup, teardown),
        cmocka_unit_test_setup_teardown(
                every_value_is_found_within_one_part_in_64, setup, teardown),
        cmocka_unit_test_setup_teardown(percentiles_of_a_ramp, setup, teardown),
        cmocka_unit_test_setup_teardown(merged_histograms_are_as_one, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
