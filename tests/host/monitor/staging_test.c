/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the reload transaction refuses: the running image is not touched.
 */
#include "tests/host/monitor/reload_fixture.h"

/* ---- refusals: the running image is not touched ---- */

static void nothing_has_changed(enum protocol_reload_cause cause, uint64_t detail)
{
    struct protocol_reload_swap request = a_swap();
    struct protocol_reload_state after = state_now();

    assert_int_equal(after.phase, RELOAD_AT_REST);
    assert_int_equal(after.cause, cause);
    assert_int_equal(after.detail, detail);
    assert_int_equal(after.slot, 0);
    assert_int_equal(after.previous, RELOAD_NO_IMAGE);
    assert_int_equal(after.swaps, 0);
    assert_int_equal(pd.starts, 0);
    assert_true(reload_swap(&module, &request)); /* answered: it is over */
    assert_false(reload_rollback(&module, &(struct protocol_reload_rollback){ .pd = PD }));
    assert_int_equal(pd.starts, 0);
}

static void refuse_begin(
        struct protocol_reload_begin begin, enum protocol_reload_cause cause, uint64_t detail)
{
    begin.transaction = ++transaction;
    assert_true(reload_begin(&module, &begin));
    nothing_has_changed(cause, detail);
    assert_false(chunk(0, text, 0, 100));
}

static void what_does_not_fit_is_refused(void **state)
{
    struct protocol_reload_begin begin;

    (void)state;
    begin = a_begin();
    begin.text_bytes = TEXT_ROOM + 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
    begin.text_bytes = UINT32_MAX;
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
    begin.text_bytes = 0;
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
    begin = a_begin();
    begin.data_memory = DATA_ROOM + 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, DATA_ROOM);
    begin.data_memory = begin.data_bytes - 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, DATA_ROOM);
    begin = a_begin();
    begin.data_bytes = sizeof(*header) - 1;
    refuse_begin(begin, RELOAD_BAD_SIZE, DATA_ROOM);
    begin = a_begin();
    begin.data_offset = TEXT_ROOM - 8; /* its code would look for the variables elsewhere */
    refuse_begin(begin, RELOAD_BAD_SIZE, TEXT_ROOM);
}

static void an_entry_outside_the_text_is_refused(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    begin.entry = begin.text_bytes;
    refuse_begin(begin, RELOAD_BAD_ENTRY, begin.entry);
    begin.entry = 62;
    refuse_begin(begin, RELOAD_BAD_ENTRY, begin.entry);
}

static void chunks_stay_inside_their_segment(void **state)
{
    struct protocol_reload_begin begin = a_begin();
    struct protocol_reload_chunk request = { .pd = PD, .transaction = begin.transaction };

    (void)state;
    assert_true(reload_begin(&module, &begin));
    request.bytes.length = 100;
    request.offset = 301;
    assert_false(reload_chunk(&module, &request));
    request.offset = UINT32_MAX;
    assert_false(reload_chunk(&module, &request));
    request.segment = 1;
    request.offset = 1;
    assert_false(reload_chunk(&module, &request));
    request.offset = 0;
    assert_true(reload_chunk(&module, &request));
    request.transaction++;
    assert_false(reload_chunk(&module, &request));
}

static void refuse_staged(enum protocol_reload_cause cause, uint64_t detail)
{
    stage();
    verify();
    nothing_has_changed(cause, detail);
}

static void damage_on_the_way_is_refused(void **state)
{
    struct protocol_reload_verify request;

    (void)state;
    stage();
    request = a_verify();
    request.text_crc ^= 1;
    assert_true(reload_verify(&module, &request));
    nothing_has_changed(RELOAD_BAD_CHECKSUM, 0);
    stage();
    request = a_verify();
    request.data_crc ^= 0x80000000;
    assert_true(reload_verify(&module, &request));
    nothing_has_changed(RELOAD_BAD_CHECKSUM, 1);
}

