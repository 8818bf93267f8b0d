/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a restarted monitor says of the transaction that was under way, and what it believes of a record that somebody has
 * spoilt: nothing.
 */
#include "monitor/reload/record.h"
#include "tests/host/monitor/reload_fixture.h"

static void dropped_in(enum protocol_reload_phase phase)
{
    struct protocol_reload_state after;

    assert_int_equal(start_monitor(), RELOAD_DROPPED);
    after = state_now();
    assert_int_equal(after.phase, RELOAD_AT_REST);
    assert_int_equal(after.cause, RELOAD_MONITOR_RESTARTED);
    assert_int_equal(after.detail, phase);
    assert_int_equal(after.transaction, transaction);
    assert_int_equal(after.slot, 0);
    assert_int_equal(after.swaps, 0);
    assert_int_equal(after.restarts, 1);
    assert_true(module.changed);
    assert_false(pd.stopped);
    assert_int_equal(pd.starts, 0);
}

/* It did not hear that the monitor was gone, and asks again. */
static void the_console_hears_how_it_ended(void)
{
    struct protocol_reload_begin begin = a_begin();
    struct protocol_reload_verify verify_request = a_verify();
    struct protocol_reload_swap swap_request = a_swap();

    begin.transaction = verify_request.transaction = swap_request.transaction = --transaction;
    assert_true(reload_begin(&module, &begin));
    assert_false(chunk(0, text, 0, 100));
    assert_true(reload_has_ended(&module, transaction));
    assert_true(reload_verify(&module, &verify_request));
    assert_true(reload_swap(&module, &swap_request));
    assert_int_equal(reload_phase(&module), RELOAD_AT_REST);
    assert_int_equal(pd.starts, 0);
    reload();
}

static void nothing_is_found_of_a_rest(void **state)
{
    (void)state;
    assert_int_equal(start_monitor(), RELOAD_UNTOUCHED);
    assert_int_equal(state_now().cause, RELOAD_CAUSE_NONE);
    reload();
    assert_int_equal(start_monitor(), RELOAD_UNTOUCHED);
    assert_int_equal(state_now().cause, RELOAD_COMMITTED);
    assert_int_equal(state_now().slot, 1);
    assert_int_equal(state_now().previous, 0);
    assert_int_equal(state_now().restarts, 2);
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
}

static void what_is_staged_is_dropped(void **state)
{
    (void)state;
    stage();
    dropped_in(RELOAD_STAGING);
    the_console_hears_how_it_ended();
}

static void what_is_verified_is_dropped(void **state)
{
    (void)state;
    stage();
    verify();
    dropped_in(RELOAD_VERIFIED);
    the_console_hears_how_it_ended();
}

static void what_waits_for_rest_is_dropped(void **state)
{
    (void)state;
    stage();
    verify();
    pd.at_rest = false;
    swap();
    dropped_in(RELOAD_QUIESCING);
    pd.at_rest = true;
    the_console_hears_how_it_ended();
}

static void a_rollback_that_waits_is_dropped(void **state)
{
    (void)state;
    reload();
    pd.at_rest = false;
    assert_true(roll_back());
    assert_int_equal(start_monitor(), RELOAD_DROPPED);
    assert_int_equal(module.cause, RELOAD_MONITOR_RESTARTED);
    assert_int_equal(module.running, 1);
    pd.at_rest = true;
    pass(10);
    assert_int_equal(module.running, 1);
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
}

