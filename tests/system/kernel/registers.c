/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers and life cycle of threads: partial reads and writes, PCs, TLS, FPU (6.4, 11). */
#include "tests/system/harness.h"

#define SVC 0xd4000001

static word *words_of(seL4_UserContext *context)
{
    return (word *)context;
}

static void fill(seL4_UserContext *context, word base)
{
    for (word i = 0; i < 36; i++) {
        words_of(context)[i] = base + i;
    }
    context->spsr = 0;
}

static seL4_UserContext context_of(word tcb)
{
    seL4_UserContext context = { 0 };

    seL4_TCB_ReadRegisters(tcb, 0, 0, 36, &context);
    return context;
}

/* ---- ReadRegisters, WriteRegisters ---- */

CASE(registers, read_returns_as_many_as_asked, "6.4: length = count")
{
    word tcb = object_new(seL4_TCBObject, 0);
    const word counts[] = { 1, 2, 4, 5, 17, 35, 36 };
    seL4_UserContext in;

    fill(&in, 500);
    CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, 36, &in));
    for (word i = 0; i < 7; i++) {
        seL4_SetMR(0, 0);
        seL4_SetMR(1, counts[i]);
        seL4_MessageInfo_t info = seL4_Call(tcb, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2));
        CHECK_EQ(seL4_NoError, seL4_MessageInfo_get_label(info));
        CHECK_EQ(counts[i], seL4_MessageInfo_get_length(info));
        for (word k = 0; k < counts[i]; k++) {
            CHECK(k == 2 || seL4_GetMR((int)k) == 500 + k);
        }
    }
}

CASE(registers, read_can_suspend, "6.4: bit 0 of the flags")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    seL4_UserContext context;

    let_others_run(300);
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
    word before = thread->result[0];
    let_others_run(300);
    CHECK(thread->result[0] > before);
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 1, 0, 36, &context));
    before = thread->result[0];
    let_others_run(300);
    CHECK_EQ(before, thread->result[0]);
}

CASE(registers, write_of_some_keeps_the_rest, "6.4: count words in the order of 11.1")
{
    const word counts[] = { 0, 1, 3, 4, 17, 35 };

    for (word i = 0; i < 6; i++) {
        word tcb = object_new(seL4_TCBObject, 0);
        seL4_UserContext first, second;

        fill(&first, 1000);
        fill(&second, 2000);
        CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, 36, &first));
        CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, counts[i], &second));
        seL4_UserContext out = context_of(tcb);
        for (word k = 0; k < 36; k++) {
            CHECK(k == 2 || words_of(&out)[k] == (k < counts[i] ? 2000 : 1000) + k);
        }
    }
}

CASE(registers, write_of_more_than_36_is_cut, "6.4: a count of 40 in a message that has them")
{
    word tcb = object_new(seL4_TCBObject, 0);

    for (int i = 0; i < 60; i++) {
        seL4_SetMR(i, 3000 + (word)i);
    }
    CHECK_EQ(seL4_NoError, invoke_with(tcb, TCBWriteRegisters, 0, 44, 0, 42, 3002, 3003));
    seL4_UserContext out = context_of(tcb);
    CHECK_EQ(3002, out.pc);
    CHECK_EQ(3037, out.tpidrro_el0);
}

static void spin_on(struct thread *thread)
{
    while (thread->arguments[0] == 0) {
        __asm__ volatile("" ::: "memory");
    }
    thread->stage = 1;
}

CASE(registers, write_can_resume, "6.4: bit 0 of the flags")
{
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    seL4_UserContext context = context_of(thread->tcb);

    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 0, 0, 36, &context));
    let_others_run(300);
    CHECK_EQ(0, thread->result[0]);
    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 1, 0, 36, &context));
    let_others_run(300);
    CHECK(thread->result[0] > 0);
}

CASE(registers, written_registers_reach_the_thread, "a running one, without resume")
{
    struct thread *thread = thread_start(spin_on, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *other = thread_prepare(spin_on, 100, WITH_SC, 0, 0, 0, 0);
    seL4_UserContext context;

    let_others_run(300);
    /* The first one goes on as the second one would begin. */
    context = context_of(other->tcb);
    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 0, 0, 36, &context));
    other->arguments[0] = 1;
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK_EQ(1, other->stage);
}

