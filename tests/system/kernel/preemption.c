/* SPDX-License-Identifier: BSD-2-Clause */
/* Long operations yield to interrupts, make progress and end as if undisturbed (4.4, pitfall 18). */
#include "tests/system/harness.h"

#define MANY      4096UL
#define MANY_BITS 12
#define STORM_US  40

/* A CNode full of copies of the capability. */
static word full_cnode(word cap)
{
    word cnode = object_new(seL4_CapTableObject, MANY_BITS);

    for (word i = 0; i < MANY; i++) {
        if (seL4_CNode_Copy(cnode, i, MANY_BITS, ROOT_CNODE, cap, 64, seL4_AllRights)
                != seL4_NoError) {
            case_fail(__FILE__, __LINE__, "a copy cannot be made", 0, i);
        }
    }
    return cnode;
}

/* ---- a storm of interrupts, taken by a thread above the root ---- */

/* result[0]: how many; result[1]: the latest of them, in ticks. */
static void take_storm(struct thread *thread)
{
    word when = counter() + US_TO_TICKS(STORM_US);

    for (;;) {
        timer_arm(when);
        thread_send(thread->arguments[1], IRQAckIRQ, 0, 0);
        thread_wait(thread->arguments[0]);

        word late = counter() - when;
        thread->result[1] = late > thread->result[1] ? late : thread->result[1];
        thread->result[0]++;
        when = counter() + US_TO_TICKS(STORM_US);
    }
}

static struct thread *start_storm(void)
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *storm =
            thread_prepare(take_storm, 254, WITH_SC, 0, notification, timer_irq_handler(), 0);

    seL4_IRQHandler_SetNotification(timer_irq_handler(), notification);
    seL4_TCB_Resume(storm->tcb);
    seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 200);
    return storm;
}

/* The storm was there, and was never kept waiting for long. */
static bool storm_was_served(struct thread *storm, word at_least)
{
    const word limit = 60 + 4 * time_slack();
    word worst;

    seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 255);
    seL4_TCB_Suspend(storm->tcb);
    worst = storm->result[1] * 10 / TICKS_PER_US_X10;
    if (storm->result[0] < at_least) {
        case_fail(
                __FILE__, __LINE__, "interrupts during the operation", at_least, storm->result[0]);
    } else if (worst > limit) {
        case_fail(__FILE__, __LINE__, "worst latency in us", limit, worst);
    } else {
        return true;
    }
    return false;
}

CASE(preemption, revoke_under_a_storm, "4096 capabilities, an interrupt every 40 us")
{
    word endpoint = object_new(seL4_EndpointObject, 0), cnode = full_cnode(endpoint);
    struct thread *storm = start_storm();
    word error = seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64);

    CHECK(storm_was_served(storm, 3));
    CHECK_OK(error);
    for (word i = 0; i < MANY; i += 51) {
        CHECK_ERROR(seL4_FailedLookup,
                seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, cnode, i, MANY_BITS, seL4_AllRights));
    }
}

CASE(preemption, delete_of_a_cnode_under_a_storm, "and its memory is free afterwards")
{
    word memory = object_new(seL4_UntypedObject, MANY_BITS + 5), cnode = slot_new();
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_OK(seL4_Untyped_Retype(
            memory, seL4_CapTableObject, MANY_BITS, ROOT_CNODE, 0, 0, cnode, 1));
    for (word i = 0; i < MANY; i++) {
        CHECK_OK(seL4_CNode_Copy(cnode, i, MANY_BITS, ROOT_CNODE, endpoint, 64, seL4_AllRights));
    }
    struct thread *storm = start_storm();
    word error = seL4_CNode_Delete(ROOT_CNODE, cnode, 64);
    CHECK(storm_was_served(storm, 3));
    CHECK_OK(error);
    CHECK(slot_is_empty(cnode));
    CHECK_OK(seL4_Untyped_Retype(
            memory, seL4_CapTableObject, MANY_BITS, ROOT_CNODE, 0, 0, cnode, 1));
}

