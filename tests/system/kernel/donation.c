/* SPDX-License-Identifier: BSD-2-Clause */
/* Where scheduling contexts go with calls, replies and faults; reply objects (7.2 to 7.6). */
#include "tests/system/harness.h"

/* A client whose context a server holds until it is signalled. */
struct held {
    word endpoint, reply, notification;
    struct thread *server, *client;
};

static struct held hold_client(void)
{
    struct held held = { object_new(seL4_EndpointObject, 0), object_new(seL4_ReplyObject, 0),
        object_new(seL4_NotificationObject, 0), 0, 0 };

    held.server = holding_server(held.endpoint, held.reply, held.notification, 150);
    held.client = client_call(held.endpoint, 41);
    return held;
}

static void let_server_reply(const struct held *held)
{
    seL4_Signal(held->notification);
    let_others_run(300);
}

static word configured_context(void)
{
    word sc = object_new(seL4_SchedContextObject, 8);

    seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0);
    return sc;
}

CASE(donation, context_moves_with_call_and_reply, "7.6: who has it at each step")
{
    struct held held = hold_client();

    CHECK_EQ(1, held.server->result[0]);
    CHECK(thread_has_context(held.server));
    CHECK(!thread_has_context(held.client));
    let_server_reply(&held);
    CHECK_EQ(1, held.client->stage);
    CHECK_EQ(42, held.client->registers.x[2]);
    CHECK(!thread_has_context(held.server));
    CHECK(thread_has_context(held.client));
}

CASE(donation, three_servers_deep, "7.6: there is no nesting limit")
{
    word endpoints[5];

    for (word i = 0; i < 5; i++) {
        endpoints[i] = object_new(seL4_EndpointObject, 0);
    }
    CHECK(passive_server(endpoints[4], object_new(seL4_ReplyObject, 0), 50) != 0);
    for (word i = 4; i > 0; i--) {
        CHECK(asking_server(
                      endpoints[i - 1], object_new(seL4_ReplyObject, 0), endpoints[i], 50 + i * 30)
                != 0);
    }
    for (word i = 0; i < 3; i++) {
        struct thread *client = client_call(endpoints[0], 10);

        CHECK_EQ(1, client->stage);
        CHECK_EQ(15, client->registers.x[2]);
        CHECK(thread_has_context(client));
    }
}

CASE(donation, caller_with_a_new_context, "pitfall 24: the old one stays with the server")
{
    struct held held = hold_client();

    CHECK_OK(seL4_SchedContext_Bind(configured_context(), held.client->tcb));
    let_server_reply(&held);
    CHECK_EQ(1, held.client->stage);
    CHECK(thread_has_context(held.server));
    /* It really runs: a plain Send would not make a passive server move. */
    seL4_Send(held.endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(2, held.server->result[0]);
}

CASE(donation, suspended_caller_loses_its_context, "pitfall 25: it stays with the server")
{
    struct held held = hold_client();

    CHECK_OK(seL4_TCB_Suspend(held.client->tcb));
    let_server_reply(&held);
    CHECK(thread_has_context(held.server));
    CHECK(!thread_has_context(held.client));
    /* The reply object is free: the server serves on. */
    seL4_Send(held.endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(2, held.server->result[0]);
}

CASE(donation, resumed_caller_repeats_its_call, "7.6: without context until it gets a new one")
{
    struct held held = hold_client();

    CHECK_OK(seL4_TCB_Resume(held.client->tcb));
    let_server_reply(&held);
    CHECK_EQ(0, held.client->stage);
    CHECK_EQ(1, held.server->result[0]);
    CHECK_OK(seL4_SchedContext_Bind(configured_context(), held.client->tcb));
    let_others_run(300);
    CHECK_EQ(2, held.server->result[0]);
    let_server_reply(&held);
    CHECK_EQ(1, held.client->stage);
    CHECK_EQ(42, held.client->registers.x[2]);
}

CASE(donation, deleted_caller_leaves_its_context, "7.6: the server goes on with it")
{
    struct held held = hold_client();

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, held.client->tcb, 64));
    let_server_reply(&held);
    CHECK(thread_has_context(held.server));
    seL4_Send(held.endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(2, held.server->result[0]);
}

CASE(donation, deleted_head_reply_gives_it_back, "pitfall 25: and the caller becomes Inactive")
{
    struct held held = hold_client();

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, held.reply, 64));
    CHECK(!thread_has_context(held.server));
    CHECK(thread_has_context(held.client));
    let_others_run(300);
    CHECK_EQ(0, held.client->stage);
    CHECK(!thread_is_blocked(held.client));
}

