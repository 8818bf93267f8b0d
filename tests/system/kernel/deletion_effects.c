/* SPDX-License-Identifier: BSD-2-Clause */
/* What is taken away with a capability, and what stays (4.3, 4.4). */
#include "tests/system/harness.h"

CASE(deletion_effects, notification_leaves_its_thread, "the TCB may be bound to another")
{
    word tcb = object_new(seL4_TCBObject, 0), notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_TCB_BindNotification(tcb, notification));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, notification, 64));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_UnbindNotification(tcb));
    CHECK_OK(seL4_TCB_BindNotification(tcb, object_new(seL4_NotificationObject, 0)));
}

CASE(deletion_effects, thread_leaves_its_notification, "the notification may be bound to another")
{
    word tcb = object_new(seL4_TCBObject, 0), notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_TCB_BindNotification(tcb, notification));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, tcb, 64));
    CHECK_OK(seL4_TCB_BindNotification(object_new(seL4_TCBObject, 0), notification));
}

CASE(deletion_effects, notification_leaves_its_context, "4.4")
{
    word sc = object_new(seL4_SchedContextObject, 7);
    word notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_SchedContext_Bind(sc, notification));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, notification, 64));
    CHECK_OK(seL4_SchedContext_Bind(sc, object_new(seL4_NotificationObject, 0)));
}

CASE(deletion_effects, waiters_of_a_notification_fault, "pitfall 29: they repeat the Wait")
{
    struct handler handler = handler_new();
    word notification = object_new(seL4_NotificationObject, 0);

    thread_do_handled(receive_registers((word)seL4_SysWait, notification, 0), &handler);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, notification, 64));
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, notification);
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
    CHECK_MR(seL4_CapFault_LookupFailureType, seL4_MissingCapability);
    CHECK_MR(seL4_CapFault_BitsLeft, 0);
}

CASE(deletion_effects, receivers_of_an_endpoint_fault, "pitfall 29")
{
    struct handler handler = handler_new();
    word endpoint = object_new(seL4_EndpointObject, 0);

    thread_do_handled(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)),
            &handler);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, endpoint);
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
}

CASE(deletion_effects, faulted_senders_become_inactive,
        "pitfall 29: they do not run again by themselves")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_syscall(
            (struct registers){ { 0, 0, 0, 0, 0, 0, 0, 12345 } }, 100, WITH_SC, endpoint);

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread_is_blocked(thread));
    /* The TCB's own copy of the capability goes with it. */
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
    let_others_run(300);
    CHECK(!thread_is_blocked(thread));
    CHECK_EQ(0, thread->stage);
}

CASE(deletion_effects, not_the_last_capability, "queues stay as they are")
{
    word endpoint = object_new(seL4_EndpointObject, 0), copy = cap_copy(endpoint, seL4_AllRights);
    struct thread *thread = thread_do(call_registers(endpoint, 0, 0, 1, 7, 0, 0, 0));
    word reply = object_new(seL4_ReplyObject, 0);

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
    CHECK_EQ(0, thread->stage);
    seL4_Recv(copy, 0, reply);
    CHECK_EQ(7, seL4_GetMR(0));
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}

/* ---- capabilities in TCBs (pitfall 13) ---- */

CASE(deletion_effects, revoked_endpoint_is_no_handler,
        "pitfall 13: the thread's fault goes nowhere")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_syscall((struct registers){ { 0, 0, 0, 0, 0, 0, 0, 12345 } },
            100, WITH_SC, cap_mint(handler.endpoint, 5));
    word badge = 99;

    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, handler.endpoint, 64));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_NBRecv(handler.endpoint, &badge, handler.reply);
    CHECK_EQ(0, badge);
    CHECK(!thread_is_blocked(thread));
    CHECK_EQ(0, thread->stage);
}

CASE(deletion_effects, handler_capability_is_a_copy,
        "10.1: deleting the slot it came from changes nothing")
{
    struct handler handler = handler_new();
    word badged = cap_mint(handler.endpoint, 5);
    struct thread *thread = thread_syscall(
            (struct registers){ { 0, 0, 0, 0, 0, 0, 0, 12345 } }, 100, WITH_SC, badged);

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, badged, 64));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_EQ(5, handler.badge);
}