CASE(registers, write_of_nothing_repeats_the_call, "a reply then finds the thread back at its svc")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *client = client_call(endpoint, 1);
    seL4_UserContext context = { 0 };

    seL4_Recv(endpoint, 0, reply);
    CHECK_OK(seL4_TCB_WriteRegisters(client->tcb, 0, 0, 0, &context));
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    /* 11.3: it invoked cptr 0, which the reply left in x0. */
    CHECK_EQ(1, client->stage);
    CHECK_EQ(seL4_InvalidCapability, thread_error(client));
}

/* ---- CopyRegisters ---- */

static word copy_registers(word dest, word source, word flags)
{
    seL4_SetCap(0, source);
    return invoke_with(dest, TCBCopyRegisters, 1, 1, flags, 0, 0, 0);
}

#define SUSPEND_SOURCE 1
#define RESUME_TARGET  2
#define COPY_FRAME     4
#define COPY_INTEGER   8

CASE(registers, copy_checks, "6.4: Truncated, InvalidCapability(1)")
{
    word tcb = object_new(seL4_TCBObject, 0);

    seL4_SetCap(0, tcb);
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(tcb, TCBCopyRegisters, 1, 0, 0, 0, 0, 0));
    CHECK_EQ(seL4_TruncatedMessage, invoke_with(tcb, TCBCopyRegisters, 0, 1, 0, 0, 0, 0));
    CHECK_EQ(seL4_InvalidCapability, copy_registers(tcb, ROOT_CNODE, 0));
    CHECK_MR(0, 1);
    CHECK_EQ(seL4_InvalidCapability, copy_registers(tcb, slot_new(), 0));
    CHECK_MR(0, 1);
}

CASE(registers, copy_of_either_half, "11.1: 17 frame registers, 19 integer registers")
{
    word source = object_new(seL4_TCBObject, 0);
    seL4_UserContext in;

    fill(&in, 4000);
    CHECK_OK(seL4_TCB_WriteRegisters(source, 0, 0, 36, &in));
    for (word half = 0; half < 4; half++) {
        word dest = object_new(seL4_TCBObject, 0);

        CHECK_EQ(seL4_NoError, copy_registers(dest, source, half * COPY_FRAME));
        seL4_UserContext out = context_of(dest);
        for (word k = 0; k < 36; k++) {
            bool copied = k < 17 ? half & 1 : half & 2;

            CHECK(k == 2 || words_of(&out)[k] == (copied ? 4000 + k : 0));
        }
    }
}

CASE(registers, copy_can_suspend_and_resume, "6.4: a thread goes on in another's place")
{
    struct thread *first = thread_start(spin_on, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *second = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK_EQ(seL4_NoError,
            copy_registers(second->tcb, first->tcb,
                    SUSPEND_SOURCE | RESUME_TARGET | COPY_FRAME | COPY_INTEGER));
    first->arguments[0] = 1;
    let_others_run(300);
    CHECK_EQ(1, first->stage);
    CHECK_EQ(0, second->result[0]);
    /* It was the second TCB that ran; the first one is suspended where it was. */
    first->stage = 0;
    CHECK_OK(seL4_TCB_Resume(first->tcb));
    let_others_run(300);
    CHECK_EQ(1, first->stage);
}

CASE(registers, copy_does_not_clean_spsr, "6.4, 11.2: it is only copied")
{
    word a = object_new(seL4_TCBObject, 0), b = object_new(seL4_TCBObject, 0);
    seL4_UserContext in = { .spsr = 0xa0000000 };

    CHECK_OK(seL4_TCB_WriteRegisters(a, 0, 0, 3, &in));
    CHECK_EQ(seL4_NoError, copy_registers(b, a, COPY_FRAME));
    CHECK_EQ(context_of(a).spsr, context_of(b).spsr);
    CHECK_EQ(0xa0000000, context_of(b).spsr & 0xf0000000);
}

CASE(registers, copy_from_the_caller, "6.4: the caller may be the source")
{
    word dest = object_new(seL4_TCBObject, 0);

    CHECK_EQ(seL4_NoError, copy_registers(dest, ROOT_TCB, COPY_FRAME | COPY_INTEGER));
    seL4_UserContext context = context_of(dest);
    CHECK_EQ(SVC, *(uint32_t *)context.pc);
    CHECK_EQ((word)seL4_SysCall, context.x7);
}

/* ---- program counters (11.3) ---- */

CASE(registers, blocked_thread_shows_its_svc, "the restart PC; Suspend leaves it")
{
    struct thread *thread = thread_do(
            receive_registers((word)seL4_SysWait, object_new(seL4_NotificationObject, 0), 0));
    word pc = context_of(thread->tcb).pc;

    CHECK_EQ(SVC, *(uint32_t *)pc);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    CHECK_EQ(pc, context_of(thread->tcb).pc);
}

CASE(registers, caller_waiting_for_a_reply_shows_its_svc, "BlockedOnReply, too")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *client = client_call(endpoint, 1);

    seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(SVC, *(uint32_t *)context_of(client->tcb).pc);
}