CASE(donation, deleted_head_reply_of_a_caller_with_context, "it stays with the server")
{
    struct held held = hold_client();

    CHECK_OK(seL4_SchedContext_Bind(configured_context(), held.client->tcb));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, held.reply, 64));
    CHECK(thread_has_context(held.server));
    let_others_run(300);
    CHECK_EQ(0, held.client->stage);
}

CASE(donation, copy_of_the_reply_keeps_it_alive, "4.4: only the last capability counts")
{
    struct held held = hold_client();
    word copy = cap_copy(held.reply, seL4_AllRights);

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, copy, 64));
    CHECK(thread_has_context(held.server));
    let_server_reply(&held);
    CHECK_EQ(1, held.client->stage);
}

CASE(donation, anybody_with_the_reply_may_use_it, "7.5: the server then has no context")
{
    struct held held = hold_client();

    seL4_SetMR(0, 77);
    seL4_Send(cap_copy(held.reply, seL4_NoRights), seL4_MessageInfo_new(9, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(1, held.client->stage);
    CHECK_EQ(77, held.client->registers.x[2]);
    CHECK_EQ(9 << 12 | 1, held.client->registers.x[1]);
    CHECK_EQ(0, held.client->registers.x[0]);
    CHECK(thread_has_context(held.client));
    CHECK(!thread_has_context(held.server));
}

CASE(donation, unbound_context_strands_both, "7.6: Unbind detaches the stack")
{
    struct held held = hold_client();

    CHECK_OK(seL4_SchedContext_Unbind(held.client->sc));
    CHECK(!thread_has_context(held.server));
    seL4_Send(held.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    /* The caller has its reply, but nothing to run on. */
    CHECK_EQ(0, held.client->stage);
    CHECK(!thread_has_context(held.client));
    CHECK_OK(seL4_SchedContext_Bind(held.client->sc, held.client->tcb));
    let_others_run(300);
    CHECK_EQ(1, held.client->stage);
}

CASE(donation, deleted_context_strands_both, "7.6")
{
    struct held held = hold_client();

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, held.client->sc, 64));
    CHECK(!thread_has_context(held.server));
    seL4_Send(held.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(0, held.client->stage);
    held.client->sc = 0;
    CHECK(!thread_is_blocked(held.client));
}

CASE(donation, deleted_server_does_not_take_it_along, "the reply still gives it back")
{
    struct held held = hold_client();

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, held.server->tcb, 64));
    seL4_Send(held.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, held.client->stage);
    CHECK(thread_has_context(held.client));
}

CASE(donation, unbound_server_does_not_take_it_along, "UnbindObject of the server's TCB")
{
    struct held held = hold_client();

    CHECK_OK(seL4_SchedContext_UnbindObject(held.client->sc, held.server->tcb));
    CHECK(!thread_has_context(held.server));
    seL4_Send(held.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, held.client->stage);
}

CASE(donation, endpoint_may_go_meanwhile, "the reply does not need it")
{
    struct held held = hold_client();

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, held.endpoint, 64));
    let_server_reply(&held);
    CHECK_EQ(1, held.client->stage);
    CHECK_EQ(42, held.client->registers.x[2]);
}

/* ---- stacks of two calls: client -> outer -> inner ---- */

struct chain {
    word outer_reply, inner_reply, notification, outer_endpoint;
    struct thread *outer, *inner, *client;
};

static struct chain hold_chain(void)
{
    word outer = object_new(seL4_EndpointObject, 0), inner = object_new(seL4_EndpointObject, 0);
    struct chain chain = { object_new(seL4_ReplyObject, 0), object_new(seL4_ReplyObject, 0),
        object_new(seL4_NotificationObject, 0), outer, 0, 0, 0 };

