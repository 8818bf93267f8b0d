/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames and page tables: the checks in their order, what mappings do (6.10, 12). */
#include "tests/system/harness.h"

#define TOP        0x800000000000UL /* first address that is not the user's */
#define ATTRIBUTES seL4_ARM_Default_VMAttributes
#define PAGE       0x1000UL

static word map(word frame, word vaddr)
{
    return seL4_ARM_Page_Map(frame, ROOT_VSPACE, vaddr, seL4_ReadWrite, ATTRIBUTES);
}

static word small_frame(void)
{
    return object_new(seL4_ARM_SmallPageObject, 0);
}

static word assigned_vspace(void)
{
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);

    if (seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "no ASID", 0, 0);
    }
    return vspace;
}

/* A VSpace whose ASID pool is gone; with `reused` its ASID belongs to another one now. */
static word stale_vspace(bool reused)
{
    word memory = object_new(seL4_UntypedObject, 12), pool = slot_new();
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);
    word error = seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, memory, ROOT_CNODE, pool, 64);

    error |= seL4_ARM_ASIDPool_Assign(pool, vspace);
    error |= seL4_CNode_Delete(ROOT_CNODE, pool, 64);
    if (reused) {
        error |= seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, memory, ROOT_CNODE, pool, 64);
        error |= seL4_ARM_ASIDPool_Assign(pool, object_new(seL4_ARM_VSpaceObject, 0));
    }
    if (error != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "the address space cannot be made", 0, error);
    }
    return vspace;
}

