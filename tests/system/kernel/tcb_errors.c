/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of TCB operations in their order, with payloads (sel4-abi.md, 6.4, 6.5). */
#include "tests/system/harness.h"

static word bad_guard(void)
{
    return seL4_CNode_CapData_new(0, 60).words[0]; /* with any radix above 4: too long */
}

CASE(tcb_errors, missing_capabilities_are_truncated, "one extra capability too few, words enough")
{
    word tcb = object_new(seL4_TCBObject, 0);
    const struct {
        word label, caps;
    } operations[] = { { TCBCopyRegisters, 0 }, { TCBConfigure, 2 }, { TCBSetSpace, 2 },
        { TCBSetIPCBuffer, 0 }, { TCBSetPriority, 0 }, { TCBSetMCPriority, 0 },
        { TCBSetSchedParams, 2 }, { TCBSetTimeoutEndpoint, 0 }, { TCBBindNotification, 0 } };

    for (unsigned i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
        CHECK_EQ(seL4_TruncatedMessage, invoke(tcb, operations[i].label, operations[i].caps, 10));
    }
}

CASE(tcb_errors, empty_slots_count_as_capabilities, "6.1: a null capability is present")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_ERROR(seL4_InvalidCapability, seL4_TCB_SetPriority(tcb, slot_new(), 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_BindNotification(tcb, slot_new()));
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(tcb, slot_new()));
}

CASE(tcb_errors, read_length_before_count_before_target, "6.4")
{
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(ROOT_TCB, TCBReadRegisters, 0, 1, 0, 0, 0, 0));
    CHECK_EQ(seL4_RangeError, invoke_with(ROOT_TCB, TCBReadRegisters, 0, 2, 0, 0, 0, 0));
    CHECK_EQ(seL4_RangeError, invoke_with(ROOT_TCB, TCBReadRegisters, 0, 2, 0, 37, 0, 0));
    CHECK_MR(0, 1);
    CHECK_MR(1, 36);
    CHECK_EQ(seL4_IllegalOperation, invoke_with(ROOT_TCB, TCBReadRegisters, 0, 2, 0, 36, 0, 0));
}

CASE(tcb_errors, write_length_before_target, "6.4: the count has to be in the message")
{
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(ROOT_TCB, TCBWriteRegisters, 0, 3, 0, 2, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(ROOT_TCB, TCBWriteRegisters, 0, 2, 0, ~0UL, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke_with(ROOT_TCB, TCBWriteRegisters, 0, 3, 0, 1, 0, 0));
    CHECK_EQ(seL4_IllegalOperation, invoke_with(ROOT_TCB, TCBWriteRegisters, 0, 2, 0, 0, 0, 0));
}

CASE(tcb_errors, failed_read_does_not_suspend, "checks come before effects")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_EQ(seL4_RangeError, invoke_with(thread->tcb, TCBReadRegisters, 0, 2, 1, 0, 0, 0));
    let_others_run(300);
    CHECK(thread->result[0] > 0);
}

CASE(tcb_errors, priority_of_the_authority, "9.10: RangeError(0, its MCP), not the caller's")
{
    word tcb = object_new(seL4_TCBObject, 0), authority = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_SetMCPriority(authority, ROOT_TCB, 77));
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetPriority(tcb, authority, 78));
    CHECK_MR(0, 0);
    CHECK_MR(1, 77);
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetMCPriority(tcb, authority, 78));
    CHECK_MR(1, 77);
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetPriority(tcb, ROOT_TCB, 256));
    CHECK_MR(1, 255);
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetMCPriority(tcb, ROOT_TCB, ~0UL));
    CHECK_ERROR(seL4_InvalidCapability, seL4_TCB_SetMCPriority(tcb, ROOT_CNODE, 1));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_TCB_SetPriority(tcb, authority, 77));
    CHECK_OK(seL4_TCB_SetMCPriority(tcb, authority, 77));
}

CASE(tcb_errors, priority_may_exceed_the_own_mcp, "9.10")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_SetMCPriority(tcb, ROOT_TCB, 3));
    CHECK_OK(seL4_TCB_SetPriority(tcb, ROOT_TCB, 200));
    CHECK_OK(seL4_TCB_SetMCPriority(tcb, ROOT_TCB, 0));
}

