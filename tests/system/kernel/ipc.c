/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints, replies, donation, capability transfer (sel4-abi.md, 4.5, 7). */
#include "tests/system/harness.h"

static void sender(struct thread *thread)
{
    thread_send(thread->arguments[0], 77, 2, thread->arguments[1]);
    thread->stage = 1;
}

static void caller(struct thread *thread)
{
    struct registers out;

    thread->result[0] = thread_call(thread->arguments[0], 5, 1, thread->arguments[1], &out);
    thread->result[1] = out.x[1];
    thread->stage = 1;
}

CASE(ipc, message_brings_label_length_and_badge, "7.4")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    word badge;
    struct thread *thread = thread_start(sender, 100, WITH_SC, 0, cap_mint(endpoint, 33), 1234, 0);
    seL4_MessageInfo_t info = seL4_Recv(endpoint, &badge, reply);

    CHECK_EQ(33, badge);
    CHECK_EQ(77, seL4_MessageInfo_get_label(info));
    CHECK_EQ(2, seL4_MessageInfo_get_length(info));
    CHECK_EQ(1234, seL4_GetMR(0));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}

CASE(ipc, registers_beyond_the_length_are_untouched, "7.4")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);

    thread_start(sender, 100, WITH_SC, 0, endpoint, 5, 0);
    let_others_run(300);

    struct registers r = { { endpoint, 0, 91, 92, 93, 94, reply, (word)seL4_SysRecv } };

    raw_syscall(&r);
    CHECK_EQ(5, r.x[2]);
    CHECK_EQ(0, r.x[3]);
    CHECK_EQ(93, r.x[4]);
    CHECK_EQ(94, r.x[5]);
}

CASE(ipc, call_and_reply, "the reply has badge 0")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_start(caller, 100, WITH_SC, 0, endpoint, 8, 0);

    seL4_Recv(endpoint, 0, reply);
    CHECK_EQ(8, seL4_GetMR(0));
    CHECK_EQ(0, thread->stage);
    seL4_SetMR(0, 99);
    seL4_Send(reply, seL4_MessageInfo_new(3, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(99, thread->result[0]);
    CHECK_EQ(3 << 12 | 1, thread->result[1]);
}

CASE(ipc, reply_to_nobody_does_nothing, "7.5")
{
    word reply = object_new(seL4_ReplyObject, 0);

    CHECK_EQ(0, seL4_MessageInfo_get_label(seL4_Call(reply, seL4_MessageInfo_new(0, 0, 0, 0))));
}

CASE(ipc, send_right_is_needed, "InvalidCapability(0) for Call")
{
    word endpoint = cap_copy(object_new(seL4_EndpointObject, 0), seL4_CanRead);

    CHECK_EQ(seL4_InvalidCapability,
            seL4_MessageInfo_get_label(seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 0))));
    CHECK_MR(0, 0);
}

CASE(ipc, nbsend_without_receiver_is_dropped, "7.2")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word badge = 99;

    seL4_NBSend(endpoint, seL4_MessageInfo_new(1, 0, 0, 0));
    seL4_NBRecv(endpoint, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(0, badge);
}

CASE(ipc, call_without_grant_strands_the_caller, "pitfall 21")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread =
            thread_start(caller, 100, WITH_SC, 0, cap_copy(endpoint, seL4_CanWrite), 8, 0);

    seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(8, seL4_GetMR(0));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK(!thread_is_blocked(thread));
}

CASE(ipc, wait_without_reply_object_strands_the_caller, "pitfall 21")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_start(caller, 100, WITH_SC, 0, endpoint, 8, 0);

    seL4_Wait(endpoint, 0);
    CHECK_EQ(8, seL4_GetMR(0));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK(!thread_is_blocked(thread));
}

CASE(ipc, reply_object_in_use_cancels_its_caller, "pitfall 23")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *first = thread_start(caller, 100, WITH_SC, 0, endpoint, 1, 0);

    seL4_Recv(endpoint, 0, reply);
    struct thread *second = thread_start(caller, 100, WITH_SC, 0, endpoint, 2, 0);
    seL4_Recv(endpoint, 0, reply);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(0, first->stage);
    CHECK_EQ(1, second->stage);
}

