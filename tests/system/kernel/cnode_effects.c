/* SPDX-License-Identifier: BSD-2-Clause */
/* What CNode operations do to rights, guards and the derivation tree (3.4 to 3.6, 4.3, 6.3). */
#include "tests/system/harness.h"

static word guard(word value, word size)
{
    return seL4_CNode_CapData_new(value, size).words[0];
}

CASE(cnode_effects, mint_masks_rights, "a badge and fewer rights at once")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word reader = slot_new();

    CHECK_OK(
            seL4_CNode_Mint(ROOT_CNODE, reader, 64, ROOT_CNODE, notification, 64, seL4_CanRead, 9));
    CHECK_EQ(seL4_InvalidCapability, invoke(reader, 0, 0, 0));
    CHECK_MR(0, 0);
}

CASE(cnode_effects, rights_never_grow, "a copy of a weak capability is weak")
{
    word weak = cap_copy(object_new(seL4_NotificationObject, 0), seL4_CanRead);

    CHECK_EQ(seL4_InvalidCapability, invoke(cap_copy(weak, seL4_AllRights), 0, 0, 0));
}

CASE(cnode_effects, copy_keeps_the_badge, "3.5")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word badge = 0;

    seL4_Signal(cap_copy(cap_mint(notification, 0x123456789abcdef0), seL4_CanWrite));
    seL4_Poll(notification, &badge);
    CHECK_EQ(0x123456789abcdef0, badge);
}

CASE(cnode_effects, copy_keeps_the_guard, "3.6: only Mint changes it, data 0 removes it")
{
    word cnode = object_new(seL4_CapTableObject, 4);
    word guarded = cap_mint(cnode, guard(5, 3));

    CHECK_OK(seL4_CNode_Delete(cap_copy(guarded, seL4_AllRights), 5 << 4, 7));
    CHECK_OK(seL4_CNode_Delete(cap_mint(guarded, 0), 3, 4));
}

CASE(cnode_effects, guard_is_cut_to_its_size, "3.6: guard 0xff of 3 bits is 7")
{
    word guarded = cap_mint(object_new(seL4_CapTableObject, 4), guard(0xff, 3));

    CHECK_OK(seL4_CNode_Delete(guarded, 7 << 4, 7));
    CHECK_ERROR(seL4_FailedLookup, seL4_CNode_Delete(guarded, 0, 7));
    CHECK_MR(1, seL4_GuardMismatch);
    CHECK_MR(3, 7);
}

CASE(cnode_effects, guard_may_fill_the_word, "guard size + radix = 64 is legal")
{
    word guarded = cap_mint(object_new(seL4_CapTableObject, 4), guard(1, 60));

    CHECK_OK(seL4_CNode_Delete(guarded, 1 << 4 | 3, 64));
}

CASE(cnode_effects, mutate_sets_a_guard_and_moves, "6.3")
{
    word cnode = object_new(seL4_CapTableObject, 4), dest = slot_new();

    CHECK_OK(seL4_CNode_Mutate(ROOT_CNODE, dest, 64, ROOT_CNODE, cnode, 64, guard(2, 2)));
    CHECK_OK(seL4_CNode_Delete(dest, 2 << 4, 6));
    CHECK(slot_is_empty(cnode));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Mutate(ROOT_CNODE, slot_new(), 64, ROOT_CNODE, dest, 64, guard(0, 61)));
}

CASE(cnode_effects, mutate_of_other_types_just_moves, "the data word is ignored")
{
    word tcb = object_new(seL4_TCBObject, 0), dest = slot_new();

    CHECK_OK(seL4_CNode_Mutate(ROOT_CNODE, dest, 64, ROOT_CNODE, tcb, 64, ~0UL));
    CHECK_OK(seL4_TCB_Suspend(dest));
    CHECK(slot_is_empty(tcb));
}

CASE(cnode_effects, move_keeps_the_place_in_the_tree, "revoking the parent finds it")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word copy = cap_copy(endpoint, seL4_AllRights), moved = slot_new();

    CHECK_OK(seL4_CNode_Move(ROOT_CNODE, moved, 64, ROOT_CNODE, copy, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64));
    CHECK(slot_is_empty(moved));
}

