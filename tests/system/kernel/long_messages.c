/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls with more words than registers, through spaces of two levels, several servers (2.5, 4.1, 7). */
#include "tests/system/harness.h"

#define INFO(label, caps, length) ((word)(label) << 12 | (word)(caps) << 7 | (word)(length))

static word message_word(const struct thread *thread, const struct registers *registers, word n)
{
    return n < 4 ? registers->x[2 + n] : thread->buffer->msg[n];
}

static void set_message_word(struct thread *thread, struct registers *registers, word n, word value)
{
    if (n < 4) {
        registers->x[2 + n] = value;
    } else {
        thread->buffer->msg[n] = value;
    }
}

/* Answers every message with its words plus 1, in the same length, with the label plus 1. */
static void increment_all(struct thread *thread)
{
    struct registers r =
            receive_registers((word)seL4_SysRecv, thread->arguments[0], thread->arguments[1]);

    raw_syscall(&r);
    for (;;) {
        word length = r.x[1] & 0x7f;

        thread->result[0]++;
        thread->result[1] = r.x[0];
        for (word i = 0; i < length; i++) {
            set_message_word(thread, &r, i, message_word(thread, &r, i) + 1);
        }
        r.x[0] = thread->arguments[0];
        r.x[1] = INFO((r.x[1] >> 12) + 1, 0, length);
        r.x[6] = thread->arguments[1];
        r.x[7] = (word)seL4_SysReplyRecv;
        raw_syscall(&r);
    }
}

static struct thread *start_incrementer(word endpoint, word priority, bool passive)
{
    struct thread *thread = thread_start(
            increment_all, priority, WITH_SC, 0, endpoint, object_new(seL4_ReplyObject, 0), 0);

    let_others_run(300);
    if (passive) {
        seL4_SchedContext_Unbind(thread->sc);
    }
    return thread;
}

/* Calls with arguments[1] words arguments[2] times; result[0] counts the right answers. */
static void call_with_many(struct thread *thread)
{
    word length = thread->arguments[1];

    for (word round = 0; round < thread->arguments[2]; round++) {
        struct registers r = call_registers(thread->arguments[0], 5, 0, length, 0, 0, 0, 0);
        bool right;

        for (word i = 0; i < length; i++) {
            set_message_word(thread, &r, i, round * 1000 + i);
        }
        raw_syscall(&r);
        right = r.x[0] == 0 && r.x[1] == INFO(6, 0, length);
        for (word i = 0; i < length; i++) {
            right = right && message_word(thread, &r, i) == round * 1000 + i + 1;
        }
        thread->result[0] += right;
    }
    thread->stage = 1;
}

static struct thread *many_calls(word endpoint, word length, word rounds)
{
    struct thread *thread = thread_start(call_with_many, 100, WITH_SC, 0, endpoint, length, rounds);

    for (word i = 0; i < 100 && thread->stage == 0; i++) {
        let_others_run(1000);
    }
    return thread;
}

CASE(long_messages, calls_of_all_lengths, "passive server: there and back, every word")
{
    const word lengths[] = { 0, 1, 4, 5, 8, 10, 63, 119, 120 };
    word endpoint = object_new(seL4_EndpointObject, 0);

    start_incrementer(endpoint, 110, true);
    for (word i = 0; i < 9; i++) {
        CHECK_EQ(5, many_calls(endpoint, lengths[i], 5)->result[0]);
    }
}

CASE(long_messages, active_server, "below and above its client")
{
    for (word i = 0; i < 2; i++) {
        word endpoint = object_new(seL4_EndpointObject, 0);

        start_incrementer(endpoint, 90 + i * 20, false);
        CHECK_EQ(5, many_calls(endpoint, 10, 5)->result[0]);
    }
}

CASE(long_messages, client_without_buffer, "2.5: four words arrive, four come back")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = start_incrementer(endpoint, 110, true);
    struct thread *client =
            thread_syscall(call_registers(endpoint, 5, 0, 10, 1, 2, 3, 4), 100, WITH_SC, 0);

    CHECK_OK(seL4_TCB_SetIPCBuffer(client->tcb, 0, 0));
    CHECK_OK(seL4_TCB_Resume(client->tcb));
    let_others_run(300);
    CHECK_EQ(1, server->result[0]);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(INFO(6, 0, 4), client->registers.x[1]);
    CHECK_EQ(5, client->registers.x[5]);
}

CASE(long_messages, server_without_buffer, "2.5: four words arrive")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *server = start_incrementer(endpoint, 110, true);
    struct thread *client =
            thread_syscall(call_registers(endpoint, 5, 0, 10, 1, 2, 3, 4), 100, WITH_SC, 0);

    CHECK_OK(seL4_TCB_SetIPCBuffer(server->tcb, 0, 0));
    CHECK_OK(seL4_TCB_Resume(client->tcb));
    let_others_run(300);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(INFO(6, 0, 4), client->registers.x[1]);
    CHECK_EQ(2, client->registers.x[2]);
}