CASE(ipc, queue_is_ordered_by_priority, "first come first served among equals")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);

    thread_start(sender, 100, WITH_SC, 0, endpoint, 1, 0);
    let_others_run(300);
    thread_start(sender, 120, WITH_SC, 0, endpoint, 2, 0);
    let_others_run(300);
    thread_start(sender, 120, WITH_SC, 0, endpoint, 3, 0);
    let_others_run(300);
    const word order[] = { 2, 3, 1 };
    for (int i = 0; i < 3; i++) {
        seL4_Recv(endpoint, 0, reply);
        CHECK_EQ(order[i], seL4_GetMR(0));
    }
}

CASE(ipc, priority_change_reorders_the_queue, "7.1")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *first = thread_start(sender, 120, WITH_SC, 0, endpoint, 1, 0);

    let_others_run(300);
    thread_start(sender, 110, WITH_SC, 0, endpoint, 2, 0);
    let_others_run(300);
    CHECK_OK(seL4_TCB_SetPriority(first->tcb, ROOT_TCB, 100));
    seL4_Recv(endpoint, 0, reply);
    CHECK_EQ(2, seL4_GetMR(0));
}

CASE(ipc, long_message_goes_through_the_buffers, "120 words")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_prepare(sender, 100, WITH_SC, 0, endpoint, 5, 0);

    for (int i = 0; i < 120; i++) {
        thread->buffer->msg[i] = 1000 + (word)i;
    }
    /* The thread sends two words; enlarge the message by starting it with other registers. */
    seL4_UserContext context;
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
    context.pc = (word)raw_syscall;
    static struct registers r;
    r = (struct registers){ { endpoint, 127, 1, 2, 3, 4, 0, (word)seL4_SysSend } };
    context.x0 = (word)&r;
    context.x30 = (word)thread_stop;
    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 1, 0, 36, &context));
    seL4_MessageInfo_t info = seL4_Recv(endpoint, 0, reply);
    CHECK_EQ(120, seL4_MessageInfo_get_length(info));
    CHECK_EQ(1, seL4_GetMR(0));
    CHECK_EQ(4, seL4_GetMR(3));
    for (int i = 4; i < 120; i++) {
        CHECK_EQ(1000 + (word)i, seL4_GetMR(i));
    }
}

CASE(ipc, without_buffer_four_words_arrive, "2.5")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_prepare(sender, 100, WITH_SC, 0, endpoint, 5, 0);
    seL4_UserContext context;
    static struct registers r;

    CHECK_OK(seL4_TCB_SetIPCBuffer(thread->tcb, 0, 0));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
    r = (struct registers){ { endpoint, 20, 1, 2, 3, 4, 0, (word)seL4_SysSend } };
    context.pc = (word)raw_syscall;
    context.x0 = (word)&r;
    context.x30 = (word)thread_stop;
    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 1, 0, 36, &context));
    CHECK_EQ(4, seL4_MessageInfo_get_length(seL4_Recv(endpoint, 0, reply)));
}

static void cap_sender(struct thread *thread)
{
    struct registers r = { { thread->arguments[0], thread->arguments[2] << 7 | 1, 5, 0, 0, 0, 0,
            (word)seL4_SysSend } };

    thread->buffer->caps_or_badges[0] = thread->arguments[1];
    thread->buffer->caps_or_badges[1] = thread->arguments[1];
    raw_syscall(&r);
    thread->stage = 1;
}

CASE(ipc, capability_is_transferred_with_grant, "4.5")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word notification = object_new(seL4_NotificationObject, 0);
    word dest = slot_new();

    seL4_SetCapReceivePath(ROOT_CNODE, dest, 64);
    thread_start(cap_sender, 100, WITH_SC, 0, endpoint, notification, 1);
    seL4_MessageInfo_t info = seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(1, seL4_MessageInfo_get_extraCaps(info));
    CHECK_EQ(0, seL4_MessageInfo_get_capsUnwrapped(info));
    seL4_Signal(dest);
    word badge = 0;
    seL4_NBWait(notification, &badge);
    CHECK_EQ(seL4_NoError, seL4_CNode_Delete(ROOT_CNODE, dest, 64));
}

