/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications (sel4-abi.md, 8). */
#include "tests/system/harness.h"

static void waiter(struct thread *thread)
{
    thread->result[0] = thread_wait(thread->arguments[0]);
    thread->stage = 1;
}

CASE(notification, badges_are_collected, "OR until delivery")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word badge;

    seL4_Signal(cap_mint(notification, 1));
    seL4_Signal(cap_mint(notification, 8));
    seL4_Wait(notification, &badge);
    CHECK_EQ(9, badge);
    seL4_Poll(notification, &badge);
    CHECK_EQ(0, badge);
}

CASE(notification, poll_writes_only_x0, "pitfall 1")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct registers r = { { notification, 71, 72, 73, 74, 75, 0, (word)seL4_SysNBWait } };

    raw_syscall(&r);
    CHECK_EQ(0, r.x[0]);
    CHECK_EQ(71, r.x[1]);
    CHECK_EQ(72, r.x[2]);
    CHECK_EQ(75, r.x[5]);
    seL4_Signal(cap_mint(notification, 2));
    r.x[0] = notification;
    raw_syscall(&r);
    CHECK_EQ(2, r.x[0]);
    CHECK_EQ(71, r.x[1]);
    CHECK_EQ(75, r.x[5]);
}

CASE(notification, waiter_wakes_with_the_badge, "8.1")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_start(waiter, 100, WITH_SC, 0, notification, 0, 0);

    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Signal(cap_mint(notification, 12));
    let_others_run(300);
    CHECK_EQ(12, thread->result[0]);
}

CASE(notification, highest_priority_waiter_is_first, "pitfall 28")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *low = thread_start(waiter, 90, WITH_SC, 0, notification, 0, 0);

    let_others_run(300);
    struct thread *high = thread_start(waiter, 110, WITH_SC, 0, notification, 0, 0);
    let_others_run(300);
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(0, low->stage);
    CHECK_EQ(1, high->stage);
}

static void receiver(struct thread *thread)
{
    struct registers out;

    thread->result[0] = thread_recv(thread->arguments[0], thread->arguments[1], &out);
    thread->result[1] = out.x[1];
    thread->stage = 1;
}

CASE(notification, bound_one_interrupts_a_receive, "8.1")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_start(receiver, 100, WITH_SC, 0, endpoint, reply, 0);

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    let_others_run(300);
    seL4_Signal(cap_mint(notification, 5));
    let_others_run(300);
    CHECK_EQ(5, thread->result[0]);
}

CASE(notification, bound_one_is_delivered_before_senders, "pitfall 26")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word badge;

    CHECK_OK(seL4_TCB_BindNotification(ROOT_TCB, notification));
    thread_start(receiver, 100, WITH_SC, 0, endpoint, reply, 0);
    let_others_run(300);
    seL4_Signal(cap_mint(notification, 4));
    seL4_NBRecv(endpoint, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_OK(seL4_TCB_UnbindNotification(ROOT_TCB));
    CHECK_EQ(4, badge);
}

CASE(notification, signal_needs_write_wait_needs_read, "3.4")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word read_only = slot_new();

    CHECK_OK(
            seL4_CNode_Copy(ROOT_CNODE, read_only, 64, ROOT_CNODE, notification, 64, seL4_CanRead));
    CHECK_EQ(seL4_InvalidCapability,
            seL4_MessageInfo_get_label(seL4_Call(read_only, seL4_MessageInfo_new(0, 0, 0, 0))));
}

/* Passive after its first receive: its context is bound to its notification, too. */
static void passive_loop(struct thread *thread)
{
    for (;;) {
        thread->result[0] |= thread_recv(thread->arguments[0], thread->arguments[1], 0);
        thread->stage++;
    }
}

CASE(notification, lends_its_context, "8.3: the mechanism behind passive PDs")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_prepare(passive_loop, 100, WITH_SC, 0, endpoint, reply, 0);

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, notification));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    /* It has given its context to the notification: another thread could have it now. */
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(thread->sc, thread->tcb));
    seL4_Signal(cap_mint(notification, 1));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    seL4_Signal(cap_mint(notification, 2));
    let_others_run(300);
    CHECK_EQ(2, thread->stage);
    CHECK_EQ(3, thread->result[0]);
}

CASE(notification, bound_to_another_cannot_be_waited_on, "the receive faults")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word handler = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_BindNotification(tcb, notification));
    thread_start(waiter, 100, WITH_SC, handler, notification, 0, 0);
    seL4_MessageInfo_t info = seL4_Recv(handler, 0, reply);
    CHECK_EQ(seL4_Fault_CapFault, seL4_MessageInfo_get_label(info));
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
    CHECK_MR(seL4_CapFault_LookupFailureType, seL4_MissingCapability);
}
