/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: queues, bound ones in every state of their thread, contexts they lend (8). */
#include "tests/system/harness.h"

static word new_notification(void)
{
    return object_new(seL4_NotificationObject, 0);
}

static struct thread *waiting_thread(word notification, word priority)
{
    struct thread *thread = thread_syscall(
            receive_registers((word)seL4_SysWait, notification, 0), priority, WITH_SC, 0);

    seL4_TCB_Resume(thread->tcb);
    let_others_run(300);
    return thread;
}

CASE(notification_effects, one_signal_wakes_one, "8.1: first come first served among equals")
{
    word notification = new_notification();
    struct thread *threads[3];

    for (word i = 0; i < 3; i++) {
        threads[i] = waiting_thread(notification, 100);
    }
    for (word i = 0; i < 3; i++) {
        seL4_Signal(cap_mint(notification, i + 1));
        let_others_run(300);
        CHECK_EQ(i + 1, threads[i]->registers.x[0]);
        CHECK(i == 2 || threads[i + 1]->stage == 0);
    }
    word badge = 99;
    seL4_Poll(notification, &badge);
    CHECK_EQ(0, badge);
}

CASE(notification_effects, waiters_are_sorted_again, "pitfall 28: SetPriority of one that waits")
{
    word notification = new_notification();
    struct thread *first = waiting_thread(notification, 120);
    struct thread *second = waiting_thread(notification, 110);

    CHECK_OK(seL4_TCB_SetPriority(first->tcb, ROOT_TCB, 100));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(0, first->stage);
    CHECK_EQ(1, second->stage);
}

CASE(notification_effects, any_call_signals, "2.3: Send, NBSend and Call with any message")
{
    word notification = new_notification(), badge = 0;
    word one = cap_mint(notification, 1), two = cap_mint(notification, 2);
    struct registers r = call_registers(cap_mint(notification, 4), 77, 3, 120, 61, 62, 63, 64);

    seL4_Send(one, seL4_MessageInfo_new(5, 0, 0, 9));
    seL4_NBSend(two, seL4_MessageInfo_new(6, 0, 0, 0));
    for (int i = 0; i < 3; i++) {
        seL4_SetCap(i, ROOT_TCB);
    }
    raw_syscall(&r);
    CHECK_EQ(0, r.x[0]);
    CHECK_EQ(0, r.x[1]);
    CHECK_EQ(61, r.x[2]);
    seL4_Poll(notification, &badge);
    CHECK_EQ(7, badge);
}

CASE(notification_effects, badges_of_64_bits, "OR of all of them")
{
    word notification = new_notification(), badge = 0;

    for (word i = 0; i < 64; i += 7) {
        seL4_Signal(cap_mint(notification, 1UL << i));
    }
    seL4_Wait(notification, &badge);
    CHECK_EQ(0x8102040810204081, badge);
}

CASE(notification_effects, unbadged_signal_counts, "badge 0 makes it active all the same")
{
    word notification = new_notification();

    seL4_Signal(notification);
    seL4_Wait(notification, 0); /* would block for ever otherwise */
    seL4_Signal(notification);
    struct thread *thread = waiting_thread(notification, 100);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->registers.x[0]);
}

CASE(notification_effects, receive_needs_the_read_right, "2.3: CapFault in the receive phase")
{
    struct handler handler = handler_new();
    word weak = cap_copy(new_notification(), seL4_CanWrite);
    const word calls[] = { (word)seL4_SysWait, (word)seL4_SysNBWait, (word)seL4_SysRecv,
        (word)seL4_SysNBRecv };

    for (word i = 0; i < 4; i++) {
        thread_do_handled(
                receive_registers(calls[i], weak, object_new(seL4_ReplyObject, 0)), &handler);
        CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
        CHECK_MR(seL4_CapFault_Addr, weak);
        CHECK_MR(seL4_CapFault_InRecvPhase, 1);
        CHECK_MR(seL4_CapFault_LookupFailureType, seL4_MissingCapability);
    }
}

CASE(notification_effects, recv_on_one_ignores_x6, "pitfall 7: no reply capability is looked at")
{
    word notification = cap_mint(new_notification(), 4);
    struct thread *thread;

    seL4_Signal(notification);
    thread = thread_do(receive_registers((word)seL4_SysRecv, notification, 1UL << 60));
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(4, thread->registers.x[0]);
}

/* ---- bound ---- */

CASE(notification_effects, bound_thread_may_wait_on_it, "8.2: only that one")
{
    word notification = new_notification();
    struct thread *thread =
            thread_syscall(receive_registers((word)seL4_SysWait, notification, 0), 100, WITH_SC, 0);

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Signal(cap_mint(notification, 3));
    let_others_run(300);
    CHECK_EQ(3, thread->registers.x[0]);
}

