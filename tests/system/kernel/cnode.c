/* SPDX-License-Identifier: BSD-2-Clause */
/* CNode operations and lookups (sel4-abi.md, 4.1, 4.2, 6.3). */
#include "tests/system/harness.h"

CASE(cnode, short_message_is_truncated, "check 2, before the lookup")
{
    CHECK_EQ(seL4_TruncatedMessage,
            seL4_MessageInfo_get_label(
                    seL4_Call(ROOT_CNODE, seL4_MessageInfo_new(CNodeDelete, 0, 0, 1))));
}

CASE(cnode, labels_of_others_are_illegal, "check 1, before the length")
{
    CHECK_EQ(seL4_IllegalOperation,
            seL4_MessageInfo_get_label(
                    seL4_Call(ROOT_CNODE, seL4_MessageInfo_new(UntypedRetype, 0, 0, 0))));
}

CASE(cnode, copy_to_occupied_slot, "check 5, before the source lookup")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_ERROR(seL4_DeleteFirst,
            seL4_CNode_Copy(ROOT_CNODE, endpoint, 64, ROOT_TCB, 0, 99, seL4_AllRights));
}

CASE(cnode, copy_from_something_that_is_no_cnode, "check 6: InvalidRoot of the source")
{
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, ROOT_TCB, 0, 64, seL4_AllRights));
    CHECK_MR(0, 1);
    CHECK_MR(1, seL4_InvalidRoot);
}

CASE(cnode, source_depth_out_of_range, "check 6")
{
    CHECK_ERROR(seL4_RangeError,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, ROOT_CNODE, 0, 65, seL4_AllRights));
    CHECK_MR(0, 1);
    CHECK_MR(1, 64);
    CHECK_ERROR(seL4_RangeError,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, ROOT_CNODE, 0, 0, seL4_AllRights));
}

CASE(cnode, copy_of_nothing, "check 7: MissingCapability(src_depth)")
{
    CHECK_ERROR(seL4_FailedLookup, copy_to(slot_new(), slot_new()));
    CHECK_MR(0, 1);
    CHECK_MR(1, seL4_MissingCapability);
    CHECK_MR(2, 64);
}

CASE(cnode, leftover_bits_are_an_error, "operations use the whole depth")
{
    word cnode = object_new(seL4_CapTableObject, 4);
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_OK(seL4_CNode_Copy(cnode, 3, 4, ROOT_CNODE, endpoint, 64, seL4_AllRights));
    CHECK_ERROR(seL4_FailedLookup, seL4_CNode_Delete(cnode, 3 << 2, 6));
    CHECK_MR(1, seL4_DepthMismatch);
    CHECK_MR(2, 2);
    CHECK_MR(3, 0);
}

CASE(cnode, depth_below_the_radix, "DepthMismatch(bits left, guard + radix)")
{
    word cnode = object_new(seL4_CapTableObject, 4);

    CHECK_ERROR(seL4_FailedLookup, seL4_CNode_Delete(cnode, 0, 3));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_DepthMismatch);
    CHECK_MR(2, 3);
    CHECK_MR(3, 4);
}

CASE(cnode, guard_is_checked_before_depth, "GuardMismatch names the CNode's guard")
{
    word cnode = object_new(seL4_CapTableObject, 4);
    word guarded = slot_new();

    CHECK_OK(mint_to(guarded, cnode, seL4_CNode_CapData_new(5, 3).words[0]));
    CHECK_ERROR(seL4_FailedLookup, seL4_CNode_Delete(guarded, 0, 7));
    CHECK_MR(1, seL4_GuardMismatch);
    CHECK_MR(2, 7);
    CHECK_MR(3, 5);
    CHECK_MR(4, 3);
    CHECK_ERROR(seL4_FailedLookup, seL4_CNode_Delete(guarded, 0, 2));
    CHECK_MR(1, seL4_GuardMismatch);
    CHECK_MR(2, 2);
    CHECK_OK(seL4_CNode_Delete(guarded, 5 << 4, 7));
}