CASE(tcb_errors, sched_params_bounds_before_context,
        "mcp, then priority, then the context's checks")
{
    word tcb = object_new(seL4_TCBObject, 0), authority = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_SetMCPriority(authority, ROOT_TCB, 50));
    CHECK_ERROR(seL4_RangeError,
            seL4_TCB_SetSchedParams(tcb, authority, 51, 1, ROOT_CNODE, ROOT_CNODE));
    CHECK_MR(0, 0);
    CHECK_MR(1, 50);
    CHECK_ERROR(seL4_RangeError,
            seL4_TCB_SetSchedParams(tcb, authority, 1, 51, ROOT_CNODE, ROOT_CNODE));
    CHECK_MR(1, 50);
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_TCB_SetSchedParams(tcb, authority, 1, 1, ROOT_CNODE, ROOT_CNODE));
    CHECK_MR(0, 2);
}

CASE(tcb_errors, failed_sched_params_change_nothing,
        "the last check fails, the first effect has not happened")
{
    word tcb = object_new(seL4_TCBObject, 0), sc = object_new(seL4_SchedContextObject, 7);

    CHECK_OK(seL4_TCB_SetMCPriority(tcb, ROOT_TCB, 10));
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 200, 200, sc, ROOT_CNODE));
    CHECK_MR(0, 3);
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetPriority(tcb, tcb, 11));
    CHECK_MR(1, 10);
    CHECK_OK(seL4_SchedContext_Bind(sc, tcb));
}

CASE(tcb_errors, handlers_need_write_and_grant, "6.5: Write and (Grant or GrantReply)")
{
    word tcb = object_new(seL4_TCBObject, 0), endpoint = object_new(seL4_EndpointObject, 0);
    const struct {
        seL4_CapRights_t rights;
        word error;
    } tries[] = { { seL4_CanWrite, seL4_InvalidCapability },
        { seL4_CanGrant, seL4_InvalidCapability }, { seL4_ReadWrite, seL4_InvalidCapability },
        { seL4_CapRights_new(1, 1, 1, 0), seL4_InvalidCapability },
        { seL4_CapRights_new(0, 1, 0, 1), seL4_NoError },
        { seL4_CapRights_new(1, 0, 0, 1), seL4_NoError }, { seL4_AllRights, seL4_NoError } };

    for (unsigned i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        word handler = cap_copy(endpoint, tries[i].rights);

        CHECK_ERROR(tries[i].error, seL4_TCB_SetTimeoutEndpoint(tcb, handler));
        CHECK_ERROR(tries[i].error, seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 0, 0, 0, handler));
        CHECK_ERROR(tries[i].error, seL4_TCB_SetSpace(tcb, handler, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    }
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_TCB_SetTimeoutEndpoint(tcb, object_new(seL4_NotificationObject, 0)));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(tcb, 0));
}

CASE(tcb_errors, buffer_checks_in_order, "derivation, type, alignment; address 0 skips them")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_ERROR(seL4_IllegalOperation,
            seL4_TCB_SetIPCBuffer(tcb, 0x1001, object_new(seL4_ARM_PageTableObject, 0)));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetIPCBuffer(tcb, 0x1001, ROOT_TCB));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetIPCBuffer(tcb, 0x1001, slot_new()));
    CHECK_ERROR(seL4_AlignmentError,
            seL4_TCB_SetIPCBuffer(tcb, 0x1001, object_new(seL4_ARM_SmallPageObject, 0)));
    CHECK_OK(seL4_TCB_SetIPCBuffer(tcb, 0, slot_new()));
}

CASE(tcb_errors, configure_looks_at_the_buffer_first, "then CSpace, then VSpace")
{
    word tcb = object_new(seL4_TCBObject, 0), frame = object_new(seL4_ARM_SmallPageObject, 0);
    word unassigned = object_new(seL4_ARM_VSpaceObject, 0);

    CHECK_ERROR(seL4_AlignmentError,
            seL4_TCB_Configure(tcb, ROOT_TCB, bad_guard(), unassigned, 0, 0x1008, frame));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_TCB_Configure(tcb, ROOT_CNODE, bad_guard(), ROOT_VSPACE, 0, 0x1000, frame));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_TCB_Configure(tcb, slot_new(), 0, ROOT_VSPACE, 0, 0x1000, frame));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_TCB_Configure(tcb, ROOT_CNODE, 0, unassigned, 0, 0x1000, frame));
    CHECK_ERROR(seL4_IllegalOperation,
            seL4_TCB_Configure(tcb, ROOT_CNODE, 0, slot_new(), 0, 0x1000, frame));
    CHECK_OK(seL4_TCB_Configure(tcb, ROOT_CNODE, 0, ROOT_VSPACE, ~0UL, 0x1000, frame));
}