CASE(preemption, clearing_under_a_storm, "6.2: 1 MiB; all of it is zero, made once")
{
    const word bits = 20;
    word memory = object_new(seL4_UntypedObject, bits), first = slot_new();
    word cnode = object_new(seL4_CapTableObject, 8);

    /* Dirty all of it. */
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_ARM_SmallPageObject, 0, cnode, 0, 0, 0, 256));
    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    for (word i = 0; i < 256; i++) {
        CHECK_OK(seL4_CNode_Move(ROOT_CNODE, first, 64, cnode, i, 8));
        CHECK_OK(seL4_ARM_Page_Map(first, ROOT_VSPACE, WINDOW + i * 0x1000, seL4_ReadWrite, 3));
        for (word k = 0; k < 0x1000; k += 64) {
            *(volatile word *)(WINDOW + i * 0x1000 + k) = ~0UL;
        }
        CHECK_OK(seL4_CNode_Move(cnode, i, 8, ROOT_CNODE, first, 64));
    }
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, memory, 64));
    struct thread *storm = start_storm();
    word error = seL4_Untyped_Retype(memory, seL4_ARM_SmallPageObject, 0, cnode, 0, 0, 0, 256);
    CHECK(storm_was_served(storm, 1));
    CHECK_OK(error);
    CHECK_ERROR(seL4_NotEnoughMemory,
            seL4_Untyped_Retype(memory, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_MR(0, 0);
    for (word i = 0; i < 256; i++) {
        CHECK_OK(seL4_CNode_Move(ROOT_CNODE, first, 64, cnode, i, 8));
        CHECK_OK(seL4_ARM_Page_Map(first, ROOT_VSPACE, WINDOW + i * 0x1000, seL4_ReadWrite, 3));
        for (word k = 0; k < 0x1000; k += 64) {
            CHECK_EQ(0, *(volatile word *)(WINDOW + i * 0x1000 + k));
        }
        CHECK_OK(seL4_CNode_Move(cnode, i, 8, ROOT_CNODE, first, 64));
    }
}

CASE(preemption, revoke_of_an_untyped_under_a_storm, "threads, CNodes and endpoints in it")
{
    word memory = object_new(seL4_UntypedObject, 19), cnode = object_new(seL4_CapTableObject, 9);

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_TCBObject, 0, cnode, 0, 0, 0, 64));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 6, cnode, 0, 0, 64, 64));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_EndpointObject, 0, cnode, 0, 0, 128, 256));
    struct thread *storm = start_storm();
    word error = seL4_CNode_Revoke(ROOT_CNODE, memory, 64);
    CHECK(storm_was_served(storm, 2));
    CHECK_OK(error);
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_UntypedObject, 19, ROOT_CNODE, 0, 0, slot_new(), 1));
}

CASE(preemption, revoke_within_a_storm_of_copies, "a deep tree: every capability copied once")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word cnode = object_new(seL4_CapTableObject, 11);

    for (word i = 0; i < 1024; i++) {
        CHECK_OK(
                seL4_CNode_Mint(cnode, 2 * i, 11, ROOT_CNODE, endpoint, 64, seL4_AllRights, i + 1));
        CHECK_OK(seL4_CNode_Copy(cnode, 2 * i + 1, 11, cnode, 2 * i, 11, seL4_AllRights));
    }
    struct thread *storm = start_storm();
    word error = seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64);
    CHECK(storm_was_served(storm, 2));
    CHECK_OK(error);
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Copy(ROOT_CNODE, slot_new(), 64, cnode, 2047, 11, seL4_AllRights));
}

/* ---- seen from outside while it goes on ---- */

/* A thread that deletes the slot, at priority 100; the root comes back after `us`. */
static struct thread *delete_for(word slot, word us)
{
    struct thread *thread = thread_syscall(
            call_registers(ROOT_CNODE, CNodeDelete, 0, 2, slot, 64, 0, 0), 100, WITH_SC, 0);

