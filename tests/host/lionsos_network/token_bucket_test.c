/* SPDX-License-Identifier: BSD-2-Clause */
/* Each client keeps its rate to the byte, over any time; bursts are as large as agreed. */
#include <string.h>

#include "lionsos/components/network/token_bucket_config.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos_network/turns.h"

#define S  UINT64_C(1000000000)
#define MB UINT64_C(1000000)

extern token_bucket_config_t token_bucket_config;

static void start(uint64_t rate0, uint64_t burst0, uint64_t rate1, uint64_t burst1, uint64_t now)
{
    token_bucket_config = (token_bucket_config_t){ .magic = SDDF_NET_MAGIC,
        .clients = { { rate0, burst0 }, { rate1, burst1 } } };
    tx_policy_init(2, now);
}

/* Both clients send whatever they may, from `now` to `end`. */
static void send_until(
        uint64_t ready, uint64_t now, uint64_t end, const uint32_t *sizes, uint64_t *sent)
{
    while (now < end) {
        while (take_turn(ready, now, sizes, sent)) {}
        now += tx_policy_wait(ready, now);
    }
}

static void rates_are_kept_whatever_the_packets_sizes(void **state)
{
    const uint32_t sizes[] = { 60, 1514 };
    uint64_t sent[2] = { 0 };

    (void)state;
    start(1 * MB, 2000, 10 * MB, 64000, 5 * S);
    send_until(3, 5 * S, 25 * S, sizes, sent);
    assert_in_range(sent[0], 20 * MB, 20 * MB + 2000 + 60 + 1);
    assert_in_range(sent[1], 200 * MB, 200 * MB + 64000 + 1514 + 10);
}

static void who_is_refused_may_send_exactly_when_told(void **state)
{
    const uint32_t sizes[] = { 1514, 1514 };
    uint64_t sent[2] = { 0 };
    uint64_t now = 0;
    struct tx_turn turn;

    (void)state;
    start(123457, 3000, 7 * MB, 3000, now);
    for (int round = 0; round < 1000; round++) {
        while (take_turn(1, now, sizes, sent)) {}
        uint64_t wait = tx_policy_wait(1, now);

        assert_true(wait > 0);
        assert_false(tx_policy_next(1, now + wait - 2, &turn));
        assert_true(tx_policy_next(1, now + wait + 1, &turn));
        now += wait + 1;
        tx_policy_sent(turn.client, 1514, true);
    }
}

static void a_client_without_a_rate_is_never_refused(void **state)
{
    const uint32_t sizes[] = { 1514, 1514 };
    uint64_t sent[2] = { 0 };

    (void)state;
    start(0, 0, 1, 0, 0);
    for (int turn = 0; turn < 10000; turn++) {
        assert_true(take_turn(3, 0, sizes, sent));
    }
    assert_true(sent[0] > 9990 * 1514);
    assert_in_range(sent[1], 1, 2 * 1514);
}

static void what_is_saved_up_is_limited_however_long_the_pause(void **state)
{
    const uint32_t sizes[] = { 1514, 1514 };

    (void)state;
    for (uint64_t pause = 1; pause < UINT64_MAX / 8; pause *= 8) {
        uint64_t sent[2] = { 0 };

        start(4000 * MB, 100000, 0, 0, 0);
        while (take_turn(1, 0, sizes, sent)) {}
        memset(sent, 0, sizeof(sent));
        while (take_turn(1, pause, sizes, sent)) {}
        assert_in_range(sent[0], 0, 100000 + 1514);
    }
}

static uint64_t sent_with_swaps(struct tx_policy_memory *memory, const char *other, uint64_t every)
{
    const uint32_t sizes[] = { 1514, 1514 };
    uint64_t sent[2] = { 0 };

    start(1 * MB, 64000, 0, 0, 0);
    memset(memory, 0, sizeof(*memory));
    tx_policy_attach(memory, 0);
    for (uint64_t now = 0; now < 20 * S; now += every) {
        send_until(1, now, now + every, sizes, sent);
        if (other != NULL) {
            strcpy(memory->policy, other); /* it has been here between two of this one */
        }
        tx_policy_init(2, now + every);
        tx_policy_attach(memory, now + every);
    }
    return sent[0];
}

static void a_reload_is_not_worth_a_burst(void **state)
{
    struct tx_policy_memory memory;

    (void)state;
    assert_in_range(sent_with_swaps(&memory, NULL, S / 20), 20 * MB, 20 * MB + 64000 + 1514 + 1);
    assert_true(sent_with_swaps(&memory, "round_robin", S / 20) > 40 * MB);
    assert_string_equal(memory.policy, "token_bucket");
}

static void what_another_image_has_left_is_not_believed(void **state)
{
    const uint32_t sizes[] = { 1514, 1514 };
    struct tx_policy_memory memory = { 0 };
    static const uint8_t fills[] = { 0x00, 0x7f, 0x80, 0xff };

    (void)state;
    for (size_t i = 0; i < sizeof(fills); i++) {
        uint64_t sent[2] = { 0 };

        start(1 * MB, 64000, 1 * MB, 64000, 7 * S);
        tx_policy_attach(&memory, 7 * S);
        memset(memory.at, fills[i], sizeof(memory.at));
        tx_policy_init(2, 7 * S);
        tx_policy_attach(&memory, 7 * S);
        send_until(3, 7 * S, 9 * S, sizes, sent);
        for (int client = 0; client < 2; client++) {
            assert_in_range(sent[client], 2 * MB - 2 * 1514, 2 * MB + 64000 + 2 * 1514);
        }
    }
}

static void memory_of_another_layout_is_not_read(void **state)
{
    const uint32_t sizes[] = { 1514, 1514 };
    struct tx_policy_memory memory = { .policy = "token_bucket", .version = 77 };
    uint64_t sent[2] = { 0 };

    (void)state;
    memset(memory.at, 0x80, sizeof(memory.at));
    start(1, 10000, 1, 10000, 0);
    tx_policy_attach(&memory, 0);
    while (take_turn(1, 0, sizes, sent)) {}
    assert_in_range(sent[0], 10000, 10000 + 1514);
    assert_int_equal(memory.version, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_kept_whatever_the_packets_sizes),
        cmocka_unit_test(who_is_refused_may_send_exactly_when_told),
        cmocka_unit_test(a_client_without_a_rate_is_never_refused),
        cmocka_unit_test(what_is_saved_up_is_limited_however_long_the_pause),
        cmocka_unit_test(a_reload_is_not_worth_a_burst),
        cmocka_unit_test(what_another_image_has_left_is_not_believed),
        cmocka_unit_test(memory_of_another_layout_is_not_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