CASE(tcb_errors, set_space_looks_at_the_handler_last, "InvalidCapability(1)")
{
    word tcb = object_new(seL4_TCBObject, 0), unassigned = object_new(seL4_ARM_VSpaceObject, 0);

    CHECK_ERROR(seL4_IllegalOperation,
            seL4_TCB_SetSpace(tcb, ROOT_TCB, ROOT_CNODE, bad_guard(), ROOT_VSPACE, 0));
    CHECK_ERROR(
            seL4_IllegalOperation, seL4_TCB_SetSpace(tcb, ROOT_TCB, ROOT_CNODE, 0, unassigned, 0));
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_TCB_SetSpace(tcb, ROOT_TCB, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    CHECK_MR(0, 1);
}

CASE(tcb_errors, last_cnode_capability_blocks_the_spaces,
        "4.4: replacing it would be a long deletion")
{
    word tcb = object_new(seL4_TCBObject, 0), cnode = object_new(seL4_CapTableObject, 4);

    CHECK_OK(seL4_TCB_SetSpace(tcb, 0, cnode, 0, ROOT_VSPACE, 0));
    CHECK_OK(seL4_TCB_SetSpace(tcb, 0, cnode, 0, ROOT_VSPACE, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSpace(tcb, 0, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    CHECK_ERROR(
            seL4_IllegalOperation, seL4_TCB_Configure(tcb, ROOT_CNODE, 0, ROOT_VSPACE, 0, 0, 0));
}

CASE(tcb_errors, notification_with_a_waiter_cannot_be_bound, "6.5")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_syscall(
            (struct registers){ { notification, 0, 0, 0, 0, 0, 0, (word)seL4_SysWait } }, 100,
            WITH_SC, 0);

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_BindNotification(ROOT_TCB, notification));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_OK(seL4_TCB_BindNotification(ROOT_TCB, notification));
    CHECK_OK(seL4_TCB_UnbindNotification(ROOT_TCB));
}

CASE(tcb_errors, context_of_another_is_refused,
        "IllegalOperation for the context, either way round")
{
    word a = object_new(seL4_TCBObject, 0), b = object_new(seL4_TCBObject, 0);
    word sc_a = object_new(seL4_SchedContextObject, 7),
         sc_b = object_new(seL4_SchedContextObject, 7);

    CHECK_OK(seL4_TCB_SetSchedParams(a, ROOT_TCB, 0, 0, sc_a, 0));
    CHECK_OK(seL4_TCB_SetSchedParams(a, ROOT_TCB, 0, 0, sc_a, 0)); /* its own: fine */
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSchedParams(a, ROOT_TCB, 0, 0, sc_b, ROOT_TCB));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSchedParams(b, ROOT_TCB, 0, 0, sc_a, ROOT_TCB));
}

CASE(tcb_errors, blocked_thread_takes_only_a_released_context, "6.5, 6.6: also its own")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word sc = object_new(seL4_SchedContextObject, 7);
    struct thread *thread = thread_syscall(
            (struct registers){ { notification, 0, 0, 0, 0, 0, 0, (word)seL4_SysWait } }, 100,
            WITH_SC, 0);

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_OK(seL4_SchedContext_Unbind(thread->sc));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(sc, thread->tcb));
    CHECK_ERROR(
            seL4_IllegalOperation, seL4_TCB_SetSchedParams(thread->tcb, ROOT_TCB, 255, 100, sc, 0));
    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 1000, 1000, 0, 0));
    CHECK_OK(seL4_TCB_SetSchedParams(thread->tcb, ROOT_TCB, 255, 100, sc, 0));
    CHECK_OK(seL4_TCB_SetSchedParams(thread->tcb, ROOT_TCB, 255, 100, sc, 0));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}
