/* SPDX-License-Identifier: BSD-2-Clause */
/* Retype: the checks of sel4-abi.md 6.2 in their order, watermark and clearing. */
#include "tests/system/harness.h"

static word retype(word type, word bits, word depth, word offset, word count)
{
    return seL4_Untyped_Retype(
            case_untyped(), type, bits, ROOT_CNODE, ROOT_CNODE, depth, offset, count);
}

CASE(untyped, other_labels_are_illegal, "check 1")
{
    seL4_MessageInfo_t info = seL4_Call(case_untyped(), seL4_MessageInfo_new(TCBSuspend, 0, 0, 0));

    CHECK_EQ(seL4_IllegalOperation, seL4_MessageInfo_get_label(info));
    CHECK_EQ(0, seL4_MessageInfo_get_length(info));
}

CASE(untyped, short_message_is_truncated, "check 2: length")
{
    seL4_SetCap(0, ROOT_CNODE);
    CHECK_EQ(seL4_TruncatedMessage,
            seL4_MessageInfo_get_label(
                    seL4_Call(case_untyped(), seL4_MessageInfo_new(UntypedRetype, 0, 1, 5))));
}

CASE(untyped, missing_root_is_truncated, "check 2: capability")
{
    CHECK_EQ(seL4_TruncatedMessage,
            seL4_MessageInfo_get_label(
                    seL4_Call(case_untyped(), seL4_MessageInfo_new(UntypedRetype, 0, 0, 6))));
}

CASE(untyped, unknown_type, "check 3, before the size")
{
    CHECK_ERROR(seL4_InvalidArgument, retype(seL4_ObjectTypeCount, 99, 0, 0, 1));
    CHECK_MR(0, 0);
}

CASE(untyped, size_of_64_bits, "check 4")
{
    CHECK_ERROR(seL4_RangeError, retype(seL4_EndpointObject, 64, 0, 0, 1));
    CHECK_MR(0, 0);
    CHECK_MR(1, 47);
}

CASE(untyped, object_above_47_bits, "check 4: the resulting size")
{
    CHECK_ERROR(seL4_RangeError, retype(seL4_CapTableObject, 43, 0, 0, 1));
    CHECK_ERROR(seL4_RangeError, retype(seL4_UntypedObject, 48, 0, 0, 1));
}

CASE(untyped, objects_below_their_minimum, "check 5")
{
    CHECK_ERROR(seL4_InvalidArgument, retype(seL4_CapTableObject, 0, 0, 0, 1));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidArgument, retype(seL4_UntypedObject, 3, 0, 0, 1));
    CHECK_ERROR(seL4_InvalidArgument, retype(seL4_SchedContextObject, 6, 0, 0, 1));
}

CASE(untyped, node_depth_out_of_range, "check 6: lookup rules of CNode operations")
{
    CHECK_ERROR(seL4_RangeError, retype(seL4_EndpointObject, 0, 65, 0, 1));
    CHECK_MR(0, 1);
    CHECK_MR(1, 64);
}

CASE(untyped, node_lookup_depth_mismatch, "check 6: payload")
{
    CHECK_ERROR(seL4_FailedLookup,
            seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, ROOT_CNODE, 0, 4, 0, 1));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_GuardMismatch);
    CHECK_MR(2, 4);
    CHECK_MR(3, 0);
    CHECK_MR(4, 64 - CONFIG_ROOT_CNODE_SIZE_BITS);
}

CASE(untyped, destination_is_no_cnode, "check 7: MissingCapability(depth)")
{
    CHECK_ERROR(seL4_FailedLookup,
            seL4_Untyped_Retype(
                    case_untyped(), seL4_EndpointObject, 0, ROOT_CNODE, ROOT_TCB, 64, 0, 1));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_MissingCapability);
    CHECK_MR(2, 64);
    CHECK_ERROR(seL4_FailedLookup,
            seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, ROOT_TCB, 0, 0, 0, 1));
    CHECK_MR(2, 0);
}

CASE(untyped, offset_beyond_the_cnode, "check 8")
{
    word cnode = object_new(seL4_CapTableObject, 4);

    CHECK_ERROR(seL4_RangeError,
            seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, cnode, 0, 0, 16, 0));
    CHECK_MR(0, 0);
    CHECK_MR(1, 15);
}

CASE(untyped, count_out_of_range, "check 9")
{
    CHECK_ERROR(seL4_RangeError, retype(seL4_EndpointObject, 0, 64, 0, 0));
    CHECK_ERROR(seL4_RangeError,
            seL4_Untyped_Retype(
                    case_untyped(), seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 257));
    CHECK_MR(0, 1);
    CHECK_MR(1, 256);
}

CASE(untyped, too_many_for_the_cnode, "check 10")
{
    word cnode = object_new(seL4_CapTableObject, 2);

    CHECK_ERROR(seL4_RangeError,
            seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, cnode, 0, 0, 2, 3));
    CHECK_MR(0, 1);
    CHECK_MR(1, 2);
}

