/* SPDX-License-Identifier: BSD-2-Clause */
/* TCB operations (sel4-abi.md, 6.4, 6.5, 11). */
#include "tests/system/harness.h"

CASE(tcb, unknown_label_is_illegal, "6.1")
{
    CHECK_EQ(seL4_IllegalOperation, invoke(object_new(seL4_TCBObject, 0), UntypedRetype, 0, 0));
}

CASE(tcb, truncated_messages, "each operation has its length")
{
    word tcb = object_new(seL4_TCBObject, 0);
    const struct {
        word label, caps, length;
    } messages[] = { { TCBReadRegisters, 0, 1 }, { TCBWriteRegisters, 0, 1 },
        { TCBCopyRegisters, 0, 1 }, { TCBConfigure, 2, 3 }, { TCBConfigure, 3, 2 },
        { TCBSetSpace, 2, 2 }, { TCBSetSpace, 3, 1 }, { TCBSetIPCBuffer, 0, 1 },
        { TCBSetPriority, 0, 1 }, { TCBSetPriority, 1, 0 }, { TCBSetMCPriority, 0, 1 },
        { TCBSetSchedParams, 2, 2 }, { TCBSetSchedParams, 3, 1 }, { TCBSetTimeoutEndpoint, 0, 0 },
        { TCBBindNotification, 0, 0 }, { TCBSetTLSBase, 0, 0 }, { TCBSetFlags, 0, 1 } };

    for (unsigned i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        for (int cap = 0; cap < 3; cap++) {
            seL4_SetCap(cap, ROOT_TCB);
        }
        CHECK_EQ(seL4_TruncatedMessage,
                invoke(tcb, messages[i].label, messages[i].caps, messages[i].length));
    }
}

CASE(tcb, read_registers_checks, "6.4")
{
    seL4_UserContext context;
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_ERROR(seL4_RangeError, seL4_TCB_ReadRegisters(tcb, 0, 0, 0, &context));
    CHECK_MR(0, 1);
    CHECK_MR(1, 36);
    seL4_SetMR(0, 0);
    seL4_SetMR(1, 37);
    CHECK_EQ(seL4_RangeError, invoke(tcb, TCBReadRegisters, 0, 2));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_ReadRegisters(ROOT_TCB, 0, 0, 36, &context));
}

CASE(tcb, registers_are_read_back_as_written, "11.1")
{
    seL4_UserContext in, out;
    word tcb = object_new(seL4_TCBObject, 0);

    for (word i = 0; i < 36; i++) {
        ((word *)&in)[i] = 0x1000 + i * 4;
    }
    CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, 36, &in));
    CHECK_OK(seL4_TCB_ReadRegisters(tcb, 0, 0, 36, &out));
    for (word i = 0; i < 36; i++) {
        if (i != 2) {
            CHECK_EQ(((word *)&in)[i], ((word *)&out)[i]);
        }
    }
}

CASE(tcb, spsr_keeps_only_the_flags, "11.2")
{
    seL4_UserContext in = { .spsr = ~0UL }, out;
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_ReadRegisters(tcb, 0, 0, 36, &out));
    word fresh = out.spsr;
    CHECK_OK(seL4_TCB_WriteRegisters(tcb, 0, 0, 3, &in));
    CHECK_OK(seL4_TCB_ReadRegisters(tcb, 0, 0, 36, &out));
    CHECK_EQ(0xf0000000 | fresh, out.spsr);
}

CASE(tcb, write_count_beyond_the_message, "6.4: length - 2 < count")
{
    word tcb = object_new(seL4_TCBObject, 0);

    seL4_SetMR(0, 0);
    seL4_SetMR(1, 5);
    CHECK_EQ(seL4_TruncatedMessage, invoke(tcb, TCBWriteRegisters, 0, 6));
}

CASE(tcb, copy_registers_needs_a_tcb, "6.4")
{
    CHECK_ERROR(seL4_InvalidCapability,
            seL4_TCB_CopyRegisters(object_new(seL4_TCBObject, 0), ROOT_CNODE, 0, 0, 1, 1, 0));
    CHECK_MR(0, 1);
}

