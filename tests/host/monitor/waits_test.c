/* SPDX-License-Identifier: BSD-2-Clause */
/* Why PDs did not run, from records of switches. */
// clang-format off
#include "profiler/pd/waits.h"

#include "tests/host/libsel4/cmocka_headers.h"

enum {
    RUNNING = 1,
    RECEIVES = 3,
    WAITS_FOR_REPLY = 5,
    WAITS_FOR_SIGNAL = 6
};

static struct waits waits;

static void turn_to(uint64_t time, uint16_t from, uint16_t to, uint8_t state)
{
    waits_switch(
            &waits, &(struct wait_switch){ .time = time, .from = from, .to = to, .state = state });
}

static uint64_t ticks(uint16_t pd, enum wait_reason reason, uint16_t by)
{
    for (size_t i = 0; i < waits.count; i++) {
        const struct wait_entry *entry = &waits.entries[i];

        if (entry->pd == pd && entry->reason == reason && entry->by == by) {
            return entry->ticks;
        }
    }
    return 0;
}

static void what_each_waits_for_is_told(void **state)
{
    (void)state;
    waits_begin(&waits, 1000);
    turn_to(1010, WAITS_BY_IDLE, 1, 0);
    turn_to(1030, 1, 2, WAITS_FOR_REPLY); /* calls 2 */
    turn_to(1070, 2, 1, RECEIVES);        /* which answers */
    turn_to(1100, 1, 3, RUNNING);         /* 3 is more urgent */
    turn_to(1150, 3, 1, WAITS_FOR_SIGNAL);
    turn_to(1160, 1, 3, RUNNING); /* 1 has signalled it */
    turn_to(1170, 3, 1, WAITS_FOR_SIGNAL);
    waits_switch(&waits,
            &(struct wait_switch){ .time = 1180,
                    .from = 1,
                    .to = WAITS_BY_IDLE,
                    .state = RUNNING,
                    .out_of_budget = true });
    turn_to(1300, WAITS_BY_IDLE, 1, 0);
    waits_settle(&waits, 1310);
    assert_int_equal(10, ticks(1, WAIT_BEFORE, 0));
    assert_int_equal(40, ticks(1, WAIT_CALL, 2));
    assert_int_equal(50 + 10, ticks(1, WAIT_PREEMPTED, 3));
    assert_int_equal(120, ticks(1, WAIT_BUDGET, 0));
    assert_int_equal(20 + 30 + 10 + 10 + 10, ticks(1, WAIT_NONE, 0));
    assert_int_equal(10, ticks(3, WAIT_SIGNAL, 1));
    assert_int_equal(40, ticks(2, WAIT_NONE, 0));
    assert_int_equal(240, ticks(2, WAIT_SIGNAL, 0));
}

static void whoever_runs_meanwhile_is_who_preempts(void **state)
{
    (void)state;
    waits_begin(&waits, 0);
    turn_to(10, WAITS_BY_IDLE, 1, 0);
    turn_to(20, 1, 3, RUNNING);          /* 3 is more urgent than 1 */
    turn_to(50, 3, 2, WAITS_FOR_SIGNAL); /* and has woken 2, which is so, too */
    turn_to(57, 2, 3, RUNNING);
    turn_to(60, 3, 2, WAITS_FOR_SIGNAL);
    turn_to(100, 2, 1, WAITS_FOR_SIGNAL);
    turn_to(110, 1, WAITS_BY_IDLE, WAITS_FOR_SIGNAL);
    assert_int_equal(30 + 3, ticks(1, WAIT_PREEMPTED, 3));
    assert_int_equal(7 + 40, ticks(1, WAIT_PREEMPTED, 2));
    assert_int_equal(3, ticks(2, WAIT_PREEMPTED, 3));
    assert_int_equal(10 + 10, ticks(1, WAIT_NONE, 0));
}

/* Whatever comes: a PD's times add up to the time that was looked at. */
static void nothing_is_lost(void **state)
{
    uint64_t random = 88172645463325252u, now = 500, sums[WAITS_PDS_MAX + 1] = { 0 };
    uint16_t current = WAITS_BY_IDLE;

    (void)state;
    waits_begin(&waits, now);
    for (int i = 0; i < 20000; i++) {
        uint16_t next = (uint16_t)(random % 5);

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        now += random >> 40 & 63;
        next = next == 4 ? WAITS_BY_IDLE : next;
        turn_to(now, current, next, (uint8_t)(random >> 20 & 7));
        current = next;
    }
    waits_settle(&waits, now + 7);
    assert_int_equal(0, waits.lost);
    for (size_t i = 0; i < waits.count; i++) {
        sums[waits.entries[i].pd] += waits.entries[i].ticks;
    }
    for (int pd = 1; pd <= 3; pd++) {
        assert_int_equal(now + 7 - 500, sums[pd]);
    }
}

static void too_many_kinds_are_counted(void **state)
{
    (void)state;
    waits_begin(&waits, 0);
    for (unsigned i = 0; i < 4 * WAITS_ENTRIES_MAX; i++) {
        uint16_t a = (uint16_t)(1 + i % WAITS_PDS_MAX), b = (uint16_t)(1 + i * 7 / 64 % 64);

        turn_to(2 * i, a, b, RUNNING);
        turn_to(2 * i + 1, b, a, RUNNING);
    }
    assert_int_equal(WAITS_ENTRIES_MAX, waits.count);
    assert_true(waits.lost > 0);
    turn_to(99999, 65000, 64999, RUNNING); /* ids that there are not */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_each_waits_for_is_told),
        cmocka_unit_test(whoever_runs_meanwhile_is_who_preempts),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(too_many_kinds_are_counted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
