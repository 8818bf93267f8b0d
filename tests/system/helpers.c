/* SPDX-License-Identifier: BSD-2-Clause */
/* Short forms of what many cases do. */
#include "tests/system/harness.h"

/* ---- capabilities ---- */

word copy_to(word dest, word src)
{
    return seL4_CNode_Copy(
            ROOT_CNODE, dest, ROOT_DEPTH, ROOT_CNODE, src, ROOT_DEPTH, seL4_AllRights);
}

word mint_to(word dest, word src, word badge)
{
    return seL4_CNode_Mint(
            ROOT_CNODE, dest, ROOT_DEPTH, ROOT_CNODE, src, ROOT_DEPTH, seL4_AllRights, badge);
}

word cap_copy(word src, seL4_CapRights_t rights)
{
    word dest = slot_new();

    if (seL4_CNode_Copy(ROOT_CNODE, dest, ROOT_DEPTH, ROOT_CNODE, src, ROOT_DEPTH, rights)
            != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "a capability cannot be copied", 0, src);
    }
    return dest;
}

word cap_mint(word src, word badge)
{
    word dest = slot_new();

    if (mint_to(dest, src, badge) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "a capability cannot be minted", 0, src);
    }
    return dest;
}

bool slot_is_empty(word slot)
{
    word spare = slot_new();
    bool empty = copy_to(spare, slot) == seL4_FailedLookup;

    seL4_CNode_Delete(ROOT_CNODE, spare, ROOT_DEPTH);
    return empty;
}

word invoke(word cap, word label, word caps, word length)
{
    return seL4_MessageInfo_get_label(seL4_Call(cap, seL4_MessageInfo_new(label, 0, caps, length)));
}

word invoke_with(
        word cap, word label, word caps, word length, word mr0, word mr1, word mr2, word mr3)
{
    seL4_SetMR(0, mr0);
    seL4_SetMR(1, mr1);
    seL4_SetMR(2, mr2);
    seL4_SetMR(3, mr3);
    return invoke(cap, label, caps, length);
}

/* ---- threads ---- */

static void make_one_call(struct thread *thread)
{
    raw_syscall(&thread->registers);
    thread->stage = 1;
}

struct thread *thread_syscall(
        struct registers registers, word priority, int with_sc, word fault_endpoint)
{
    struct thread *thread =
            thread_prepare(make_one_call, priority, with_sc, fault_endpoint, 0, 0, 0);

    thread->registers = registers;
    return thread;
}

struct registers call_registers(
        word cap, word label, word caps, word length, word mr0, word mr1, word mr2, word mr3)
{
    return (struct registers){ { cap, label << 12 | caps << 7 | length, mr0, mr1, mr2, mr3, 0,
            (word)seL4_SysCall } };
}

word thread_error(const struct thread *thread)
{
    return thread->stage == 0 ? (word)-1 : thread->registers.x[1] >> 12;
}

bool thread_is_blocked(const struct thread *thread)
{
    word unconfigured = object_new(seL4_SchedContextObject, 7);
    word error;

    if (thread->sc != 0) {
        seL4_SchedContext_UnbindObject(thread->sc, thread->tcb);
    }
    /* A context without budget may be bound to any thread but a blocked one. */
    error = seL4_SchedContext_Bind(unconfigured, thread->tcb);
    seL4_SchedContext_Unbind(unconfigured);
    if (thread->sc != 0) {
        seL4_SchedContext_Bind(thread->sc, thread->tcb);
    }
    return error == seL4_IllegalOperation;
}

void count_up(struct thread *thread)
{
    for (;;) {
        thread->result[0]++;
    }
}

void count_yields(struct thread *thread)
{
    struct registers yield = { { 0, 0, 0, 0, 0, 0, 0, (word)seL4_SysYield } };

    for (;;) {
        thread->result[0]++;
        raw_syscall(&yield);
    }
}

/* ---- faults ---- */

struct handler handler_new(void)
{
    return (struct handler){ object_new(seL4_EndpointObject, 0), object_new(seL4_ReplyObject, 0),
        { { 0 } }, 0 };
}

word next_fault(struct handler *handler)
{
    handler->info = seL4_Recv(handler->endpoint, &handler->badge, handler->reply);
    return seL4_MessageInfo_get_label(handler->info);
}

void answer(struct handler *handler, word label, word length)
{
    seL4_Send(handler->reply, seL4_MessageInfo_new(label, 0, 0, length));
    let_others_run(100);
}