CASE(ipc, one_slot_a_message, "the second capability stops the transfer")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word notification = object_new(seL4_NotificationObject, 0);

    seL4_SetCapReceivePath(ROOT_CNODE, slot_new(), 64);
    thread_start(cap_sender, 100, WITH_SC, 0, endpoint, notification, 2);
    CHECK_EQ(1,
            seL4_MessageInfo_get_extraCaps(
                    seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0))));
}

CASE(ipc, own_endpoint_is_unwrapped_to_its_badge, "4.5")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    thread_start(cap_sender, 100, WITH_SC, 0, endpoint, cap_mint(endpoint, 55), 1);
    seL4_MessageInfo_t info = seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(1, seL4_MessageInfo_get_extraCaps(info));
    CHECK_EQ(1, seL4_MessageInfo_get_capsUnwrapped(info));
    CHECK_EQ(55, seL4_GetBadge(0));
}

CASE(ipc, without_grant_no_capability_arrives, "4.5")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    seL4_SetCapReceivePath(ROOT_CNODE, slot_new(), 64);
    thread_start(cap_sender, 100, WITH_SC, 0, cap_copy(endpoint, seL4_CanWrite), endpoint, 1);
    CHECK_EQ(0,
            seL4_MessageInfo_get_extraCaps(
                    seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0))));
}

CASE(ipc, passive_server_runs_on_the_callers_context, "donation over call and reply")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *passive = passive_server(endpoint, reply, 150);

    CHECK(passive != 0);
    struct thread *client = thread_start(caller, 100, WITH_SC, 0, endpoint, 41, 0);
    let_others_run(300);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(42, client->result[0]);
    CHECK_EQ(1, passive->result[0]);
}

CASE(ipc, passive_server_of_lower_priority, "the caller's context makes it run all the same")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);

    CHECK(passive_server(endpoint, reply, 50) != 0);
    struct thread *client = thread_start(caller, 100, WITH_SC, 0, endpoint, 41, 0);
    let_others_run(300);
    CHECK_EQ(42, client->result[0]);
}

CASE(ipc, plain_send_does_not_donate, "pitfall 22")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *passive = passive_server(endpoint, reply, 150);

    CHECK(passive != 0);
    struct thread *client = thread_start(sender, 100, WITH_SC, 0, endpoint, 41, 0);
    let_others_run(300);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(0, passive->result[0]);
}

static void chain(struct thread *thread)
{
    struct registers out;

    thread_recv(thread->arguments[0], thread->arguments[1], &out);
    for (;;) {
        word inner = thread_call(thread->arguments[2], 0, 1, out.x[2] * 2, 0);

        thread_reply_recv(thread->arguments[0], thread->arguments[1], 1, inner, &out);
    }
}

CASE(ipc, nested_donation_comes_back, "call stack of two")
{
    word outer = object_new(seL4_EndpointObject, 0), inner = object_new(seL4_EndpointObject, 0);
    word reply_a = object_new(seL4_ReplyObject, 0), reply_b = object_new(seL4_ReplyObject, 0);
    struct thread *middle;

    CHECK(passive_server(inner, reply_b, 160) != 0);
    middle = thread_start(chain, 150, WITH_SC, 0, outer, reply_a, inner);
    let_others_run(300);
    CHECK_OK(seL4_SchedContext_Unbind(middle->sc));
    struct thread *client = thread_start(caller, 100, WITH_SC, 0, outer, 10, 0);
    let_others_run(200);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(21, client->result[0]);
}