CASE(deletion_effects, revoked_vspace_capability, "pitfall 13: the thread has no space and faults")
{
    struct handler handler = handler_new();
    word vspace = vspace_with_image();
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, handler.endpoint, ROOT_CNODE, 0, vspace, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread->result[0] > 0);
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, vspace, 64));
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
}

CASE(deletion_effects, revoked_timeout_handler, "pitfall 13: then there are no timeout faults")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    word badge = 99;

    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, thread->sc, 100, 2000, 8, 0));
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, cap_mint(handler.endpoint, 5)));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, handler.endpoint, 64));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(1000);
    word before = thread->result[0];
    let_others_run(3000);
    CHECK(thread->result[0] > before);
    seL4_NBRecv(handler.endpoint, &badge, handler.reply);
    CHECK_EQ(0, badge);
}

CASE(deletion_effects, thread_takes_its_cspace_along,
        "4.4: the last CNode capability was in the TCB")
{
    word memory = object_new(seL4_UntypedObject, 12), cnode = object_new(seL4_CapTableObject, 4);
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_EndpointObject, 0, cnode, 0, 0, 2, 1));
    CHECK_OK(seL4_TCB_SetSpace(tcb, 0, cnode, 0, ROOT_VSPACE, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK_ERROR(seL4_RevokeFirst, copy_to(slot_new(), memory));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, tcb, 64));
    CHECK_OK(copy_to(slot_new(), memory));
}

CASE(deletion_effects, thread_takes_its_vspace_along, "4.4: and its ASID is free again")
{
    word memory = object_new(seL4_UntypedObject, seL4_VSpaceBits), vspace = slot_new();
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_ARM_VSpaceObject, 0, ROOT_CNODE, 0, 0, vspace, 1));
    CHECK_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace));
    CHECK_OK(seL4_TCB_SetSpace(tcb, 0, ROOT_CNODE, 0, vspace, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, vspace, 64));
    CHECK_ERROR(seL4_RevokeFirst, copy_to(slot_new(), memory));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, tcb, 64));
    CHECK_OK(copy_to(slot_new(), memory));
}

/* ---- cycles ---- */

CASE(deletion_effects, thread_in_its_own_cspace,
        "its only capability lies in a CNode only it holds")
{
    word memory = object_new(seL4_UntypedObject, 14), cnode = slot_new(), tcb = slot_new();

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 4, ROOT_CNODE, 0, 0, cnode, 1));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_TCBObject, 0, ROOT_CNODE, 0, 0, tcb, 1));
    CHECK_OK(seL4_TCB_SetSpace(tcb, 0, cnode, 0, ROOT_VSPACE, 0));
    CHECK_OK(seL4_CNode_Move(cnode, 3, 4, ROOT_CNODE, tcb, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, memory, 64));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_UntypedObject, 14, ROOT_CNODE, 0, 0, slot_new(), 1));
}

CASE(deletion_effects, ring_of_four_cnodes, "each holds the only capability of the next")
{
    word memory = object_new(seL4_UntypedObject, 12), first = slot_new();
    word slots[4] = { first, slot_new(), slot_new(), slot_new() };

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 3, ROOT_CNODE, 0, 0, first, 4));
    /* 0 holds 1, 1 holds 2, 2 holds 3, 3 holds 0: by moving from the last to the first. */
    CHECK_OK(seL4_CNode_Copy(slots[3], 5, 3, ROOT_CNODE, slots[0], 64, seL4_AllRights));
    for (word i = 3; i > 0; i--) {
        CHECK_OK(seL4_CNode_Move(slots[i - 1], i, 3, ROOT_CNODE, slots[i], 64));
    }
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, slots[0], 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, memory, 64));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, slots[0], 1));
}

CASE(deletion_effects, cnode_full_of_itself, "every slot holds a copy of its own capability")
{
    word memory = object_new(seL4_UntypedObject, 12), cnode = slot_new();

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 5, ROOT_CNODE, 0, 0, cnode, 1));
    for (word i = 0; i < 32; i++) {
        CHECK_OK(seL4_CNode_Copy(cnode, i, 5, ROOT_CNODE, cnode, 64, seL4_AllRights));
    }
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, memory, 64));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, cnode, 1));
}

