/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor dies, before each of its stores and before and after each thing that it does to the PD, and comes again over the
 * same memory; it may die once more while it comes. Each time: one complete image runs, in a state that it can read and no bad image has
 * spoilt, and the monitor knows which. The PD is not held. Nothing is written where it runs. The next reload and the way
 * back work.
 */
#include "monitor/reload/record.h"
#include "tests/host/monitor/mortal.h"
#include "tests/host/monitor/reload_fixture.h"

#define SPOILT      0xee /* by a bad image */
#define NEWER       0x77 /* of another schema */
#define GENERATIONS 0x40u
#define BAD         0x10u /* generations: such an image spoils its state and does not rest */
#define OF_NEWER    0x20u /* ... converts the state to one that older ones cannot read */
#define FAULT       6u
#define STEP_MS     50u

/* ---- images: each of them has a number, and each of its bytes depends on it ---- */

static uint8_t text_byte(uint8_t generation, unsigned at)
{
    return (uint8_t)(at * 7 + generation * 29);
}

static uint8_t next_generation;

static void make_image(uint8_t kind)
{
    uint8_t generation = kind + (next_generation++ % BAD);

    for (unsigned i = 0; i < TEXT_BYTES; i++) {
        text[i] = text_byte(generation, i);
    }
    header->schema = kind == OF_NEWER ? SCHEMA + 1 : SCHEMA;
    data[DATA_BYTES - 1] = generation;
}

static uint8_t image_of(uint64_t entry)
{
    return entry == BOOT_ENTRY ? 0 : (uint8_t)((entry - SLOT_ADDRESS) / 0x10000 + 1);
}

/* Of an image in a slot, which is complete. */
static uint8_t generation_in(uint8_t image)
{
    const uint8_t *in_text = config.slots[image - 1].text;
    const uint8_t *in_data = config.slots[image - 1].data;
    uint8_t generation = in_data[DATA_BYTES - 1];

    for (unsigned i = 0; i < TEXT_BYTES; i++) {
        assert_int_equal(in_text[i], text_byte(generation, i));
    }
    assert_int_equal(((const struct lions_module_header *)in_data)->magic, LIONS_MODULE_MAGIC);
    for (unsigned i = DATA_BYTES; i < DATA_ROOM; i++) {
        assert_int_equal(in_data[i], 0);
    }
    return generation;
}

static uint32_t content_of(uint8_t image)
{
    return image == 0 ? 0
                      : crc32c_add(crc32c_add(0, config.slots[image - 1].text, TEXT_ROOM),
                              config.slots[image - 1].data, DATA_ROOM);
}

/* ---- the PD ---- */

/* When an image that has been started begins. */
enum begin {
    BEGINS_AT_ONCE,
    BEGINS_LATER, /* when the monitor waits */
    BEGINS_FOR_DEBUGGER,
    BEGINNINGS
};

static uint8_t runs;
static uint8_t kind_of_running;                                    /* BAD, OF_NEWER or 0 */
static uint32_t content;                                           /* of the slot it runs in */
static uint8_t left[sizeof(struct lions_hand_over) + STATE_BYTES]; /* as the running image has it */

static void fill_state(uint8_t value)
{
    memset(hand_over->state + LIVE_BYTES, value, STATE_BYTES - LIVE_BYTES);
}

/* An image takes over what it finds. */
static void begins(void)
{
    uint8_t generation;

    runs = image_of(pd.entry);
    generation = runs == 0 ? 0 : generation_in(runs);
    kind_of_running = generation & (BAD | OF_NEWER);
    content = content_of(runs);
    assert_int_not_equal(hand_over->state[LIVE_BYTES], SPOILT);
    assert_int_not_equal(hand_over->state[1], SPOILT);
    assert_true(kind_of_running == OF_NEWER || hand_over->state[LIVE_BYTES] != NEWER);
    hand_over->schema = SCHEMA;
    hand_over->live = LIVE_BYTES;
    pd.at_rest = true;
    if (kind_of_running == BAD) {
        fill_state(SPOILT);
        pd.at_rest = false;
        if (pd.silent) { /* it has not come so far as to say what it has to do with the queues */
            hand_over->live = 0;
            hand_over->state[1] = SPOILT;
        }
    } else if (kind_of_running == OF_NEWER) {
        fill_state(NEWER);
        hand_over->schema = SCHEMA + 1;
    } else {
        fill_state(runs);
    }
    hand_over->state[0]++; /* the queues go on */
    memcpy(left, hand_over, sizeof(left));
}