CASE(ipc, deleting_the_head_reply_returns_the_context, "pitfall 25: the caller becomes inactive")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *client = thread_start(caller, 100, WITH_SC, 0, endpoint, 1, 0);

    seL4_Recv(endpoint, 0, reply);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, reply, 64));
    let_others_run(300);
    CHECK_EQ(0, client->stage);
    CHECK_OK(seL4_TCB_Resume(client->tcb));
    let_others_run(300);
    /* It repeats its call. */
    seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(1, seL4_GetMR(0));
}

CASE(ipc, first_phase_refuses_some_capabilities, "pitfall 3: TCBs, but not IRQ handlers")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word tcb = object_new(seL4_TCBObject, 0);

    seL4_Signal(notification);
    struct registers r = { { notification, TCBResume << 12, 0, 0, 0, 0, tcb,
            (word)seL4_SysNBSendWait } };
    raw_syscall(&r);
    /* Nothing to see but that the receive phase has run. */
    CHECK_EQ(0, r.x[0]);
    seL4_Signal(cap_mint(notification, 6));
    r = (struct registers){ { notification, 0, 0, 0, 0, 0, slot_new(), (word)seL4_SysNBSendWait } };
    raw_syscall(&r);
    CHECK_EQ(6, r.x[0]);
}

CASE(ipc, nbsendrecv_sends_then_receives, "one kernel entry")
{
    word to = object_new(seL4_NotificationObject, 0), from = object_new(seL4_NotificationObject, 0);

    seL4_Signal(cap_mint(from, 3));
    struct registers r = { { from, 0, 0, 0, 0, 0, 0, (word)seL4_SysNBSendRecv, cap_mint(to, 4) } };
    raw_syscall(&r);
    CHECK_EQ(3, r.x[0]);
    word badge;
    seL4_Poll(to, &badge);
    CHECK_EQ(4, badge);
}

/* ---- rights and odd targets ---- */

CASE(ipc, send_without_right_is_dropped, "2.3: an error, and errors are only for Call: no fault")
{
    struct handler handler = handler_new();
    const word targets[] = { cap_copy(object_new(seL4_EndpointObject, 0), seL4_CanRead),
        cap_copy(object_new(seL4_NotificationObject, 0), seL4_CanRead), slot_new() };

    for (word i = 0; i < 3; i++) {
        struct thread *thread =
                thread_do_handled(receive_registers((word)seL4_SysSend, targets[i], 0), &handler);

        CHECK_EQ(1, thread->stage);
    }
}

CASE(ipc, capability_without_rights, "neither side")
{
    struct handler handler = handler_new();
    word endpoint = cap_copy(object_new(seL4_EndpointObject, 0), seL4_NoRights);

    CHECK_EQ(seL4_InvalidCapability, invoke(endpoint, 0, 0, 0));
    CHECK_MR(0, 0);
    thread_do_handled(receive_registers((word)seL4_SysNBWait, endpoint, 0), &handler);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
}

CASE(ipc, suspended_sender_takes_its_message_back, "11.3: out of all queues")
{
    word endpoint = object_new(seL4_EndpointObject, 0), badge = 99;
    struct thread *thread = thread_start(sender, 100, WITH_SC, 0, cap_mint(endpoint, 3), 5, 0);

    let_others_run(300);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    seL4_NBWait(endpoint, &badge);
    CHECK_EQ(0, badge);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    seL4_Wait(endpoint, &badge);
    CHECK_EQ(3, badge);
    CHECK_EQ(5, seL4_GetMR(0));
}

CASE(ipc, resumed_sender_goes_to_the_end, "Resume of a blocked thread repeats its call")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *first = thread_start(sender, 100, WITH_SC, 0, endpoint, 1, 0);

    let_others_run(300);
    thread_start(sender, 100, WITH_SC, 0, endpoint, 2, 0);
    let_others_run(300);
    CHECK_OK(seL4_TCB_Resume(first->tcb));
    let_others_run(300);
    seL4_Recv(endpoint, 0, reply);
    CHECK_EQ(2, seL4_GetMR(0));
    seL4_Recv(endpoint, 0, reply);
    CHECK_EQ(1, seL4_GetMR(0));
}

