/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reload transaction from begin to commit, what is repeated or comes out of order, and going back and forth.
 */
#include "tests/host/monitor/reload_fixture.h"

/* ---- it works ---- */

static void a_good_module_is_installed(void **state)
{
    struct protocol_reload_state after;
    uint32_t expected;

    (void)state;
    reload_to_probation();
    expected = transaction;
    assert_int_equal(pd.starts, 1);
    assert_int_equal(pd.entry, SLOT_ADDRESS + 64);
    assert_ptr_equal(pd.executable, config.slots[0].text);
    assert_memory_equal(config.slots[0].text, text, 400);
    assert_memory_equal(config.slots[0].data, data, 100);
    for (unsigned i = 100; i < DATA_ROOM; i++) {
        assert_int_equal(((uint8_t *)config.slots[0].data)[i], 0); /* .bss */
    }
    pass(PROBATION_MS - 1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(2);
    after = state_now();
    assert_int_equal(after.phase, RELOAD_AT_REST);
    assert_int_equal(after.cause, RELOAD_COMMITTED);
    assert_int_equal(after.slot, 1);
    assert_int_equal(after.previous, 0);
    assert_int_equal(after.next, 2);
    assert_int_equal(after.text_address, SLOT_ADDRESS + 0x10000);
    assert_int_equal(after.data_address, after.text_address + TEXT_ROOM);
    assert_int_equal(after.swaps, 1);
    assert_int_equal(after.down, 1);
    assert_int_equal(after.ready, 2);
    assert_int_equal(after.build_id.length, 4);
    assert_memory_equal(after.build_id.at, &expected, 4);
    assert_int_equal(reload_next(&module), UINT64_MAX);
}

static void every_step_is_announced(void **state)
{
    (void)state;
    module.changed = false;
    stage();
    assert_true(module.changed);
    module.changed = false;
    verify();
    assert_true(module.changed);
    module.changed = false;
    swap();
    assert_true(module.changed);
    pass(2);
    module.changed = false;
    pass(PROBATION_MS);
    assert_true(module.changed);
}

static void it_is_told_how_much_is_staged(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    begin.who.length = 3;
    memcpy(begin.who.at, "eve", 3);
    assert_true(reload_begin(&module, &begin));
    assert_int_equal(state_now().staged, 0);
    assert_int_equal(state_now().staged_of, 500);
    module.changed = false;
    assert_true(chunk(0, text, 0, 100));
    assert_true(module.changed);
    assert_int_equal(state_now().staged, 100);
    module.changed = false;
    assert_true(chunk(0, text, 0, 100)); /* repeated */
    assert_false(module.changed);
    assert_int_equal(state_now().staged, 100);
    assert_true(chunk(0, text, 100, 5));
    assert_false(module.changed); /* too little to be told */
    assert_int_equal(state_now().staged, 105);
    send_image(&begin);
    assert_int_equal(state_now().staged, 500);
    assert_int_equal(state_now().who.length, 3);
    assert_memory_equal(state_now().who.at, "eve", 3);
}

static void what_is_zero_counts_as_staged_once_it_is_verified(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    assert_true(reload_begin(&module, &begin));
    for (uint32_t offset = 0; offset < begin.text_bytes; offset += 100) {
        assert_true(chunk(0, text, offset, 100));
    }
    assert_true(chunk(1, data, 0, sizeof(*header)));
    assert_int_equal(state_now().staged, 400 + sizeof(*header));
    verify();
    assert_int_equal(state_now().phase, RELOAD_VERIFIED);
    assert_int_equal(state_now().staged, 500);
}

static void a_busy_pd_is_waited_for(void **state)
{
    (void)state;
    stage();
    verify();
    pd.at_rest = false;
    swap();
    pass(20);
    assert_int_equal(reload_phase(&module), RELOAD_QUIESCING);
    assert_int_equal(pd.starts, 0);
    assert_true(reload_next(&module) < pd.now + 50 * TICKS_PER_MS);
    pd.at_rest = true;
    pass(1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    assert_int_equal(pd.starts, 1);
}

/* ---- repetition and order ---- */

static void requests_can_be_repeated(void **state)
{
    struct protocol_reload_begin begin = a_begin();
    struct protocol_reload_verify verify_request;
    struct protocol_reload_swap swap_request = a_swap();
    struct reload_module before;

    (void)state;
    assert_true(reload_begin(&module, &begin));
    send_image(&begin);
    before = module;
    assert_true(reload_begin(&module, &begin));
    send_image(&begin);
    assert_memory_equal(&before, &module, sizeof(module));
    assert_memory_equal(config.slots[0].text, text, 400);
    verify_request = a_verify();
    assert_true(reload_verify(&module, &verify_request));
    before = module;
    assert_true(reload_verify(&module, &verify_request));
    assert_true(reload_begin(&module, &begin));
    assert_memory_equal(&before, &module, sizeof(module));
    assert_true(reload_swap(&module, &swap_request));
    before = module;
    assert_true(reload_swap(&module, &swap_request));
    assert_true(reload_begin(&module, &begin));
    assert_memory_equal(&before, &module, sizeof(module));
    assert_int_equal(pd.starts, 1);
}

static void a_rollback_can_be_repeated(void **state)
{
    struct protocol_reload_rollback request = { .pd = PD };

    (void)state;
    reload();
    request.swaps = module.swaps;
    assert_true(reload_rollback(&module, &request));
    assert_true(reload_rollback(&module, &request));
    assert_true(reload_rollback(&module, &request));
    assert_int_equal(module.running, 0);
    assert_int_equal(pd.starts, 2);
    request.swaps = 0; /* about what was long ago */
    assert_false(reload_rollback(&module, &request));
    assert_int_equal(module.running, 0);
}

static void requests_out_of_order_change_nothing(void **state)
{
    struct protocol_reload_verify verify_request = a_verify();
    struct protocol_reload_swap swap_request = a_swap();

    (void)state;
    assert_false(reload_verify(&module, &verify_request));
    assert_false(reload_swap(&module, &swap_request));
    assert_false(chunk(0, text, 0, 100));
    stage();
    swap_request = a_swap();
    assert_false(reload_swap(&module, &swap_request));
    assert_int_equal(reload_phase(&module), RELOAD_STAGING);
    verify();
    assert_false(chunk(0, text, 0, 100)); /* what is verified stays */
    swap_request.transaction++;
    assert_false(reload_swap(&module, &swap_request));
    assert_int_equal(pd.starts, 0);
}

static void a_second_reload_waits_for_the_first(void **state)
{
    struct protocol_reload_begin begin;
    uint32_t first;

    (void)state;
    reload_to_probation();
    first = transaction;
    begin = a_begin();
    assert_false(reload_begin(&module, &begin));
    assert_int_equal(module.transaction, first);
    pass(PROBATION_MS + 1);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
    begin = a_begin();
    assert_true(reload_begin(&module, &begin));
}

/* ---- back and forth ---- */

static void a_rollback_goes_back_and_forth(void **state)
{
    (void)state;
    reload();
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
    assert_int_equal(module.previous, 1);
    assert_true(roll_back());
    assert_int_equal(module.running, 1);
    assert_int_equal(pd.entry, SLOT_ADDRESS + 64);
    assert_int_equal(module.previous, 0);
}

static void a_rollback_ends_the_probation(void **state)
{
    (void)state;
    reload_to_probation();
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
    pass(2 * PROBATION_MS);
    assert_int_equal(pd.starts, 2);
}

static void a_rollback_in_the_probation_waits_for_rest(void **state)
{
    (void)state;
    reload_to_probation();
    pd.at_rest = false; /* it may have a packet in its hands */
    assert_true(roll_back());
    assert_true(roll_back()); /* repeated */
    pass(PROBATION_MS + 1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pd.at_rest = true;
    pass(1);
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
}

static void a_rollback_of_what_never_rests_is_no_endless_wait(void **state)
{
    (void)state;
    reload_to_probation();
    pd.at_rest = false;
    assert_true(roll_back());
    pass(HEARTBEAT_MS + 1);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
}

static void a_rollback_outside_the_probation_waits_for_rest(void **state)
{
    (void)state;
    reload();
    pd.at_rest = false;
    assert_true(roll_back());
    assert_true(roll_back()); /* repeated */
    pass(100);
    assert_int_equal(reload_phase(&module), RELOAD_QUIESCING);
    assert_int_equal(module.running, 1);
    pd.at_rest = true;
    pass(1);
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
}

static void a_rollback_does_not_wait_for_ever(void **state)
{
    (void)state;
    reload();
    pd.at_rest = false;
    assert_true(roll_back());
    pass(1001);
    assert_int_equal(reload_phase(&module), RELOAD_AT_REST);
    assert_int_equal(module.cause, RELOAD_NEVER_AT_REST);
    assert_int_equal(module.detail, STUCK_AT);
    assert_int_equal(module.running, 1);
    assert_int_equal(pd.starts, 1);
}

static void an_image_that_cannot_read_the_state_is_not_gone_back_to(void **state)
{
    (void)state;
    header->schema = SCHEMA + 1;
    reload();
    hand_over->schema = SCHEMA + 1; /* converted */
    assert_false(roll_back());
    assert_int_equal(module.running, 1);
    assert_false(pd.stopped);
}

static void in_the_probation_the_state_comes_back_with_the_image(void **state)
{
    (void)state;
    write_state(1);
    header->schema = SCHEMA + 1;
    reload_to_probation();
    hand_over->schema = SCHEMA + 1;
    write_state(100);
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
    the_state_begins_with(LIVE_BYTES, STATE_BYTES, 1);
}

static void a_thousand_swaps_use_the_two_slots(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        unsigned slot = i % 2;

        text[0] = (uint8_t)i;
        text[1] = (uint8_t)(i >> 8);
        reload();
        assert_int_equal(module.running, slot + 1);
        assert_int_equal(module.previous, i == 0 ? 0 : 2 - slot);
        assert_int_equal(pd.entry, config.slots[slot].address + 64);
        assert_memory_equal(config.slots[slot].text, text, 400);
        assert_int_equal(module.swaps, i + 1);
    }
    assert_int_equal(pd.starts, 1000);
}

static void staging_spares_the_running_image(void **state)
{
    uint8_t running[TEXT_ROOM];

    (void)state;
    reload();
    reload(); /* runs in slot 1, goes back to slot 0 */
    memcpy(running, config.slots[1].text, TEXT_ROOM);
    memset(text, 0x55, sizeof(text));
    stage();
    assert_memory_equal(running, config.slots[1].text, TEXT_ROOM);
    assert_int_equal(module.previous, 0); /* its slot is written to */
    pass(10001);
    assert_int_equal(module.running, 2);
    assert_true(roll_back());
    assert_int_equal(pd.entry, BOOT_ENTRY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_good_module_is_installed),
        CASE(every_step_is_announced),
        CASE(it_is_told_how_much_is_staged),
        CASE(what_is_zero_counts_as_staged_once_it_is_verified),
        CASE(a_busy_pd_is_waited_for),
        CASE(requests_can_be_repeated),
        CASE(a_rollback_can_be_repeated),
        CASE(requests_out_of_order_change_nothing),
        CASE(a_second_reload_waits_for_the_first),
        CASE(a_rollback_goes_back_and_forth),
        CASE(a_rollback_ends_the_probation),
        CASE(a_rollback_in_the_probation_waits_for_rest),
        CASE(a_rollback_of_what_never_rests_is_no_endless_wait),
        CASE(a_rollback_outside_the_probation_waits_for_rest),
        CASE(a_rollback_does_not_wait_for_ever),
        CASE(an_image_that_cannot_read_the_state_is_not_gone_back_to),
        CASE(in_the_probation_the_state_comes_back_with_the_image),
        CASE(a_thousand_swaps_use_the_two_slots),
        CASE(staging_spares_the_running_image),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
