/* SPDX-License-Identifier: BSD-2-Clause */
/* Equal shares of the wire whatever the packets' sizes, and nobody is forgotten. */
#include <sddf/network/config.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos_network/turns.h"

static void small_and_large_packets_get_the_same_share(void **state)
{
    const uint32_t sizes[] = { 60, 1514, 777 };
    uint64_t sent[3] = { 0 };

    (void)state;
    tx_policy_init(3, 0);
    for (int turn = 0; turn < 30000; turn++) {
        assert_true(take_turn(7, 0, sizes, sent));
    }
    for (int client = 1; client < 3; client++) {
        assert_in_range(sent[client] * 1000 / sent[0], 999, 1001);
    }
}

static void only_clients_with_packets_get_turns_the_last_possible_one_too(void **state)
{
    uint32_t sizes[SDDF_NET_MAX_CLIENTS];
    uint64_t sent[SDDF_NET_MAX_CLIENTS] = { 0 };
    uint64_t ready = UINT64_C(1) << 63 | UINT64_C(1) << 17 | 1;

    (void)state;
    for (int client = 0; client < SDDF_NET_MAX_CLIENTS; client++) {
        sizes[client] = 1000;
    }
    tx_policy_init(SDDF_NET_MAX_CLIENTS, 0);
    for (int turn = 0; turn < 300; turn++) {
        assert_true(take_turn(ready, 0, sizes, sent));
    }
    for (int client = 0; client < SDDF_NET_MAX_CLIENTS; client++) {
        assert_int_equal(sent[client] > 0, ready >> client & 1);
    }
}

static void a_client_that_pauses_saves_nothing_up(void **state)
{
    const uint32_t sizes[] = { 1514, 1514 };
    uint64_t sent[2] = { 0 };

    (void)state;
    tx_policy_init(2, 0);
    for (int turn = 0; turn < 1000; turn++) {
        take_turn(1, 0, sizes, sent);
    }
    sent[0] = 0;
    for (int turn = 0; turn < 100; turn++) {
        take_turn(3, 0, sizes, sent);
    }
    assert_in_range(sent[1], sent[0] - 3 * 1514, sent[0] + 3 * 1514);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_and_large_packets_get_the_same_share),
        cmocka_unit_test(only_clients_with_packets_get_turns_the_last_possible_one_too),
        cmocka_unit_test(a_client_that_pauses_saves_nothing_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
