/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A new image is on probation: one that is bad does not stay, and leaves no state behind.
 */
#include "tests/host/monitor/reload_fixture.h"

/* ---- probation ---- */

static void a_fault_brings_the_old_image_back(void **state)
{
    struct protocol_reload_rollback request = { .pd = PD, .swaps = 2 };

    (void)state;
    assert_false(reload_fault(&module, 6)); /* no probation: not the transaction's */
    reload_to_probation();
    assert_true(reload_fault(&module, 6));
    the_boot_image_is_back(RELOAD_FAULTED);
    assert_int_equal(module.detail, 6);
    assert_false(reload_rollback(&module, &request)); /* a bad image is not gone back to */
    assert_false(reload_fault(&module, 6));
    reload();
}

static void a_silent_image_does_not_stay(void **state)
{
    (void)state;
    pd.silent = true;
    reload_to_probation();
    pass(99);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(2);
    the_boot_image_is_back(RELOAD_SILENT);
}

static void an_image_that_never_rests_does_not_stay(void **state)
{
    (void)state;
    reload_to_probation();
    pd.at_rest = false;
    pass(HEARTBEAT_MS - 1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(2);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
    assert_int_equal(module.detail, STUCK_AT);
}

static void an_image_that_stops_resting_does_not_stay(void **state)
{
    (void)state;
    stage();
    verify();
    struct protocol_reload_swap request = a_swap();

    request.probation = 3 * HEARTBEAT_MS;
    assert_true(reload_swap(&module, &request));
    for (unsigned i = 0; i < HEARTBEAT_MS; i++) {
        pass(1);
    }
    pd.at_rest = false;
    pass(HEARTBEAT_MS - 1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(2);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
}

static void an_image_that_uses_up_its_budget_does_not_stay(void **state)
{
    (void)state;
    pd.exhausted = 1000; /* long ago */
    reload_to_probation();
    pass(2);
    pd.exhausted += EXHAUSTIONS;
    pass(1);
    assert_int_equal(reload_phase(&module),
            RELOAD_PROBATION); /* it rests in between, and has budget again */
    pd.at_rest = false;
    pd.exhausted += EXHAUSTIONS - 1;
    pass(1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pd.exhausted++;
    pass(1);
    the_boot_image_is_back(RELOAD_EXHAUSTED);
    assert_int_equal(module.detail, EXHAUSTIONS);
}

static void no_probation_is_not_no_check(void **state)
{
    struct protocol_reload_swap request;

    (void)state;
    pd.silent = true;
    stage();
    verify();
    request = a_swap();
    request.probation = 0;
    assert_true(reload_swap(&module, &request));
    pass(10);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(100);
    the_boot_image_is_back(RELOAD_SILENT);
}

/* ---- the state ---- */

static void a_failed_image_leaves_no_state(void **state)
{
    (void)state;
    write_state(1);
    reload_to_probation();
    write_state(100);
    assert_true(reload_fault(&module, 6));
    the_state_begins_with(0, LIVE_BYTES, 100); /* the queues have moved on */
    the_state_begins_with(LIVE_BYTES, STATE_BYTES, 1);
}

static void a_state_in_another_layout_goes_back(void **state)
{
    (void)state;
    write_state(1);
    header->schema = SCHEMA + 1;
    reload_to_probation();
    write_state(100);
    hand_over->schema = SCHEMA + 1;
    assert_true(reload_fault(&module, 6));
    assert_int_equal(hand_over->schema, SCHEMA);
    the_state_begins_with(0, LIVE_BYTES, 100); /* one layout in all schemas */
    the_state_begins_with(LIVE_BYTES, STATE_BYTES, 1);
}

static void a_lying_header_of_the_state_is_put_right(void **state)
{
    (void)state;
    write_state(1);
    reload_to_probation();
    hand_over->bytes = UINT32_MAX;
    hand_over->live = UINT32_MAX;
    write_state(100);
    assert_true(reload_fault(&module, 6));
    assert_int_equal(hand_over->bytes, STATE_BYTES);
    assert_int_equal(hand_over->live, LIVE_BYTES);
    the_state_begins_with(0, STATE_BYTES, 1);
    hand_over->bytes = UINT32_MAX; /* before a swap */
    reload_to_probation();
    assert_true(reload_fault(&module, 6));
    assert_int_equal(hand_over->bytes, UINT32_MAX);
}

static void a_state_is_kept_by_commit_and_rollback(void **state)
{
    (void)state;
    write_state(1);
    reload();
    write_state(100);
    assert_true(reload_rollback(
            &module, &(struct protocol_reload_rollback){ .pd = PD, .swaps = module.swaps }));
    the_state_begins_with(0, STATE_BYTES, 100);
}

static void what_a_debugger_has_stopped_is_not_blamed(void **state)
{
    (void)state;
    reload_to_probation();
    pass(100);
    pd.debugged = true;
    pass(10 * HEARTBEAT_MS);
    assert_int_equal(module.cause, RELOAD_HELD); /* so that the console can say who blocks */
    pd.debugged = false;
    pass(1);
    assert_int_equal(module.cause, RELOAD_CAUSE_NONE);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(PROBATION_MS - 101);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION); /* it has not had its time */
    pass(2);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
}

static void what_hangs_after_a_debugger_is_found(void **state)
{
    (void)state;
    reload_to_probation();
    pd.debugged = true;
    pass(10 * HEARTBEAT_MS);
    pd.debugged = false;
    pd.at_rest = false;
    pass(HEARTBEAT_MS + 2);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
}

/* The monitor had other things to do, and did not see it stopped for all of that time. */
static void what_went_on_between_two_looks_is_not_blamed(void **state)
{
    (void)state;
    reload_to_probation();
    pd.debugged = true;
    pass(1);
    pd.debugged = false;
    pd.at_rest = false;
    pd.now += 2 * HEARTBEAT_MS * TICKS_PER_MS;
    pass(1);
    assert_int_equal(reload_phase(&module), RELOAD_PROBATION);
    pass(HEARTBEAT_MS + 1);
    the_boot_image_is_back(RELOAD_NO_HEARTBEAT);
}

static void what_was_only_on_probation_is_not_gone_back_to(void **state)
{
    (void)state;
    reload_to_probation();
    assert_true(roll_back());
    the_boot_image_is_back(RELOAD_ROLLED_BACK);
    assert_int_equal(module.previous, RELOAD_NO_IMAGE);
    assert_false(roll_back());
    reload();
    assert_true(roll_back());
    assert_int_equal(module.previous, 1); /* that was committed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_fault_brings_the_old_image_back),
        CASE(a_silent_image_does_not_stay),
        CASE(an_image_that_never_rests_does_not_stay),
        CASE(an_image_that_stops_resting_does_not_stay),
        CASE(an_image_that_uses_up_its_budget_does_not_stay),
        CASE(no_probation_is_not_no_check),
        CASE(a_failed_image_leaves_no_state),
        CASE(a_state_in_another_layout_goes_back),
        CASE(a_lying_header_of_the_state_is_put_right),
        CASE(a_state_is_kept_by_commit_and_rollback),
        CASE(what_a_debugger_has_stopped_is_not_blamed),
        CASE(what_hangs_after_a_debugger_is_found),
        CASE(what_went_on_between_two_looks_is_not_blamed),
        CASE(what_was_only_on_probation_is_not_gone_back_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
