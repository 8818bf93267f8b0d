/* SPDX-License-Identifier: BSD-2-Clause */
/* What is sent must be recognised wherever it is cut, and nothing else may be. */
#include "host-tools/load_generator/pattern.h"

#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"

static void pieces_are_those_of_the_whole(void **state)
{
    uint8_t whole[300];
    uint8_t piece[300];

    (void)state;
    pattern_fill(7, 0, whole, sizeof(whole));
    for (size_t offset = 0; offset < 40; offset++) {
        for (size_t length = 1; length < 40; length++) {
            pattern_fill(7, offset, piece, length);
            assert_memory_equal(piece, whole + offset, length);
            assert_true(pattern_matches(7, offset, whole + offset, length));
        }
    }
}

static void any_changed_bit_is_noticed(void **state)
{
    uint8_t bytes[100];

    (void)state;
    pattern_fill(1, 3, bytes, sizeof(bytes));
    for (size_t bit = 0; bit < 8 * sizeof(bytes); bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(pattern_matches(1, 3, bytes, sizeof(bytes)));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void streams_and_places_differ(void **state)
{
    uint8_t bytes[64];

    (void)state;
    pattern_fill(1, 0, bytes, sizeof(bytes));
    assert_false(pattern_matches(2, 0, bytes, sizeof(bytes)));
    assert_false(pattern_matches(1, 8, bytes, sizeof(bytes)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_those_of_the_whole),
        cmocka_unit_test(any_changed_bit_is_noticed),
        cmocka_unit_test(streams_and_places_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
