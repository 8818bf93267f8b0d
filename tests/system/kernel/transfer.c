/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities in messages: transfer, unwrapping, where it stops; lengths (4.5, 7.4, pitfall 20). */
#include "tests/system/harness.h"

#define INFO(label, caps, length) ((word)(label) << 12 | (word)(caps) << 7 | (word)(length))

/* A thread that is about to send these capabilities; 0 ends the list. */
static struct thread *sender_of(word endpoint, word a, word b, word c)
{
    word count = c != 0 ? 3 : b != 0 ? 2 : 1;
    struct thread *thread = thread_syscall((struct registers){ { endpoint, INFO(4, count, 1), 9, 0,
                                                   0, 0, 0, (word)seL4_SysSend } },
            100, WITH_SC, 0);

    thread->buffer->caps_or_badges[0] = a;
    thread->buffer->caps_or_badges[1] = b;
    thread->buffer->caps_or_badges[2] = c;
    seL4_TCB_Resume(thread->tcb);
    return thread;
}

/* Sends and receives; extraCaps and capsUnwrapped << 4 of the message received. */
static word transfer(word endpoint, word dest, word a, word b, word c)
{
    seL4_MessageInfo_t info;

    seL4_SetCapReceivePath(ROOT_CNODE, dest, 64);
    sender_of(endpoint, a, b, c);
    info = seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    return seL4_MessageInfo_get_extraCaps(info) | seL4_MessageInfo_get_capsUnwrapped(info) << 4;
}

CASE(transfer, underivable_capability_stops_it, "IRQ control; what follows is not looked at")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();

    CHECK_EQ(0, transfer(endpoint, dest, seL4_CapIRQControl, ROOT_TCB, 0));
    CHECK(slot_is_empty(dest));
}

CASE(transfer, empty_slot_stops_it, "a null capability is sent, but yields nothing")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();

    CHECK_EQ(0, transfer(endpoint, dest, slot_new(), ROOT_TCB, 0));
    CHECK(slot_is_empty(dest));
}

CASE(transfer, unwrapping_does_not_use_the_slot,
        "badge, capability, badge: 3 processed, bits 0 and 2")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();

    CHECK_EQ(3 | 5 << 4,
            transfer(endpoint, dest, cap_mint(endpoint, 61), ROOT_TCB, cap_mint(endpoint, 63)));
    CHECK_EQ(61, seL4_GetBadge(0));
    CHECK_EQ(63, seL4_GetBadge(2));
    CHECK(!slot_is_empty(dest));
}

CASE(transfer, three_badges, "all unwrapped, no slot needed")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_EQ(3 | 7 << 4,
            transfer(
                    endpoint, ROOT_TCB, cap_mint(endpoint, 1), endpoint, cap_mint(endpoint, ~0UL)));
    CHECK_EQ(1, seL4_GetBadge(0));
    CHECK_EQ(0, seL4_GetBadge(1));
    CHECK_EQ(~0UL, seL4_GetBadge(2));
}

CASE(transfer, second_capability_finds_no_slot,
        "one slot a message: badge after it is not looked at")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();

    CHECK_EQ(1, transfer(endpoint, dest, ROOT_TCB, ROOT_CNODE, cap_mint(endpoint, 3)));
    CHECK_OK(seL4_TCB_SetPriority(dest, dest, 255));
}

CASE(transfer, occupied_slot_is_no_slot, "nothing is transferred, no error")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word dest = object_new(seL4_NotificationObject, 0);

    CHECK_EQ(0, transfer(endpoint, dest, ROOT_TCB, 0, 0));
    CHECK_EQ(9, seL4_GetMR(0));
    CHECK_OK(invoke(dest, 0, 0, 0));
}