static void boot(enum begin begin)
{
    set_up(NULL);
    next_generation = 0;
    runs = 0;
    kind_of_running = 0;
    content = 0;
    fill_state(0);
    memcpy(left, hand_over, sizeof(left));
    fixture_begins = begins;
    fixture_point = mortal_point;
    pd.waits = begin != BEGINS_AT_ONCE;
    pd.followed = begin == BEGINS_FOR_DEBUGGER;
    mortal_remember(
            (const struct mortal_range[]){ { &module, sizeof(module) }, { hand_over, sizeof(left) },
                    { config.slots[0].text, TEXT_ROOM }, { config.slots[0].data, DATA_ROOM },
                    { config.slots[1].text, TEXT_ROOM }, { config.slots[1].data, DATA_ROOM } },
            6);
}

/* It faults, and waits for the monitor; that has heard of it, and nobody else ever will. */
static void faults(void)
{
    begin_if_started();
    pd.stopped = true;
    reload_fault(&module, FAULT);
}

/* The monitor looks less often than it would: there are enough moments to die at. */
static void pass_quickly(unsigned ms)
{
    for (unsigned passed = 0; passed < ms; passed += STEP_MS) {
        pd.now += STEP_MS * TICKS_PER_MS;
        begin_if_started();
        reload_tick(&module);
    }
}

/* ---- what the console does, and the PD ---- */

static void good_reload(void)
{
    make_image(0);
    reload_to_probation();
    pass_quickly(PROBATION_MS + 1);
}

static void first_reload(void)
{
    good_reload();
}

static void third_reload(void)
{
    good_reload();
}

static void late_rest(void)
{
    make_image(0);
    stage();
    verify();
    pd.at_rest = false;
    swap();
    pass_quickly(3);
    pd.at_rest = true;
    pass_quickly(PROBATION_MS + 1);
}

static void no_rest(void)
{
    make_image(0);
    stage();
    verify();
    pd.at_rest = false;
    swap();
    pass_quickly(60);
}

static void refused_module(void)
{
    make_image(0);
    header->interface++;
    stage();
    verify();
}

static void gone_console(void)
{
    make_image(0);
    stage();
    pass_quickly(10001);
}

static void faulty_image(void)
{
    make_image(BAD);
    reload_to_probation();
    faults();
}

static void silent_image(void)
{
    make_image(BAD);
    pd.silent = true;
    reload_to_probation();
    pass_quickly(102);
}

static void endless_image(void)
{
    make_image(BAD);
    reload_to_probation();
    pass_quickly(HEARTBEAT_MS + 2);
}

static void rollback(void)
{
    roll_back();
    begin_if_started();
}

static void late_rollback(void)
{
    pd.at_rest = false;
    roll_back();
    pass_quickly(3);
    pd.at_rest = true;
    pass_quickly(3);
}

static void rollback_on_probation(void)
{
    make_image(0);
    reload_to_probation();
    begin_if_started();
    roll_back();
}

static void rollback_of_newer_on_probation(void)
{
    make_image(OF_NEWER);
    reload_to_probation();
    begin_if_started();
    roll_back();
}

static void rollback_of_newer(void)
{
    make_image(OF_NEWER);
    reload_to_probation();
    pass_quickly(PROBATION_MS + 1);
    roll_back();
}

/* ---- after it ---- */

static unsigned found[RELOAD_RECOVERIES];

static void bad_one_shows_itself(void)
{
    if (kind_of_running == BAD && !pd.silent && reload_phase(&module) == RELOAD_PROBATION) {
        faults();
        begin_if_started();
    }
}

static void one_complete_image_runs(void)
{
    assert_false(pd.stopped);
    assert_true(record_is_valid(&module));
    assert_int_equal(module.running, image_of(pd.entry));
    assert_int_equal(module.running, runs);
    assert_int_equal(module.images[runs].entry, pd.entry);
    assert_int_equal(content_of(runs), content);
    assert_memory_equal(left, hand_over, sizeof(left));
    assert_true(module.previous == RELOAD_NO_IMAGE || module.previous != runs);
    assert_int_equal(module.swaps, pd.starts);
}

static void both_ways_work(void)
{
    uint8_t back = module.previous;

    pd.silent = false;
    header->interface = INTERFACE;
    header->schema = SCHEMA;
    if (back != RELOAD_NO_IMAGE) {
        bool readable = kind_of_running != OF_NEWER;

        assert_int_equal(roll_back(), readable);
        begin_if_started();
        assert_int_equal(runs == back, readable);
        one_complete_image_runs();
    }
    make_image(kind_of_running == OF_NEWER ? OF_NEWER : 0);
    reload_to_probation();
    begin_if_started();
    pass_quickly(PROBATION_MS + 1);
    assert_int_equal(reload_phase(&module), RELOAD_AT_REST);
    assert_int_equal(module.cause, RELOAD_COMMITTED);
    one_complete_image_runs();
}