    seL4_TCB_Resume(thread->tcb);
    let_others_run(us);
    return thread;
}

CASE(preemption, slot_holds_a_zombie, "4.4: not invocable, not derivable, not empty")
{
    word endpoint = object_new(seL4_EndpointObject, 0), cnode = full_cnode(endpoint);
    struct thread *thread = delete_for(cnode, 60);

    CHECK_EQ(0, thread->stage);
    CHECK_EQ(seL4_InvalidCapability, invoke_with(cnode, CNodeDelete, 0, 2, 0, MANY_BITS, 0, 0));
    CHECK_MR(0, 0);
    CHECK_ERROR(seL4_IllegalOperation, copy_to(slot_new(), cnode));
    CHECK_ERROR(seL4_DeleteFirst, copy_to(cnode, endpoint));
    let_others_run(20000);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_NoError, thread_error(thread));
    CHECK(slot_is_empty(cnode));
}

CASE(preemption, another_may_finish_it, "4.4: deleting the zombie continues")
{
    word cnode = full_cnode(object_new(seL4_EndpointObject, 0));
    struct thread *thread = delete_for(cnode, 60);

    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK(slot_is_empty(cnode));
    let_others_run(1000);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_NoError, thread_error(thread));
}

CASE(preemption, caller_suspended_and_resumed, "the operation is repeated and ends")
{
    word cnode = full_cnode(object_new(seL4_EndpointObject, 0));
    struct thread *thread = delete_for(cnode, 60);

    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    let_others_run(5000);
    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(20000);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_NoError, thread_error(thread));
    CHECK(slot_is_empty(cnode));
}

CASE(preemption, caller_deleted_meanwhile, "what it began can be ended by another")
{
    word cnode = full_cnode(object_new(seL4_EndpointObject, 0));
    struct thread *thread = delete_for(cnode, 60);

    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, thread->tcb, 64));
    let_others_run(5000);
    CHECK_ERROR(seL4_IllegalOperation, copy_to(slot_new(), cnode));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK(slot_is_empty(cnode));
}

CASE(preemption, revoke_makes_progress, "interrupted every 60 us by its suspension, it still ends")
{
    word endpoint = object_new(seL4_EndpointObject, 0), cnode = full_cnode(endpoint);
    struct thread *thread = thread_syscall(
            call_registers(ROOT_CNODE, CNodeRevoke, 0, 2, endpoint, 64, 0, 0), 100, WITH_SC, 0);
    word rounds = 0;

    while (thread->stage == 0 && rounds < 400) {
        CHECK_OK(seL4_TCB_Resume(thread->tcb));
        let_others_run(60);
        CHECK_OK(seL4_TCB_Suspend(thread->tcb));
        rounds++;
    }
    CHECK_EQ(1, thread->stage);
    CHECK(rounds > 1);
    CHECK_EQ(seL4_NoError, thread_error(thread));
    CHECK_ERROR(seL4_FailedLookup,
            seL4_CNode_Copy(
                    ROOT_CNODE, slot_new(), 64, cnode, MANY - 1, MANY_BITS, seL4_AllRights));
}

CASE(preemption, operations_by_send_are_repeated, "2.3: also without an answer")
{
    word cnode = full_cnode(object_new(seL4_EndpointObject, 0));
    struct registers send = call_registers(ROOT_CNODE, CNodeDelete, 0, 2, cnode, 64, 0, 0);
    struct thread *thread;

    send.x[7] = (word)seL4_SysSend;
    thread = thread_syscall(send, 100, WITH_SC, 0);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(60);
    CHECK_EQ(0, thread->stage);
    CHECK_ERROR(seL4_IllegalOperation, copy_to(slot_new(), cnode));
    let_others_run(20000);
    CHECK_EQ(1, thread->stage);
    CHECK(slot_is_empty(cnode));
}

