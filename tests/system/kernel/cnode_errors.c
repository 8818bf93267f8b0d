/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of every CNode operation in their order, with what the messages say (6.3). */
#include "tests/system/harness.h"

static const word every_operation[] = { CNodeRevoke, CNodeDelete, CNodeCancelBadgedSends, CNodeCopy,
    CNodeMint, CNodeMove, CNodeMutate, CNodeRotate };
static const word transfers[] = { CNodeCopy, CNodeMint, CNodeMove, CNodeMutate };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A message of the longest form; the source root is the first extra capability. */
static word transfer(word label, word length, word dest, word dest_depth, word src_root, word src,
        word src_depth)
{
    seL4_SetCap(0, src_root);
    seL4_SetMR(4, seL4_AllRights.words[0]);
    seL4_SetMR(5, 0);
    return invoke_with(ROOT_CNODE, label, 1, length, dest, dest_depth, src, src_depth);
}

CASE(cnode_errors, every_operation_needs_two_words, "check 2")
{
    for (unsigned i = 0; i < COUNT(every_operation); i++) {
        CHECK_EQ(seL4_TruncatedMessage, invoke(ROOT_CNODE, every_operation[i], 0, 1));
    }
}

CASE(cnode_errors, destination_depth_is_1_to_64, "check 3: RangeError(1, 64) for every operation")
{
    const word depths[] = { 0, 65, 1UL << 32 };

    for (unsigned i = 0; i < COUNT(every_operation); i++) {
        for (unsigned k = 0; k < COUNT(depths); k++) {
            CHECK_EQ(seL4_RangeError,
                    invoke_with(ROOT_CNODE, every_operation[i], 0, 2, 0, depths[k], 0, 0));
            CHECK_MR(0, 1);
            CHECK_MR(1, 64);
        }
    }
}

CASE(cnode_errors, destination_lookup_is_no_source, "check 3: wasSource 0, and before the length")
{
    word cnode = object_new(seL4_CapTableObject, 6);

    for (unsigned i = 0; i < COUNT(every_operation); i++) {
        CHECK_EQ(seL4_FailedLookup, invoke_with(cnode, every_operation[i], 0, 2, 0, 5, 0, 0));
        CHECK_MR(0, 0);
        CHECK_MR(1, seL4_DepthMismatch);
        CHECK_MR(2, 5);
        CHECK_MR(3, 6);
    }
}

CASE(cnode_errors, failed_lookups_have_their_length, "5.2: start index + number of words")
{
    word cnode = object_new(seL4_CapTableObject, 6);
    seL4_MessageInfo_t info;

    seL4_SetMR(0, 0);
    seL4_SetMR(1, 5);
    info = seL4_Call(cnode, seL4_MessageInfo_new(CNodeDelete, 0, 0, 2));
    CHECK_EQ(seL4_FailedLookup, seL4_MessageInfo_get_label(info));
    CHECK_EQ(4, seL4_MessageInfo_get_length(info)); /* source, type, bits left, bits found */
    seL4_SetMR(0, 0);
    seL4_SetMR(1, 5);
    info = seL4_Call(ROOT_CNODE, seL4_MessageInfo_new(CNodeDelete, 0, 0, 2));
    CHECK_EQ(5, seL4_MessageInfo_get_length(info)); /* a guard mismatch has one word more */
    CHECK_MR(1, seL4_GuardMismatch);
    CHECK_MR(4, 64 - CONFIG_ROOT_CNODE_SIZE_BITS);
}

