/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames, tables, address spaces, ASIDs (sel4-abi.md, 6.10, 6.11, 12). */
#include "tests/system/harness.h"

#define VADDR      0x10400000UL
#define FAR_AWAY   0x300000000000UL
#define ATTRIBUTES seL4_ARM_Default_VMAttributes

static word map(word frame, word vaddr)
{
    return seL4_ARM_Page_Map(frame, ROOT_VSPACE, vaddr, seL4_ReadWrite, ATTRIBUTES);
}

CASE(vspace, map_needs_a_vspace_with_asid, "6.10")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_ERROR(
            seL4_InvalidCapability, seL4_ARM_Page_Map(frame, ROOT_CNODE, VADDR, seL4_ReadWrite, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_Page_Map(
                    frame, object_new(seL4_ARM_VSpaceObject, 0), VADDR, seL4_ReadWrite, 0));
}

CASE(vspace, map_checks_alignment, "before the walk")
{
    CHECK_ERROR(seL4_AlignmentError, map(object_new(seL4_ARM_SmallPageObject, 0), FAR_AWAY + 8));
    CHECK_ERROR(
            seL4_AlignmentError, map(object_new(seL4_ARM_LargePageObject, 0), FAR_AWAY + 0x1000));
}

CASE(vspace, map_above_the_top, "InvalidArgument(0)")
{
    CHECK_ERROR(
            seL4_InvalidArgument, map(object_new(seL4_ARM_SmallPageObject, 0), 0x800000000000UL));
    CHECK_MR(0, 0);
}

CASE(vspace, missing_levels_are_named, "39, 30, 21 bits left")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);
    const word bits[] = { 39, 30, 21 };

    for (int i = 0; i < 3; i++) {
        CHECK_ERROR(seL4_FailedLookup, map(frame, FAR_AWAY));
        CHECK_MR(0, 0);
        CHECK_MR(1, seL4_MissingCapability);
        CHECK_MR(2, bits[i]);
        CHECK_OK(seL4_ARM_PageTable_Map(
                object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, FAR_AWAY, 0));
    }
    CHECK_OK(map(frame, FAR_AWAY));
    CHECK_ERROR(seL4_DeleteFirst,
            seL4_ARM_PageTable_Map(
                    object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, FAR_AWAY, 0));
}

CASE(vspace, mapped_memory_is_the_frames, "two mappings, one memory")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);
    word copy = slot_new();

    CHECK_OK(map_table(ROOT_VSPACE, VADDR));
    CHECK_OK(map(frame, VADDR));
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, copy, 64, ROOT_CNODE, frame, 64, seL4_AllRights));
    CHECK_OK(map(copy, VADDR + 0x1000));
    *(volatile word *)VADDR = 0x1234;
    CHECK_EQ(0x1234, *(volatile word *)(VADDR + 0x1000));
}

CASE(vspace, mapped_capability_stays_where_it_is, "6.10")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_OK(map_table(ROOT_VSPACE, VADDR));
    CHECK_OK(map(frame, VADDR));
    CHECK_OK(map(frame, VADDR));
    CHECK_ERROR(seL4_InvalidArgument, map(frame, VADDR + 0x1000));
    CHECK_MR(0, 0);
    CHECK_OK(seL4_ARM_Page_Unmap(frame));
    CHECK_OK(map(frame, VADDR + 0x1000));
}

CASE(vspace, mapping_replaces_without_error, "pitfall 19")
{
    word a = object_new(seL4_ARM_SmallPageObject, 0), b = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_OK(map_table(ROOT_VSPACE, VADDR));
    CHECK_OK(map(a, VADDR));
    *(volatile word *)VADDR = 1;
    CHECK_OK(map(b, VADDR));
    CHECK_EQ(0, *(volatile word *)VADDR);
    /* a's capability is stale: unmapping it must not touch b's mapping. */
    CHECK_OK(seL4_ARM_Page_Unmap(a));
    CHECK_EQ(0, *(volatile word *)VADDR);
}

CASE(vspace, large_pages, "2 MiB")
{
    word large = object_new(seL4_ARM_LargePageObject, 0);

    CHECK_OK(map(large, VADDR));
    *(volatile word *)(VADDR + 0x1ffff8) = 77;
    CHECK_EQ(77, *(volatile word *)(VADDR + 0x1ffff8));
    CHECK_ERROR(seL4_FailedLookup, map(object_new(seL4_ARM_SmallPageObject, 0), VADDR));
    CHECK_MR(2, 21);
    CHECK_ERROR(seL4_DeleteFirst, map_table(ROOT_VSPACE, VADDR));
}

CASE(vspace, rights_are_those_of_request_and_capability, "12.4")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);
    word read_only = slot_new();

    CHECK_OK(map_table(ROOT_VSPACE, VADDR));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, VADDR, seL4_CanRead, ATTRIBUTES));
    CHECK(!access_faults(VADDR, READ));
    CHECK(access_faults(VADDR, WRITE));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, VADDR, seL4_CanWrite, ATTRIBUTES));
    CHECK(access_faults(VADDR, READ));
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, read_only, 64, ROOT_CNODE, frame, 64, seL4_CanRead));
    CHECK_OK(map(read_only, VADDR + 0x1000));
    CHECK(access_faults(VADDR + 0x1000, WRITE));
}