/* Suspends itself. */
static void suspend_itself(struct thread *thread)
{
    thread_send(thread->tcb, TCBSuspend, 0, 0);
    thread->stage = 1;
}

CASE(registers, self_suspended_thread_repeats_its_call,
        "during an invocation the caller is in state Restart: a Resume suspends it again")
{
    struct thread *thread = thread_start(suspend_itself, 100, WITH_SC, 0, 0, 0, 0);
    seL4_UserContext context;

    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    context = context_of(thread->tcb);
    CHECK_EQ(SVC, *(uint32_t *)context.pc);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    context.pc += 4;
    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 1, 0, 1, &context));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}

CASE(registers, woken_thread_is_behind_its_call,
        "suspended before it ran: the Wait is not repeated")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_do(receive_registers((word)seL4_SysWait, notification, 0));

    seL4_Signal(cap_mint(notification, 3));
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    CHECK_EQ(SVC, *(uint32_t *)(context_of(thread->tcb).pc - 4));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(3, thread->registers.x[0]);
}

CASE(registers, resume_of_a_running_thread, "6.4: nothing happens")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_OK(seL4_TCB_Resume(ROOT_TCB));
    word before = thread->result[0];
    let_others_run(300);
    CHECK(thread->result[0] > before);
}

CASE(registers, resume_of_a_bare_tcb, "11.5: without context it never runs, and nothing breaks")
{
    word tcb = object_new(seL4_TCBObject, 0), sc = object_new(seL4_SchedContextObject, 8);
    struct handler handler = handler_new();

    CHECK_OK(seL4_TCB_Resume(tcb));
    let_others_run(300);
    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, 5000, 5000, 0, 0));
    CHECK_OK(seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 255, 100, sc, handler.endpoint));
    /* With one, it faults at once: it has no VSpace. */
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_MR(seL4_VMFault_IP, 0);
    CHECK_MR(seL4_VMFault_PrefetchFault, 1);
}

/* ---- thread-local storage (2.6) ---- */

static void read_tls(struct thread *thread)
{
    word value;

    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(value));
    thread->result[0] = value;
    __asm__ volatile("mrs %0, tpidrro_el0" : "=r"(value));
    thread->result[1] = value;
    __asm__ volatile("msr tpidr_el0, %0" ::"r"(0x9999UL));
    thread->stage = 1;
    thread_wait(thread->arguments[0]);
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(value));
    thread->result[2] = value;
    thread->stage = 2;
}