CASE(transfer, bad_receive_paths_are_no_slot, "unresolvable CNode, not a CNode, depth 0 and 65")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    const word paths[][3] = { { 1UL << 60, 0, 64 }, { ROOT_TCB, 0, 64 },
        { ROOT_CNODE, slot_new(), 0 }, { ROOT_CNODE, slot_new(), 65 },
        { ROOT_CNODE, slot_new(), 7 }, { slot_new(), 0, 64 } };

    for (word i = 0; i < 6; i++) {
        seL4_SetCapReceivePath(paths[i][0], paths[i][1], paths[i][2]);
        sender_of(endpoint, ROOT_TCB, 0, 0);
        seL4_MessageInfo_t info = seL4_Recv(endpoint, 0, reply);
        CHECK_EQ(INFO(4, 0, 1), info.words[0]);
    }
}

CASE(transfer, slot_in_a_second_cnode, "receiveCNode, receiveIndex, receiveDepth")
{
    word endpoint = object_new(seL4_EndpointObject, 0), cnode = object_new(seL4_CapTableObject, 4);
    word copy = slot_new();

    seL4_SetCapReceivePath(cnode, 11, 4);
    sender_of(endpoint, ROOT_TCB, 0, 0);
    CHECK_EQ(1,
            seL4_MessageInfo_get_extraCaps(
                    seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0))));
    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, copy, 64, cnode, 11, 4, seL4_AllRights));
    CHECK_OK(seL4_TCB_SetPriority(copy, copy, 255));
}

CASE(transfer, rights_are_not_masked, "the capability arrives as the sender has it")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();
    word notification = object_new(seL4_NotificationObject, 0), badge = 0;

    CHECK_EQ(
            1, transfer(cap_copy(endpoint, seL4_AllRights), dest, cap_mint(notification, 6), 0, 0));
    CHECK_OK(invoke(dest, 0, 0, 0));
    seL4_Poll(notification, &badge);
    CHECK_EQ(6, badge);
    word weak = slot_new();
    CHECK_EQ(1, transfer(endpoint, weak, cap_copy(notification, seL4_CanRead), 0, 0));
    CHECK_EQ(seL4_InvalidCapability, invoke(weak, 0, 0, 0));
}

CASE(transfer, receiver_needs_no_grant, "pitfall 20: Read is enough on its side")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();

    seL4_SetCapReceivePath(ROOT_CNODE, dest, 64);
    sender_of(endpoint, ROOT_TCB, 0, 0);
    seL4_MessageInfo_t info =
            seL4_Recv(cap_copy(endpoint, seL4_CanRead), 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(1, seL4_MessageInfo_get_extraCaps(info));
}

CASE(transfer, without_grant_nothing_is_unwrapped, "4.5: not even the own endpoint")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    CHECK_EQ(0,
            transfer(cap_copy(endpoint, seL4_CapRights_new(1, 0, 1, 1)), slot_new(), endpoint,
                    ROOT_TCB, 0));
}

CASE(transfer, child_of_the_senders, "4.3: revoking the original takes it back")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();
    word notification = object_new(seL4_NotificationObject, 0);

    CHECK_EQ(1, transfer(endpoint, dest, notification, 0, 0));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, notification, 64));
    CHECK(slot_is_empty(dest));
}

CASE(transfer, untyped_is_used_up, "4.2: as by Copy; with children the transfer stops")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();
    word untyped = object_new(seL4_UntypedObject, 12);

    CHECK_EQ(1, transfer(endpoint, dest, untyped, 0, 0));
    CHECK_OK(seL4_Untyped_Retype(dest, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_ERROR(seL4_NotEnoughMemory,
            seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT_CNODE, 0, 0, slot_new(), 1));
    CHECK_EQ(0, transfer(endpoint, slot_new(), dest, 0, 0));
}

CASE(transfer, frame_arrives_unmapped, "4.2: the mapping stays with the original")
{
    const word vaddr = 0x21000000;
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_OK(
            seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, vaddr, 0));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, vaddr, seL4_ReadWrite, 3));
    CHECK_EQ(1, transfer(endpoint, dest, frame, 0, 0));
    CHECK_ERROR(seL4_IllegalOperation, seL4_ARM_Page_Clean_Data(dest, 0, 64));
    CHECK_OK(seL4_ARM_Page_Map(dest, ROOT_VSPACE, vaddr + 0x1000, seL4_ReadWrite, 3));
    *(volatile word *)vaddr = 3;
    CHECK_EQ(3, *(volatile word *)(vaddr + 0x1000));
}