static void all_is_well(void)
{
    bool silent = pd.silent;

    begin_if_started();
    one_complete_image_runs();
    assert_true(module.changed);
    assert_true(
            reload_phase(&module) == RELOAD_AT_REST || reload_phase(&module) == RELOAD_PROBATION);
    bad_one_shows_itself();
    pd.at_rest = kind_of_running != BAD;
    pass_quickly(PROBATION_MS + HEARTBEAT_MS + 10);
    assert_int_equal(reload_phase(&module), RELOAD_AT_REST);
    assert_int_not_equal(kind_of_running, BAD);
    assert_true(!silent || runs == 0);
    one_complete_image_runs();
    both_ways_work();
}

/* ---- each moment ---- */

static void come_again(void)
{
    found[start_monitor()]++;
}

static void prepare(enum begin begin, void (*before)(void))
{
    boot(begin);
    if (before != NULL) {
        before();
        begin_if_started();
    }
}

/*
 * Dies at the n-th point, and once more at the m-th of the next life: if a PD may be held then, since all others are simple.
 * True: there are such points.
 */
static bool die_twice(
        enum begin begin, void (*before)(void), void (*run)(void), unsigned long n, unsigned long m)
{
    bool died, died_again, twice = false;

    prepare(begin, before);
    died = mortal_run(run, n);
    if (died) {
        pd.followed = false; /* the debugger's session has ended with the monitor */
        twice = module.step >= STEP_QUIESCING;
        died_again = mortal_run(come_again, twice || m == 1 ? m : 0);
        if (died_again) {
            come_again();
        }
        all_is_well();
    }
    tear_down(NULL);
    return died && died_again && (twice || m == 1);
}

static void die_at_each_point(enum begin begin, void (*before)(void), void (*run)(void))
{
    unsigned long n = 1, m;

    do {
        for (m = 1; die_twice(begin, before, run, n, m); m++) {}
        n++;
    } while (m > 1); /* coming again has points, if it died at all */
    assert_true(n > 10);
}

static void each_moment(void (*before)(void), void (*run)(void))
{
    for (unsigned begin = 0; begin < BEGINNINGS; begin++) {
        die_at_each_point((enum begin)begin, before, run);
    }
    fixture_begins = NULL;
    fixture_point = NULL;
}

#define MOMENTS(name, before)           \
    static void of_##name(void **state) \
    {                                   \
        (void)state;                    \
        each_moment((before), name);    \
    }

static void two_reloads(void)
{
    good_reload();
    good_reload();
}

MOMENTS(first_reload, NULL)
MOMENTS(third_reload, two_reloads)
MOMENTS(late_rest, good_reload)
MOMENTS(no_rest, good_reload)
MOMENTS(refused_module, good_reload)
MOMENTS(gone_console, two_reloads)
MOMENTS(faulty_image, NULL)
MOMENTS(silent_image, NULL)
MOMENTS(endless_image, good_reload)
MOMENTS(rollback, two_reloads)
MOMENTS(late_rollback, good_reload)
MOMENTS(rollback_on_probation, good_reload)
MOMENTS(rollback_of_newer_on_probation, good_reload)
MOMENTS(rollback_of_newer, good_reload)

static void each_way_on_was_found(void **state)
{
    (void)state;
    for (unsigned i = RELOAD_UNTOUCHED; i < RELOAD_LOST; i++) {
        assert_true(found[i] > 0);
    }
    assert_int_equal(found[RELOAD_LOST], 0);
    assert_int_equal(found[RELOAD_FRESH], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_first_reload),
        cmocka_unit_test(of_third_reload),
        cmocka_unit_test(of_late_rest),
        cmocka_unit_test(of_no_rest),
        cmocka_unit_test(of_refused_module),
        cmocka_unit_test(of_gone_console),
        cmocka_unit_test(of_faulty_image),
        cmocka_unit_test(of_silent_image),
        cmocka_unit_test(of_endless_image),
        cmocka_unit_test(of_rollback),
        cmocka_unit_test(of_late_rollback),
        cmocka_unit_test(of_rollback_on_probation),
        cmocka_unit_test(of_rollback_of_newer_on_probation),
        cmocka_unit_test(of_rollback_of_newer),
        cmocka_unit_test(each_way_on_was_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