CASE(registers, tls_base, "SetTLSBase sets it, the thread may write it, others have their own")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_prepare(read_tls, 100, WITH_SC, 0, notification, 0, 0);
    seL4_UserContext context = context_of(thread->tcb);
    word own;

    context.tpidrro_el0 = 0x777;
    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 0, 0, 36, &context));
    CHECK_OK(seL4_TCB_SetTLSBase(thread->tcb, 0x1234567890));
    CHECK_OK(seL4_TCB_SetTLSBase(ROOT_TCB, 0x4444));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(own));
    CHECK_OK(seL4_TCB_SetTLSBase(ROOT_TCB, 0));
    CHECK_EQ(0x4444, own);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0x1234567890, thread->result[0]);
    CHECK_EQ(0x777, thread->result[1]);
    CHECK_EQ(0x9999, context_of(thread->tcb).tpidr_el0);
    CHECK_OK(seL4_TCB_SetTLSBase(thread->tcb, 0x8888));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(0x8888, thread->result[2]);
}

/* ---- the FPU (11.4) ---- */

static void look_at_fpu(struct thread *thread)
{
    word value, sum = 0;

    __asm__ volatile("fmov %0, d0" : "=r"(value));
    sum |= value;
    __asm__ volatile("fmov %0, v31.d[1]" : "=r"(value));
    sum |= value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    sum |= value;
    __asm__ volatile("mrs %0, fpsr" : "=r"(value));
    thread->result[0] = sum | value;
    thread->stage = 1;
}

/* Sets all kinds of FPU state, waits, and compares. */
static void keep_fpu(struct thread *thread)
{
    word seed = thread->arguments[1], a, b, control, status;

    __asm__ volatile(
            "dup v5.2d, %0\n\tfmov v31.d[1], %0\n\tmsr fpcr, %1\n\tmsr fpsr, %2" ::"r"(seed),
            "r"(0x3000000UL), "r"(0x1fUL));
    for (word i = 0; i < 3; i++) {
        thread_wait(thread->arguments[0]);
        __asm__ volatile("fmov %0, v5.d[1]\n\tfmov %1, v31.d[1]\n\tmrs %2, fpcr\n\tmrs %3, fpsr"
                         : "=r"(a), "=r"(b), "=r"(control), "=r"(status));
        if (a != seed || b != seed || control != 0x3000000 || (status & 0x1f) != 0x1f) {
            thread->result[0]++;
        }
        thread->stage++;
    }
    __asm__ volatile("msr fpcr, xzr\n\tmsr fpsr, xzr");
}

CASE(registers, new_thread_has_a_clean_fpu, "11.4: zeros, whatever others left behind")
{
    word notification = object_new(seL4_NotificationObject, 0);

    thread_start(keep_fpu, 110, WITH_SC, 0, notification, ~0UL, 0);
    let_others_run(300);
    struct thread *thread = thread_start(look_at_fpu, 100, WITH_SC, 0, 0, 0, 0);
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->result[0]);
}

CASE(registers, fpu_state_survives_other_threads, "vectors, FPCR and FPSR")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *threads[3];

    for (word i = 0; i < 3; i++) {
        threads[i] = thread_start(keep_fpu, 100, WITH_SC, 0, notification, 0x1111 * (i + 1), 0);
        let_others_run(300);
    }
    for (word i = 0; i < 9; i++) {
        seL4_Signal(notification);
        let_others_run(300);
    }
    for (word i = 0; i < 3; i++) {
        CHECK_EQ(3, threads[i]->stage);
        CHECK_EQ(0, threads[i]->result[0]);
    }
}

CASE(registers, disabled_fpu_keeps_its_state,
        "11.4: saved when forbidden, there again when allowed")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct handler handler = handler_new();
    struct thread *thread =
            thread_start(keep_fpu, 100, WITH_SC, handler.endpoint, notification, 0xabcd, 0);
    struct thread *other;

    let_others_run(300);
    CHECK_EQ(1, seL4_TCB_SetFlags(thread->tcb, 0, 1).flags);
    other = thread_start(
            keep_fpu, 110, WITH_SC, 0, object_new(seL4_NotificationObject, 0), 0x5555, 0);
    let_others_run(300);
    CHECK_EQ(0, other->stage);
    seL4_Signal(notification);
    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_EQ(0x07, seL4_GetMR(seL4_UserException_Number) >> 26);
    CHECK_EQ(0, seL4_TCB_SetFlags(thread->tcb, 1, 0).flags);
    answer(&handler, 0, 0);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->result[0]);
}

