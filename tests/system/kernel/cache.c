/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache operations by capability and by instruction (6.10, 12.5). */
#include "tests/system/harness.h"

#define PAGE       0x1000UL
#define TOP        0x800000000000UL
#define ATTRIBUTES seL4_ARM_Default_VMAttributes

static const word page_labels[] = { ARMPageClean_Data, ARMPageInvalidate_Data,
    ARMPageCleanInvalidate_Data, ARMPageUnify_Instruction };
static const word space_labels[] = { ARMVSpaceClean_Data, ARMVSpaceInvalidate_Data,
    ARMVSpaceCleanInvalidate_Data, ARMVSpaceUnify_Instruction };

static word mapped_frame(seL4_CapRights_t rights)
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    map_table(ROOT_VSPACE, WINDOW);
    if (seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, rights, ATTRIBUTES) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "a frame cannot be mapped", 0, 0);
    }
    return frame;
}

static word flush(word cap, word label, word start, word end)
{
    return invoke_with(cap, label, 0, 2, start, end, 0, 0);
}

CASE(cache, page_not_mapped, "IllegalOperation, before the range")
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_IllegalOperation, flush(frame, page_labels[i], 64, 0));
    }
}

CASE(cache, page_ranges, "end <= start InvalidArgument(1), outside the frame InvalidArgument(0)")
{
    word frame = mapped_frame(seL4_ReadWrite);

    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_InvalidArgument, flush(frame, page_labels[i], 64, 64));
        CHECK_MR(0, 1);
        CHECK_EQ(seL4_InvalidArgument, flush(frame, page_labels[i], ~0UL, 0));
        CHECK_MR(0, 1);
        CHECK_EQ(seL4_InvalidArgument, flush(frame, page_labels[i], PAGE, PAGE + 1));
        CHECK_MR(0, 0);
        CHECK_EQ(seL4_InvalidArgument, flush(frame, page_labels[i], 0, PAGE + 1));
        CHECK_MR(0, 0);
        CHECK_EQ(seL4_NoError, flush(frame, page_labels[i], 0, PAGE));
        CHECK_EQ(seL4_NoError, flush(frame, page_labels[i], 5, 6));
    }
}

CASE(cache, page_of_a_space_without_asid, "FailedLookup(0, InvalidRoot), before the range")
{
    word memory = object_new(seL4_UntypedObject, 12), pool = slot_new();
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_OK(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, memory, ROOT_CNODE, pool, 64));
    CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, vspace));
    for (int level = 0; level < 3; level++) {
        CHECK_OK(map_table(vspace, WINDOW));
    }
    CHECK_OK(seL4_ARM_Page_Map(frame, vspace, WINDOW, seL4_ReadWrite, ATTRIBUTES));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, pool, 64));
    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_FailedLookup, flush(frame, page_labels[i], 64, 0));
        CHECK_MR(0, 0);
        CHECK_MR(1, seL4_InvalidRoot);
        CHECK_EQ(seL4_FailedLookup, flush(vspace, space_labels[i], WINDOW, WINDOW + 64));
        CHECK_MR(0, 0);
        CHECK_MR(1, seL4_InvalidRoot);
    }
    CHECK_OK(seL4_ARM_Page_Unmap(frame));
}

CASE(cache, page_mapping_replaced, "InvalidCapability(0): the capability's mapping is stale")
{
    word frame = mapped_frame(seL4_ReadWrite);

    CHECK_OK(seL4_ARM_Page_Map(object_new(seL4_ARM_SmallPageObject, 0), ROOT_VSPACE, WINDOW,
            seL4_ReadWrite, ATTRIBUTES));
    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_InvalidCapability, flush(frame, page_labels[i], 0, 64));
        CHECK_MR(0, 0);
    }
}

CASE(cache, page_invalidation_needs_write, "IllegalOperation on a read-only mapping; others work")
{
    word frame = mapped_frame(seL4_CanRead);

    CHECK_EQ(seL4_NoError, flush(frame, ARMPageClean_Data, 0, 64));
    CHECK_EQ(seL4_IllegalOperation, flush(frame, ARMPageInvalidate_Data, 0, 64));
    CHECK_EQ(seL4_NoError, flush(frame, ARMPageCleanInvalidate_Data, 0, 64));
    CHECK_EQ(seL4_NoError, flush(frame, ARMPageUnify_Instruction, 0, 64));
}

CASE(cache, page_large, "offsets up to 2 MiB")
{
    word frame = object_new(seL4_ARM_LargePageObject, 0);

    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, ATTRIBUTES));
    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_NoError, flush(frame, page_labels[i], 0x1ff000, 0x200000));
        CHECK_EQ(seL4_InvalidArgument, flush(frame, page_labels[i], 0x1ff000, 0x200001));
        CHECK_MR(0, 0);
    }
}

CASE(cache, space_ranges, "end <= start InvalidArgument(1), above the top IllegalOperation, first")
{
    word unassigned = object_new(seL4_ARM_VSpaceObject, 0);

    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_InvalidArgument, flush(unassigned, space_labels[i], 64, 64));
        CHECK_MR(0, 1);
        CHECK_EQ(seL4_IllegalOperation, flush(unassigned, space_labels[i], 64, TOP + 1));
        CHECK_EQ(seL4_InvalidCapability, flush(unassigned, space_labels[i], 0, 64));
        CHECK_MR(0, 0);
    }
}

