/* SPDX-License-Identifier: BSD-2-Clause */
/* ASID control and pools: checks in their order, exhaustion, reuse (6.11). */
#include "tests/system/harness.h"

#define ASIDS_OF_A_POOL 512
#define POOLS           128

static word make_pool(word untyped, word root, word index, word depth)
{
    return seL4_ARM_ASIDControl_MakePool(
            seL4_CapASIDControl, untyped, root, index, (seL4_Uint8)depth);
}

static word new_pool(void)
{
    word pool = slot_new();

    if (make_pool(object_new(seL4_UntypedObject, 12), ROOT_CNODE, pool, 64) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "no ASID pool", 0, 0);
    }
    return pool;
}

CASE(asid, make_pool_is_truncated, "2 words, 2 capabilities")
{
    seL4_SetCap(0, object_new(seL4_UntypedObject, 12));
    seL4_SetCap(1, ROOT_CNODE);
    CHECK_EQ(seL4_TruncatedMessage,
            invoke_with(seL4_CapASIDControl, ARMASIDControlMakePool, 2, 1, slot_new(), 64, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage,
            invoke_with(seL4_CapASIDControl, ARMASIDControlMakePool, 1, 2, slot_new(), 64, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke(seL4_CapASIDControl, ARMASIDPoolAssign, 2, 2));
}

CASE(asid, make_pool_needs_4_kib, "InvalidCapability(1): size, type; before children and the slot")
{
    const word wrong[] = { object_new(seL4_UntypedObject, 11), object_new(seL4_UntypedObject, 13),
        object_new(seL4_ARM_SmallPageObject, 0), slot_new(), ROOT_TCB };

    for (word i = 0; i < 5; i++) {
        CHECK_ERROR(seL4_InvalidCapability, make_pool(wrong[i], ROOT_TCB, 0, 99));
        CHECK_MR(0, 1);
    }
}

CASE(asid, make_pool_children_before_the_slot, "RevokeFirst, then lookup, then DeleteFirst")
{
    word untyped = object_new(seL4_UntypedObject, 12), child = slot_new();

    CHECK_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, child, 1));
    CHECK_ERROR(seL4_RevokeFirst, make_pool(untyped, ROOT_TCB, 0, 99));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, child, 64));
    CHECK_ERROR(seL4_FailedLookup, make_pool(untyped, ROOT_TCB, 0, 64));
    CHECK_MR(0, 0);
    CHECK_MR(1, seL4_InvalidRoot);
    CHECK_ERROR(seL4_RangeError, make_pool(untyped, ROOT_CNODE, child, 65));
    CHECK_MR(0, 1);
    CHECK_MR(1, 64);
    CHECK_ERROR(seL4_DeleteFirst, make_pool(untyped, ROOT_CNODE, ROOT_TCB, 64));
    CHECK_OK(make_pool(untyped, ROOT_CNODE, child, 64));
}

CASE(asid, pool_uses_its_memory_up, "6.11: nothing can be retyped beside it; revoking frees it")
{
    word untyped = object_new(seL4_UntypedObject, 12), pool = slot_new();

    CHECK_OK(make_pool(untyped, ROOT_CNODE, pool, 64));
    CHECK_ERROR(seL4_NotEnoughMemory,
            seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_RevokeFirst, make_pool(untyped, ROOT_CNODE, slot_new(), 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, untyped, 64));
    CHECK(slot_is_empty(pool));
    CHECK_OK(make_pool(untyped, ROOT_CNODE, pool, 64));
}

CASE(asid, assign_checks, "Truncated, InvalidCapability(1)")
{
    word pool = new_pool(), vspace = object_new(seL4_ARM_VSpaceObject, 0);

    CHECK_EQ(seL4_TruncatedMessage, invoke(pool, ARMASIDPoolAssign, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke(pool, ARMASIDControlMakePool, 0, 0));
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_ASIDPool_Assign(pool, ROOT_TCB));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_ASIDPool_Assign(pool, slot_new()));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidCapability, seL4_ARM_ASIDPool_Assign(pool, ROOT_VSPACE));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, vspace));
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_ARM_ASIDPool_Assign(pool, cap_copy(vspace, seL4_AllRights)));
    CHECK_MR(0, 1);
}

