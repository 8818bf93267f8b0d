/* SPDX-License-Identifier: BSD-2-Clause */
/* What Retype makes, where, and how memory comes back (sel4-abi.md, 3.1, 6.2). */
#include "tests/system/harness.h"

static word retype(word untyped, word type, word bits, word slot, word count)
{
    return seL4_Untyped_Retype(untyped, type, bits, ROOT_CNODE, 0, 0, slot, count);
}

/* Consecutive empty slots. */
static word slots_new(word count)
{
    word first = slot_new();

    for (word i = 1; i < count; i++) {
        slot_new();
    }
    return first;
}

static word find_device(word min_bits)
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        const seL4_UntypedDesc *untyped = &boot_info->untypedList[i];

        if (untyped->isDevice && untyped->sizeBits >= min_bits) {
            return boot_info->untyped.start + i;
        }
    }
    return 0;
}

CASE(untyped_effects, index_is_ignored_without_depth, "node_depth 0: the root itself")
{
    CHECK_OK(seL4_Untyped_Retype(
            case_untyped(), seL4_EndpointObject, 0, ROOT_CNODE, ~0UL, 0, slot_new(), 1));
}

CASE(untyped_effects, destination_on_the_second_level, "index and depth name a CNode")
{
    word cnode = object_new(seL4_CapTableObject, 4), inner = object_new(seL4_CapTableObject, 5);

    CHECK_OK(seL4_CNode_Copy(cnode, 7, 4, ROOT_CNODE, inner, 64, seL4_AllRights));
    CHECK_OK(seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, cnode, 7, 4, 30, 2));
    CHECK_ERROR(seL4_DeleteFirst,
            seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, inner, 0, 0, 31, 1));
    CHECK_ERROR(seL4_FailedLookup,
            seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, cnode, 8, 4, 0, 1));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_MissingCapability);
    CHECK_MR(2, 4);
}

CASE(untyped_effects, fan_out_of_256, "the limit itself is legal")
{
    word cnode = object_new(seL4_CapTableObject, 8);

    CHECK_OK(seL4_Untyped_Retype(case_untyped(), seL4_EndpointObject, 0, cnode, 0, 0, 0, 256));
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, cnode, 255, 8, seL4_AllRights));
}

CASE(untyped_effects, frames_follow_each_other, "addresses ascend with the slots")
{
    word first = slots_new(5);

    CHECK_OK(retype(case_untyped(), seL4_ARM_SmallPageObject, 0, first, 5));
    word address = seL4_ARM_Page_GetAddress(first).paddr;
    for (word i = 0; i < 5; i++) {
        CHECK_EQ(address + i * 0x1000, seL4_ARM_Page_GetAddress(first + i).paddr);
    }
}

CASE(untyped_effects, objects_are_aligned_to_their_size, "gaps are left behind small ones")
{
    word untyped = object_new(seL4_UntypedObject, 15);
    word frames = slots_new(2);

    CHECK_OK(retype(untyped, seL4_EndpointObject, 0, slot_new(), 1));
    CHECK_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, frames, 1));
    CHECK_OK(retype(untyped, seL4_NotificationObject, 0, slot_new(), 1));
    CHECK_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, frames + 1, 1));
    CHECK_EQ(seL4_ARM_Page_GetAddress(frames).paddr + 0x2000,
            seL4_ARM_Page_GetAddress(frames + 1).paddr);
    CHECK_EQ(0x1000, seL4_ARM_Page_GetAddress(frames).paddr & 0x7fff);
    CHECK_ERROR(seL4_NotEnoughMemory, retype(untyped, seL4_UntypedObject, 15, slot_new(), 1));
    CHECK_MR(0, 0x8000 - 0x4000);
}

CASE(untyped_effects, room_is_counted_before_alignment, "check 12: 4080 bytes are 63 notifications")
{
    word untyped = object_new(seL4_UntypedObject, 12);
    word first = slots_new(64);

    CHECK_OK(retype(untyped, seL4_EndpointObject, 0, slot_new(), 1));
    CHECK_ERROR(seL4_NotEnoughMemory, retype(untyped, seL4_NotificationObject, 0, first, 64));
    CHECK_MR(0, 4080);
    CHECK_OK(retype(untyped, seL4_NotificationObject, 0, first, 63));
    CHECK_ERROR(seL4_NotEnoughMemory, retype(untyped, seL4_EndpointObject, 0, slot_new(), 1));
    CHECK_MR(0, 0);
}