CASE(mapping, short_messages_are_truncated, "Map 3 words and a VSpace, table 2 and a VSpace")
{
    word frame = small_frame(), table = object_new(seL4_ARM_PageTableObject, 0);

    seL4_SetCap(0, ROOT_VSPACE);
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(frame, ARMPageMap, 1, 2, WINDOW, 3, 3, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(frame, ARMPageMap, 0, 3, WINDOW, 3, 3, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(table, ARMPageTableMap, 1, 1, WINDOW, 3, 3, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(table, ARMPageTableMap, 0, 2, WINDOW, 3, 3, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(frame, ARMPageClean_Data, 0, 1, 0, 64, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage,
            invoke_with(ROOT_VSPACE, ARMVSpaceClean_Data, 0, 1, 0, 64, 0, 0));
}

CASE(mapping, labels_of_the_neighbours, "6.1: page, table and VSpace labels are not exchanged")
{
    word frame = small_frame(), table = object_new(seL4_ARM_PageTableObject, 0);

    CHECK_EQ(seL4_IllegalOperation, invoke(frame, ARMPageTableMap, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke(frame, ARMVSpaceClean_Data, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke(table, ARMPageMap, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke(table, ARMPageUnmap, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke(ROOT_VSPACE, ARMPageClean_Data, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke(ROOT_VSPACE, ARMPageTableUnmap, 0, 0));
}

CASE(mapping, vspace_before_alignment, "no VSpace, no ASID, ASID gone, ASID of another")
{
    word frame = small_frame();
    const word wrong[] = { ROOT_CNODE, object_new(seL4_ARM_VSpaceObject, 0), slot_new(),
        stale_vspace(true) };

    for (word i = 0; i < 4; i++) {
        CHECK_ERROR(seL4_InvalidCapability,
                seL4_ARM_Page_Map(frame, wrong[i], WINDOW + 8, seL4_ReadWrite, 0));
        CHECK_MR(0, 1);
    }
    CHECK_ERROR(seL4_FailedLookup,
            seL4_ARM_Page_Map(frame, stale_vspace(false), WINDOW + 8, seL4_ReadWrite, 0));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_InvalidRoot);
}

CASE(mapping, alignment_before_the_old_mapping, "AlignmentError")
{
    word frame = small_frame();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(map(frame, WINDOW));
    CHECK_ERROR(seL4_AlignmentError, map(frame, WINDOW + 1));
    CHECK_ERROR(seL4_AlignmentError, map(frame, TOP + 0x800));
}

CASE(mapping, mapped_in_another_space, "InvalidCapability(1), before the address")
{
    word frame = small_frame();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(map(frame, WINDOW));
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_Page_Map(frame, assigned_vspace(), WINDOW + PAGE, seL4_ReadWrite, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidArgument, map(frame, TOP));
    CHECK_MR(0, 0);
}

CASE(mapping, highest_page, "the end of the range may be the last user address")
{
    word large = object_new(seL4_ARM_LargePageObject, 0), frame = small_frame();

    for (int level = 0; level < 3; level++) {
        CHECK_OK(map_table(ROOT_VSPACE, TOP - PAGE));
    }
    CHECK_OK(map(frame, TOP - PAGE));
    *(volatile word *)(TOP - 8) = 5;
    CHECK_EQ(5, *(volatile word *)(TOP - 8));
    CHECK_ERROR(seL4_InvalidArgument, map(small_frame(), ~0UL << 12));
    CHECK_ERROR(seL4_InvalidArgument, map(large, TOP));
}

CASE(mapping, large_page_over_a_table, "FailedLookup: the walk goes past its level")
{
    word large = object_new(seL4_ARM_LargePageObject, 0);

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_ERROR(seL4_FailedLookup, map(large, WINDOW));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_MissingCapability);
    CHECK_MR(2, 12);
}

CASE(mapping, levels_of_an_empty_space, "39 for every frame size; then what each needs")
{
    word large = object_new(seL4_ARM_LargePageObject, 0); /* first: it needs alignment */
    word vspace = assigned_vspace();

    CHECK_ERROR(seL4_FailedLookup, seL4_ARM_Page_Map(large, vspace, WINDOW, seL4_ReadWrite, 3));
    CHECK_MR(2, 39);
    CHECK_OK(map_table(vspace, WINDOW));
    CHECK_ERROR(seL4_FailedLookup, seL4_ARM_Page_Map(large, vspace, WINDOW, seL4_ReadWrite, 3));
    CHECK_MR(2, 30);
    CHECK_OK(map_table(vspace, WINDOW));
    CHECK_OK(seL4_ARM_Page_Map(large, vspace, WINDOW, seL4_ReadWrite, 3));
}

CASE(mapping, huge_page, "1 GiB of device memory: alignment, level, address")
{
    word device = 0, huge = slot_new(), vspace = assigned_vspace();

    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits >= 30) {
            device = boot_info->untyped.start + i;
        }
    }
    if (device == 0) {
        SKIP("no device memory of 1 GiB");
    }
    CHECK_OK(seL4_Untyped_Retype(device, seL4_ARM_HugePageObject, 0, ROOT_CNODE, 0, 0, huge, 1));
    CHECK_EQ(0, seL4_ARM_Page_GetAddress(huge).paddr & ((1UL << 30) - 1));
    CHECK_ERROR(
            seL4_AlignmentError, seL4_ARM_Page_Map(huge, vspace, 0x20000000, seL4_ReadWrite, 0));
    CHECK_ERROR(seL4_FailedLookup, seL4_ARM_Page_Map(huge, vspace, 0x40000000, seL4_ReadWrite, 0));
    CHECK_MR(2, 39);
    CHECK_OK(map_table(vspace, 0x40000000));
    CHECK_OK(seL4_ARM_Page_Map(huge, vspace, 0x40000000, seL4_ReadWrite, 0));
    CHECK_ERROR(seL4_DeleteFirst, map_table(vspace, 0x40000000));
    CHECK_OK(seL4_ARM_Page_Unmap(huge));
    CHECK_OK(map_table(vspace, 0x40000000));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, device, 64));
}

CASE(mapping, table_checks_in_order, "own mapping, VSpace, address, ASID, occupied")
{
    word table = object_new(seL4_ARM_PageTableObject, 0);
    word fresh = object_new(seL4_ARM_PageTableObject, 0);

    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, WINDOW, 0));
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_PageTable_Map(table, ROOT_CNODE, TOP, 0));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_PageTable_Map(fresh, ROOT_CNODE, TOP, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_PageTable_Map(fresh, object_new(seL4_ARM_VSpaceObject, 0), TOP, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidArgument, seL4_ARM_PageTable_Map(fresh, stale_vspace(false), TOP, 0));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_FailedLookup, seL4_ARM_PageTable_Map(fresh, stale_vspace(false), WINDOW, 0));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_InvalidRoot);
    CHECK_ERROR(
            seL4_InvalidCapability, seL4_ARM_PageTable_Map(fresh, stale_vspace(true), WINDOW, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_DeleteFirst, seL4_ARM_PageTable_Map(fresh, ROOT_VSPACE, WINDOW, 0));
}