CASE(cnode_effects, moved_original_is_still_the_parent, "revoke from its new slot")
{
    word endpoint = object_new(seL4_EndpointObject, 0), moved = slot_new();
    word copy = cap_copy(endpoint, seL4_AllRights);

    CHECK_OK(seL4_CNode_Move(ROOT_CNODE, moved, 64, ROOT_CNODE, endpoint, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, moved, 64));
    CHECK(slot_is_empty(copy));
    CHECK(!slot_is_empty(moved));
}

CASE(cnode_effects, move_within_one_slot_is_refused, "the destination is occupied by the source")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_ERROR(
            seL4_DeleteFirst, seL4_CNode_Move(ROOT_CNODE, endpoint, 64, ROOT_CNODE, endpoint, 64));
}

CASE(cnode_effects, irq_control_can_be_moved, "not derivable, but movable")
{
    word dest = slot_new();

    CHECK_OK(seL4_CNode_Move(ROOT_CNODE, dest, 64, ROOT_CNODE, seL4_CapIRQControl, 64));
    word error = seL4_IRQControl_Get(dest, 101, ROOT_CNODE, slot_new(), 64);
    CHECK_OK(seL4_CNode_Move(ROOT_CNODE, seL4_CapIRQControl, 64, ROOT_CNODE, dest, 64));
    CHECK_OK(error);
}

CASE(cnode_effects, rotate_gives_each_its_data,
        "dest_data to the pivot's, pivot_data to the source's")
{
    word src = object_new(seL4_CapTableObject, 4), pivot = object_new(seL4_CapTableObject, 5);
    word dest = slot_new();

    CHECK_OK(seL4_CNode_Rotate(ROOT_CNODE, dest, 64, guard(1, 2), ROOT_CNODE, pivot, 64,
            guard(3, 4), ROOT_CNODE, src, 64));
    CHECK_OK(seL4_CNode_Delete(dest, 1 << 5 | 31, 7));
    CHECK_OK(seL4_CNode_Delete(pivot, 3 << 4 | 15, 8));
}

CASE(cnode_effects, rotate_keeps_children, "both stay where they were in the tree")
{
    word src = object_new(seL4_CapTableObject, 4), pivot = object_new(seL4_CapTableObject, 5);
    word src_copy = cap_copy(src, seL4_AllRights), pivot_copy = cap_copy(pivot, seL4_AllRights);
    word dest = slot_new();

    CHECK_OK(seL4_CNode_Rotate(
            ROOT_CNODE, dest, 64, 0, ROOT_CNODE, pivot, 64, 0, ROOT_CNODE, src, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, dest, 64));
    CHECK(slot_is_empty(pivot_copy));
    CHECK(!slot_is_empty(src_copy));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, pivot, 64));
    CHECK(slot_is_empty(src_copy));
}

CASE(cnode_effects, swap_of_neighbours_in_the_tree, "parent and child change places")
{
    word parent = object_new(seL4_CapTableObject, 4);
    word child = cap_copy(parent, seL4_AllRights);

    CHECK_OK(seL4_CNode_Rotate(
            ROOT_CNODE, parent, 64, 0, ROOT_CNODE, child, 64, 0, ROOT_CNODE, parent, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, child, 64));
    CHECK(slot_is_empty(parent));
    CHECK(!slot_is_empty(child));
}

CASE(cnode_effects, three_levels_are_resolved, "guards between the levels")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word top = object_new(seL4_CapTableObject, 3), middle = object_new(seL4_CapTableObject, 4);
    word bottom = object_new(seL4_CapTableObject, 5);
    word badge = 0;
    /* 3 bits, guard of 2 and 4 bits, guard of 3 and 5 bits: 17 bits in all. */
    const word path = 6UL << 14 | 2UL << 12 | 9UL << 8 | 5UL << 5 | 17;

    CHECK_OK(seL4_CNode_Mint(bottom, 17, 5, ROOT_CNODE, notification, 64, seL4_AllRights, 7));
    CHECK_OK(seL4_CNode_Mint(middle, 9, 4, ROOT_CNODE, bottom, 64, seL4_AllRights, guard(5, 3)));
    CHECK_OK(seL4_CNode_Mint(top, 6, 3, ROOT_CNODE, middle, 64, seL4_AllRights, guard(2, 2)));

    word found = slot_new();
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, found, 64, top, path, 17, seL4_AllRights));
    seL4_Signal(found);
    seL4_Poll(notification, &badge);
    CHECK_EQ(7, badge);
    /* A wrong guard at the last level: eight bits are left there. */
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, top, path ^ 1 << 5, 17, seL4_AllRights));
    CHECK_MR(1, seL4_GuardMismatch);
    CHECK_MR(2, 8);
    CHECK_MR(3, 5);
    CHECK_MR(4, 3);
}