CASE(untyped_effects, object_sizes, "3.1: so many of each fit into 64 KiB")
{
    const struct {
        word type, argument, bits;
    } types[] = { { seL4_TCBObject, 0, seL4_TCBBits }, { seL4_EndpointObject, 0, 4 },
        { seL4_NotificationObject, 0, 6 }, { seL4_CapTableObject, 3, 8 },
        { seL4_SchedContextObject, 7, 7 }, { seL4_SchedContextObject, 9, 9 },
        { seL4_ReplyObject, 0, 5 }, { seL4_ARM_SmallPageObject, 0, 12 },
        { seL4_ARM_PageTableObject, 0, 12 }, { seL4_ARM_VSpaceObject, 0, seL4_VSpaceBits },
        { seL4_UntypedObject, 4, 4 } };

    for (unsigned i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        word untyped = object_new(seL4_UntypedObject, 16), slot = slot_new();

        CHECK_OK(retype(untyped, types[i].type, types[i].argument, slot, 1));
        CHECK_ERROR(seL4_NotEnoughMemory, retype(untyped, seL4_UntypedObject, 16, slot_new(), 1));
        CHECK_MR(0, 0x10000 - (1UL << types[i].bits));
    }
}

CASE(untyped_effects, tcb_is_4_kib_with_the_debug_api, "3.1: 2 KiB otherwise")
{
#ifdef CONFIG_HARDWARE_DEBUG_API
    CHECK_EQ(12, seL4_TCBBits);
#else
    CHECK_EQ(11, seL4_TCBBits);
#endif
}

CASE(untyped_effects, size_argument_is_ignored_up_to_63, "3.1")
{
    CHECK_OK(retype(case_untyped(), seL4_EndpointObject, 63, slot_new(), 1));
    CHECK_OK(retype(case_untyped(), seL4_ARM_SmallPageObject, 63, slot_new(), 1));
}

CASE(untyped_effects, new_thread_is_blank, "11.5: all registers 0 but SPSR")
{
    seL4_UserContext context;
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_ReadRegisters(tcb, 0, 0, 36, &context));
    for (word i = 0; i < 36; i++) {
        if (i != 2) {
            CHECK_EQ(0, ((word *)&context)[i]);
        }
    }
#ifdef CONFIG_DEBUG_BUILD
    CHECK_EQ(0x40, context.spsr);
#else
    CHECK_EQ(0x140, context.spsr);
#endif
    CHECK_EQ(0, seL4_TCB_SetFlags(tcb, 0, 0).flags);
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetPriority(tcb, tcb, 1));
    CHECK_MR(1, 0);
}

CASE(untyped_effects, one_child_keeps_the_watermark, "the memory of deleted siblings is not reused")
{
    word untyped = object_new(seL4_UntypedObject, 13), first = slot_new(), second = slot_new();

    CHECK_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, first, 1));
    CHECK_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, second, 1));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, first, 64));
    CHECK_ERROR(seL4_NotEnoughMemory, retype(untyped, seL4_ARM_SmallPageObject, 0, first, 1));
    CHECK_MR(0, 0);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, second, 64));
    CHECK_OK(retype(untyped, seL4_UntypedObject, 13, first, 1));
}

CASE(untyped_effects, failed_retype_leaves_no_trace, "nothing is made when one slot is occupied")
{
    word untyped = object_new(seL4_UntypedObject, 13), first = slots_new(3);

    CHECK_OK(retype(case_untyped(), seL4_EndpointObject, 0, first + 2, 1));
    CHECK_ERROR(seL4_DeleteFirst, retype(untyped, seL4_EndpointObject, 0, first, 3));
    CHECK(slot_is_empty(first));
    CHECK(slot_is_empty(first + 1));
    CHECK_OK(retype(untyped, seL4_UntypedObject, 13, first, 1));
}

CASE(untyped_effects, copy_of_an_untyped_is_its_child, "4.3: revoking the source removes it")
{
    word source = object_new(seL4_UntypedObject, 12);
    word copy = cap_copy(source, seL4_AllRights), endpoint = slot_new();

    CHECK_OK(retype(copy, seL4_EndpointObject, 0, endpoint, 1));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, copy, 64));
    CHECK(slot_is_empty(endpoint));
    CHECK_OK(retype(copy, seL4_EndpointObject, 0, endpoint, 1));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, source, 64));
    CHECK(slot_is_empty(copy));
    CHECK(slot_is_empty(endpoint));
    CHECK_OK(retype(source, seL4_UntypedObject, 12, slot_new(), 1));
}

CASE(untyped_effects, children_outlive_the_untypeds_capability, "deleting is not revoking")
{
    word untyped = object_new(seL4_UntypedObject, 12), notification = slot_new(), badge = 0;

    CHECK_OK(retype(untyped, seL4_NotificationObject, 0, notification, 1));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, untyped, 64));
    seL4_Signal(cap_mint(notification, 4));
    seL4_Poll(notification, &badge);
    CHECK_EQ(4, badge);
    /* The grandparent still finds it. */
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, case_untyped(), 64));
    CHECK(slot_is_empty(notification));
}