CASE(notification_effects, bound_while_running_becomes_active, "8.1: delivered at the next receive")
{
    word notification = new_notification(), badge = 0;
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);

    CHECK_OK(seL4_TCB_BindNotification(ROOT_TCB, notification));
    seL4_Signal(cap_mint(notification, 1));
    seL4_Signal(cap_mint(notification, 2));
    seL4_Recv(endpoint, &badge, reply);
    word second = 99;
    seL4_NBRecv(endpoint, &second, reply);
    CHECK_OK(seL4_TCB_UnbindNotification(ROOT_TCB));
    CHECK_EQ(3, badge);
    CHECK_EQ(0, second);
}

/* Calls arguments[0], then receives on arguments[1] with reply object arguments[2]. */
static void call_then_receive(struct thread *thread)
{
    thread_call(thread->arguments[0], 0, 0, 0, 0);
    thread->stage = 1;
    thread->result[0] = thread_recv(thread->arguments[1], thread->arguments[2], 0);
    thread->stage = 2;
}

CASE(notification_effects, bound_does_not_end_a_call,
        "pitfall 26: neither its send nor its wait for the reply")
{
    word notification = new_notification(), badged = cap_mint(notification, 6);
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_prepare(call_then_receive, 100, WITH_SC, 0, endpoint, endpoint,
            object_new(seL4_ReplyObject, 0));

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_Signal(badged);
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Recv(endpoint, 0, reply);
    seL4_Signal(badged);
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(2, thread->stage);
    CHECK_EQ(6, thread->result[0]);
}

CASE(notification_effects, bound_signal_frees_the_reply_object,
        "pitfall 26: another may use it now")
{
    word notification = new_notification();
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_do(receive_registers((word)seL4_SysRecv, endpoint, reply));
    word badge = 99;

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    seL4_Signal(cap_mint(notification, 1));
    /* Woken, but it has not run yet: taking its reply object must not stop it. */
    seL4_NBRecv(endpoint, &badge, reply);
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(1, thread->registers.x[0]);
}

CASE(notification_effects, binding_an_active_one, "it is delivered at the next receive")
{
    word notification = new_notification(), badge = 0;
    word endpoint = object_new(seL4_EndpointObject, 0);

    seL4_Signal(cap_mint(notification, 5));
    CHECK_OK(seL4_TCB_BindNotification(ROOT_TCB, notification));
    seL4_NBRecv(endpoint, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_OK(seL4_TCB_UnbindNotification(ROOT_TCB));
    CHECK_EQ(5, badge);
}

CASE(notification_effects, binding_to_a_blocked_receiver,
        "an active one waits for the next receive")
{
    word notification = new_notification();
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_do(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)));

    seL4_Signal(cap_mint(notification, 5));
    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->registers.x[0]);
}

CASE(notification_effects, unbound_one_is_ordinary_again,
        "the receiver is not interrupted any more")
{
    word notification = new_notification(), badge = 0;
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_do(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)));

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    CHECK_OK(seL4_TCB_UnbindNotification(thread->tcb));
    seL4_Signal(cap_mint(notification, 5));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Poll(notification, &badge);
    CHECK_EQ(5, badge);
}

CASE(notification_effects, faulted_thread_is_not_woken, "8.1: its handler has to answer first")
{
    struct handler handler = handler_new();
    word notification = new_notification();
    struct thread *thread =
            thread_do_handled((struct registers){ { 0, 0, 0, 0, 0, 0, 0, 12345 } }, &handler);

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
}

/* ---- contexts (8.3, pitfall 27) ---- */

/* Receives on arguments[0] (reply arguments[1]) by call arguments[2], and counts. */
static void receive_for_ever(struct thread *thread)
{
    for (;;) {
        struct registers r =
                receive_registers(thread->arguments[2], thread->arguments[0], thread->arguments[1]);

        raw_syscall(&r);
        thread->result[0] |= r.x[0];
        thread->stage++;
    }
}

/* Bound to a notification, its context bound to it, too. */
static struct thread *lent_thread(word notification, word source, word reply, word call)
{
    struct thread *thread = thread_prepare(receive_for_ever, 100, WITH_SC, 0, source, reply, call);

    if (source != notification) {
        seL4_TCB_BindNotification(thread->tcb, notification);
    }
    seL4_SchedContext_Bind(thread->sc, notification);
    seL4_TCB_Resume(thread->tcb);
    let_others_run(300);
    return thread;
}

CASE(notification_effects, wait_returns_the_context, "8.3: and the signal brings it again")
{
    word notification = new_notification();
    struct thread *thread = lent_thread(notification, notification, 0, (word)seL4_SysWait);

    CHECK(!thread_has_context(thread));
    for (word i = 1; i < 4; i++) {
        seL4_Signal(notification);
        let_others_run(300);
        CHECK_EQ(i, thread->stage);
        CHECK(!thread_has_context(thread));
    }
}

