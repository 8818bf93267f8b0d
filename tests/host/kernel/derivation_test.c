/* SPDX-License-Identifier: BSD-2-Clause */
/* The derivation list (sel4-abi.md, 4.2, 4.3). */
#include "kernel/src/core/derivation.h"

#include "tests/host/kernel/kernel_test.h"

static struct slot slots[8];
static char memory[8192] __attribute__((aligned(4096)));

static int reset(void **state)
{
    (void)state;
    memset(slots, 0, sizeof(slots));
    return 0;
}

static struct cap untyped(void)
{
    return cap_untyped((word_t)(uintptr_t)memory, 12, false, 0);
}

static struct cap endpoint(word_t badge)
{
    return cap_endpoint((struct endpoint *)memory, RIGHTS_ALL, badge);
}

static void make_endpoint(void)
{
    slot_insert_root(untyped(), &slots[0]);
    slot_insert_child(endpoint(0), &slots[0], &slots[1]);
}

static void objects_are_children_of_their_untyped(void **state)
{
    (void)state;
    make_endpoint();
    assert_true(slot_has_children(&slots[0]));
    assert_false(slot_has_children(&slots[1]));
}

static void copy_of_an_original_is_its_child(void **state)
{
    (void)state;
    make_endpoint();
    slot_insert_derived(endpoint(0), &slots[1], &slots[2]);
    assert_true(slot_has_children(&slots[1]));
}

static void copy_of_a_copy_is_a_sibling(void **state)
{
    (void)state;
    make_endpoint();
    slot_insert_derived(endpoint(0), &slots[1], &slots[2]);
    slot_insert_derived(endpoint(0), &slots[2], &slots[3]);
    assert_false(slot_has_children(&slots[2]));
    assert_true(slot_has_children(&slots[1]));
}

static void minted_endpoint_is_a_level_of_its_own(void **state)
{
    (void)state;
    make_endpoint();
    slot_insert_derived(endpoint(7), &slots[1], &slots[2]);
    slot_insert_derived(endpoint(7), &slots[1], &slots[3]);
    slot_insert_derived(endpoint(7), &slots[2], &slots[4]);
    assert_true(slot_has_children(&slots[2]));
    assert_false(slot_has_children(&slots[3]));
}

static void last_capability_is_final(void **state)
{
    (void)state;
    make_endpoint();
    assert_true(slot_is_final(&slots[1]));
    slot_insert_derived(endpoint(3), &slots[1], &slots[2]);
    assert_false(slot_is_final(&slots[1]));
    assert_false(slot_is_final(&slots[2]));
    slot_unlink(&slots[1]);
    assert_true(slot_is_final(&slots[2]));
}

static void border_of_a_badge_survives_its_first_member(void **state)
{
    (void)state;
    make_endpoint();
    slot_insert_derived(endpoint(7), &slots[1], &slots[2]); /* first of badge 7 */
    slot_insert_derived(endpoint(7), &slots[2], &slots[3]); /* its copy */
    slot_insert_derived(endpoint(7), &slots[1], &slots[4]); /* independent: before slot 2 */
    slot_unlink(&slots[2]);
    assert_false(slot_has_children(&slots[4]));
}

static void move_keeps_the_place(void **state)
{
    (void)state;
    make_endpoint();
    slot_insert_derived(endpoint(0), &slots[1], &slots[2]);
    slot_move(slots[1].cap, &slots[1], &slots[5]);
    assert_true(slot_is_empty(&slots[1]));
    assert_true(slot_has_children(&slots[5]));
    assert_ptr_equal(slot_prev(&slots[5]), &slots[0]);
    assert_ptr_equal(slot_next(&slots[5]), &slots[2]);
    assert_ptr_equal(slot_prev(&slots[2]), &slots[5]);
}