CASE(cnode_errors, error_messages_have_their_length, "5.1: IllegalOperation 0, RangeError 2")
{
    seL4_MessageInfo_t info;

    info = seL4_Call(ROOT_CNODE, seL4_MessageInfo_new(TCBResume, 0, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, seL4_MessageInfo_get_label(info));
    CHECK_EQ(0, seL4_MessageInfo_get_length(info));
    seL4_SetMR(1, 0);
    info = seL4_Call(ROOT_CNODE, seL4_MessageInfo_new(CNodeDelete, 0, 0, 2));
    CHECK_EQ(seL4_RangeError, seL4_MessageInfo_get_label(info));
    CHECK_EQ(2, seL4_MessageInfo_get_length(info));
    info = seL4_Call(slot_new(), seL4_MessageInfo_new(CNodeDelete, 0, 0, 2));
    CHECK_EQ(seL4_InvalidCapability, seL4_MessageInfo_get_label(info));
    CHECK_EQ(1, seL4_MessageInfo_get_length(info));
    CHECK_EQ(0, seL4_MessageInfo_get_extraCaps(info));
}

CASE(cnode_errors, transfers_need_four_words_and_a_root, "check 4, before the destination's state")
{
    word occupied = object_new(seL4_EndpointObject, 0);

    for (unsigned i = 0; i < COUNT(transfers); i++) {
        CHECK_EQ(seL4_TruncatedMessage, transfer(transfers[i], 3, occupied, 64, ROOT_CNODE, 0, 64));
        CHECK_EQ(seL4_TruncatedMessage,
                invoke_with(ROOT_CNODE, transfers[i], 0, 6, occupied, 64, 0, 64));
    }
}

CASE(cnode_errors, occupied_destination_of_every_transfer, "check 5, before the source lookup")
{
    word occupied = object_new(seL4_EndpointObject, 0);

    for (unsigned i = 0; i < COUNT(transfers); i++) {
        CHECK_EQ(seL4_DeleteFirst, transfer(transfers[i], 6, occupied, 64, ROOT_TCB, 0, 99));
    }
}

CASE(cnode_errors, source_root_of_every_transfer, "check 6: InvalidRoot, wasSource 1")
{
    for (unsigned i = 0; i < COUNT(transfers); i++) {
        CHECK_EQ(seL4_FailedLookup, transfer(transfers[i], 6, slot_new(), 64, ROOT_TCB, 0, 99));
        CHECK_MR(0, 1);
        CHECK_MR(1, seL4_InvalidRoot);
    }
}

CASE(cnode_errors, source_depth_of_every_transfer, "check 6: RangeError(1, 64)")
{
    for (unsigned i = 0; i < COUNT(transfers); i++) {
        CHECK_EQ(seL4_RangeError, transfer(transfers[i], 6, slot_new(), 64, ROOT_CNODE, 0, 0));
        CHECK_EQ(seL4_RangeError, transfer(transfers[i], 6, slot_new(), 64, ROOT_CNODE, 0, 65));
        CHECK_MR(0, 1);
        CHECK_MR(1, 64);
    }
}

CASE(cnode_errors, source_lookup_of_every_transfer, "check 6: wasSource 1")
{
    word cnode = object_new(seL4_CapTableObject, 6);

    for (unsigned i = 0; i < COUNT(transfers); i++) {
        CHECK_EQ(seL4_FailedLookup, transfer(transfers[i], 6, slot_new(), 64, cnode, 0, 3));
        CHECK_MR(0, 1);
        CHECK_MR(1, seL4_DepthMismatch);
        CHECK_MR(2, 3);
        CHECK_MR(3, 6);
    }
}

CASE(cnode_errors, empty_source_comes_before_the_length, "check 7 before 8: Missing(src_depth)")
{
    word cnode = object_new(seL4_CapTableObject, 6);

    for (unsigned i = 0; i < COUNT(transfers); i++) {
        CHECK_EQ(seL4_FailedLookup, transfer(transfers[i], 4, slot_new(), 64, cnode, 1, 6));
        CHECK_MR(0, 1);
        CHECK_MR(1, seL4_MissingCapability);
        CHECK_MR(2, 6);
    }
}

CASE(cnode_errors, each_transfer_has_its_length, "check 8: Copy 5, Mint 6, Move 4, Mutate 5")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_EQ(seL4_TruncatedMessage, transfer(CNodeCopy, 4, slot_new(), 64, ROOT_CNODE, tcb, 64));
    CHECK_EQ(seL4_TruncatedMessage, transfer(CNodeMint, 5, slot_new(), 64, ROOT_CNODE, tcb, 64));
    CHECK_EQ(seL4_TruncatedMessage, transfer(CNodeMutate, 4, slot_new(), 64, ROOT_CNODE, tcb, 64));
    CHECK_OK(transfer(CNodeCopy, 5, slot_new(), 64, ROOT_CNODE, tcb, 64));
    CHECK_OK(transfer(CNodeMint, 6, slot_new(), 64, ROOT_CNODE, tcb, 64));
    CHECK_OK(transfer(CNodeMove, 4, slot_new(), 64, ROOT_CNODE, tcb, 64));
}

CASE(cnode_errors, mint_of_what_cannot_be_derived, "check 9: RevokeFirst, IllegalOperation")
{
    word untyped = object_new(seL4_UntypedObject, 12);

    CHECK_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_ERROR(seL4_RevokeFirst, mint_to(slot_new(), untyped, 0));
    CHECK_ERROR(seL4_IllegalOperation, mint_to(slot_new(), seL4_CapIRQControl, 0));
    CHECK_ERROR(
            seL4_IllegalOperation, mint_to(slot_new(), object_new(seL4_ARM_PageTableObject, 0), 0));
}

CASE(cnode_errors, failed_transfer_changes_nothing, "the source stays, the destination stays empty")
{
    word endpoint = cap_mint(object_new(seL4_EndpointObject, 0), 5);
    word dest = slot_new();

    CHECK_ERROR(seL4_IllegalOperation, mint_to(dest, endpoint, 6));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Mutate(ROOT_CNODE, dest, 64, ROOT_CNODE, endpoint, 64, 6));
    CHECK(slot_is_empty(dest));
    CHECK(!slot_is_empty(endpoint));
}

/* ---- Rotate ---- */

static word rotate(word caps, word length, word dest, word pivot_root, word pivot, word pivot_depth,
        word src_root, word src, word src_depth)
{
    seL4_SetCap(0, pivot_root);
    seL4_SetCap(1, src_root);
    seL4_SetMR(4, pivot_depth);
    seL4_SetMR(5, 0);
    seL4_SetMR(6, src);
    seL4_SetMR(7, src_depth);
    return invoke_with(ROOT_CNODE, CNodeRotate, caps, length, dest, 64, 0, pivot);
}