CASE(cache, space_not_mapped, "success, nothing is done; also when a later page is mapped")
{
    mapped_frame(seL4_ReadWrite);
    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_NoError, flush(ROOT_VSPACE, space_labels[i], TOP - PAGE, TOP - 1));
        CHECK_EQ(seL4_NoError, flush(ROOT_VSPACE, space_labels[i], WINDOW - PAGE, WINDOW + 64));
    }
}

CASE(cache, space_range_crosses_the_page, "RangeError(start, last byte of the page)")
{
    mapped_frame(seL4_ReadWrite);
    for (word i = 0; i < 4; i++) {
        CHECK_EQ(seL4_RangeError,
                flush(ROOT_VSPACE, space_labels[i], WINDOW + 0x20, WINDOW + PAGE + 1));
        CHECK_MR(0, WINDOW + 0x20);
        CHECK_MR(1, WINDOW + PAGE - 1);
        CHECK_EQ(seL4_NoError, flush(ROOT_VSPACE, space_labels[i], WINDOW + 0x20, WINDOW + PAGE));
    }
}

CASE(cache, space_range_in_a_large_page, "the page is 2 MiB long")
{
    word frame = object_new(seL4_ARM_LargePageObject, 0);

    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, ATTRIBUTES));
    CHECK_EQ(
            seL4_NoError, flush(ROOT_VSPACE, ARMVSpaceClean_Data, WINDOW + 0xfff, WINDOW + 0x3000));
    CHECK_EQ(seL4_RangeError,
            flush(ROOT_VSPACE, ARMVSpaceClean_Data, WINDOW + 0xfff, WINDOW + 0x200001));
    CHECK_MR(0, WINDOW + 0xfff);
    CHECK_MR(1, WINDOW + 0x1fffff);
}

CASE(cache, space_invalidation_needs_write, "IllegalOperation on a read-only mapping")
{
    mapped_frame(seL4_CanRead);
    CHECK_EQ(seL4_IllegalOperation,
            flush(ROOT_VSPACE, ARMVSpaceInvalidate_Data, WINDOW, WINDOW + 64));
    CHECK_EQ(seL4_NoError, flush(ROOT_VSPACE, ARMVSpaceClean_Data, WINDOW, WINDOW + 64));
    CHECK_EQ(seL4_NoError, flush(ROOT_VSPACE, ARMVSpaceCleanInvalidate_Data, WINDOW, WINDOW + 64));
}

CASE(cache, space_of_a_reused_asid, "InvalidCapability(0)")
{
    word memory = object_new(seL4_UntypedObject, 12), pool = slot_new();
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);

    CHECK_OK(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, memory, ROOT_CNODE, pool, 64));
    CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, vspace));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, pool, 64));
    CHECK_OK(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, memory, ROOT_CNODE, pool, 64));
    CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, object_new(seL4_ARM_VSpaceObject, 0)));
    CHECK_EQ(seL4_InvalidCapability, flush(vspace, ARMVSpaceClean_Data, WINDOW, WINDOW + 64));
    CHECK_MR(0, 0);
}

CASE(cache, data_survives_cleaning, "clean and invalidate lose nothing")
{
    word frame = mapped_frame(seL4_ReadWrite);

    for (word i = 0; i < PAGE / 8; i++) {
        ((volatile word *)WINDOW)[i] = i * 3;
    }
    CHECK_EQ(seL4_NoError, flush(frame, ARMPageClean_Data, 0, PAGE));
    CHECK_EQ(seL4_NoError, flush(frame, ARMPageInvalidate_Data, 0, PAGE));
    for (word i = 0; i < PAGE / 8; i++) {
        CHECK_EQ(i * 3, ((volatile word *)WINDOW)[i]);
    }
}

CASE(cache, unified_code_is_executed, "12.5: new instructions after Unify_Instruction")
{
    word frame = mapped_frame(seL4_ReadWrite);
    volatile uint32_t *code = (volatile uint32_t *)WINDOW;

    for (uint32_t value = 1; value < 4; value++) {
        code[0] = 0xd2800000 | value << 5; /* mov x0, #value */
        code[1] = 0xd65f03c0;              /* ret */
        if (value % 2 == 1) {
            CHECK_EQ(seL4_NoError, flush(frame, ARMPageUnify_Instruction, 0, 64));
        } else {
            CHECK_EQ(seL4_NoError,
                    flush(ROOT_VSPACE, ARMVSpaceUnify_Instruction, WINDOW, WINDOW + 64));
        }
        CHECK_EQ(value, ((word(*)(void))WINDOW)());
    }
}

CASE(cache, user_may_maintain_caches, "10.5: dc cvau, dc civac, ic ivau and CTR_EL0 from EL0")
{
    word type;

    mapped_frame(seL4_ReadWrite);
    __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
    CHECK(type != 0);
    __asm__ volatile(
            "dc cvau, %0\n\tdc cvac, %0\n\tdc civac, %0\n\tdsb ish\n\tic ivau, %0\n\tisb" ::"r"(
                    WINDOW)
            : "memory");
}
