/* SPDX-License-Identifier: BSD-2-Clause */
/* The first client always comes first; the others get what it leaves. */
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos_network/turns.h"

static void the_first_that_has_packets_sends(void **state)
{
    const uint32_t sizes[] = { 100, 100, 100 };

    (void)state;
    tx_policy_init(3, 0);
    for (uint64_t ready = 1; ready < 8; ready++) {
        uint64_t sent[3] = { 0 };

        for (int turn = 0; turn < 10; turn++) {
            assert_true(take_turn(ready, 0, sizes, sent));
        }
        for (int client = 0; client < 3; client++) {
            assert_int_equal(sent[client] > 0, (ready & -ready) >> client & 1);
        }
    }
}

static void turns_are_short_so_that_the_first_waits_for_few_packets(void **state)
{
    const uint32_t sizes[] = { 1514, 1514 };
    uint64_t sent[2] = { 0 };

    (void)state;
    tx_policy_init(2, 0);
    take_turn(2, 0, sizes, sent);
    assert_in_range(sent[1], 1514, 8 * 1514);
    assert_in_range(tx_policy_window, 1, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_that_has_packets_sends),
        cmocka_unit_test(turns_are_short_so_that_the_first_waits_for_few_packets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
