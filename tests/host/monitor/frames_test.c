/* SPDX-License-Identifier: BSD-2-Clause */
/* Stacks as the profiler meets them: good ones, broken ones, and ones made to mislead it. */
#include "profiler/unwind/frames.h"

#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define BASE  0x7fff0000u /* of the stack in its owner */
#define WORDS 64
#define MAX   8
#define CODE  0x200000u

static uint64_t *memory; /* from malloc, so that a read beyond either end is seen */
static uint64_t out[MAX];
static bool cut;

static int set_up(void **state)
{
    (void)state;
    memory = calloc(WORDS, sizeof(*memory));
    memset(out, 0xee, sizeof(out));
    return memory == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    free(memory);
    return 0;
}

static uint64_t address(unsigned word)
{
    return BASE + word * sizeof(uint64_t);
}

static void put_record(unsigned word, uint64_t caller, uint64_t return_address)
{
    memory[word] = caller;
    memory[word + 1] = return_address;
}

static size_t walk_from(uint64_t sp, uint64_t fp)
{
    struct stack_view view = { memory, BASE, WORDS * sizeof(uint64_t) };

    return frames_walk(&view, sp, fp, out, MAX, &cut);
}

/* Three calls below start-up code, the innermost at word 4. */
static void put_three(void)
{
    put_record(4, address(10), CODE);
    put_record(10, address(20), CODE + 4);
    put_record(20, 0, CODE + 8);
}

static void a_good_chain_is_walked_to_its_end(void **state)
{
    (void)state;
    put_three();
    assert_int_equal(walk_from(address(2), address(4)), 3);
    assert_false(cut);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(out[i], CODE + 4 * i);
    }
}

static void start_up_code_that_nobody_called_ends_it(void **state)
{
    (void)state;
    put_three();
    memory[21] = 0;
    assert_int_equal(walk_from(address(4), address(4)), 2);
    assert_false(cut);
}

static void no_frame_pointer_is_an_empty_stack(void **state)
{
    (void)state;
    assert_int_equal(walk_from(address(4), 0), 0);
    assert_false(cut);
}

static void a_chain_longer_than_the_room_is_cut(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MAX + 1; i++) {
        put_record(2 * i, i == MAX ? 0 : address(2 * (i + 1)), CODE + i);
    }
    assert_int_equal(walk_from(address(0), address(0)), MAX);
    assert_true(cut);
    put_record(2 * (MAX - 1), 0, CODE + MAX - 1);
    assert_int_equal(walk_from(address(0), address(0)), MAX);
    assert_false(cut);
}

static void an_unaligned_record_is_not_read(void **state)
{
    (void)state;
    put_three();
    assert_int_equal(walk_from(address(2), address(4) + 8), 0);
    assert_true(cut);
    memory[4] = address(10) + 1;
    assert_int_equal(walk_from(address(2), address(4)), 1);
    assert_true(cut);
}

static void loops_end(void **state)
{
    (void)state;
    put_record(4, address(4), CODE); /* to itself */
    assert_int_equal(walk_from(address(2), address(4)), 1);
    assert_true(cut);
    put_three();
    memory[20] = address(4); /* back to the first */
    assert_int_equal(walk_from(address(2), address(4)), 3);
    assert_true(cut);
    memory[10] = address(8); /* downwards */
    assert_int_equal(walk_from(address(2), address(4)), 2);
    assert_true(cut);
}

static void nothing_outside_the_view_is_read(void **state)
{
    static const uint64_t outside[] = { BASE - 16, BASE + WORDS * sizeof(uint64_t), 16,
        UINT64_MAX - 15, BASE + (1ull << 40) };

    (void)state;
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        assert_int_equal(walk_from(0, outside[i]), 0);
        assert_true(cut);
    }
    put_record(WORDS - 2, 0, CODE); /* the last one that is all inside */
    assert_int_equal(walk_from(address(0), address(WORDS - 2)), 1);
    assert_false(cut);
}

static void a_view_smaller_than_a_record_has_none(void **state)
{
    struct stack_view view = { memory, BASE, 8 };

    (void)state;
    assert_int_equal(frames_walk(&view, BASE, BASE, out, MAX, &cut), 0);
    assert_true(cut);
}

static void a_record_below_the_stack_pointer_is_stale(void **state)
{
    (void)state;
    put_three();
    assert_int_equal(walk_from(address(4) + 16, address(4)), 0);
    assert_true(cut);
    assert_int_equal(walk_from(address(4), address(4)), 3);
    assert_false(cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_chain_is_walked_to_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                start_up_code_that_nobody_called_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_frame_pointer_is_an_empty_stack, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_chain_longer_than_the_room_is_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_unaligned_record_is_not_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(loops_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_outside_the_view_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_view_smaller_than_a_record_has_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                a_record_below_the_stack_pointer_is_stale, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