CASE(registers, forbidden_thread_leaves_the_owners_state,
        "11.4: it runs in between without a switch")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *owner = thread_start(keep_fpu, 100, WITH_SC, 0, notification, 0x7777, 0);
    struct thread *forbidden = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK_EQ(1, seL4_TCB_SetFlags(forbidden->tcb, 0, 1).flags);
    CHECK_OK(seL4_TCB_Resume(forbidden->tcb));
    let_others_run(300);
    CHECK(forbidden->result[0] > 0);
    CHECK_OK(seL4_TCB_Suspend(forbidden->tcb));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(1, owner->stage);
    CHECK_EQ(0, owner->result[0]);
}

CASE(registers, deleted_owner_leaves_nothing, "its TCB's memory becomes another thread")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *owner = thread_start(keep_fpu, 100, WITH_SC, 0, notification, 0x7777, 0);

    let_others_run(300);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, owner->tcb, 64));
    for (word i = 0; i < 2; i++) {
        struct thread *thread = thread_start(look_at_fpu, 100, WITH_SC, 0, 0, 0, 0);

        let_others_run(300);
        CHECK_EQ(1, thread->stage);
        CHECK_EQ(0, thread->result[0]);
    }
}

CASE(registers, flags_set_after_cleared, "6.4: the same bit in both is set; others are ignored")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_EQ(0, seL4_TCB_SetFlags(tcb, ~0UL, 0).flags);
    CHECK_EQ(1, seL4_TCB_SetFlags(tcb, 1, 1).flags);
    CHECK_EQ(1, seL4_TCB_SetFlags(tcb, ~1UL, ~1UL).flags);
    CHECK_EQ(1, seL4_TCB_SetFlags(tcb, 0, 0).flags);
    CHECK_EQ(0, seL4_TCB_SetFlags(tcb, 1, 0).flags);
}

/* ---- spaces and guards ---- */

CASE(registers, configure_sets_the_guard, "3.6: data of Configure and SetSpace; 0 leaves it")
{
    word cnode = object_new(seL4_CapTableObject, 4), badge = 0;
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread;

    CHECK_OK(seL4_CNode_Mint(cnode, 6, 4, ROOT_CNODE, notification, 64, seL4_AllRights, 3));
    thread = thread_syscall(receive_registers((word)seL4_SysSend, 6, 0), 100, WITH_SC, 0);
    CHECK_OK(seL4_TCB_SetSpace(
            thread->tcb, 0, cnode, seL4_CNode_CapData_new(0, 60).words[0], ROOT_VSPACE, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_Poll(notification, &badge);
    CHECK_EQ(3, badge);
    word guarded = cap_mint(cnode, seL4_CNode_CapData_new(0xabc, 60).words[0]);
    thread = thread_syscall(receive_registers((word)seL4_SysSend, 0xabc6, 0), 100, WITH_SC, 0);
    CHECK_OK(seL4_TCB_Configure(thread->tcb, guarded, 0, ROOT_VSPACE, 0, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    badge = 0;
    seL4_Poll(notification, &badge);
    CHECK_EQ(3, badge);
}

CASE(registers, configure_leaves_the_handler, "6.5: SetSpace and SetSchedParams set or clear it")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_syscall(
            (struct registers){ { 0, 0, 0, 0, 0, 0, 0, 4711 } }, 100, WITH_SC, handler.endpoint);

    CHECK_OK(seL4_TCB_Configure(thread->tcb, ROOT_CNODE, 0, ROOT_VSPACE, 0, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, 0, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    answer(&handler, 0, 0);
    word badge = 99;
    seL4_NBRecv(handler.endpoint, &badge, handler.reply);
    CHECK_EQ(0, badge);
    CHECK_EQ(0, thread->stage);
}

CASE(registers, caller_may_change_itself, "priority, MCP, TLS, buffer, flags of the own TCB")
{
    CHECK_OK(seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 254));
    CHECK_OK(seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 255));
    CHECK_EQ(0, seL4_TCB_SetFlags(ROOT_TCB, 0, 0).flags);
    CHECK_OK(seL4_TCB_SetIPCBuffer(
            ROOT_TCB, (word)boot_info->ipcBuffer, seL4_CapInitThreadIPCBuffer));
    CHECK_OK(seL4_TCB_SetSchedParams(ROOT_TCB, ROOT_TCB, 255, 255, seL4_CapInitThreadSC, 0));
}

CASE(registers, read_with_suspend_cancels_a_wait, "6.4: as Suspend does")
{
    word notification = object_new(seL4_NotificationObject, 0), badge = 0;
    struct thread *thread = thread_do(receive_registers((word)seL4_SysWait, notification, 0));
    seL4_UserContext context;

    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 1, 0, 36, &context));
    seL4_Signal(cap_mint(notification, 4));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Poll(notification, &badge);
    CHECK_EQ(4, badge);
}

CASE(registers, write_with_resume_leads_out_of_a_wait, "the thread goes on at its new address")
{
    struct thread *thread = thread_do(
            receive_registers((word)seL4_SysWait, object_new(seL4_NotificationObject, 0), 0));
    struct thread *other = thread_prepare(spin_on, 100, WITH_SC, 0, 1, 0, 0);
    seL4_UserContext context = context_of(other->tcb);

    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 1, 0, 36, &context));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK_EQ(1, other->stage);
}