CASE(mapping, table_address_need_not_be_aligned, "the kernel decides the level and the entry")
{
    word frame = small_frame();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW + 0x12345));
    CHECK_OK(map(frame, WINDOW + 0x1ff000));
    CHECK_OK(map(small_frame(), WINDOW));
    CHECK_ERROR(seL4_FailedLookup, map(small_frame(), WINDOW + 0x200000));
}

CASE(mapping, unmapped_table_is_cleared, "6.10: what was mapped through it is gone for good")
{
    word table = object_new(seL4_ARM_PageTableObject, 0), frame = small_frame();

    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, WINDOW, 0));
    CHECK_OK(map(frame, WINDOW));
    *(volatile word *)WINDOW = 1;
    CHECK_OK(seL4_ARM_PageTable_Unmap(table));
    CHECK(access_faults(WINDOW, READ));
    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, WINDOW, 0));
    CHECK(access_faults(WINDOW, READ));
    /* The frame's capability still says it is mapped there: mapping it again is fine. */
    CHECK_OK(map(frame, WINDOW));
    CHECK(!access_faults(WINDOW, READ));
    CHECK_OK(seL4_ARM_PageTable_Unmap(table));
    CHECK_OK(seL4_ARM_PageTable_Unmap(table));
    CHECK_OK(seL4_ARM_Page_Unmap(frame));
}

CASE(mapping, deleted_copy_of_a_table_keeps_it, "pitfall 14: only the last capability unmaps")
{
    word table = object_new(seL4_ARM_PageTableObject, 0), frame = small_frame();

    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, WINDOW, 0));
    CHECK_OK(map(frame, WINDOW));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cap_copy(table, seL4_AllRights), 64));
    CHECK(!access_faults(WINDOW, READ));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, table, 64));
    CHECK(access_faults(WINDOW, READ));
    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
}

CASE(mapping, deleted_unmapped_copy_unmaps_nothing, "pitfall 14: copies are born unmapped")
{
    word frame = small_frame();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(map(frame, WINDOW));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cap_copy(frame, seL4_AllRights), 64));
    CHECK(!access_faults(WINDOW, READ));
    CHECK_OK(seL4_ARM_Page_Unmap(cap_copy(frame, seL4_AllRights)));
    CHECK(!access_faults(WINDOW, READ));
}

CASE(mapping, moved_capability_keeps_its_mapping, "4.2: Move takes it along")
{
    word frame = small_frame(), moved = slot_new();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(map(frame, WINDOW));
    CHECK_OK(seL4_CNode_Move(ROOT_CNODE, moved, 64, ROOT_CNODE, frame, 64));
    CHECK(!access_faults(WINDOW, READ));
    CHECK_OK(seL4_ARM_Page_Unmap(moved));
    CHECK(access_faults(WINDOW, READ));
}

CASE(mapping, revoked_frame_is_unmapped_everywhere, "each copy takes its mapping with it")
{
    word frame = small_frame();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(map(frame, WINDOW));
    for (word i = 1; i < 4; i++) {
        CHECK_OK(map(cap_copy(frame, seL4_AllRights), WINDOW + i * PAGE));
    }
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, frame, 64));
    CHECK(!access_faults(WINDOW, READ));
    for (word i = 1; i < 4; i++) {
        CHECK(access_faults(WINDOW + i * PAGE, READ));
    }
}

CASE(mapping, unmap_twice_is_fine, "6.10: Unmap always succeeds")
{
    word frame = small_frame();

    CHECK_OK(seL4_ARM_Page_Unmap(frame));
    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(map(frame, WINDOW));
    CHECK_OK(seL4_ARM_Page_Unmap(frame));
    CHECK_OK(seL4_ARM_Page_Unmap(frame));
    CHECK(access_faults(WINDOW, READ));
    CHECK_OK(seL4_ARM_PageTable_Unmap(object_new(seL4_ARM_PageTableObject, 0)));
}