static void a_probation_goes_on(void **state)
{
    (void)state;
    reload_to_probation();
    pass(PROBATION_MS / 2);
    assert_int_equal(start_monitor(), RELOAD_WATCHED);
    assert_int_equal(state_now().phase, RELOAD_PROBATION);
    assert_int_equal(state_now().restarts, 1);
    assert_int_equal(state_now().swaps, 1);
    pass(PROBATION_MS / 2 - 1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(2);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
    assert_int_equal(module.previous, 0);
}

/* Nobody looked, and so nobody knows: it is not to blame. */
static void an_image_that_was_not_watched_is_not_blamed(void **state)
{
    (void)state;
    reload_to_probation();
    pass(10);
    pd.now += 2 * HEARTBEAT_MS * TICKS_PER_MS;
    pd.at_rest = false;
    pd.exhausted += 10 * EXHAUSTIONS;
    assert_int_equal(start_monitor(), RELOAD_WATCHED);
    pass(HEARTBEAT_MS - 10);
    assert_int_equal(
            reload_phase(&module), RELOAD_PROBATION); /* long after its end: not yet seen at rest */
    pd.at_rest = true;
    pass(1);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
}

static void an_image_that_hangs_is_found_after_a_restart(void **state)
{
    (void)state;
    reload_to_probation();
    pd.at_rest = false;
    assert_int_equal(start_monitor(), RELOAD_WATCHED);
    pass(HEARTBEAT_MS + 1);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
}

/* ---- damage ---- */

static void the_image_is_known_by_its_place(uint8_t running)
{
    uint8_t before[TEXT_ROOM];

    assert_int_equal(start_monitor(), RELOAD_LOST);
    assert_int_equal(module.running, running);
    assert_int_equal(reload_phase(&module), RELOAD_AT_REST);
    assert_int_equal(module.cause, RELOAD_MONITOR_RESTARTED);
    assert_false(pd.stopped);
    if (running != 0) {
        memcpy(before, config.slots[running - 1].text, TEXT_ROOM);
    }
    reload();
    assert_int_not_equal(module.running, running);
    if (running != 0) {
        assert_memory_equal(before, config.slots[running - 1].text, TEXT_ROOM);
    }
}

static void each_bit_of_the_record_counts(void **state)
{
    for (unsigned reloads = 0; reloads < 4; reloads++) {
        for (unsigned bit = 0; bit < 64; bit++) {
            tear_down(state);
            set_up(state);
            for (unsigned i = 0; i < reloads; i++) {
                reload();
            }
            pd.stopped = bit % 2 != 0; /* nobody knows what for */
            pd.pc += 12;
            module.record ^= UINT64_C(1) << bit;
            the_image_is_known_by_its_place(reloads == 0 ? 0 : (uint8_t)(2 - reloads % 2));
        }
    }
}

static void of_a_lost_description_nothing_is_made_up(void **state)
{
    (void)state;
    reload();
    module.images[1].entry += 4;
    assert_int_equal(start_monitor(), RELOAD_LOST);
    assert_int_equal(module.running, 1);
    assert_int_equal(state_now().version, VERSION);
    assert_int_equal(state_now().build_id.length, 0);
    reload_to_probation(); /* where the running image begins is not known: it is no way back */
    assert_int_equal(module.running, 2);
    assert_int_equal(module.previous, 0);
    assert_true(reload_fault(&module, 6));
    assert_int_equal(pd.entry, BOOT_ENTRY);
    assert_int_equal(module.running, 0);
    reload();
}

static void a_lost_way_back_is_none(void **state)
{
    (void)state;
    reload();
    reload();
    assert_int_equal(module.previous, 1);
    module.images[1].schema++;
    assert_int_equal(start_monitor(), RELOAD_LOST);
    assert_int_equal(module.running, 2);
    assert_int_equal(module.previous, 0);
    assert_true(roll_back());
    assert_int_equal(pd.entry, BOOT_ENTRY);
}

static void a_place_that_is_no_image_is_none(void **state)
{
    (void)state;
    reload();
    pd.pc = 0; /* it has jumped there */
    module.record ^= 1;
    assert_int_equal(start_monitor(), RELOAD_LOST);
    assert_int_equal(module.running, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(nothing_is_found_of_a_rest),
        CASE(what_is_staged_is_dropped),
        CASE(what_is_verified_is_dropped),
        CASE(what_waits_for_rest_is_dropped),
        CASE(a_rollback_that_waits_is_dropped),
        CASE(a_probation_goes_on),
        CASE(an_image_that_was_not_watched_is_not_blamed),
        CASE(an_image_that_hangs_is_found_after_a_restart),
        CASE(each_bit_of_the_record_counts),
        CASE(of_a_lost_description_nothing_is_made_up),
        CASE(a_lost_way_back_is_none),
        CASE(a_place_that_is_no_image_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