    chain.inner = holding_server(inner, chain.inner_reply, chain.notification, 160);
    chain.outer = asking_server(outer, chain.outer_reply, inner, 150);
    chain.client = client_call(outer, 10);
    return chain;
}

CASE(donation, reply_from_the_middle, "pitfall 24: the message arrives, the context does not")
{
    struct chain chain = hold_chain();

    CHECK(thread_has_context(chain.inner));
    seL4_SetMR(0, 55);
    seL4_Send(chain.outer_reply, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(0, chain.client->stage);
    CHECK(!thread_has_context(chain.client));
    /* The inner server still replies to the outer one, which then keeps the context. */
    seL4_Signal(chain.notification);
    let_others_run(300);
    CHECK(!thread_has_context(chain.inner));
    CHECK(thread_has_context(chain.outer));
    CHECK(!thread_has_context(chain.client));
    CHECK_OK(seL4_SchedContext_Bind(configured_context(), chain.client->tcb));
    let_others_run(300);
    CHECK_EQ(1, chain.client->stage);
    CHECK_EQ(55, chain.client->registers.x[2]);
}

CASE(donation, middle_reply_deleted, "as replied to, but the caller becomes Inactive")
{
    struct chain chain = hold_chain();

    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, chain.outer_reply, 64));
    CHECK(thread_has_context(chain.inner));
    CHECK(!thread_has_context(chain.client));
    CHECK(!thread_is_blocked(chain.client));
    seL4_Signal(chain.notification);
    let_others_run(300);
    CHECK(!thread_has_context(chain.inner));
    CHECK(!thread_has_context(chain.client));
    CHECK_EQ(0, chain.client->stage);
}

CASE(donation, middle_caller_suspended, "the context stays where it is, the stack is broken there")
{
    struct chain chain = hold_chain();

    CHECK_OK(seL4_TCB_Suspend(chain.outer->tcb));
    CHECK(thread_has_context(chain.inner));
    seL4_Signal(chain.notification);
    let_others_run(300);
    CHECK(thread_has_context(chain.inner));
    CHECK(!thread_has_context(chain.outer));
    /* The client still waits for the outer server's reply, which brings no context. */
    seL4_SetMR(0, 5);
    seL4_Send(chain.outer_reply, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(0, chain.client->stage);
    CHECK(!thread_has_context(chain.client));
}

CASE(donation, client_of_a_chain_suspended, "the servers finish, the context ends in the outer one")
{
    struct chain chain = hold_chain();

    CHECK_OK(seL4_TCB_Suspend(chain.client->tcb));
    seL4_Signal(chain.notification);
    let_others_run(300);
    CHECK(!thread_has_context(chain.inner));
    CHECK(thread_has_context(chain.outer));
    CHECK(!thread_has_context(chain.client));
    seL4_Send(chain.outer_endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(2, chain.outer->result[0]);
}

CASE(donation, broken_stack_forgets_its_reply_objects, "their memory may be reused")
{
    word memory = object_new(seL4_UntypedObject, 12), outer_reply = slot_new(), frame = slot_new();
    word outer = object_new(seL4_EndpointObject, 0), inner = object_new(seL4_EndpointObject, 0);
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *client;

    CHECK_OK(seL4_Untyped_Retype(memory, seL4_ReplyObject, 0, ROOT_CNODE, 0, 0, outer_reply, 1));
    holding_server(inner, object_new(seL4_ReplyObject, 0), notification, 160);
    asking_server(outer, outer_reply, inner, 150);
    client = client_call(outer, 10);
    CHECK_OK(seL4_TCB_Suspend(client->tcb));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, outer_reply, 64));
    CHECK_OK(seL4_Untyped_Retype(memory, seL4_ARM_SmallPageObject, 0, ROOT_CNODE, 0, 0, frame, 1));
    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, 3));
    seL4_Signal(notification);
    let_others_run(300);
    for (word i = 0; i < 512; i++) {
        CHECK_EQ(0, ((volatile word *)WINDOW)[i]);
    }
}

/* ---- who donates and who does not ---- */

CASE(donation, passive_receiver_of_a_send_waits_for_time, "pitfall 22: it has the message")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);

    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(0, server->result[0]);
    CHECK(!thread_is_blocked(server));
    CHECK_OK(seL4_SchedContext_Bind(server->sc, server->tcb));
    let_others_run(300);
    CHECK_EQ(1, server->result[0]);
}