CASE(cnode, guard_too_long_is_illegal, "guard size + radix > 64")
{
    word cnode = object_new(seL4_CapTableObject, 4);

    CHECK_ERROR(seL4_IllegalOperation,
            mint_to(slot_new(), cnode, seL4_CNode_CapData_new(0, 61).words[0]));
}

CASE(cnode, mint_sets_a_badge_once, "a badge is for ever")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word badged = slot_new();

    CHECK_OK(mint_to(badged, endpoint, 7));
    CHECK_ERROR(seL4_IllegalOperation, mint_to(slot_new(), badged, 8));
    CHECK_ERROR(seL4_IllegalOperation, mint_to(slot_new(), badged, 7));
    CHECK_ERROR(seL4_IllegalOperation, mint_to(slot_new(), badged, 0));
    CHECK_OK(copy_to(slot_new(), badged));
}

CASE(cnode, mint_with_badge_0_stays_unbadged, "it can be badged later")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word unbadged = slot_new();

    CHECK_OK(mint_to(unbadged, endpoint, 0));
    CHECK_OK(mint_to(slot_new(), unbadged, 7));
}

CASE(cnode, mutate_of_an_endpoint_is_illegal, "badges come by Mint only")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Mutate(ROOT_CNODE, slot_new(), 64, ROOT_CNODE, endpoint, 64, 1));
}

CASE(cnode, move_empties_the_source, "6.3")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word dest = slot_new();

    CHECK_OK(seL4_CNode_Move(ROOT_CNODE, dest, 64, ROOT_CNODE, endpoint, 64));
    CHECK_ERROR(seL4_FailedLookup, copy_to(slot_new(), endpoint));
    CHECK_OK(copy_to(slot_new(), dest));
}

CASE(cnode, irq_control_cannot_be_copied, "not derivable")
{
    CHECK_ERROR(seL4_IllegalOperation, copy_to(slot_new(), seL4_CapIRQControl));
}

CASE(cnode, unmapped_page_table_cannot_be_copied, "4.2")
{
    CHECK_ERROR(
            seL4_IllegalOperation, copy_to(slot_new(), object_new(seL4_ARM_PageTableObject, 0)));
    CHECK_ERROR(seL4_IllegalOperation, copy_to(slot_new(), object_new(seL4_ARM_VSpaceObject, 0)));
}

CASE(cnode, rotate_moves_three_ways, "pivot to dest, source to pivot")
{
    word cnode_a = object_new(seL4_CapTableObject, 4);
    word cnode_b = object_new(seL4_CapTableObject, 5);
    word dest = slot_new();

    CHECK_OK(seL4_CNode_Rotate(
            ROOT_CNODE, dest, 64, 0, ROOT_CNODE, cnode_b, 64, 0, ROOT_CNODE, cnode_a, 64));
    CHECK_OK(seL4_CNode_Delete(dest, 31, 5));
    CHECK_OK(seL4_CNode_Delete(cnode_b, 15, 4));
    CHECK_ERROR(seL4_FailedLookup, copy_to(slot_new(), cnode_a));
}

CASE(cnode, rotate_swaps_when_source_is_dest, "6.3")
{
    word cnode_a = object_new(seL4_CapTableObject, 4);
    word cnode_b = object_new(seL4_CapTableObject, 5);

    CHECK_OK(seL4_CNode_Rotate(
            ROOT_CNODE, cnode_a, 64, 0, ROOT_CNODE, cnode_b, 64, 0, ROOT_CNODE, cnode_a, 64));
    CHECK_OK(seL4_CNode_Delete(cnode_a, 31, 5));
    CHECK_OK(seL4_CNode_Delete(cnode_b, 15, 4));
}

