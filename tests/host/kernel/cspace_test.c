/* SPDX-License-Identifier: BSD-2-Clause */
/* Capability lookup (sel4-abi.md, 4.1), both the complete and the fast one. */
#include "kernel/src/core/cspace.h"

#include "tests/host/kernel/kernel_test.h"

static struct slot outer[16];
static struct slot inner[8];
static struct tcb thread;

static struct cap some_cap(word_t badge)
{
    return cap_endpoint((struct endpoint *)&outer[0], RIGHTS_ALL, badge);
}

static int reset(void **state)
{
    (void)state;
    memset(outer, 0, sizeof(outer));
    memset(inner, 0, sizeof(inner));
    return 0;
}

static void one_level_uses_all_bits(void **state)
{
    (void)state;
    struct cap root = cap_cnode(outer, 4, 0, 60);

    struct lookup found = cspace_resolve(root, 9, 64);
    assert_ptr_equal(found.slot, &outer[9]);
    assert_int_equal(found.bits_left, 0);
    assert_ptr_equal(cspace_lookup_fast(root, 9), &outer[9]);
}

static void wrong_guard_is_reported_with_the_cnodes_guard(void **state)
{
    (void)state;
    struct cap root = cap_cnode(outer, 4, 5, 60);

    struct lookup found = cspace_resolve(root, 9, 64);
    assert_null(found.slot);
    assert_int_equal(found.failure.type, seL4_GuardMismatch);
    assert_int_equal(found.failure.words[0], 64);
    assert_int_equal(found.failure.words[1], 5);
    assert_int_equal(found.failure.words[2], 60);
    assert_null(cspace_lookup_fast(root, 9));
    assert_ptr_equal(cspace_lookup_fast(root, 5 << 4 | 9), &outer[9]);
}

static void guard_is_checked_before_depth(void **state)
{
    (void)state;
    struct cap root = cap_cnode(outer, 4, 0, 3);

    assert_int_equal(cspace_resolve(root, 0, 2).failure.type, seL4_GuardMismatch);
    struct lookup found = cspace_resolve(root, 0, 5);
    assert_int_equal(found.failure.type, seL4_DepthMismatch);
    assert_int_equal(found.failure.words[0], 5);
    assert_int_equal(found.failure.words[1], 7);
}

static void two_levels(void **state)
{
    (void)state;
    struct cap root = cap_cnode(outer, 4, 0, 0);

    outer[3].cap = cap_cnode(inner, 3, 0, 57);
    word_t cptr = UINT64_C(3) << 60 | 6;
    assert_ptr_equal(cspace_resolve(root, cptr, 64).slot, &inner[6]);
    assert_ptr_equal(cspace_lookup_fast(root, cptr), &inner[6]);
    assert_null(cspace_lookup_fast(root, cptr | UINT64_C(1) << 40));
}

static void other_capability_ends_the_walk_with_bits_left(void **state)
{
    (void)state;
    struct cap root = cap_cnode(outer, 4, 0, 0);

    outer[3].cap = some_cap(1);
    struct lookup found = cspace_resolve(root, UINT64_C(3) << 60, 64);
    assert_ptr_equal(found.slot, &outer[3]);
    assert_int_equal(found.bits_left, 60);
    assert_ptr_equal(cspace_lookup_fast(root, UINT64_C(3) << 60 | 77), &outer[3]);
}

static void operations_refuse_bits_left(void **state)
{
    (void)state;
    error_t error = OK;

    outer[3].cap = some_cap(1);
    assert_null(cspace_lookup_target(cap_cnode(outer, 4, 0, 0), 3 << 2, 6, true, &error));
    assert_int_equal(error, seL4_FailedLookup);
    assert_int_equal(error_payload.words[0], 1);
    assert_int_equal(error_payload.words[1], seL4_DepthMismatch);
    assert_int_equal(error_payload.words[2], 2);
    assert_int_equal(error_payload.words[3], 0);
}