CASE(deletion_effects, revoke_inside_the_cnode_revoked,
        "the untyped's own capability is in its child")
{
    word memory = object_new(seL4_UntypedObject, 12), cnode = slot_new();

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 3, ROOT_CNODE, 0, 0, cnode, 1));
    CHECK_OK(seL4_CNode_Move(cnode, 2, 3, ROOT_CNODE, memory, 64));
    CHECK_OK(seL4_CNode_Revoke(cnode, 2, 3));
    /* The CNode went, and with it the slot the untyped was in. */
    CHECK(slot_is_empty(cnode));
}

CASE(deletion_effects, deep_nesting, "twenty CNodes, one in the other")
{
    word memory = object_new(seL4_UntypedObject, 12), outer = slot_new(), inner = slot_new();

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 1, ROOT_CNODE, 0, 0, outer, 1));
    for (word i = 0; i < 20; i++) {
        CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 1, ROOT_CNODE, 0, 0, inner, 1));
        CHECK_OK(seL4_CNode_Move(inner, i & 1, 1, ROOT_CNODE, outer, 64));
        CHECK_OK(seL4_CNode_Move(ROOT_CNODE, outer, 64, ROOT_CNODE, inner, 64));
    }
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, outer, 64));
    CHECK_OK(copy_to(slot_new(), memory));
}

/* ---- a thread and what it runs on ---- */

static struct registers delete_call(word slot)
{
    return call_registers(ROOT_CNODE, CNodeDelete, 0, 2, slot, 64, 0, 0);
}

CASE(deletion_effects, thread_deletes_itself, "it is gone; nobody else notices")
{
    struct thread *thread = thread_syscall(delete_call(0), 100, WITH_SC, 0);

    thread->registers = delete_call(thread->tcb);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK(slot_is_empty(thread->tcb));
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, object_new(seL4_TCBObject, 0)));
}

CASE(deletion_effects, thread_deletes_its_context, "it stops, and goes on with another")
{
    struct thread *thread = thread_syscall(delete_call(0), 100, WITH_SC, 0);
    word sc = object_new(seL4_SchedContextObject, 8);

    thread->registers = delete_call(thread->sc);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0));
    CHECK_OK(seL4_SchedContext_Bind(sc, thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_NoError, thread_error(thread));
}

CASE(deletion_effects, thread_revokes_its_memory, "an untyped revoked by a thread made of it")
{
    word memory = object_new(seL4_UntypedObject, 13), tcb = slot_new();
    struct thread *model = thread_syscall(delete_call(0), 100, WITH_SC, 0);
    seL4_UserContext context;

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_TCBObject, 0, ROOT_CNODE, 0, 0, tcb, 1));
    CHECK_OK(seL4_TCB_ReadRegisters(model->tcb, 0, 0, 36, &context));
    CHECK_OK(seL4_TCB_Configure(tcb, ROOT_CNODE, 0, ROOT_VSPACE, 0, 0, 0));
    CHECK_OK(seL4_SchedContext_UnbindObject(model->sc, model->tcb));
    CHECK_OK(seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 255, 100, model->sc, 0));
    model->registers = call_registers(ROOT_CNODE, CNodeRevoke, 0, 2, memory, 64, 0, 0);
    CHECK_OK(seL4_TCB_WriteRegisters(tcb, 1, 0, 36, &context));
    let_others_run(500);
    CHECK_EQ(0, model->stage);
    CHECK(slot_is_empty(tcb));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_UntypedObject, 13, ROOT_CNODE, 0, 0, tcb, 1));
}

/* ---- the shape of the tree (4.3) ---- */

