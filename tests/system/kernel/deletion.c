/* SPDX-License-Identifier: BSD-2-Clause */
/* Revoke, delete and what goes with the last capability (sel4-abi.md, 4.3, 4.4). */
#include "tests/system/harness.h"

CASE(revoke, original_removes_all_copies, "4.3")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word a = slot_new(), b = slot_new(), c = slot_new();

    CHECK_OK(copy_to(a, endpoint));
    CHECK_OK(mint_to(b, endpoint, 5));
    CHECK_OK(copy_to(c, a));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64));
    CHECK(slot_is_empty(a) && slot_is_empty(b) && slot_is_empty(c));
    CHECK(!slot_is_empty(endpoint));
}

CASE(revoke, copy_removes_nothing, "copies of copies are siblings")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word a = slot_new(), b = slot_new();

    CHECK_OK(copy_to(a, endpoint));
    CHECK_OK(copy_to(b, a));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, a, 64));
    CHECK(!slot_is_empty(b));
}

CASE(revoke, badged_removes_its_own_descendants_only, "not independently minted equals")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word a = slot_new(), b = slot_new(), child = slot_new();

    CHECK_OK(mint_to(a, endpoint, 5));
    CHECK_OK(mint_to(b, endpoint, 5));
    CHECK_OK(copy_to(child, a));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, a, 64));
    CHECK(slot_is_empty(child));
    CHECK(!slot_is_empty(b));
}

CASE(revoke, untyped_removes_everything_made_of_it, "recursively")
{
    word untyped = object_new(seL4_UntypedObject, 14);
    word inner = slot_new(), endpoint = slot_new();

    CHECK_OK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, inner, 1));
    CHECK_OK(seL4_Untyped_Retype(inner, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, endpoint, 1));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, untyped, 64));
    CHECK(slot_is_empty(inner) && slot_is_empty(endpoint));
}

CASE(revoke, reaches_capabilities_in_tcbs, "pitfall 13")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word badged = slot_new();
    word tcb = object_new(seL4_TCBObject, 0);
    word sc = object_new(seL4_SchedContextObject, 7);

    CHECK_OK(mint_to(badged, endpoint, 1));
    CHECK_OK(seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 1, 1, sc, badged));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64));
    CHECK(slot_is_empty(badged));
}

CASE(revoke, a_thousand_copies, "long operations end")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word cnode = object_new(seL4_CapTableObject, 10);

    for (word i = 0; i < 1000; i++) {
        CHECK_OK(seL4_CNode_Copy(cnode, i, 10, ROOT_CNODE, endpoint, 64, seL4_AllRights));
    }
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64));
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, cnode, 999, 10, seL4_AllRights));
}

CASE(delete, of_an_empty_slot_succeeds, "6.3")
{
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, slot_new(), 64));
}

CASE(delete, cnode_deletes_what_is_in_it, "recursively")
{
    word small = object_new(seL4_UntypedObject, 12);
    word outer = object_new(seL4_CapTableObject, 4);
    word inner = object_new(seL4_CapTableObject, 4);

    CHECK_OK(seL4_Untyped_Retype(small, seL4_EndpointObject, 0, inner, 0, 0, 7, 1));
    CHECK_OK(seL4_CNode_Move(outer, 3, 4, ROOT_CNODE, inner, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, outer, 64));
    /* No child is left of the untyped. */
    CHECK_OK(copy_to(slot_new(), small));
}

CASE(delete, three_nested_cnodes, "deeper than one level")
{
    word small = object_new(seL4_UntypedObject, 12);
    word a = object_new(seL4_CapTableObject, 2);
    word b = object_new(seL4_CapTableObject, 2);
    word c = object_new(seL4_CapTableObject, 2);

    CHECK_OK(seL4_Untyped_Retype(small, seL4_EndpointObject, 0, c, 0, 0, 0, 4));
    CHECK_OK(seL4_CNode_Move(b, 2, 2, ROOT_CNODE, c, 64));
    CHECK_OK(seL4_CNode_Move(a, 1, 2, ROOT_CNODE, b, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, a, 64));
    CHECK_OK(copy_to(slot_new(), small));
}

CASE(delete, cnode_that_contains_itself, "ends, and memory is reusable")
{
    word small = object_new(seL4_UntypedObject, 12);
    word cnode = slot_new();

    CHECK_OK(seL4_Untyped_Retype(small, seL4_CapTableObject, 3, ROOT_CNODE, 0, 0, cnode, 1));
    CHECK_OK(seL4_CNode_Copy(cnode, 5, 3, ROOT_CNODE, cnode, 64, seL4_AllRights));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, small, 64));
    CHECK_OK(copy_to(slot_new(), small));
}

CASE(delete, last_capability_lies_in_the_cnode_itself, "a cycle")
{
    word small = object_new(seL4_UntypedObject, 12);
    word cnode = slot_new();

    CHECK_OK(seL4_Untyped_Retype(small, seL4_CapTableObject, 3, ROOT_CNODE, 0, 0, cnode, 1));
    CHECK_OK(seL4_CNode_Move(cnode, 5, 3, ROOT_CNODE, cnode, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, small, 64));
    CHECK_OK(copy_to(slot_new(), small));
}

CASE(delete, two_cnodes_that_contain_each_other, "a longer cycle")
{
    word small = object_new(seL4_UntypedObject, 12);
    word a = slot_new(), b = slot_new();

    CHECK_OK(seL4_Untyped_Retype(small, seL4_CapTableObject, 3, ROOT_CNODE, 0, 0, a, 1));
    CHECK_OK(seL4_Untyped_Retype(small, seL4_CapTableObject, 3, ROOT_CNODE, 0, 0, b, 1));
    CHECK_OK(seL4_CNode_Copy(b, 6, 3, ROOT_CNODE, a, 64, seL4_AllRights));
    CHECK_OK(seL4_CNode_Move(a, 2, 3, ROOT_CNODE, b, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, a, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, small, 64));
    CHECK_OK(copy_to(slot_new(), small));
}

static void wait_for_signal(struct thread *thread)
{
    thread->result[0] = thread_wait(thread->arguments[0]);
    thread->stage = 1;
}

CASE(delete, running_thread_goes_with_its_last_capability, "4.4")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_start(wait_for_signal, 100, WITH_SC, 0, notification, 0, 0);

    let_others_run(300);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, thread->tcb, 64));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
}

static void call_once(struct thread *thread)
{
    thread->result[0] = thread_call(thread->arguments[0], 0, 1, 42, 0);
    thread->stage = 1;
}

CASE(delete, endpoint_restarts_those_who_wait, "they repeat the call and fault")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_start(call_once, 100, WITH_SC, 0, endpoint, 0, 0);

    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
    let_others_run(300);
    /* The repeated call finds an empty slot: error InvalidCapability(0), and the thread goes on. */
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->result[0]);
}

CASE(delete, interrupts_do_not_disturb_long_operations, "pitfall 18")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word cnode = object_new(seL4_CapTableObject, 12);

    for (word i = 0; i < 4096; i++) {
        CHECK_OK(seL4_CNode_Copy(cnode, i, 12, ROOT_CNODE, endpoint, 64, seL4_AllRights));
    }
    /* A timer interrupt that nobody picks up comes in the middle. */
    __asm__ volatile("msr cntp_cval_el0, %0" ::"r"(counter() + 1000));
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"((word)1));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    let_others_run(300);
}