/* ---- attributes and rights ---- */

/* `ret` at the start of a new page, visible to instruction fetches. */
static word code_page(void)
{
    word frame = small_frame();

    map_table(ROOT_VSPACE, WINDOW);
    map(frame, WINDOW);
    *(volatile uint32_t *)WINDOW = 0xd65f03c0;
    seL4_ARM_Page_Unify_Instruction(frame, 0, PAGE);
    return frame;
}

CASE(mapping, pages_can_be_executed, "12.4: unless ExecuteNever is set; remapping changes it")
{
    word frame = code_page();

    CHECK(!access_faults(WINDOW, EXECUTE));
    CHECK_OK(seL4_ARM_Page_Map(
            frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, ATTRIBUTES | seL4_ARM_ExecuteNever));
    CHECK(access_faults(WINDOW, EXECUTE));
    CHECK(!access_faults(WINDOW, READ));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_CanRead, ATTRIBUTES));
    CHECK(!access_faults(WINDOW, EXECUTE));
    CHECK(access_faults(WINDOW, WRITE));
}

CASE(mapping, other_attribute_bits_are_ignored, "12.3: parity and everything above bit 2")
{
    word frame = small_frame();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, ~4UL));
    CHECK(!access_faults(WINDOW, WRITE));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, ~0UL));
    CHECK(!access_faults(WINDOW, WRITE));
}

CASE(mapping, uncached_pages_work, "12.3: attributes 0 are device memory")
{
    word frame = small_frame();

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, 0));
    *(volatile word *)WINDOW = 0x55;
    CHECK_EQ(0x55, *(volatile word *)WINDOW);
}

CASE(mapping, rights_bits, "12.4: Grant bits do not matter, no Read means no access")
{
    word frame = small_frame();
    const struct {
        seL4_CapRights_t rights;
        bool read, write;
    } tries[] = { { seL4_NoRights, true, true }, { seL4_CanWrite, true, true },
        { seL4_CanRead, false, true }, { seL4_ReadWrite, false, false },
        { seL4_CapRights_new(1, 1, 0, 0), true, true },
        { seL4_CapRights_new(1, 1, 1, 0), false, true }, { seL4_AllRights, false, false } };

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    for (word i = 0; i < 5; i++) {
        CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, tries[i].rights, ATTRIBUTES));
        CHECK_EQ(tries[i].read, access_faults(WINDOW, READ));
        CHECK_EQ(tries[i].write, access_faults(WINDOW, WRITE));
    }
}

CASE(mapping, rights_of_weak_capabilities, "12.4: intersection with the capability's")
{
    const seL4_CapRights_t weak[] = { seL4_CanRead, seL4_CanWrite, seL4_NoRights };
    const bool read_faults[] = { false, true, true };

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    for (word i = 0; i < 3; i++) {
        word frame = cap_copy(small_frame(), weak[i]);

        CHECK_OK(map(frame, WINDOW));
        CHECK_EQ(read_faults[i], access_faults(WINDOW, READ));
        CHECK(access_faults(WINDOW, WRITE));
    }
}

CASE(mapping, kernel_is_out_of_reach, "addresses above the user's top fault")
{
    CHECK(access_faults(0xffffff8040000000, READ));
    CHECK(access_faults(0xffffff8040000000, WRITE));
    CHECK(access_faults(0xffffff8040000000, EXECUTE));
    CHECK(access_faults(TOP, READ));
    CHECK(access_faults(0, READ));
}

/* ---- other address spaces ---- */

static void exchange(struct thread *thread)
{
    volatile word *cell = (volatile word *)thread->arguments[0];

    for (word i = 0; i < 20; i++) {
        *cell = thread->arguments[1];
        thread_wait(thread->arguments[2]);
        if (*cell != thread->arguments[1]) {
            thread->result[0]++;
        }
    }
    thread->stage = 1;
}

