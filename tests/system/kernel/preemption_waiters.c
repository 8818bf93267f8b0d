/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects at which many threads wait are deleted, or their sends cancelled, while interrupts come
 * in: each thread ends as if it had been done at once (4.4, 6.3).
 */
#include "tests/system/harness.h"

#define WAITERS 100UL

static word waiters[WAITERS];
static word parked; /* where they go on to wait afterwards */

/* Makes the call in its registers, leaves x0 and x1 in x19 and x21, then waits on x20. No stack. */
void call_then_park(void);
__asm__("call_then_park:\n"
        "    svc #0\n"
        "    mov x19, x0\n"
        "    mov x21, x1\n"
        "    mov x0, x20\n"
        "    mov x7, #-9\n" /* seL4_SysWait */
        "1:  svc #0\n"
        "    b 1b\n");

/* WAITERS threads at priority 50; thread i makes the call on target(i). */
static void start_waiters(word number, word target, bool badged)
{
    seL4_UserContext context = { .pc = (word)call_then_park, .x7 = number };

    parked = object_new(seL4_NotificationObject, 0);
    context.x20 = parked;
    for (word i = 0; i < WAITERS; i++) {
        word sc = object_new(seL4_SchedContextObject, 7);

        waiters[i] = object_new(seL4_TCBObject, 0);
        context.x0 = badged ? cap_mint(target, 1 + i % 2) : target;
        if (seL4_TCB_Configure(waiters[i], ROOT_CNODE, 0, ROOT_VSPACE, 0, 0, 0) != 0
                || seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0)
                        != 0
                || seL4_TCB_SetSchedParams(waiters[i], ROOT_TCB, 50, 50, sc, 0) != 0
                || seL4_TCB_WriteRegisters(
                           waiters[i], 1, 0, sizeof(context) / sizeof(word), &context)
                        != 0) {
            case_fail(__FILE__, __LINE__, "a thread cannot be started", 0, i);
        }
    }
    let_others_run(20000);
}

/* What is left of a waiter: the x1 of its call, or a number no call gives. */
static word outcome(word i)
{
    seL4_UserContext context;

    if (seL4_TCB_ReadRegisters(waiters[i], 0, 0, sizeof(context) / sizeof(word), &context) != 0
            || context.x0 != parked) {
        return (word)-1;
    }
    return context.x21;
}

/* The operation at priority 100, with an interrupt each `us`, until it has ended. */
static word do_interrupted(word label, word slot, word us)
{
    struct thread *thread = thread_syscall(
            call_registers(ROOT_CNODE, label, 0, 2, slot, 64, 0, 0), 100, WITH_SC, 0);

    seL4_TCB_Resume(thread->tcb);
    for (word i = 0; i < 10000 && thread->stage == 0; i++) {
        let_others_run(us);
    }
    return thread_error(thread);
}

CASE(preemption, endpoint_with_many_callers,
        "each call then fails, however often it is interrupted")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    start_waiters((word)seL4_SysCall, endpoint, false);
    CHECK_EQ(seL4_NoError, do_interrupted(CNodeDelete, endpoint, 3));
    CHECK(slot_is_empty(endpoint));
    let_others_run(20000);
    for (word i = 0; i < WAITERS; i++) {
        CHECK_EQ(seL4_InvalidCapability << 12 | 1, outcome(i));
    }
}

CASE(preemption, endpoint_freed_with_its_memory, "Revoke of the untyped: nobody is left in a queue")
{
    word memory = object_new(seL4_UntypedObject, 12), endpoint = slot_new();

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, endpoint, 1));
    start_waiters((word)seL4_SysCall, endpoint, false);
    CHECK_EQ(seL4_NoError, do_interrupted(CNodeRevoke, memory, 3));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_UntypedObject, 12, ROOT_CNODE, 0, 0, endpoint, 1));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
    let_others_run(20000);
    for (word i = 0; i < WAITERS; i++) {
        CHECK_EQ(seL4_InvalidCapability << 12 | 1, outcome(i));
        CHECK_OK(seL4_TCB_SetPriority(waiters[i], ROOT_TCB, 60));
    }
}

CASE(preemption, notification_with_many_waiters, "each of them faults")
{
    word notification = object_new(seL4_NotificationObject, 0), badge;
    struct handler handler = handler_new();

    start_waiters((word)seL4_SysWait, notification, false);
    for (word i = 0; i < WAITERS; i++) {
        CHECK_OK(seL4_TCB_SetSpace(
                waiters[i], cap_mint(handler.endpoint, 1 + i), ROOT_CNODE, 0, ROOT_VSPACE, 0));
    }
    CHECK_EQ(seL4_NoError, do_interrupted(CNodeDelete, notification, 3));
    CHECK(slot_is_empty(notification));
    let_others_run(20000);
    for (word i = 0; i < WAITERS; i++) {
        seL4_MessageInfo_t info = seL4_NBRecv(handler.endpoint, &badge, handler.reply);

        CHECK_EQ(1 + i, badge);
        CHECK_EQ(seL4_Fault_CapFault, seL4_MessageInfo_get_label(info));
        CHECK_MR(1, notification);
        CHECK_MR(2, 1);
    }
}

CASE(preemption, many_sends_are_cancelled, "those with the badge, and only those")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word badge, left = 0;

    start_waiters((word)seL4_SysSend, endpoint, true);
    CHECK_EQ(seL4_NoError, do_interrupted(CNodeCancelBadgedSends, cap_mint(endpoint, 2), 3));
    /* They are free to send again, at the end of the queue; before them are the others. */
    for (word i = 0; i < WAITERS / 2; i++) {
        seL4_NBRecv(endpoint, &badge, reply);
        CHECK_EQ(1, badge);
    }
    let_others_run(20000);
    for (seL4_NBRecv(endpoint, &badge, reply); badge != 0; seL4_NBRecv(endpoint, &badge, reply)) {
        CHECK_EQ(2, badge);
        left++;
    }
    CHECK_EQ(WAITERS / 2, left);
}