CASE(asid, pool_has_512_asids, "then DeleteFirst; a deleted VSpace frees one")
{
    word pool = new_pool(), memory = object_new(seL4_UntypedObject, 13);
    word cnode = object_new(seL4_CapTableObject, 10), last = slot_new(), copy = slot_new();

    for (word i = 0; i < ASIDS_OF_A_POOL; i++) {
        CHECK_OK(seL4_Untyped_Retype(case_untyped(), seL4_ARM_VSpaceObject, 0, cnode, 0, 0, i, 1));
        CHECK_OK(seL4_CNode_Move(ROOT_CNODE, last, 64, cnode, i, 10));
        CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, last));
        CHECK_OK(seL4_CNode_Move(cnode, i, 10, ROOT_CNODE, last, 64));
    }
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_ARM_VSpaceObject, 0, ROOT_CNODE, 0, 0, last, 1));
    CHECK_ERROR(seL4_DeleteFirst, seL4_ARM_ASIDPool_Assign(pool, last));
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, copy, 64, cnode, 77, 10, seL4_AllRights));
    CHECK_OK(seL4_CNode_Delete(cnode, 77, 10));
    CHECK_ERROR(seL4_DeleteFirst, seL4_ARM_ASIDPool_Assign(pool, last));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
    CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, last));
}

CASE(asid, there_are_128_pools,
        "then DeleteFirst, before the other checks; a deleted one frees its number")
{
    word cnode = object_new(seL4_CapTableObject, 7), untyped = slot_new();
    word count = 0, error;

    for (;;) {
        CHECK_OK(seL4_Untyped_Retype(
                case_untyped(), seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, untyped, 1));
        error = make_pool(untyped, cnode, count, 7);
        if (error != seL4_NoError) {
            break;
        }
        count++;
        CHECK(count < POOLS);
        CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, untyped, 64));
    }
    CHECK_EQ(seL4_DeleteFirst, error);
    CHECK_EQ(POOLS - 1, count); /* the initial one is pool 0 */
    CHECK_ERROR(seL4_DeleteFirst, make_pool(ROOT_TCB, ROOT_TCB, 0, 99));
    CHECK_OK(seL4_CNode_Delete(cnode, 5, 7));
    CHECK_OK(make_pool(untyped, ROOT_CNODE, slot_new(), 64));
}

CASE(asid, copy_of_a_pool_works, "pools are derivable; the last capability finalises")
{
    word pool = new_pool(), vspace = object_new(seL4_ARM_VSpaceObject, 0);
    word copy = cap_copy(pool, seL4_AllRights);

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, pool, 64));
    CHECK_OK(seL4_ARM_ASIDPool_Assign(copy, vspace));
    CHECK_OK(map_table(vspace, WINDOW));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
    CHECK_ERROR(seL4_FailedLookup, map_table(vspace, WINDOW));
}

static void count(struct thread *thread)
{
    for (;;) {
        thread->result[0]++;
    }
}

CASE(asid, deleted_pool_stops_its_threads, "4.4: their VSpace has no ASID any more")
{
    struct handler handler = handler_new();
    word pool = new_pool(), vspace = object_new(seL4_ARM_VSpaceObject, 0);
    struct thread *thread = thread_prepare(count, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_OK(seL4_ARM_ASIDPool_Assign(pool, vspace));
    for (int level = 0; level < 3; level++) {
        CHECK_OK(map_table(vspace, image_start()));
    }
    for (word i = 0; i < boot_info->userImageFrames.end - boot_info->userImageFrames.start; i++) {
        CHECK_OK(seL4_ARM_Page_Map(cap_copy(boot_info->userImageFrames.start + i, seL4_AllRights),
                vspace, image_start() + i * 0x1000, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    }
    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, handler.endpoint, ROOT_CNODE, 0, vspace, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread->result[0] > 0);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, pool, 64));
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_MR(seL4_VMFault_PrefetchFault, 1);
}