CASE(untyped_effects, memory_of_a_grandchild_is_cleared, "through a nested untyped")
{
    const word window = 0x20000000;
    word untyped = object_new(seL4_UntypedObject, 13), inner = slot_new(), frame = slot_new();

    CHECK_OK(seL4_ARM_PageTable_Map(
            object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, window, 0));
    CHECK_OK(retype(untyped, seL4_UntypedObject, 13, inner, 1));
    CHECK_OK(retype(inner, seL4_ARM_SmallPageObject, 0, frame, 1));
    CHECK_OK(seL4_ARM_Page_Map(
            frame, ROOT_VSPACE, window, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    *(volatile word *)window = 1;
    *(volatile word *)(window + 0xff8) = 2;
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, untyped, 64));
    CHECK_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, frame, 1));
    CHECK_OK(seL4_ARM_Page_Map(
            frame, ROOT_VSPACE, window, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    CHECK_EQ(0, *(volatile word *)window);
    CHECK_EQ(0, *(volatile word *)(window + 0xff8));
}

CASE(untyped_effects, kernel_objects_leave_no_trace, "memory of a deleted TCB and CNode is cleared")
{
    const word window = 0x20000000;
    word untyped = object_new(seL4_UntypedObject, 13), tcb = slot_new(), cnode = slot_new();
    word frames = slots_new(2);
    seL4_UserContext context = { .pc = 0x1111, .x0 = 0x2222 };

    CHECK_OK(seL4_ARM_PageTable_Map(
            object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, window, 0));
    CHECK_OK(retype(untyped, seL4_TCBObject, 0, tcb, 1));
    CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, 36, &context));
    CHECK_OK(retype(untyped, seL4_CapTableObject, 5, cnode, 1));
    CHECK_OK(seL4_CNode_Copy(cnode, 3, 5, ROOT_CNODE, ROOT_CNODE, 64, seL4_AllRights));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, untyped, 64));
    CHECK_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, frames, 2));
    for (word page = 0; page < 2; page++) {
        CHECK_OK(seL4_ARM_Page_Map(frames + page, ROOT_VSPACE, window + page * 0x1000,
                seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    }
    for (word i = 0; i < 1024; i++) {
        CHECK_EQ(0, ((volatile word *)window)[i]);
    }
}

CASE(untyped_effects, device_memory_makes_frames_and_untypeds, "check 13 allows them")
{
    word device = find_device(21), inner = slot_new(), frame = slot_new();

    if (device == 0) {
        SKIP("no device memory of 2 MiB");
    }
    CHECK_OK(retype(device, seL4_UntypedObject, 21, inner, 1));
    CHECK_OK(retype(inner, seL4_ARM_SmallPageObject, 0, frame, 1));
    CHECK_EQ(boot_info->untypedList[device - boot_info->untyped.start].paddr,
            seL4_ARM_Page_GetAddress(frame).paddr);
    CHECK_ERROR(seL4_InvalidArgument, retype(inner, seL4_TCBObject, 0, slot_new(), 1));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidArgument, retype(inner, seL4_CapTableObject, 1, slot_new(), 1));
    CHECK_ERROR(seL4_InvalidArgument, retype(inner, seL4_ARM_PageTableObject, 0, slot_new(), 1));
    CHECK_ERROR(seL4_InvalidArgument, retype(inner, seL4_ARM_VSpaceObject, 0, slot_new(), 1));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, device, 64));
    CHECK(slot_is_empty(frame));
}

CASE(untyped_effects, room_is_checked_before_device, "check 12 before 13")
{
    word device = find_device(21), small = slot_new();

    if (device == 0) {
        SKIP("no device memory of 2 MiB");
    }
    CHECK_OK(retype(device, seL4_UntypedObject, 4, small, 1));
    CHECK_ERROR(seL4_NotEnoughMemory, retype(small, seL4_TCBObject, 0, slot_new(), 1));
    CHECK_MR(0, 16);
    CHECK_ERROR(seL4_InvalidArgument, retype(small, seL4_EndpointObject, 0, slot_new(), 1));
}

CASE(untyped_effects, device_frame_is_no_ipc_buffer, "6.5: IllegalOperation, before alignment")
{
    word device = find_device(21), frame = slot_new();

    if (device == 0) {
        SKIP("no device memory of 2 MiB");
    }
    CHECK_OK(retype(device, seL4_ARM_SmallPageObject, 0, frame, 1));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_TCB_SetIPCBuffer(object_new(seL4_TCBObject, 0), 0x1001, frame));
}

CASE(untyped_effects, device_memory_is_not_an_asid_pool, "6.11: InvalidCapability(1)")
{
    word device = find_device(21), page = slot_new();

    if (device == 0) {
        SKIP("no device memory of 2 MiB");
    }
    CHECK_OK(retype(device, seL4_UntypedObject, 12, page, 1));
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, page, ROOT_CNODE, slot_new(), 64));
    CHECK_MR(0, 1);
}