CASE(donation, call_without_grant_does_not_donate, "7.2: the caller is stranded with its context")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);
    struct thread *client = client_call(cap_copy(endpoint, seL4_CanWrite), 3);

    CHECK_EQ(0, server->result[0]);
    CHECK(!thread_has_context(server));
    CHECK(thread_has_context(client));
    CHECK(!thread_is_blocked(client));
    CHECK_EQ(0, client->stage);
}

CASE(donation, grant_reply_is_enough_for_a_call, "3.4")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);
    struct thread *client = client_call(cap_copy(endpoint, seL4_CapRights_new(1, 0, 0, 1)), 3);

    CHECK_EQ(1, server->result[0]);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(4, client->registers.x[2]);
    client = client_call(cap_copy(endpoint, seL4_CapRights_new(0, 1, 0, 1)), 7);
    CHECK_EQ(8, client->registers.x[2]);
}

CASE(donation, first_phase_send_donates, "7.2: NBSendWait to a passive receiver")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);
    struct thread *sender = thread_do((struct registers){
            { notification, 1, 9, 0, 0, 0, endpoint, (word)seL4_SysNBSendWait } });

    CHECK_EQ(1, server->result[0]);
    CHECK(thread_has_context(server));
    CHECK(!thread_has_context(sender));
    CHECK_EQ(0, sender->stage);
}

CASE(donation, nbsendrecv_donates_too, "2.3")
{
    word endpoint = object_new(seL4_EndpointObject, 0), source = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);
    struct thread *sender = thread_do((struct registers){ { source, 1, 9, 0, 0, 0,
            object_new(seL4_ReplyObject, 0), (word)seL4_SysNBSendRecv, endpoint } });

    CHECK_EQ(1, server->result[0]);
    CHECK(thread_has_context(server));
    CHECK(!thread_has_context(sender));
}

CASE(donation, nbsend_does_not_donate, "2.3")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);

    thread_do((struct registers){ { endpoint, 1, 9, 0, 0, 0, 0, (word)seL4_SysNBSend } });
    CHECK_EQ(0, server->result[0]);
    CHECK(!thread_has_context(server));
}

CASE(donation, active_server_keeps_its_own, "7.2: donation only to who has none")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *client = client_call(endpoint, 1);

    seL4_Recv(endpoint, 0, reply);
    CHECK(thread_has_context(client));
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, client->stage);
}

static void fault_once(struct thread *thread)
{
    __asm__ volatile(".inst 0x00000000");
    thread->stage = 1;
}

CASE(donation, fault_donates_to_a_passive_handler, "10.1: the handler runs on the faulter's time")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);
    struct thread *thread = thread_start(fault_once, 100, WITH_SC, endpoint, 0, 0, 0);

    let_others_run(300);
    /* It answers with FaultIP + 1 first: the thread continues there and faults again. */
    CHECK(server->result[0] > 0);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
}

CASE(donation, timeout_does_not_donate, "7.3: a passive handler does not run")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = passive_server(endpoint, object_new(seL4_ReplyObject, 0), 150);
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, thread->sc, 200, 10000, 0, 0));
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, endpoint));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(1000);
    CHECK_EQ(0, server->result[0]);
    CHECK(!thread_has_context(server));
    CHECK(thread_has_context(thread));
    CHECK(!thread_is_blocked(server));
}

/* ---- reply objects ---- */

CASE(donation, deleted_armed_reply_stops_the_receiver, "4.4: Inactive, not restarted")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_do(receive_registers((word)seL4_SysRecv, endpoint, reply));

    CHECK(thread_is_blocked(thread));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, reply, 64));
    CHECK(!thread_is_blocked(thread));
    seL4_NBSend(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
}

CASE(donation, armed_reply_taken_by_another, "7.3: the first receiver becomes Inactive")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *first = thread_do(receive_registers((word)seL4_SysRecv, endpoint, reply));
    struct thread *second = thread_do(receive_registers((word)seL4_SysRecv, endpoint, reply));

    CHECK(!thread_is_blocked(first));
    CHECK(thread_is_blocked(second));
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(0, first->stage);
    CHECK_EQ(1, second->stage);
}