CASE(transfer, unmapped_table_stops_it, "4.2: not derivable")
{
    CHECK_EQ(0,
            transfer(object_new(seL4_EndpointObject, 0), slot_new(),
                    object_new(seL4_ARM_PageTableObject, 0), ROOT_TCB, 0));
}

CASE(transfer, sender_changes_its_mind_too_late, "4.5: a failed lookup at transfer drops all")
{
    word endpoint = object_new(seL4_EndpointObject, 0), dest = slot_new();

    seL4_SetCapReceivePath(ROOT_CNODE, dest, 64);
    struct thread *thread = sender_of(endpoint, ROOT_TCB, ROOT_CNODE, 0);
    let_others_run(300);
    thread->buffer->caps_or_badges[1] = 1UL << 60;
    seL4_MessageInfo_t info = seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(INFO(4, 0, 1), info.words[0]);
    CHECK(slot_is_empty(dest));
}

CASE(transfer, unresolvable_capability_faults, "2.3: CapFault with its cptr, nothing is sent")
{
    struct handler handler = handler_new();
    word endpoint = object_new(seL4_EndpointObject, 0), badge = 9;
    struct thread *thread = thread_syscall(
            (struct registers){ { endpoint, INFO(4, 2, 1), 9, 0, 0, 0, 0, (word)seL4_SysCall } },
            100, WITH_SC, handler.endpoint);

    thread->buffer->caps_or_badges[0] = ROOT_TCB;
    thread->buffer->caps_or_badges[1] = 1UL << 60;
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, 1UL << 60);
    CHECK_MR(seL4_CapFault_InRecvPhase, 0);
    seL4_NBRecv(endpoint, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(0, badge);
}

/* ---- with replies ---- */

static struct thread *client_with_slot(word endpoint, word dest)
{
    struct thread *client =
            thread_syscall(call_registers(endpoint, 0, 0, 1, 1, 0, 0, 0), 100, WITH_SC, 0);

    client->buffer->receiveCNode = ROOT_CNODE;
    client->buffer->receiveIndex = dest;
    client->buffer->receiveDepth = 64;
    seL4_TCB_Resume(client->tcb);
    return client;
}

CASE(transfer, reply_carries_a_capability, "a new reply object has Grant")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word dest = slot_new();
    struct thread *client = client_with_slot(endpoint, dest);

    seL4_Recv(endpoint, 0, reply);
    seL4_SetCap(0, ROOT_TCB);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 1, 0));
    let_others_run(300);
    CHECK_EQ(INFO(0, 1, 0), client->registers.x[1]);
    CHECK_OK(seL4_TCB_SetPriority(dest, dest, 255));
}

CASE(transfer, reply_does_not_unwrap, "4.5: the endpoint itself goes to the slot")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word dest = slot_new();
    struct thread *client = client_with_slot(endpoint, dest);

    seL4_Recv(endpoint, 0, reply);
    seL4_SetCap(0, endpoint);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 1, 0));
    let_others_run(300);
    CHECK_EQ(INFO(0, 1, 0), client->registers.x[1]);
    CHECK(!slot_is_empty(dest));
}

CASE(transfer, reply_without_grant_carries_none, "3.4")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word dest = slot_new();
    struct thread *client = client_with_slot(endpoint, dest);

    seL4_Recv(endpoint, 0, reply);
    seL4_SetCap(0, ROOT_TCB);
    seL4_Send(cap_copy(reply, seL4_CanWrite), seL4_MessageInfo_new(0, 0, 1, 2));
    let_others_run(300);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(INFO(0, 0, 2), client->registers.x[1]);
    CHECK(slot_is_empty(dest));
}