CASE(preemption, first_phase_is_repeated,
        "2.3: clearing memory in NBSendWait; then the receive phase")
{
    word memory = object_new(seL4_UntypedObject, 21), slot = slot_new();
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread;

    /* Used memory: the next Retype clears 2 MiB. */
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_ARM_LargePageObject, 0, ROOT_CNODE, 0, 0, slot, 1));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, slot, 64));
    thread = thread_syscall(
            (struct registers){ { notification, UntypedRetype << 12 | 1 << 7 | 6,
                    seL4_ARM_LargePageObject, 0, 0, 0, memory, (word)seL4_SysNBSendWait } },
            100, WITH_SC, 0);
    thread->buffer->caps_or_badges[0] = ROOT_CNODE;
    thread->buffer->msg[4] = slot;
    thread->buffer->msg[5] = 1;
    seL4_Signal(cap_mint(notification, 9));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(40);
    CHECK_EQ(0, thread->stage);
    CHECK(slot_is_empty(slot));
    let_others_run(50000);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(9, thread->registers.x[0]);
    CHECK(!slot_is_empty(slot));
}

CASE(preemption, context_lost_in_between,
        "the thread that revokes loses its own, and ends with a new one")
{
    word memory = object_new(seL4_UntypedObject, 19), cnode = object_new(seL4_CapTableObject, 9);
    word sc = slot_new(), fresh = object_new(seL4_SchedContextObject, 8);
    struct thread *thread = thread_syscall(
            call_registers(ROOT_CNODE, CNodeRevoke, 0, 2, memory, 64, 0, 0), 100, WITHOUT_SC, 0);

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 6, cnode, 0, 0, 0, 64));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_SchedContextObject, 8, ROOT_CNODE, 0, 0, sc, 1));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_CapTableObject, 6, cnode, 0, 0, 64, 64));
    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0));
    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, fresh, 5000, 5000, 0, 0));
    CHECK_OK(seL4_SchedContext_Bind(sc, thread->tcb));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    for (word i = 0; i < 100; i++) {
        let_others_run(20);
    }
    CHECK_EQ(0, thread->stage);
    CHECK(slot_is_empty(sc));
    CHECK_OK(seL4_SchedContext_Bind(fresh, thread->tcb));
    let_others_run(5000);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_NoError, thread_error(thread));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_UntypedObject, 19, ROOT_CNODE, 0, 0, sc, 1));
}

CASE(preemption, limited_budget_stops_it_in_between,
        "9.4: charged and restarted, over several periods")
{
    word cnode = full_cnode(object_new(seL4_EndpointObject, 0));
    struct thread *thread = thread_syscall(
            call_registers(ROOT_CNODE, CNodeDelete, 0, 2, cnode, 64, 0, 0), 100, WITH_SC, 0);

    CHECK_OK(
            seL4_SchedControl_Configure(boot_info->schedcontrol.start, thread->sc, 50, 2000, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(1500);
    CHECK_EQ(0, thread->stage);
    for (word i = 0; i < 100 && thread->stage == 0; i++) {
        let_others_run(2000);
    }
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_NoError, thread_error(thread));
    CHECK(slot_is_empty(cnode));
}

CASE(preemption, cspace_in_a_long_deletion,
        "4.4: SetSpace is refused while the TCB's slot holds it")
{
    word tcb = object_new(seL4_TCBObject, 0);
    word cnode = full_cnode(object_new(seL4_EndpointObject, 0));

    CHECK_OK(seL4_TCB_SetSpace(tcb, 0, cnode, 0, ROOT_VSPACE, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSpace(tcb, 0, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    /* With the TCB the last capability goes, and with that all that is in it. */
    struct thread *storm = start_storm();
    word error = seL4_CNode_Delete(ROOT_CNODE, tcb, 64);
    CHECK(storm_was_served(storm, 2));
    CHECK_OK(error);
}