CASE(donation, nbrecv_takes_a_reply_object_as_well, "7.3 step 1: even when nothing is received")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word other = object_new(seL4_EndpointObject, 0), badge;
    struct thread *first = thread_do(receive_registers((word)seL4_SysRecv, endpoint, reply));

    seL4_NBRecv(other, &badge, reply);
    CHECK(!thread_is_blocked(first));
    let_others_run(300);
    CHECK_EQ(0, first->stage);
}

CASE(donation, resumed_receiver_arms_its_reply_again, "7.3: own objects may be used again")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_do(receive_registers((word)seL4_SysRecv, endpoint, reply));

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread_is_blocked(thread));
    struct thread *client = client_call(endpoint, 1);
    CHECK_EQ(1, thread->stage);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, client->stage);
}

CASE(donation, reply_by_call_has_an_empty_answer, "7.5: Call on a reply object does not block")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *client = client_call(endpoint, 1);

    seL4_Recv(endpoint, 0, reply);
    struct registers r = call_registers(reply, 6, 0, 2, 61, 62, 63, 64);
    raw_syscall(&r);
    CHECK_EQ(0, r.x[0]);
    CHECK_EQ(0, r.x[1]);
    CHECK_EQ(61, r.x[2]);
    CHECK_EQ(64, r.x[5]);
    let_others_run(300);
    CHECK_EQ(6 << 12 | 2, client->registers.x[1]);
    CHECK_EQ(62, client->registers.x[3]);
}

CASE(donation, reply_works_once, "7.5: the second one goes nowhere")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *client = client_call(endpoint, 1);

    seL4_Recv(endpoint, 0, reply);
    seL4_SetMR(0, 1);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 1));
    seL4_SetMR(0, 2);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(1, client->registers.x[2]);
}

CASE(donation, several_callers_several_reply_objects, "7.6: answered in any order")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word replies[3];
    struct thread *clients[3];

    for (word i = 0; i < 3; i++) {
        replies[i] = object_new(seL4_ReplyObject, 0);
        clients[i] = client_call(endpoint, i);
        seL4_Recv(endpoint, 0, replies[i]);
    }
    for (word i = 3; i-- > 0;) {
        seL4_SetMR(0, 100 + i);
        seL4_Send(replies[i], seL4_MessageInfo_new(0, 0, 0, 1));
        let_others_run(300);
        CHECK_EQ(1, clients[i]->stage);
        CHECK_EQ(100 + i, clients[i]->registers.x[2]);
        CHECK(i == 0 || clients[i - 1]->stage == 0);
    }
}

CASE(donation, repeated_call_finds_the_new_receiver, "Resume of a caller; its old reply is void")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word second = object_new(seL4_ReplyObject, 0);
    struct thread *client = client_call(endpoint, 4);

    seL4_Recv(endpoint, 0, reply);
    CHECK_OK(seL4_TCB_Resume(client->tcb));
    let_others_run(300);
    seL4_SetMR(0, 1);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 1));
    seL4_Recv(endpoint, 0, second);
    CHECK_EQ(4, seL4_GetMR(0));
    seL4_SetMR(0, 2);
    seL4_Send(second, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(2, client->registers.x[2]);
}

CASE(donation, configured_while_lent, "9.5: the server goes on with it, the client gets it back")
{
    struct held held = hold_client();

    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, held.client->sc, 3000, 3000, 0, 0));
    CHECK(thread_has_context(held.server));
    let_server_reply(&held);
    CHECK_EQ(1, held.client->stage);
    CHECK(thread_has_context(held.client));
    CHECK(!thread_has_context(held.server));
}

CASE(donation, reply_object_moved_meanwhile, "4.2: the capability moves, the caller stays on it")
{
    struct held held = hold_client();
    word elsewhere = slot_new();

    CHECK_OK(seL4_CNode_Move(ROOT_CNODE, elsewhere, 64, ROOT_CNODE, held.reply, 64));
    seL4_SetMR(0, 77);
    seL4_Send(elsewhere, seL4_MessageInfo_new(0, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(1, held.client->stage);
    CHECK_EQ(77, held.client->registers.x[2]);
    CHECK(thread_has_context(held.client));
}