CASE(deletion_effects, badged_from_a_copy_is_no_child_of_it,
        "revoking a plain copy removes nothing")
{
    word endpoint = object_new(seL4_EndpointObject, 0), copy = cap_copy(endpoint, seL4_AllRights);
    word badged = cap_mint(copy, 7), grandchild = cap_copy(badged, seL4_AllRights);

    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, copy, 64));
    CHECK(!slot_is_empty(badged));
    CHECK(!slot_is_empty(grandchild));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, badged, 64));
    CHECK(slot_is_empty(grandchild));
    CHECK(!slot_is_empty(badged));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64));
    CHECK(slot_is_empty(badged));
}

CASE(deletion_effects, badges_of_notifications_have_a_level, "as those of endpoints")
{
    word notification = object_new(seL4_NotificationObject, 0), five = cap_mint(notification, 5);
    word other_five = cap_mint(notification, 5), copy = cap_copy(five, seL4_AllRights);

    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, five, 64));
    CHECK(slot_is_empty(copy));
    CHECK(!slot_is_empty(other_five));
    CHECK_ERROR(seL4_IllegalOperation, mint_to(slot_new(), five, 5));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Mutate(ROOT_CNODE, slot_new(), 64, ROOT_CNODE, notification, 64, 0));
}

CASE(deletion_effects, copies_outlive_a_deleted_original, "deleting is not revoking")
{
    word notification = object_new(seL4_NotificationObject, 0), badge = 0;
    word copy = cap_mint(notification, 3), second = cap_copy(copy, seL4_AllRights);

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, notification, 64));
    seL4_Signal(copy);
    seL4_Poll(second, &badge);
    CHECK_EQ(3, badge);
}

CASE(deletion_effects, tcb_and_cnode_copies, "3.5: other types have no levels below the first copy")
{
    const word objects[] = { object_new(seL4_TCBObject, 0), object_new(seL4_CapTableObject, 4),
        object_new(seL4_SchedContextObject, 7), object_new(seL4_ReplyObject, 0),
        object_new(seL4_ARM_SmallPageObject, 0) };

    for (word i = 0; i < 5; i++) {
        word copy = cap_copy(objects[i], seL4_AllRights), second = cap_copy(copy, seL4_AllRights);

        CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, copy, 64));
        CHECK(!slot_is_empty(second));
        CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, objects[i], 64));
        CHECK(slot_is_empty(copy));
        CHECK(slot_is_empty(second));
    }
}

CASE(deletion_effects, revoke_of_an_empty_slot, "6.3: fine")
{
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, slot_new(), 64));
}

CASE(deletion_effects, smc_capability, "3.5, 14.2: a badge once; length and badge are checked")
{
    word badged = slot_new();

    CHECK_OK(mint_to(badged, seL4_CapSMC, 5));
    CHECK_ERROR(seL4_IllegalOperation, mint_to(slot_new(), badged, 6));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_CNode_Mutate(ROOT_CNODE, slot_new(), 64, ROOT_CNODE, badged, 64, 6));
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(badged, ARMSMCCall, 0, 7, 5, 0, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke_with(badged, ARMSMCCall, 0, 8, 6, 0, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke_with(badged, TCBSuspend, 0, 8, 5, 0, 0, 0));
    word copy = cap_copy(badged, seL4_AllRights);
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, badged, 64));
    CHECK(slot_is_empty(copy));
}

CASE(deletion_effects, handler_replaced_was_the_last_capability,
        "6.5: the old one is deleted, which ends the waiting at its endpoint")
{
    word endpoint = object_new(seL4_EndpointObject, 0), tcb = object_new(seL4_TCBObject, 0);
    struct thread *waiters[3];

    CHECK_OK(seL4_TCB_SetSpace(tcb, endpoint, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    for (word i = 0; i < 3; i++) {
        waiters[i] = thread_do(call_registers(endpoint, 0, 0, 0, 0, 0, 0, 0));
    }
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
    let_others_run(300);
    for (word i = 0; i < 3; i++) {
        CHECK(thread_is_blocked(waiters[i]));
    }
    CHECK_OK(seL4_TCB_SetSpace(tcb, 0, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    let_others_run(300);
    for (word i = 0; i < 3; i++) {
        CHECK_EQ(1, waiters[i]->stage);
        CHECK_EQ(seL4_InvalidCapability, thread_error(waiters[i]));
    }
}