CASE(cnode_errors, rotate_needs_eight_words_and_two_roots, "before the lookups")
{
    CHECK_EQ(seL4_TruncatedMessage, rotate(2, 7, slot_new(), ROOT_TCB, 0, 0, ROOT_TCB, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, rotate(1, 8, slot_new(), ROOT_TCB, 0, 0, ROOT_TCB, 0, 0));
}

CASE(cnode_errors, rotate_looks_up_the_source_first, "both lookups say wasSource 1")
{
    word small = object_new(seL4_CapTableObject, 4);

    CHECK_EQ(seL4_FailedLookup, rotate(2, 8, slot_new(), ROOT_TCB, 0, 64, small, 0, 3));
    CHECK_MR(0, 1);
    CHECK_MR(1, seL4_DepthMismatch);
    CHECK_EQ(seL4_FailedLookup, rotate(2, 8, slot_new(), ROOT_TCB, 0, 64, small, 0, 4));
    CHECK_MR(0, 1);
    CHECK_MR(1, seL4_InvalidRoot);
    CHECK_EQ(seL4_RangeError, rotate(2, 8, slot_new(), ROOT_CNODE, 0, 0, small, 0, 4));
    CHECK_MR(0, 1);
    CHECK_MR(1, 64);
}

CASE(cnode_errors, rotate_of_one_slot_comes_before_occupation,
        "pivot = source, pivot = destination")
{
    word cnode = object_new(seL4_CapTableObject, 4), other = object_new(seL4_CapTableObject, 4);

    CHECK_EQ(seL4_IllegalOperation,
            rotate(2, 8, other, ROOT_CNODE, cnode, 64, ROOT_CNODE, cnode, 64));
    CHECK_EQ(seL4_IllegalOperation,
            rotate(2, 8, other, ROOT_CNODE, other, 64, ROOT_CNODE, cnode, 64));
}

CASE(cnode_errors, rotate_names_the_empty_slot, "source wasSource 1, pivot wasSource 0")
{
    word small = object_new(seL4_CapTableObject, 4);
    word cnode = object_new(seL4_CapTableObject, 4);

    CHECK_EQ(seL4_FailedLookup, rotate(2, 8, slot_new(), small, 1, 4, small, 2, 4));
    CHECK_MR(0, 1);
    CHECK_MR(1, seL4_MissingCapability);
    CHECK_MR(2, 4);
    CHECK_EQ(seL4_FailedLookup, rotate(2, 8, slot_new(), small, 1, 4, ROOT_CNODE, cnode, 64));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_MissingCapability);
    CHECK_MR(2, 4);
}

CASE(cnode_errors, rotate_with_a_guard_too_long, "both capabilities get new data")
{
    word a = object_new(seL4_CapTableObject, 4), b = object_new(seL4_CapTableObject, 4);
    const word bad = seL4_CNode_CapData_new(0, 61).words[0];

    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Rotate(
                    ROOT_CNODE, slot_new(), 64, bad, ROOT_CNODE, a, 64, 0, ROOT_CNODE, b, 64));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Rotate(
                    ROOT_CNODE, slot_new(), 64, 0, ROOT_CNODE, a, 64, bad, ROOT_CNODE, b, 64));
    CHECK(!slot_is_empty(a));
    CHECK(!slot_is_empty(b));
}

/* ---- labels ---- */

CASE(cnode_errors, labels_of_no_object_type,
        "6.1: IllegalOperation from every type that has labels")
{
    word handler = slot_new();
    const word caps[] = { case_untyped(), object_new(seL4_TCBObject, 0),
        object_new(seL4_CapTableObject, 1), object_new(seL4_SchedContextObject, 7),
        object_new(seL4_ARM_SmallPageObject, 0), object_new(seL4_ARM_PageTableObject, 0),
        object_new(seL4_ARM_VSpaceObject, 0), boot_info->schedcontrol.start, seL4_CapIRQControl,
        seL4_CapASIDControl, seL4_CapInitThreadASIDPool, seL4_CapDomain, seL4_CapSMC, handler };

    CHECK_OK(seL4_IRQControl_Get(seL4_CapIRQControl, 101, ROOT_CNODE, handler, 64));
    for (unsigned i = 0; i < COUNT(caps); i++) {
        CHECK_EQ(seL4_IllegalOperation, invoke(caps[i], InvalidInvocation, 0, 0));
        CHECK_EQ(seL4_IllegalOperation, invoke(caps[i], nArchInvocationLabels, 0, 0));
        CHECK_EQ(seL4_IllegalOperation, invoke(caps[i], (1UL << 52) - 1, 3, 120));
    }
}

CASE(cnode_errors, objects_without_labels_take_any, "endpoints, notifications, reply objects")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word badge = 0;

    CHECK_OK(invoke(object_new(seL4_ReplyObject, 0), CNodeDelete, 0, 0));
    CHECK_OK(invoke(cap_mint(notification, 3), TCBSuspend, 0, 0));
    seL4_Poll(notification, &badge);
    CHECK_EQ(3, badge);
}