static void neighbours_can_be_swapped(void **state)
{
    (void)state;
    make_endpoint();
    slot_insert_derived(endpoint(0), &slots[1], &slots[2]);
    slot_swap(slots[1].cap, &slots[1], slots[2].cap, &slots[2]);
    /* 0 -> 2 -> 1: the original sits in slot 2 now. */
    assert_ptr_equal(slot_next(&slots[0]), &slots[2]);
    assert_ptr_equal(slot_next(&slots[2]), &slots[1]);
    assert_ptr_equal(slot_prev(&slots[1]), &slots[2]);
    assert_null(slot_next(&slots[1]));
    assert_true(slot_has_children(&slots[2]));
    slot_swap(slots[2].cap, &slots[2], slots[1].cap, &slots[1]);
    assert_ptr_equal(slot_next(&slots[0]), &slots[1]);
    assert_null(slot_next(&slots[2]));
}

static void derivation_rules(void **state)
{
    (void)state;
    struct cap derived;

    make_endpoint();
    assert_int_equal(cap_derive(&slots[0], slots[0].cap, &derived), seL4_RevokeFirst);
    assert_int_equal(
            cap_derive(&slots[5], cap_page_table(memory), &derived), seL4_IllegalOperation);
    assert_int_equal(
            cap_derive(&slots[5], cap_plain(CAP_IRQ_CONTROL), &derived), seL4_IllegalOperation);

    struct cap frame = cap_mapped_at(
            cap_frame((word_t)(uintptr_t)memory, FRAME_SMALL, VM_READ_WRITE, false), 3, 0x1000);
    assert_int_equal(cap_derive(&slots[5], frame, &derived), OK);
    assert_false(cap_is_mapped(derived));
}

static void untyped_copy_uses_up_its_source(void **state)
{
    (void)state;
    slot_insert_root(untyped(), &slots[0]);
    slot_insert_derived(untyped(), &slots[0], &slots[1]);
    assert_int_equal(cap_untyped_free_offset(slots[0].cap), 4096);
    assert_int_equal(cap_untyped_free_offset(slots[1].cap), 0);
    assert_true(slot_has_children(&slots[0]));
}

static void badges_are_set_once(void **state)
{
    (void)state;
    assert_int_equal(cap_badge(cap_apply_data(endpoint(0), 9, false)), 9);
    assert_int_equal(cap_type(cap_apply_data(endpoint(9), 9, false)), CAP_NULL);
    assert_int_equal(cap_type(cap_apply_data(endpoint(0), 9, true)), CAP_NULL);
}

static void frame_rights_are_intersected(void **state)
{
    (void)state;
    assert_int_equal(vm_rights_mask(VM_READ_WRITE, RIGHT_READ | RIGHT_WRITE), VM_READ_WRITE);
    assert_int_equal(vm_rights_mask(VM_READ_WRITE, RIGHT_READ), VM_READ_ONLY);
    assert_int_equal(vm_rights_mask(VM_READ_WRITE, RIGHT_WRITE), VM_KERNEL_ONLY);
    assert_int_equal(vm_rights_mask(VM_READ_ONLY, RIGHT_READ | RIGHT_WRITE), VM_READ_ONLY);
    assert_int_equal(vm_rights_mask(VM_KERNEL_ONLY, RIGHTS_ALL), VM_KERNEL_ONLY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(objects_are_children_of_their_untyped, reset),
        cmocka_unit_test_setup(copy_of_an_original_is_its_child, reset),
        cmocka_unit_test_setup(copy_of_a_copy_is_a_sibling, reset),
        cmocka_unit_test_setup(minted_endpoint_is_a_level_of_its_own, reset),
        cmocka_unit_test_setup(last_capability_is_final, reset),
        cmocka_unit_test_setup(border_of_a_badge_survives_its_first_member, reset),
        cmocka_unit_test_setup(move_keeps_the_place, reset),
        cmocka_unit_test_setup(neighbours_can_be_swapped, reset),
        cmocka_unit_test_setup(derivation_rules, reset),
        cmocka_unit_test_setup(untyped_copy_uses_up_its_source, reset),
        cmocka_unit_test_setup(badges_are_set_once, reset),
        cmocka_unit_test_setup(frame_rights_are_intersected, reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