CASE(vspace, deleting_a_mapped_capability_unmaps, "any, not only the last")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0), copy = slot_new();

    CHECK_OK(map_table(ROOT_VSPACE, VADDR));
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, copy, 64, ROOT_CNODE, frame, 64, seL4_AllRights));
    CHECK_OK(map(copy, VADDR));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
    CHECK(access_faults(VADDR, READ));
}

CASE(vspace, table_unmap_needs_the_only_capability, "6.10")
{
    word table = object_new(seL4_ARM_PageTableObject, 0), copy = slot_new();
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, VADDR, 0));
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_PageTable_Map(table, ROOT_VSPACE, VADDR, 0));
    CHECK_MR(0, 0);
    CHECK_OK(map(frame, VADDR));
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, copy, 64, ROOT_CNODE, table, 64, seL4_AllRights));
    CHECK_ERROR(seL4_RevokeFirst, seL4_ARM_PageTable_Unmap(table));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
    CHECK_OK(seL4_ARM_PageTable_Unmap(table));
    CHECK(access_faults(VADDR, READ));
}

CASE(vspace, flush_checks_in_order, "6.10")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_ERROR(seL4_IllegalOperation, seL4_ARM_Page_Clean_Data(frame, 0, 64));
    CHECK_OK(map_table(ROOT_VSPACE, VADDR));
    CHECK_OK(map(frame, VADDR));
    CHECK_ERROR(seL4_InvalidArgument, seL4_ARM_Page_Clean_Data(frame, 64, 64));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidArgument, seL4_ARM_Page_Clean_Data(frame, 0, 0x1001));
    CHECK_MR(0, 0);
    CHECK_OK(seL4_ARM_Page_Clean_Data(frame, 0, 0x1000));
    CHECK_OK(seL4_ARM_Page_CleanInvalidate_Data(frame, 0, 0x1000));
    CHECK_OK(seL4_ARM_Page_Unify_Instruction(frame, 0, 0x1000));
    CHECK_OK(seL4_ARM_Page_Invalidate_Data(frame, 0, 0x1000));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, VADDR, seL4_CanRead, ATTRIBUTES));
    CHECK_ERROR(seL4_IllegalOperation, seL4_ARM_Page_Invalidate_Data(frame, 0, 0x1000));
}

CASE(vspace, vspace_flush_checks_in_order, "6.10")
{
    CHECK_ERROR(seL4_InvalidArgument, seL4_ARM_VSpace_Clean_Data(ROOT_VSPACE, 64, 64));
    CHECK_MR(0, 1);
    CHECK_ERROR(
            seL4_IllegalOperation, seL4_ARM_VSpace_Clean_Data(ROOT_VSPACE, 0, 0x800000000000UL));
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_VSpace_Clean_Data(object_new(seL4_ARM_VSpaceObject, 0), 0, 64));
    CHECK_MR(0, 0);
    CHECK_OK(seL4_ARM_VSpace_Clean_Data(ROOT_VSPACE, FAR_AWAY, FAR_AWAY + 64));
    CHECK_ERROR(seL4_RangeError, seL4_ARM_VSpace_Clean_Data(ROOT_VSPACE, 0x400010, 0x402000));
    CHECK_MR(0, 0x400010);
    CHECK_MR(1, 0x400fff);
    CHECK_OK(seL4_ARM_VSpace_Clean_Data(ROOT_VSPACE, 0x400000, 0x401000));
}

CASE(vspace, asid_pool_and_assign, "6.11")
{
    word small = object_new(seL4_UntypedObject, 12), pool = slot_new();
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);

    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_ASIDControl_MakePool(
                    seL4_CapASIDControl, object_new(seL4_UntypedObject, 13), ROOT_CNODE, pool, 64));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, small, ROOT_CNODE, pool, 64));
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_ASIDPool_Assign(pool, ROOT_CNODE));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, vspace));
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_ASIDPool_Assign(pool, vspace));
    CHECK_OK(seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), vspace, VADDR, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, pool, 64));
    CHECK_ERROR(seL4_FailedLookup,
            seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), vspace, VADDR, 0));
    CHECK_MR(1, seL4_InvalidRoot);
}

CASE(vspace, pool_needs_memory_without_children, "RevokeFirst")
{
    word small = object_new(seL4_UntypedObject, 12);

    CHECK_OK(seL4_Untyped_Retype(small, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_ERROR(seL4_RevokeFirst,
            seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, small, ROOT_CNODE, slot_new(), 64));
}

CASE(vspace, get_address, "6.10")
{
    word large = object_new(seL4_ARM_LargePageObject, 0);
    seL4_ARM_Page_GetAddress_t address = seL4_ARM_Page_GetAddress(large);

    CHECK_EQ(seL4_NoError, address.error);
    CHECK_EQ(0, address.paddr & 0x1fffff);
    CHECK(address.paddr >= 0x40000000);
}