CASE(untyped, occupied_destination, "check 11, before memory")
{
    word cnode = object_new(seL4_CapTableObject, 2);

    CHECK_OK(seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, cnode, 0, 0, 1, 1));
    CHECK_ERROR(seL4_DeleteFirst,
            seL4_Untyped_Retype(case_untyped(), seL4_UntypedObject, 40, cnode, 0, 0, 0, 2));
}

CASE(untyped, not_enough_memory_tells_what_is_left, "check 12")
{
    word slot = slot_new();

    CHECK_ERROR(seL4_NotEnoughMemory,
            seL4_Untyped_Retype(case_untyped(), seL4_UntypedObject, CASE_UNTYPED_BITS + 1,
                    ROOT_CNODE, 0, 0, slot, 1));
    CHECK_MR(0, 1UL << CASE_UNTYPED_BITS);
}

CASE(untyped, free_space_is_counted_before_alignment, "check 12")
{
    word small = object_new(seL4_UntypedObject, 12);
    word slot = slot_new();

    CHECK_OK(seL4_Untyped_Retype(small, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot, 1));
    CHECK_ERROR(seL4_NotEnoughMemory,
            seL4_Untyped_Retype(small, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_MR(0, 4096 - 16);
}

CASE(untyped, device_memory_makes_no_kernel_objects, "check 13")
{
    word device = 0;

    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits == 27) {
            device = boot_info->untyped.start + i;
        }
    }
    if (device == 0) {
        SKIP("no 128 MiB device region");
    }
    CHECK_ERROR(seL4_InvalidArgument,
            seL4_Untyped_Retype(device, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_MR(0, 1);
}

CASE(untyped, objects_go_to_consecutive_slots, "6.2")
{
    word cnode = object_new(seL4_CapTableObject, 4);

    CHECK_OK(seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, cnode, 0, 0, 3, 5));
    for (word i = 0; i < 16; i++) {
        word error = seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, cnode, i, 4, seL4_AllRights);

        CHECK_EQ(i >= 3 && i < 8 ? seL4_NoError : seL4_FailedLookup, error);
    }
}

CASE(untyped, watermark_resets_when_no_child_is_left, "memory is reusable")
{
    word small = object_new(seL4_UntypedObject, 12);
    word slot = slot_new();

    CHECK_OK(seL4_Untyped_Retype(small, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, slot, 1));
    CHECK_ERROR(seL4_NotEnoughMemory,
            seL4_Untyped_Retype(small, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, slot, 64));
    CHECK_OK(seL4_Untyped_Retype(small, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, slot, 1));
}

CASE(untyped, frames_are_zero_when_memory_is_reused, "isolation between owners")
{
    word small = object_new(seL4_UntypedObject, 12);
    word table = object_new(seL4_ARM_PageTableObject, 0);
    word frame = slot_new();

    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, WINDOW, 0));
    for (int round = 0; round < 2; round++) {
        CHECK_OK(seL4_Untyped_Retype(
                small, seL4_ARM_SmallPageObject, 0, ROOT_CNODE, 0, 0, frame, 1));
        CHECK_OK(seL4_ARM_Page_Map(
                frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
        for (word i = 0; i < 512; i++) {
            CHECK_EQ(0, ((volatile word *)WINDOW)[i]);
            ((volatile word *)WINDOW)[i] = ~0UL;
        }
        CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, frame, 64));
    }
}

CASE(untyped, copy_uses_up_the_source, "two capabilities never hand out the same memory")
{
    word small = object_new(seL4_UntypedObject, 12);
    word copy = slot_new();

    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, copy, 64, ROOT_CNODE, small, 64, seL4_AllRights));
    CHECK_ERROR(seL4_NotEnoughMemory,
            seL4_Untyped_Retype(small, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
}

CASE(untyped, copy_with_children_needs_revoke, "4.2")
{
    word small = object_new(seL4_UntypedObject, 12);

    CHECK_OK(seL4_Untyped_Retype(small, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_ERROR(seL4_RevokeFirst,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, ROOT_CNODE, small, 64, seL4_AllRights));
}

CASE(untyped, every_object_type_can_be_made, "3.1")
{
    const struct {
        word type, bits;
    } types[] = { { seL4_UntypedObject, 4 }, { seL4_TCBObject, 0 }, { seL4_EndpointObject, 0 },
        { seL4_NotificationObject, 0 }, { seL4_CapTableObject, 1 }, { seL4_SchedContextObject, 7 },
        { seL4_ReplyObject, 0 }, { seL4_ARM_VSpaceObject, 0 }, { seL4_ARM_SmallPageObject, 0 },
        { seL4_ARM_PageTableObject, 0 }, { seL4_ARM_LargePageObject, 0 } };

    for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        CHECK_OK(seL4_Untyped_Retype(
                case_untyped(), types[i].type, types[i].bits, ROOT_CNODE, 0, 0, slot_new(), 1));
    }
}