CASE(cnode_effects, high_bits_of_the_index_are_ignored, "4.1: the low depth bits count")
{
    word cnode = object_new(seL4_CapTableObject, 4);
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_OK(seL4_CNode_Copy(cnode, 0xabcd3, 4, ROOT_CNODE, endpoint, 64, seL4_AllRights));
    CHECK_ERROR(seL4_DeleteFirst,
            seL4_CNode_Copy(cnode, 3, 4, ROOT_CNODE, endpoint, 64, seL4_AllRights));
}

CASE(cnode_effects, copy_of_a_mapped_table_is_mapped, "4.2: it cannot be mapped again")
{
    word table = object_new(seL4_ARM_PageTableObject, 0);

    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, 0x20000000, 0));
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_PageTable_Map(cap_copy(table, seL4_AllRights), ROOT_VSPACE, 0x20000000, 0));
    CHECK_MR(0, 0);
}

/* ---- CancelBadgedSends ---- */

static void send_once(struct thread *thread)
{
    thread_send(thread->arguments[0], 0, 1, thread->arguments[1]);
    thread->stage = 1;
}

static void call_once(struct thread *thread)
{
    struct registers out;

    thread_call(thread->arguments[0], 0, 1, thread->arguments[1], &out);
    thread->result[0] = out.x[1] >> 12;
    thread->stage = 1;
}

CASE(cnode_effects, cancelled_sender_goes_to_the_end,
        "it sends again; other badges keep their place")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word five = cap_mint(endpoint, 5), six = cap_mint(endpoint, 6);
    word badge = 0;

    thread_start(send_once, 100, WITH_SC, 0, five, 1, 0);
    let_others_run(300);
    thread_start(send_once, 100, WITH_SC, 0, six, 2, 0);
    let_others_run(300);
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT_CNODE, five, 64));
    let_others_run(300);
    seL4_Recv(endpoint, &badge, reply);
    CHECK_EQ(6, badge);
    seL4_Recv(endpoint, &badge, reply);
    CHECK_EQ(5, badge);
}

CASE(cnode_effects, cancelled_caller_without_capability_fails, "the use of it: recalling a badge")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word keep = cap_mint(endpoint, 5), given = cap_copy(keep, seL4_AllRights);
    struct thread *thread = thread_start(call_once, 100, WITH_SC, 0, given, 1, 0);

    let_others_run(300);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, given, 64));
    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT_CNODE, keep, 64));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_InvalidCapability, thread->result[0]);
}

CASE(cnode_effects, cancel_without_badge_does_nothing, "the queue stays as it is")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);

    thread_start(send_once, 100, WITH_SC, 0, endpoint, 1, 0);
    let_others_run(300);
    thread_start(send_once, 100, WITH_SC, 0, endpoint, 2, 0);
    let_others_run(300);
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT_CNODE, endpoint, 64));
    let_others_run(300);
    seL4_Recv(endpoint, 0, reply);
    CHECK_EQ(1, seL4_GetMR(0));
}

static void fault_at_once(struct thread *thread)
{
    __asm__ volatile(".inst 0x00000000");
    thread->stage = 1;
}

CASE(cnode_effects, cancelled_fault_stops_the_thread, "its message is gone, it becomes Inactive")
{
    word endpoint = object_new(seL4_EndpointObject, 0), badge = 99;
    word five = cap_mint(endpoint, 5);
    struct thread *thread = thread_start(fault_at_once, 100, WITH_SC, five, 0, 0, 0);

    let_others_run(300);
    CHECK(thread_is_blocked(thread));
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT_CNODE, five, 64));
    let_others_run(300);
    CHECK(!thread_is_blocked(thread));
    seL4_NBRecv(endpoint, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(0, badge);
}

CASE(cnode_effects, cancel_leaves_receivers_alone, "only senders have badges")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_syscall(
            (struct registers){ { endpoint, 0, 0, 0, 0, 0, reply, (word)seL4_SysRecv } }, 100,
            WITH_SC, 0);

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT_CNODE, cap_mint(endpoint, 5), 64));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK(thread_is_blocked(thread));
}