CASE(registers, copy_onto_itself, "6.4: source and target may be the same")
{
    word tcb = object_new(seL4_TCBObject, 0);
    seL4_UserContext in;

    fill(&in, 7000);
    CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, 36, &in));
    CHECK_EQ(seL4_NoError, copy_registers(tcb, tcb, COPY_FRAME | COPY_INTEGER));
    seL4_UserContext out = context_of(tcb);
    for (word k = 0; k < 36; k++) {
        CHECK(k == 2 || words_of(&out)[k] == 7000 + k);
    }
}

CASE(registers, copy_to_the_caller, "6.4: the integer half of another thread's registers")
{
    word tcb = object_new(seL4_TCBObject, 0), before, after;
    seL4_UserContext in = { 0 };

    /* Only the thread-local word of the 19 would be noticed here; the rest is saved around it. */
    in.tpidr_el0 = 0xfeed;
    CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, 36, &in));
    seL4_SetCap(0, tcb);
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(before));
    register word x0 __asm__("x0") = ROOT_TCB;
    register word x1 __asm__("x1") = (word)TCBCopyRegisters << 12 | 1 << 7 | 1;
    register word x2 __asm__("x2") = COPY_INTEGER;
    register word x7 __asm__("x7") = (word)seL4_SysCall;
    __asm__ volatile("sub sp, sp, #96\n\tstp x19, x20, [sp]\n\tstp x21, x22, [sp, #16]\n\t"
                     "stp x23, x24, [sp, #32]\n\tstp x25, x26, [sp, #48]\n\t"
                     "stp x27, x28, [sp, #64]\n\tsvc #0\n\tldp x19, x20, [sp]\n\t"
                     "ldp x21, x22, [sp, #16]\n\tldp x23, x24, [sp, #32]\n\t"
                     "ldp x25, x26, [sp, #48]\n\tldp x27, x28, [sp, #64]\n\tadd sp, sp, #96"
                     : "+r"(x0), "+r"(x1), "+r"(x2)
                     : "r"(x7)
                     : "x9", "x10", "x11", "x12", "x13", "x14", "x15", "memory", "cc");
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(after));
    CHECK_OK(seL4_TCB_SetTLSBase(ROOT_TCB, before));
    CHECK_EQ(0xfeed, after);
}

CASE(registers, preempted_thread_shows_where_it_is,
        "11.3: both PCs are the interrupted instruction")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    seL4_UserContext first, second;
    word count;

    let_others_run(300);
    count = thread->result[0];
    first = context_of(thread->tcb);
    CHECK(first.pc >= (word)count_up && first.pc < (word)count_up + 64);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    second = context_of(thread->tcb);
    CHECK_EQ(first.pc, second.pc);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread->result[0] > count);
}