CASE(long_messages, length_of_127_is_120, "2.4: in a Call and in its reply")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *client = thread_do(call_registers(endpoint, 5, 0, 127, 1, 2, 3, 4));

    client->buffer->msg[119] = 9;
    CHECK_EQ(INFO(5, 0, 120), seL4_Recv(endpoint, 0, reply).words[0]);
    CHECK_MR(119, 9);
    seL4_SetMR(119, 10);
    struct registers r = { { reply, INFO(1, 0, 125), 1, 2, 3, 4, 0, (word)seL4_SysSend } };
    raw_syscall(&r);
    let_others_run(300);
    CHECK_EQ(INFO(1, 0, 120), client->registers.x[1]);
    CHECK_EQ(10, client->buffer->msg[119]);
}

CASE(long_messages, two_servers_on_one_endpoint, "in turn; each client gets its own answer")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *servers[2], *clients[3];

    for (word i = 0; i < 2; i++) {
        servers[i] = start_incrementer(endpoint, 100, false);
    }
    for (word i = 0; i < 3; i++) {
        clients[i] = thread_start(call_with_many, 100, WITH_SC, 0, endpoint, 3 + i * 4, 20);
    }
    let_others_run(10000);
    for (word i = 0; i < 3; i++) {
        CHECK_EQ(1, clients[i]->stage);
        CHECK_EQ(20, clients[i]->result[0]);
    }
    CHECK_EQ(60, servers[0]->result[0] + servers[1]->result[0]);
    CHECK(servers[0]->result[0] > 0);
    CHECK(servers[1]->result[0] > 0);
}

CASE(long_messages, servers_are_taken_by_priority, "7.1: the higher one gets the message")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *low = start_incrementer(endpoint, 110, false);
    struct thread *high = start_incrementer(endpoint, 120, false);

    CHECK_EQ(10, many_calls(endpoint, 2, 10)->result[0]);
    CHECK_EQ(0, low->result[0]);
    CHECK_EQ(10, high->result[0]);
}

/* ---- CSpaces of two levels ---- */

#define INNER_BITS  11
#define OUTER_BITS  5
#define OUTER_GUARD (64 - INNER_BITS - OUTER_BITS)

/* A CSpace in which some capabilities have the same pointers as in the root's. */
struct space {
    word outer, inner;
};

static struct space space_new(void)
{
    return (struct space){ object_new(seL4_CapTableObject, OUTER_BITS),
        object_new(seL4_CapTableObject, INNER_BITS) };
}

/* Also puts the inner CNode where the pointer expects it. */
static word space_add(const struct space *space, word cptr)
{
    seL4_CNode_Copy(space->outer, cptr >> INNER_BITS, OUTER_BITS, ROOT_CNODE, space->inner, 64,
            seL4_AllRights);
    return seL4_CNode_Copy(space->inner, cptr & ((1UL << INNER_BITS) - 1), INNER_BITS, ROOT_CNODE,
            cptr, 64, seL4_AllRights);
}

static word move_into(const struct space *space, const struct thread *thread, word handler)
{
    return space_add(space, thread->tcb)
            | seL4_TCB_SetSpace(thread->tcb, handler, space->outer,
                    seL4_CNode_CapData_new(0, OUTER_GUARD).words[0], ROOT_VSPACE, 0);
}

CASE(long_messages, calls_through_two_levels, "client and server each in such a space")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct space space = space_new();
    struct thread *server = thread_prepare(increment_all, 110, WITH_SC, 0, endpoint, reply, 0);
    struct thread *client = thread_prepare(call_with_many, 100, WITH_SC, 0, endpoint, 3, 10);

    CHECK_OK(space_add(&space, endpoint));
    CHECK_OK(space_add(&space, reply));
    CHECK_OK(move_into(&space, server, 0));
    CHECK_OK(move_into(&space, client, 0));
    CHECK_OK(seL4_TCB_Resume(server->tcb));
    let_others_run(300);
    CHECK_OK(seL4_SchedContext_Unbind(server->sc));
    CHECK_OK(seL4_TCB_Resume(client->tcb));
    let_others_run(3000);
    CHECK_EQ(1, client->stage);
    CHECK_EQ(10, client->result[0]);
}

CASE(long_messages, reply_object_in_another_inner_cnode,
        "the two pointers of ReplyRecv go separate ways")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    word second = object_new(seL4_CapTableObject, INNER_BITS);
    const word reply_cptr = 9UL << INNER_BITS | 77;
    struct space space = space_new();
    struct thread *server = thread_prepare(increment_all, 110, WITH_SC, 0, endpoint, reply_cptr, 0);

    CHECK_OK(space_add(&space, endpoint));
    CHECK_OK(seL4_CNode_Copy(space.outer, 9, OUTER_BITS, ROOT_CNODE, second, 64, seL4_AllRights));
    CHECK_OK(seL4_CNode_Copy(second, 77, INNER_BITS, ROOT_CNODE, reply, 64, seL4_AllRights));
    CHECK_OK(move_into(&space, server, 0));
    CHECK_OK(seL4_TCB_Resume(server->tcb));
    let_others_run(300);
    CHECK_OK(seL4_SchedContext_Unbind(server->sc));
    CHECK_EQ(10, many_calls(endpoint, 6, 10)->result[0]);
}