CASE(ipc, deleted_sender_leaves_the_queue, "4.4: with its TCB")
{
    word endpoint = object_new(seL4_EndpointObject, 0), badge = 99;
    struct thread *thread = thread_start(sender, 100, WITH_SC, 0, cap_mint(endpoint, 3), 5, 0);

    let_others_run(300);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, thread->tcb, 64));
    seL4_NBWait(endpoint, &badge);
    CHECK_EQ(0, badge);
}

CASE(ipc, wait_with_an_active_bound_notification, "7.3: also Wait and NBWait look at it first")
{
    word notification = object_new(seL4_NotificationObject, 0), a = 0, b = 0, c = 99;
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_OK(seL4_TCB_BindNotification(ROOT_TCB, notification));
    seL4_Signal(cap_mint(notification, 3));
    seL4_Wait(endpoint, &a);
    seL4_Signal(cap_mint(notification, 4));
    seL4_NBWait(endpoint, &b);
    seL4_NBWait(endpoint, &c);
    CHECK_OK(seL4_TCB_UnbindNotification(ROOT_TCB));
    CHECK_EQ(3, a);
    CHECK_EQ(4, b);
    CHECK_EQ(0, c);
}

CASE(ipc, reply_recv_without_reply_object, "its first phase is dropped, its receive faults at x6")
{
    struct handler handler = handler_new();
    word endpoint = object_new(seL4_EndpointObject, 0), empty = slot_new();

    thread_do_handled(receive_registers((word)seL4_SysReplyRecv, endpoint, empty), &handler);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, empty);
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
}

CASE(ipc, reply_recv_to_a_higher_client, "it runs at once, the server is receiving already")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *passive = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 90);
    struct thread *high =
            thread_syscall(call_registers(endpoint, 0, 0, 1, 1, 0, 0, 0), 120, WITH_SC, 0);

    CHECK_OK(seL4_TCB_Resume(high->tcb));
    let_others_run(300);
    CHECK_EQ(1, high->stage);
    CHECK_EQ(2, high->registers.x[2]);
    CHECK(thread_is_blocked(passive) || !thread_has_context(passive));
    struct thread *again = client_call(endpoint, 8);
    CHECK_EQ(9, again->registers.x[2]);
}

CASE(ipc, fault_through_grant_reply_only, "6.5: enough for a handler; its reply works")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_syscall((struct registers){ { 0, 0, 0, 0, 0, 0, 0, 4711 } }, 100,
            WITH_SC, cap_copy(handler.endpoint, seL4_CapRights_new(1, 0, 0, 1)));

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    seL4_SetMR(seL4_UnknownSyscall_FaultIP, seL4_GetMR(seL4_UnknownSyscall_FaultIP) + 4);
    answer(&handler, 0, 9);
    CHECK_EQ(1, thread->stage);
}

static void many_calls(struct thread *thread)
{
    for (word i = 0; i < 200; i++) {
        thread->result[0] += thread_call(thread->arguments[0], 0, 1, i, 0) == i + 1;
    }
    thread->stage = 1;
}

CASE(ipc, two_clients_of_one_server, "400 calls, all answered to the right one")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *clients[2];

    CHECK(passive_server(endpoint, object_new(seL4_ReplyObject, 0), 100) != 0);
    for (word i = 0; i < 2; i++) {
        clients[i] = thread_prepare(many_calls, 100, WITH_SC, 0, endpoint, 0, 0);
        CHECK_OK(seL4_SchedControl_Configure(
                boot_info->schedcontrol.start, clients[i]->sc, 100, 100 + i * 100, 8, 0));
        CHECK_OK(seL4_TCB_Resume(clients[i]->tcb));
    }
    for (word i = 0; i < 100 && (clients[0]->stage == 0 || clients[1]->stage == 0); i++) {
        let_others_run(1000);
    }
    CHECK_EQ(200, clients[0]->result[0]);
    CHECK_EQ(200, clients[1]->result[0]);
}