static void operations_check_root_then_depth(void **state)
{
    (void)state;
    error_t error = OK;

    assert_null(cspace_lookup_target(some_cap(0), 0, 65, false, &error));
    assert_int_equal(error, seL4_FailedLookup);
    assert_int_equal(error_payload.words[1], seL4_InvalidRoot);
    assert_null(cspace_lookup_target(cap_cnode(outer, 4, 0, 0), 0, 65, false, &error));
    assert_int_equal(error, seL4_RangeError);
}

/*
 * What the fast paths rely on: these shapes, and no others, are found without the complete lookup.
 */
static void usual_spaces_are_found_at_once(void **state)
{
    (void)state;
    outer[0].cap = cap_cnode(inner, 3, 0, 57);
    assert_ptr_equal(cspace_lookup_usual(cap_cnode(outer, 4, 0, 60), 9), &outer[9]);
    assert_ptr_equal(cspace_lookup_usual(cap_cnode(outer, 4, 0, 0), 6), &inner[6]);
    outer[2].cap = cap_cnode(inner, 3, 0, 0);
    assert_ptr_equal(cspace_lookup_usual(cap_cnode(outer, 4, 0, 57), 2 << 3 | 6), &inner[6]);
    assert_null(cspace_lookup_usual(cap_cnode(outer, 4, 0, 57), UINT64_C(1) << 63 | 2 << 3 | 6));
    assert_null(cspace_lookup_usual(some_cap(0), 9));
}

/* The topmost bits of a guard must not be overlooked. */
static void guards_of_high_bits_are_no_usual_spaces(void **state)
{
    (void)state;
    for (word_t bit = 0; bit < 58; bit++) {
        struct cap root = cap_cnode(outer, 4, BIT(bit), 60);

        assert_null(cspace_lookup_usual(root, 9));
        assert_null(cspace_lookup_fast(root, 9));
        assert_ptr_equal(cspace_lookup_fast(root, BIT(bit) << 4 | 9), &outer[9]);
        outer[0].cap = cap_cnode(inner, 3, BIT(bit), 57);
        assert_null(cspace_lookup_usual(cap_cnode(outer, 4, 0, 0), 6));
        assert_null(cspace_lookup_usual(cap_cnode(outer, 4, BIT(bit), 57), 6));
    }
}

/* Both lookups agree on success and slot, for whatever tree and pointer. */
static void fast_and_complete_lookup_agree(void **state)
{
    (void)state;
    srand(1);
    for (int round = 0; round < 200000; round++) {
        word_t guard_size = (word_t)rand() % 61;
        word_t inner_guard_size = (word_t)rand() % 62;
        word_t cptr = (word_t)rand() << 33 ^ (word_t)rand();
        struct cap root =
                cap_cnode(outer, 4, rand() % 2 ? 0 : cptr & MASK(guard_size) >> 1, guard_size);

        for (int i = 0; i < 16; i++) {
            outer[i].cap = i % 3 == 0 ? some_cap(0) : cap_cnode(inner, 3, 0, inner_guard_size);
        }
        memset(&thread, 0, sizeof(thread));
        thread.slots[TCB_CSPACE].cap = root;
        cptr = rand() % 2 ? cptr : cptr & 0xff;
        assert_ptr_equal(cspace_lookup(&thread, cptr).slot, cspace_lookup_fast(root, cptr));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_level_uses_all_bits, reset),
        cmocka_unit_test_setup(wrong_guard_is_reported_with_the_cnodes_guard, reset),
        cmocka_unit_test_setup(guard_is_checked_before_depth, reset),
        cmocka_unit_test_setup(two_levels, reset),
        cmocka_unit_test_setup(other_capability_ends_the_walk_with_bits_left, reset),
        cmocka_unit_test_setup(operations_refuse_bits_left, reset),
        cmocka_unit_test_setup(operations_check_root_then_depth, reset),
        cmocka_unit_test_setup(usual_spaces_are_found_at_once, reset),
        cmocka_unit_test_setup(guards_of_high_bits_are_no_usual_spaces, reset),
        cmocka_unit_test_setup(fast_and_complete_lookup_agree, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