CASE(mapping, spaces_are_separate, "two threads, one address, two frames")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *threads[2];

    for (word i = 0; i < 2; i++) {
        word vspace = vspace_with_image();

        CHECK_OK(map_table(vspace, WINDOW));
        CHECK_OK(seL4_ARM_Page_Map(small_frame(), vspace, WINDOW, seL4_ReadWrite, ATTRIBUTES));
        threads[i] = thread_prepare(exchange, 100, WITH_SC, 0, WINDOW, 1000 + i, notification);
        CHECK_OK(seL4_TCB_SetSpace(threads[i]->tcb, 0, ROOT_CNODE, 0, vspace, 0));
        CHECK_OK(seL4_TCB_Resume(threads[i]->tcb));
    }
    for (word i = 0; i < 40; i++) {
        let_others_run(200);
        seL4_Signal(notification);
    }
    let_others_run(200);
    for (word i = 0; i < 2; i++) {
        CHECK_EQ(1, threads[i]->stage);
        CHECK_EQ(0, threads[i]->result[0]);
    }
}

static void count_pages(struct thread *thread)
{
    for (;;) {
        thread->result[0]++;
    }
}

CASE(mapping, deleted_space_stops_its_threads, "4.4: they fault on their next access")
{
    struct handler handler = handler_new();
    word vspace = vspace_with_image();
    struct thread *thread = thread_prepare(count_pages, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, handler.endpoint, ROOT_CNODE, 0, vspace, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread->result[0] > 0);
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, vspace, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, vspace, 64));
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_MR(seL4_VMFault_PrefetchFault, 1);
}

CASE(mapping, thread_in_an_empty_space, "11.5: VMFault for the first instruction")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(count_pages, 100, WITH_SC, handler.endpoint, 0, 0, 0);
    seL4_UserContext context;

    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, handler.endpoint, ROOT_CNODE, 0, assigned_vspace(), 0));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_MR(seL4_VMFault_IP, context.pc);
    CHECK_MR(seL4_VMFault_Addr, context.pc);
    CHECK_MR(seL4_VMFault_PrefetchFault, 1);
}

CASE(mapping, frame_of_a_deleted_space, "its capability has to be unmapped, which works")
{
    word vspace = assigned_vspace(), frame = small_frame();

    for (int level = 0; level < 3; level++) {
        CHECK_OK(map_table(vspace, WINDOW));
    }
    CHECK_OK(seL4_ARM_Page_Map(frame, vspace, WINDOW, seL4_ReadWrite, ATTRIBUTES));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, vspace, 64));
    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_ERROR(seL4_InvalidCapability, map(frame, WINDOW));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_ARM_Page_Unmap(frame));
    CHECK_OK(map(frame, WINDOW));
}

CASE(mapping, tables_of_a_deleted_space_can_be_reused, "Unmap, then Map elsewhere")
{
    word vspace = assigned_vspace(), table = object_new(seL4_ARM_PageTableObject, 0);

    CHECK_OK(seL4_ARM_PageTable_Map(table, vspace, WINDOW, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, vspace, 64));
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_PageTable_Map(table, ROOT_VSPACE, WINDOW, 0));
    CHECK_OK(seL4_ARM_PageTable_Unmap(table));
    CHECK_OK(seL4_ARM_PageTable_Map(table, ROOT_VSPACE, WINDOW, 0));
}

CASE(mapping, copy_of_a_vspace_is_as_good,
        "4.2: for mapping, for a TCB, for flushing; it keeps the ASID")
{
    word vspace = vspace_with_image(), copy = cap_copy(vspace, seL4_AllRights);
    word frame = small_frame();
    struct thread *thread = thread_prepare(count_pages, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_OK(map_table(copy, WINDOW));
    CHECK_OK(seL4_ARM_Page_Map(frame, copy, WINDOW, seL4_ReadWrite, ATTRIBUTES));
    CHECK_OK(seL4_ARM_Page_Map(frame, vspace, WINDOW, seL4_ReadWrite, ATTRIBUTES));
    CHECK_OK(seL4_ARM_VSpace_Clean_Data(copy, WINDOW, WINDOW + 64));
    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, 0, ROOT_CNODE, 0, copy, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread->result[0] > 0);
}