CASE(cnode, rotate_errors_in_order, "6.3")
{
    word cnode = object_new(seL4_CapTableObject, 4);
    word other = object_new(seL4_CapTableObject, 4);
    word third = object_new(seL4_CapTableObject, 4);

    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Rotate(ROOT_CNODE, slot_new(), 64, 0, ROOT_CNODE, cnode, 64, 0, ROOT_CNODE,
                    cnode, 64));
    CHECK_ERROR(seL4_DeleteFirst,
            seL4_CNode_Rotate(
                    ROOT_CNODE, third, 64, 0, ROOT_CNODE, other, 64, 0, ROOT_CNODE, cnode, 64));
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Rotate(ROOT_CNODE, slot_new(), 64, 0, ROOT_CNODE, other, 64, 0, ROOT_CNODE,
                    slot_new(), 64));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Rotate(ROOT_CNODE, slot_new(), 64, 0, ROOT_CNODE, slot_new(), 64, 0,
                    ROOT_CNODE, cnode, 64));
    CHECK_MR(0, 0);
}

CASE(cnode, rotate_of_an_endpoint_is_illegal, "3.5")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word cnode = object_new(seL4_CapTableObject, 4);

    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Rotate(ROOT_CNODE, slot_new(), 64, 0, ROOT_CNODE, endpoint, 64, 0,
                    ROOT_CNODE, cnode, 64));
}

CASE(cnode, cancel_badged_sends_needs_all_rights, "6.3")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word weak = slot_new();

    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, weak, 64, ROOT_CNODE, endpoint, 64, seL4_NoRead));
    CHECK_ERROR(seL4_IllegalOperation, seL4_CNode_CancelBadgedSends(ROOT_CNODE, weak, 64));
    CHECK_ERROR(seL4_IllegalOperation, seL4_CNode_CancelBadgedSends(ROOT_CNODE, slot_new(), 64));
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT_CNODE, endpoint, 64));
}

CASE(cnode, invocation_through_two_levels, "PDs of Microkit use two-level CSpaces")
{
    word cnode = object_new(seL4_CapTableObject, 4);
    word top = object_new(seL4_CapTableObject, 4);
    word notification = object_new(seL4_NotificationObject, 0);
    word badge = 0;

    CHECK_OK(seL4_CNode_Copy(cnode, 9, 4, ROOT_CNODE, notification, 64, seL4_AllRights));
    CHECK_OK(seL4_CNode_Mint(top, 2, 4, ROOT_CNODE, cnode, 64, seL4_AllRights,
            seL4_CNode_CapData_new(0, 56).words[0]));
    CHECK_OK(seL4_CNode_Delete(top, 2UL << 60 | 9, 64));
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, top, 2UL << 60 | 9, 64, seL4_AllRights));
    CHECK_MR(1, seL4_MissingCapability);
    seL4_Signal(notification);
    seL4_Poll(notification, &badge);
    CHECK_EQ(0, badge);
}

CASE(cnode, errors_only_for_call, "pitfall 2")
{
    seL4_SetMR(0, 0);
    seL4_Send(ROOT_CNODE, seL4_MessageInfo_new(CNodeDelete, 0, 0, 1));
    seL4_NBSend(ROOT_CNODE, seL4_MessageInfo_new(99999, 0, 0, 0));
}

CASE(cnode, success_leaves_message_registers_alone, "2.3: x0 = x1 = 0, x2.. keep their values")
{
    struct registers r = { { ROOT_TCB, TCBResume << 12, 11, 12, 13, 14, 0, (word)seL4_SysCall,
            0 } };

    raw_syscall(&r);
    CHECK_EQ(0, r.x[0]);
    CHECK_EQ(0, r.x[1]);
    CHECK_EQ(11, r.x[2]);
    CHECK_EQ(14, r.x[5]);
}

CASE(cnode, empty_slot_is_an_invalid_capability, "2.3")
{
    CHECK_EQ(seL4_InvalidCapability,
            seL4_MessageInfo_get_label(seL4_Call(slot_new(), seL4_MessageInfo_new(0, 0, 0, 0))));
    CHECK_MR(0, 0);
}