CASE(tcb, copy_registers_in_halves, "17 frame registers, 19 integer registers")
{
    seL4_UserContext in = { .pc = 0x4000, .x0 = 7, .x9 = 9, .x18 = 18, .x19 = 19 }, out;
    word a = object_new(seL4_TCBObject, 0), b = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_WriteRegisters(a, 0, 0, 36, &in));
    CHECK_OK(seL4_TCB_CopyRegisters(b, a, 0, 0, 1, 0, 0));
    CHECK_OK(seL4_TCB_ReadRegisters(b, 0, 0, 36, &out));
    CHECK_EQ(0x4000, out.pc);
    CHECK_EQ(7, out.x0);
    CHECK_EQ(18, out.x18);
    CHECK_EQ(0, out.x9);
    CHECK_OK(seL4_TCB_CopyRegisters(b, a, 0, 0, 0, 1, 0));
    CHECK_OK(seL4_TCB_ReadRegisters(b, 0, 0, 36, &out));
    CHECK_EQ(9, out.x9);
    CHECK_EQ(19, out.x19);
}

CASE(tcb, priorities_are_bounded_by_the_authority, "9.10")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_TCB_SetMCPriority(tcb, ROOT_TCB, 10));
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetPriority(tcb, tcb, 11));
    CHECK_MR(0, 0);
    CHECK_MR(1, 10);
    CHECK_OK(seL4_TCB_SetPriority(tcb, tcb, 10));
    CHECK_ERROR(seL4_InvalidCapability, seL4_TCB_SetPriority(tcb, ROOT_CNODE, 1));
    CHECK_MR(0, 1);
}

CASE(tcb, buffer_must_be_an_aligned_frame, "6.5")
{
    word tcb = object_new(seL4_TCBObject, 0);
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetIPCBuffer(tcb, 0x1000, ROOT_CNODE));
    CHECK_ERROR(seL4_AlignmentError, seL4_TCB_SetIPCBuffer(tcb, 0x1200, frame));
    CHECK_OK(seL4_TCB_SetIPCBuffer(tcb, 0x1400, frame));
    CHECK_OK(seL4_TCB_SetIPCBuffer(tcb, 0, ROOT_CNODE));
}

CASE(tcb, configure_checks_in_order, "buffer, then CSpace, then VSpace")
{
    word tcb = object_new(seL4_TCBObject, 0);
    word frame = object_new(seL4_ARM_SmallPageObject, 0);
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);

    CHECK_ERROR(seL4_AlignmentError, seL4_TCB_Configure(tcb, ROOT_TCB, 0, ROOT_TCB, 0, 8, frame));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_Configure(tcb, ROOT_TCB, 0, ROOT_VSPACE, 0, 0, 0));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_Configure(tcb, ROOT_CNODE, 0, vspace, 0, 0, 0));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_Configure(tcb, ROOT_CNODE, 0, ROOT_TCB, 0, 0, 0));
    CHECK_OK(seL4_TCB_Configure(tcb, ROOT_CNODE, 0, ROOT_VSPACE, 0, 0, 0));
}

CASE(tcb, set_space_checks_the_handler_last, "6.5")
{
    word tcb = object_new(seL4_TCBObject, 0);
    word endpoint = object_new(seL4_EndpointObject, 0);
    word weak = slot_new();

    CHECK_OK(seL4_CNode_Copy(ROOT_CNODE, weak, 64, ROOT_CNODE, endpoint, 64, seL4_ReadWrite));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSpace(tcb, weak, ROOT_TCB, 0, ROOT_VSPACE, 0));
    CHECK_ERROR(
            seL4_InvalidCapability, seL4_TCB_SetSpace(tcb, weak, ROOT_CNODE, 0, ROOT_VSPACE, 0));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_TCB_SetSpace(tcb, endpoint, ROOT_CNODE, 0, ROOT_VSPACE, 0));
}

CASE(tcb, sched_params_checks, "6.5")
{
    word tcb = object_new(seL4_TCBObject, 0), other = object_new(seL4_TCBObject, 0);
    word sc = object_new(seL4_SchedContextObject, 7),
         second = object_new(seL4_SchedContextObject, 7);

    CHECK_ERROR(seL4_InvalidCapability, seL4_TCB_SetSchedParams(tcb, ROOT_CNODE, 1, 1, sc, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(
            seL4_InvalidCapability, seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 1, 1, ROOT_CNODE, 0));
    CHECK_MR(0, 2);
    CHECK_ERROR(
            seL4_InvalidCapability, seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 1, 1, sc, ROOT_CNODE));
    CHECK_MR(0, 3);
    CHECK_OK(seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 1, 1, sc, 0));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 1, 1, second, 0));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSchedParams(other, ROOT_TCB, 1, 1, sc, 0));
    CHECK_OK(seL4_TCB_SetSchedParams(tcb, ROOT_TCB, 1, 1, 0, 0));
    CHECK_OK(seL4_TCB_SetSchedParams(other, ROOT_TCB, 1, 1, sc, 0));
}