/* ---- words ---- */

CASE(transfer, every_length_arrives, "0 to 120 words, and not one more is touched")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    const word lengths[] = { 0, 1, 3, 4, 5, 64, 119, 120 };

    for (word i = 0; i < 8; i++) {
        struct thread *thread =
                thread_syscall((struct registers){ { endpoint, INFO(1, 0, lengths[i]), 1000, 1001,
                                       1002, 1003, 0, (word)seL4_SysSend } },
                        100, WITH_SC, 0);

        for (word k = 0; k < 120; k++) {
            thread->buffer->msg[k] = 1000 + k;
            seL4_SetMR((int)k, 7);
        }
        seL4_TCB_Resume(thread->tcb);
        CHECK_EQ(INFO(1, 0, lengths[i]), seL4_Recv(endpoint, 0, reply).words[0]);
        for (word k = 0; k < lengths[i]; k++) {
            CHECK_EQ(1000 + k, seL4_GetMR((int)k));
        }
        for (word k = lengths[i] < 4 ? 4 : lengths[i]; k < 120; k++) {
            CHECK_EQ(7, seL4_GetMR((int)k));
        }
    }
}

CASE(transfer, label_has_52_bits, "2.4: all of them arrive")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    const word label = 0xfedcba9876543;

    thread_do((struct registers){
            { endpoint, INFO(label, 0, 0), 0, 0, 0, 0, 0, (word)seL4_SysSend } });
    CHECK_EQ(label,
            seL4_MessageInfo_get_label(seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0))));
}

CASE(transfer, senders_unwrapped_bits_are_dropped, "4.5: the kernel computes them")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    thread_do((struct registers){
            { endpoint, INFO(1, 0, 0) | 7 << 9, 0, 0, 0, 0, 0, (word)seL4_SysSend } });
    CHECK_EQ(INFO(1, 0, 0), seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0)).words[0]);
}

CASE(transfer, badge_is_64_bits, "3.5: delivered whole")
{
    word endpoint = object_new(seL4_EndpointObject, 0), badge = 0;

    thread_do((struct registers){
            { cap_mint(endpoint, 0xf123456789abcdef), 0, 0, 0, 0, 0, 0, (word)seL4_SysSend } });
    seL4_Recv(endpoint, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(0xf123456789abcdef, badge);
}

/* ---- queues ---- */

CASE(transfer, receivers_are_served_by_priority, "pitfall 28: first come first served among equals")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *threads[3];
    const word priorities[] = { 100, 120, 120 }, order[] = { 1, 2, 0 };

    for (word i = 0; i < 3; i++) {
        threads[i] = thread_syscall(
                receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)),
                priorities[i], WITH_SC, 0);
        seL4_TCB_Resume(threads[i]->tcb);
        let_others_run(300);
    }
    for (word i = 0; i < 3; i++) {
        seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
        let_others_run(300);
        CHECK_EQ(1, threads[order[i]]->stage);
        CHECK(i == 2 || threads[order[2]]->stage == 0);
    }
}

CASE(transfer, receivers_are_sorted_again,
        "7.1: SetPriority moves a waiting receiver behind its equals")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *first, *second;

    first = thread_do(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)));
    second = thread_do(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)));
    CHECK_OK(seL4_TCB_SetPriority(first->tcb, ROOT_TCB, 90));
    CHECK_OK(seL4_TCB_SetPriority(first->tcb, ROOT_TCB, 100));
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(0, first->stage);
    CHECK_EQ(1, second->stage);
}

CASE(transfer, nbsend_reaches_a_waiting_receiver, "7.2")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_do(receive_registers((word)seL4_SysWait, endpoint, 0));

    seL4_SetMR(0, 88);
    seL4_NBSend(endpoint, seL4_MessageInfo_new(2, 0, 0, 1));
    let_others_run(300);
    CHECK_EQ(INFO(2, 0, 1), thread->registers.x[1]);
    CHECK_EQ(88, thread->registers.x[2]);
}