CASE(long_messages, pointers_out_of_a_two_level_space, "guard, empty outer slot, empty inner slot")
{
    struct handler handler = handler_new();
    struct space space = space_new();
    const struct {
        word cptr, length, type;
    } tries[] = { { 1UL << 40, 7, seL4_GuardMismatch },
        { 17UL << INNER_BITS, 5, seL4_MissingCapability }, { 2047, 5, seL4_MissingCapability } };

    for (word i = 0; i < 3; i++) {
        struct thread *thread = thread_syscall(
                receive_registers((word)seL4_SysWait, tries[i].cptr, 0), 100, WITH_SC, 0);

        CHECK_OK(move_into(&space, thread, handler.endpoint));
        CHECK_OK(seL4_TCB_Resume(thread->tcb));
        CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
        CHECK_EQ(tries[i].length, seL4_MessageInfo_get_length(handler.info));
        CHECK_MR(seL4_CapFault_Addr, tries[i].cptr);
        CHECK_MR(seL4_CapFault_InRecvPhase, 1);
        CHECK_MR(seL4_CapFault_LookupFailureType, tries[i].type);
    }
}

CASE(long_messages, operations_through_two_levels, "CNode operations with depth 64 in such a space")
{
    struct space space = space_new();
    word notification = object_new(seL4_NotificationObject, 0), badge = 0;
    word guarded = cap_mint(space.outer, seL4_CNode_CapData_new(0, OUTER_GUARD).words[0]);
    word cptr = notification;

    CHECK_OK(space_add(&space, notification));
    CHECK_ERROR(seL4_DeleteFirst,
            seL4_CNode_Copy(guarded, cptr, 64, ROOT_CNODE, notification, 64, seL4_AllRights));
    CHECK_OK(seL4_CNode_Delete(guarded, cptr, 64));
    CHECK_OK(seL4_CNode_Mint(guarded, cptr, 64, ROOT_CNODE, notification, 64, seL4_AllRights, 6));
    struct thread *thread =
            thread_syscall(receive_registers((word)seL4_SysSend, cptr, 0), 100, WITH_SC, 0);
    CHECK_OK(move_into(&space, thread, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_Poll(notification, &badge);
    CHECK_EQ(6, badge);
}

/* ---- operations on oneself ---- */

/* Reads WINDOW, takes arguments[0] as its VSpace, reads again. */
static void change_space(struct thread *thread)
{
    struct registers r = call_registers(thread->tcb, TCBSetSpace, 3, 2, 0, 0, 0, 0);

    thread->result[0] = *(volatile word *)WINDOW;
    thread->buffer->caps_or_badges[0] = 0;
    thread->buffer->caps_or_badges[1] = ROOT_CNODE;
    thread->buffer->caps_or_badges[2] = thread->arguments[0];
    raw_syscall(&r);
    thread->result[1] = *(volatile word *)WINDOW;
    thread->result[2] = r.x[1] >> 12;
    thread->stage = 1;
}

CASE(long_messages, thread_changes_its_own_space,
        "6.5: SetSpace on the caller takes effect at once")
{
    word frames[2] = { object_new(seL4_ARM_SmallPageObject, 0),
        object_new(seL4_ARM_SmallPageObject, 0) };
    word vspace = vspace_with_image();
    struct thread *thread = thread_prepare(change_space, 100, WITH_SC, 0, vspace, 0, 0);

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(map_table(vspace, WINDOW));
    for (word i = 2; i-- > 0;) {
        CHECK_OK(seL4_ARM_Page_Map(frames[i], ROOT_VSPACE, WINDOW, seL4_ReadWrite, 3));
        *(volatile word *)WINDOW = 100 + i;
        if (i == 1) {
            CHECK_OK(seL4_ARM_Page_Unmap(frames[i]));
        }
    }
    CHECK_OK(seL4_ARM_Page_Map(frames[1], vspace, WINDOW, seL4_ReadWrite, 3));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->result[2]);
    CHECK_EQ(100, thread->result[0]);
    CHECK_EQ(101, thread->result[1]);
}

#ifdef CONFIG_HARDWARE_DEBUG_API
static volatile word own_cell;

static void watch_itself(struct thread *thread)
{
    struct registers r = call_registers(
            thread->tcb, TCBSetBreakpoint, 0, 5, 6, (word)&own_cell, seL4_DataBreakpoint, 8);

    thread->buffer->msg[4] = seL4_BreakOnWrite;
    raw_syscall(&r);
    thread->result[0] = r.x[1] >> 12;
    thread->stage = 1;
    own_cell = 1;
    thread->stage = 2;
}

CASE(long_messages, thread_watches_itself, "18.2: the target may be the caller")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(watch_itself, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->result[0]);
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_MR(2, (word)&own_cell);
    CHECK_OK(seL4_TCB_UnsetBreakpoint(thread->tcb, 6));
    answer(&handler, 0, 0);
    CHECK_EQ(2, thread->stage);
}
#endif