CASE(tcb, own_context_cannot_be_taken_away, "6.5")
{
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_SetSchedParams(ROOT_TCB, ROOT_TCB, 255, 255, 0, 0));
}

CASE(tcb, bind_notification_checks, "6.5")
{
    word tcb = object_new(seL4_TCBObject, 0), other = object_new(seL4_TCBObject, 0);
    word notification = object_new(seL4_NotificationObject, 0);
    word write_only = slot_new();

    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_UnbindNotification(tcb));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_BindNotification(tcb, ROOT_CNODE));
    CHECK_OK(seL4_CNode_Copy(
            ROOT_CNODE, write_only, 64, ROOT_CNODE, notification, 64, seL4_CanWrite));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_BindNotification(tcb, write_only));
    CHECK_OK(seL4_TCB_BindNotification(tcb, notification));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_BindNotification(tcb, notification));
    CHECK_ERROR(seL4_IllegalOperation, seL4_TCB_BindNotification(other, notification));
    CHECK_OK(seL4_TCB_UnbindNotification(tcb));
}

CASE(tcb, flags_are_cleared_then_set, "6.4")
{
    word tcb = object_new(seL4_TCBObject, 0);
    seL4_TCB_SetFlags_t flags = seL4_TCB_SetFlags(tcb, 0, 0xff);

    CHECK_EQ(seL4_NoError, flags.error);
    CHECK_EQ(1, flags.flags);
    flags = seL4_TCB_SetFlags(tcb, 1, 0);
    CHECK_EQ(0, flags.flags);
}

CASE(tcb, suspended_thread_stands_still, "11.3")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK(thread->result[0] > 0);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    word before = thread->result[0];
    let_others_run(300);
    CHECK_EQ(before, thread->result[0]);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK(thread->result[0] > before);
}

static void wait_twice(struct thread *thread)
{
    thread->result[0] = thread_wait(thread->arguments[0]);
    thread->stage = 1;
    thread->result[1] = thread_wait(thread->arguments[0]);
    thread->stage = 2;
}

CASE(tcb, resume_repeats_a_blocked_call, "11.3: the restart PC is the svc")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_start(wait_twice, 100, WITH_SC, 0, notification, 0, 0);

    let_others_run(300);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}

static void use_fpu(struct thread *thread)
{
    word seed = thread->arguments[0];

    for (word round = 0; round < 50; round++) {
        word back;

        __asm__ volatile(
                "fmov d8, %1\n\tfmov d31, %1\n\tmov x9, #2000\n1: subs x9, x9, #1\n\tb.ne 1b\n\t"
                "fmov %0, d8"
                : "=r"(back)
                : "r"(seed)
                : "x9", "cc");
        if (back != seed) {
            thread->result[0]++;
        }
        struct registers yield = { { 0, 0, 0, 0, 0, 0, 0, (word)seL4_SysYield } };
        raw_syscall(&yield);
        __asm__ volatile("fmov %0, d31" : "=r"(back));
        if (back != seed) {
            thread->result[0]++;
        }
    }
    thread->stage = 1;
}

CASE(tcb, fpu_registers_belong_to_the_thread, "11.4")
{
    struct thread *a = thread_start(use_fpu, 100, WITH_SC, 0, 0x1111, 0, 0);
    struct thread *b = thread_start(use_fpu, 100, WITH_SC, 0, 0x2222, 0, 0);

    for (int i = 0; i < 100 && (a->stage == 0 || b->stage == 0); i++) {
        let_others_run(1000);
    }
    CHECK_EQ(1, a->stage);
    CHECK_EQ(1, b->stage);
    CHECK_EQ(0, a->result[0]);
    CHECK_EQ(0, b->result[0]);
}

CASE(tcb, fpu_disabled_faults, "UserException with EC 7")
{
    word handler = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_prepare(use_fpu, 100, WITH_SC, handler, 1, 0, 0);
    seL4_MessageInfo_t info;

    CHECK_EQ(1, seL4_TCB_SetFlags(thread->tcb, 0, 1).flags);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    info = seL4_Recv(handler, 0, reply);
    CHECK_EQ(seL4_Fault_UserException, seL4_MessageInfo_get_label(info));
    CHECK_EQ(0x07, seL4_GetMR(seL4_UserException_Number) >> 26);
    /* With the FPU allowed again the same instruction works. */
    CHECK_EQ(0, seL4_TCB_SetFlags(thread->tcb, 1, 0).flags);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    for (int i = 0; i < 100 && thread->stage == 0; i++) {
        let_others_run(1000);
    }
    CHECK_EQ(1, thread->stage);
}