static void what_is_missing_is_noticed(void **state)
{
    struct protocol_reload_begin begin = a_begin();

    (void)state;
    memset(config.slots[0].text, 0xaa, TEXT_ROOM);
    assert_true(reload_begin(&module, &begin));
    assert_true(chunk(1, data, 0, 100));
    verify();
    nothing_has_changed(RELOAD_BAD_CHECKSUM, 0);
}

static void what_is_no_module_is_refused(void **state)
{
    (void)state;
    header->magic++;
    refuse_staged(RELOAD_NO_MODULE, 0);
}

static void another_kind_is_refused(void **state)
{
    (void)state;
    strcpy(header->kind, "net_virt_rx");
    refuse_staged(RELOAD_OTHER_KIND, 0);
    memcpy(header->kind, KIND, sizeof(KIND));
    header->kind[LIONS_MODULE_KIND_MAX - 1] = 'x'; /* all of it counts */
    refuse_staged(RELOAD_OTHER_KIND, 0);
}

static void another_interface_is_refused(void **state)
{
    (void)state;
    header->interface = INTERFACE + 1;
    refuse_staged(RELOAD_OTHER_INTERFACE, INTERFACE + 1);
}

static void another_configuration_is_refused(void **state)
{
    (void)state;
    header->config_bytes = CONFIG_BYTES - 8;
    refuse_staged(RELOAD_OTHER_CONFIG, CONFIG_BYTES - 8);
}

static void state_that_it_cannot_take_over_is_refused(void **state)
{
    (void)state;
    header->oldest_schema = SCHEMA + 1;
    header->schema = SCHEMA + 1;
    refuse_staged(RELOAD_OTHER_SCHEMA, SCHEMA + 1);
    header->oldest_schema = 1;
    header->schema = SCHEMA - 1; /* the running one is newer */
    refuse_staged(RELOAD_OTHER_SCHEMA, 1);
}

static void an_older_version_is_refused_unless_meant(void **state)
{
    struct protocol_reload_verify request;

    (void)state;
    header->version = VERSION - 1;
    refuse_staged(RELOAD_OLDER, VERSION - 1);
    stage();
    request = a_verify();
    request.older = 1;
    assert_true(reload_verify(&module, &request));
    assert_int_equal(reload_phase(&module), RELOAD_VERIFIED);
}

static void a_pd_that_never_rests_keeps_its_image(void **state)
{
    (void)state;
    pd.at_rest = false;
    stage();
    verify();
    swap();
    pass(49);
    assert_int_equal(reload_phase(&module), RELOAD_QUIESCING);
    pass(1);
    nothing_has_changed(RELOAD_NEVER_AT_REST, STUCK_AT);
}

static void a_pd_that_a_debugger_has_stopped_keeps_its_image(void **state)
{
    (void)state;
    pd.debugged = true;
    stage();
    verify();
    swap();
    pass(50);
    nothing_has_changed(RELOAD_HELD, STUCK_AT);
}

static void a_console_that_has_gone_is_not_waited_for(void **state)
{
    (void)state;
    stage();
    pass(9000);
    assert_true(chunk(0, text, 0, 100)); /* it is still there */
    pass(9000);
    assert_int_equal(reload_phase(&module), RELOAD_STAGING);
    pass(1001);
    nothing_has_changed(RELOAD_ABANDONED, 0);
    stage();
    verify();
    assert_true(reload_next(&module) <= pd.now + 10000 * TICKS_PER_MS);
    pass(10001);
    nothing_has_changed(RELOAD_ABANDONED, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_does_not_fit_is_refused),
        CASE(an_entry_outside_the_text_is_refused),
        CASE(chunks_stay_inside_their_segment),
        CASE(damage_on_the_way_is_refused),
        CASE(what_is_missing_is_noticed),
        CASE(what_is_no_module_is_refused),
        CASE(another_kind_is_refused),
        CASE(another_interface_is_refused),
        CASE(another_configuration_is_refused),
        CASE(state_that_it_cannot_take_over_is_refused),
        CASE(an_older_version_is_refused_unless_meant),
        CASE(a_pd_that_never_rests_keeps_its_image),
        CASE(a_pd_that_a_debugger_has_stopped_keeps_its_image),
        CASE(a_console_that_has_gone_is_not_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