CASE(notification_effects, lent_context_serves_one_waiter, "8.3: the second has to wait for it")
{
    word notification = new_notification();
    struct thread *first = lent_thread(notification, notification, 0, (word)seL4_SysWait);
    struct thread *second = thread_do(receive_registers((word)seL4_SysWait, notification, 0));

    CHECK_OK(seL4_SchedContext_Unbind(second->sc));
    /* Both are woken before one runs: the first has the context, the second nothing. */
    seL4_Signal(notification);
    seL4_Signal(notification);
    CHECK(thread_has_context(first));
    CHECK(!thread_has_context(second));
    let_others_run(300);
    CHECK_EQ(1, first->stage);
    CHECK_EQ(0, second->stage);
}

CASE(notification_effects, blocking_receive_returns_it_first,
        "pitfall 27: even if a sender is waiting")
{
    word notification = new_notification(), endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = lent_thread(
            notification, endpoint, object_new(seL4_ReplyObject, 0), (word)seL4_SysRecv);
    struct thread *sender;

    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    sender = thread_do((struct registers){
            { cap_mint(endpoint, 0x10), 0, 0, 0, 0, 0, 0, (word)seL4_SysSend } });
    CHECK_EQ(0, sender->stage);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    /* Without context the resumed one does not run; with its own it takes the message, */
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, sender->stage);
    /* but it gave its context back before it looked, and is left without. */
    CHECK_EQ(0, thread->stage);
    CHECK(!thread_has_context(thread));
    CHECK(!thread_is_blocked(thread));
}

CASE(notification_effects, callers_context_takes_its_place,
        "8.3: a waiting Call donates in that receive")
{
    word notification = new_notification(), endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = lent_thread(
            notification, endpoint, object_new(seL4_ReplyObject, 0), (word)seL4_SysRecv);
    struct thread *client;

    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    client = client_call(endpoint, 1);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK(thread_has_context(thread));
    CHECK(!thread_has_context(client));
    /* Its own context is the notification's again: nobody has it. */
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, object_new(seL4_TCBObject, 0)));
}

CASE(notification_effects, active_one_lends_at_the_receive, "8.3: a passive server after its reply")
{
    word notification = new_notification(), go_on = new_notification();
    word endpoint = object_new(seL4_EndpointObject, 0), sc = object_new(seL4_SchedContextObject, 8);
    struct thread *server = holding_server(endpoint, object_new(seL4_ReplyObject, 0), go_on, 110);
    struct thread *client;

    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0));
    CHECK_OK(seL4_SchedContext_Bind(sc, notification));
    CHECK_OK(seL4_TCB_BindNotification(server->tcb, notification));
    client = client_call(endpoint, 1);
    CHECK_EQ(1, server->result[0]);
    /* While it serves, the bound notification becomes active; then it replies and receives. */
    seL4_Signal(cap_mint(notification, 4));
    seL4_Signal(go_on);
    let_others_run(300);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(2, server->result[0]);
    CHECK(thread_has_context(server));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(sc, object_new(seL4_TCBObject, 0)));
}

CASE(notification_effects, polling_receive_keeps_it,
        "pitfall 27: NBRecv and NBWait do not return it")
{
    word notification = new_notification(), endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = lent_thread(
            notification, endpoint, object_new(seL4_ReplyObject, 0), (word)seL4_SysNBRecv);

    CHECK(thread->stage > 1);
    CHECK(thread_has_context(thread));
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
}

CASE(notification_effects, own_context_is_not_exchanged, "8.3: given only to who has none")
{
    word notification = new_notification(), sc = object_new(seL4_SchedContextObject, 8);
    struct thread *thread = waiting_thread(notification, 100);

    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0));
    CHECK_OK(seL4_SchedContext_Bind(sc, notification));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_OK(seL4_SchedContext_Bind(sc, object_new(seL4_TCBObject, 0)));
}

CASE(notification_effects, passive_waiter_gets_it,
        "8.3: a thread without context is woken and runs")
{
    word notification = new_notification(), sc = object_new(seL4_SchedContextObject, 8);
    struct thread *thread = waiting_thread(notification, 100);

    CHECK_OK(seL4_SchedContext_Unbind(thread->sc));
    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0));
    CHECK_OK(seL4_SchedContext_Bind(sc, notification));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}

CASE(notification_effects, waiter_without_any_context, "it is woken, but does not run")
{
    word notification = new_notification();
    struct thread *thread = waiting_thread(notification, 100);

    CHECK_OK(seL4_SchedContext_Unbind(thread->sc));
    seL4_Signal(cap_mint(notification, 9));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, thread->tcb));
    let_others_run(300);
    CHECK_EQ(9, thread->registers.x[0]);
}
