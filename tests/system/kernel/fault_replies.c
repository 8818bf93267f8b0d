/* SPDX-License-Identifier: BSD-2-Clause */
/* What replies to faults do, kind by kind; odd ways out of a fault (10). */
#include "tests/system/harness.h"

#define STRANGE 12345

static struct registers strange_call(void)
{
    return (struct registers){ { 101, 102, 103, 104, 105, 106, 107, STRANGE, 109 } };
}

static struct registers faulting_receive(word reply)
{
    return receive_registers((word)seL4_SysRecv, 0, reply);
}

static word pc_of(const struct thread *thread)
{
    seL4_UserContext context = { 0 };

    seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context);
    return context.pc;
}

/* ---- unknown system calls ---- */

CASE(fault_replies, unknown_syscall_sets_registers, "x0 to x7 from the reply, x8 is not among them")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);

    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    for (word i = 0; i < 8; i++) {
        seL4_SetMR((int)i, 900 + i);
    }
    seL4_SetMR(seL4_UnknownSyscall_FaultIP, seL4_GetMR(seL4_UnknownSyscall_FaultIP) + 4);
    answer(&handler, 0, 9);
    CHECK_EQ(1, thread->stage);
    for (word i = 0; i < 8; i++) {
        CHECK_EQ(900 + i, thread->registers.x[i]);
    }
    CHECK_EQ(109, thread->registers.x[8]);
}

CASE(fault_replies, short_reply_keeps_the_rest, "10.4: words beyond its length keep the old values")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);

    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    for (word i = 0; i < 12; i++) {
        seL4_SetMR((int)i, 900 + i);
    }
    answer(&handler, 0, 2);
    /* FaultIP was not changed: the same call again, with two new registers. */
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_MR(seL4_UnknownSyscall_X0, 900);
    CHECK_MR(seL4_UnknownSyscall_X1, 901);
    CHECK_MR(seL4_UnknownSyscall_X2, 103);
    CHECK_EQ(0, thread->stage);
}

CASE(fault_replies, elr_word_has_no_effect, "10.4: the restart address is what counts")
{
    struct handler handler = handler_new();
    word ip;

    thread_do_handled(strange_call(), &handler);
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    ip = seL4_GetMR(seL4_UnknownSyscall_FaultIP);
    CHECK_EQ(0xd4000001, *(uint32_t *)ip);
    CHECK_MR(seL4_UnknownSyscall_LR, ip + 4);
    seL4_SetMR(seL4_UnknownSyscall_LR, 0x1000);
    answer(&handler, 0, 11);
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_MR(seL4_UnknownSyscall_FaultIP, ip);
    CHECK_MR(seL4_UnknownSyscall_LR, ip + 4);
}

CASE(fault_replies, spsr_of_a_reply_is_cleaned, "11.2: NZCV survive, nothing else")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);
    seL4_UserContext context;

    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    word fresh = seL4_GetMR(seL4_UnknownSyscall_SPSR) & ~0xf0000000UL;
    seL4_SetMR(seL4_UnknownSyscall_SPSR, ~0UL);
    seL4_Send(handler.reply, seL4_MessageInfo_new(0, 0, 0, 12));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 1, 0, 36, &context));
    CHECK_EQ(0xf0000000 | fresh, context.spsr);
}

CASE(fault_replies, stack_pointer_of_a_reply, "word 9")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);
    seL4_UserContext context;

    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    seL4_SetMR(seL4_UnknownSyscall_SP, 0x123450);
    seL4_Send(handler.reply, seL4_MessageInfo_new(0, 0, 0, 10));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 1, 0, 36, &context));
    CHECK_EQ(0x123450, context.sp);
}

CASE(fault_replies, long_reply_is_cut, "10.4: at most the table's words")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);
    seL4_UserContext before, after;

    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &before));
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    for (int i = 12; i < 40; i++) {
        seL4_SetMR(i, 7777);
    }
    seL4_Send(handler.reply, seL4_MessageInfo_new(0, 0, 0, 40));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 1, 0, 36, &after));
    CHECK_EQ(before.x8, after.x8);
    CHECK_EQ(before.x9, after.x9);
    CHECK_EQ(before.x19, after.x19);
    CHECK_EQ(before.x30, after.x30);
}

/* ---- user exceptions ---- */

static void undefined(struct thread *thread)
{
    word flags;

    __asm__ volatile("cmp xzr, xzr\n\t.inst 0x00000000\n\tmrs %0, nzcv" : "=r"(flags)::"cc");
    thread->result[0] = flags;
    thread->stage = 1;
}

CASE(fault_replies, exception_reply_sets_three, "FaultIP, SP, SPSR; flags reach the thread")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(undefined, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_EQ(0x60000000, seL4_GetMR(seL4_UserException_SPSR) & 0xf0000000);
    seL4_SetMR(seL4_UserException_FaultIP, seL4_GetMR(seL4_UserException_FaultIP) + 4);
    seL4_SetMR(seL4_UserException_SPSR, 0x90000000);
    answer(&handler, 0, 3);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0x90000000, thread->result[0]);
}

CASE(fault_replies, exception_with_label_stops, "10.4: Inactive; Resume tries again")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(undefined, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    word ip = seL4_GetMR(seL4_UserException_FaultIP);
    answer(&handler, 5, 0);
    CHECK_EQ(0, thread->stage);
    CHECK(!thread_is_blocked(thread));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_MR(seL4_UserException_FaultIP, ip);
}

CASE(fault_replies, exception_reply_with_label_still_writes,
        "10.4: registers are taken in any case")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(undefined, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    word ip = seL4_GetMR(seL4_UserException_FaultIP);
    seL4_SetMR(seL4_UserException_FaultIP, ip + 4);
    answer(&handler, 1, 1);
    CHECK_EQ(ip + 4, pc_of(thread));
}

/* ---- memory faults ---- */

static void read_there(struct thread *thread)
{
    thread->result[0] = *(volatile word *)thread->arguments[0];
    thread->stage = 1;
}

CASE(fault_replies, vm_fault_can_be_mended, "the instruction is executed again")
{
    struct handler handler = handler_new();
    struct thread *thread =
            thread_start(read_there, 100, WITH_SC, handler.endpoint, WINDOW + 8, 0, 0);

    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_EQ(seL4_VMFault_Length, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(seL4_VMFault_IP, pc_of(thread));
    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    CHECK_OK(seL4_ARM_Page_Map(
            object_new(seL4_ARM_SmallPageObject, 0), ROOT_VSPACE, WINDOW, seL4_ReadWrite, 3));
    *(volatile word *)(WINDOW + 8) = 4242;
    answer(&handler, 77, 0);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(4242, thread->result[0]);
}

CASE(fault_replies, vm_fault_takes_no_registers, "10.4: the words of the reply are ignored")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(read_there, 100, WITH_SC, handler.endpoint, WINDOW, 0, 0);

    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    word ip = seL4_GetMR(seL4_VMFault_IP);
    seL4_SetMR(0, ip + 4);
    answer(&handler, 0, 4);
    CHECK_EQ(0, thread->stage);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_MR(seL4_VMFault_IP, ip);
}

CASE(fault_replies, vm_fault_status_tells_the_cause,
        "10.3: FSR is ESR: read or write, translation or permission")
{
    struct handler handler = handler_new();
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    CHECK_OK(map_table(ROOT_VSPACE, WINDOW));
    thread_start(read_there, 100, WITH_SC, handler.endpoint, WINDOW, 0, 0);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_EQ(0x92000007, seL4_GetMR(seL4_VMFault_FSR) & 0xfe00007f); /* level 3 translation */
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_NoRights, 3));
    thread_start(read_there, 100, WITH_SC, handler.endpoint, WINDOW, 0, 0);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_EQ(0x9200000f, seL4_GetMR(seL4_VMFault_FSR) & 0xfe00007f); /* level 3 permission */
}

static void write_there(struct thread *thread)
{
    *(volatile word *)thread->arguments[0] = 1;
    thread->stage = 1;
}

CASE(fault_replies, vm_fault_of_a_write, "bit 6 of the syndrome: WnR")
{
    struct handler handler = handler_new();

    thread_start(write_there, 100, WITH_SC, handler.endpoint, WINDOW + 16, 0, 0);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_MR(seL4_VMFault_Addr, WINDOW + 16);
    CHECK_EQ(1 << 6, seL4_GetMR(seL4_VMFault_FSR) & 1 << 6);
}

/* ---- capability faults ---- */

CASE(fault_replies, cap_fault_is_repeated, "whatever the label; mended, the call succeeds")
{
    struct handler handler = handler_new();
    word notification = object_new(seL4_NotificationObject, 0), slot = slot_new();
    struct thread *thread =
            thread_do_handled(receive_registers((word)seL4_SysWait, slot, 0), &handler);

    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_EQ(5, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(seL4_CapFault_IP, pc_of(thread));
    CHECK_MR(seL4_CapFault_Addr, slot);
    answer(&handler, 33, 0);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    seL4_Signal(cap_mint(notification, 4));
    CHECK_OK(copy_to(slot, notification));
    answer(&handler, 0, 0);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(4, thread->registers.x[0]);
}

CASE(fault_replies, receive_on_other_capabilities, "2.3: MissingCapability(0), also for polls")
{
    struct handler handler = handler_new();
    const word sources[] = { ROOT_TCB, ROOT_CNODE, handler.reply, case_untyped(), slot_new() };

    for (word i = 0; i < 5; i++) {
        thread_do_handled(receive_registers((word)seL4_SysNBWait, sources[i], 0), &handler);
        CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
        CHECK_MR(seL4_CapFault_Addr, sources[i]);
        CHECK_MR(seL4_CapFault_InRecvPhase, 1);
        CHECK_MR(seL4_CapFault_LookupFailureType, seL4_MissingCapability);
        CHECK_MR(seL4_CapFault_BitsLeft, 0);
    }
}

CASE(fault_replies, unresolvable_receive, "InRecvPhase 1 with the lookup failure as found")
{
    struct handler handler = handler_new();

    thread_do_handled(receive_registers((word)seL4_SysRecv, 1UL << 63, 1UL << 62), &handler);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, 1UL << 63);
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
    CHECK_MR(seL4_CapFault_LookupFailureType, seL4_GuardMismatch);
    CHECK_EQ(7, seL4_MessageInfo_get_length(handler.info));
}

CASE(fault_replies, unresolvable_reply_capability, "address x6, after the endpoint was found good")
{
    struct handler handler = handler_new();
    word endpoint = object_new(seL4_EndpointObject, 0);
    const word replies[] = { 1UL << 62, slot_new(), endpoint };
    const word types[] = { seL4_GuardMismatch, seL4_MissingCapability, seL4_MissingCapability };

    for (word i = 0; i < 3; i++) {
        thread_do_handled(receive_registers((word)seL4_SysRecv, endpoint, replies[i]), &handler);
        CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
        CHECK_MR(seL4_CapFault_Addr, replies[i]);
        CHECK_MR(seL4_CapFault_InRecvPhase, 1);
        CHECK_MR(seL4_CapFault_LookupFailureType, types[i]);
    }
}

CASE(fault_replies, wait_on_an_endpoint_needs_no_reply, "2.3: Wait and NBWait have no x6")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_do(receive_registers((word)seL4_SysWait, endpoint, 1UL << 60));

    seL4_Send(endpoint, seL4_MessageInfo_new(3, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(3 << 12, thread->registers.x[1]);
}

CASE(fault_replies, both_phases_fault_in_order,
        "2.3: ReplyRecv sends first; its receive fault repeats both")
{
    struct handler handler = handler_new();
    word notification = object_new(seL4_NotificationObject, 0), slot = slot_new(), badge = 0;
    struct thread *thread = thread_do_handled(
            receive_registers((word)seL4_SysNBSendWait, slot, cap_mint(notification, 2)), &handler);

    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
    seL4_Poll(notification, &badge);
    CHECK_EQ(2, badge);
    CHECK_OK(copy_to(slot, cap_mint(object_new(seL4_NotificationObject, 0), 0)));
    answer(&handler, 0, 0);
    badge = 0;
    seL4_Poll(notification, &badge);
    CHECK_EQ(2, badge);
    CHECK_EQ(0, thread->stage);
}

/* ---- timeouts ---- */

CASE(fault_replies, timeout_reply_sets_all_registers, "seL4_TimeoutReply: 34 words in their order")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    seL4_UserContext in = { 0 }, out;
    const word *values = (const word *)&in;

    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, thread->sc, 200, 5000, 8, 0));
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler.endpoint));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    for (word i = 0; i < 34; i++) {
        ((word *)&in)[i] = 0x100000 + i * 8;
    }
    in.spsr = 0x50000000;
    seL4_MessageInfo_t info = seL4_TimeoutReply_new(1, in, 34);
    CHECK_EQ(0, seL4_MessageInfo_get_label(info));
    CHECK_EQ(34, seL4_MessageInfo_get_length(info));
    seL4_Send(handler.reply, info);
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 1, 0, 36, &out));
    /* The order of seL4_UserContext, without the two thread-local words. */
    for (word i = 0; i < 34; i++) {
        if (i != 2) {
            CHECK_EQ(values[i], ((word *)&out)[i]);
        }
    }
    CHECK_EQ(0x50000000, out.spsr & 0xf0000000);
}

CASE(fault_replies, timeout_without_context,
        "10.3: one word, if it is gone when the message is taken")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_OK(seL4_SchedControl_ConfigureFlags(
            boot_info->schedcontrol.start, thread->sc, 200, 5000, 8, 55, 0));
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler.endpoint));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(1000);
    CHECK_OK(seL4_SchedContext_Unbind(thread->sc));
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    CHECK_EQ(1, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(seL4_Timeout_Data, 55);
}

/* ---- ways out ---- */

CASE(fault_replies, resume_forgets_the_fault, "10.4: it is tried again, the old message is void")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);

    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    answer(&handler, 1, 0); /* to nobody */
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    seL4_SetMR(seL4_UnknownSyscall_FaultIP, seL4_GetMR(seL4_UnknownSyscall_FaultIP) + 4);
    answer(&handler, 0, 9);
    CHECK_EQ(1, thread->stage);
}

CASE(fault_replies, suspend_while_queued, "the message is taken back")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);
    word badge = 99;

    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    seL4_NBRecv(handler.endpoint, &badge, handler.reply);
    CHECK_EQ(0, badge);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
}

CASE(fault_replies, new_pc_while_faulted, "WriteRegisters, then the reply of a VM fault")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(read_there, 100, WITH_SC, handler.endpoint, WINDOW, 0, 0);
    seL4_UserContext context;

    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
    context.pc += 4;
    CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 0, 0, 1, &context));
    answer(&handler, 0, 0);
    CHECK_EQ(1, thread->stage);
}

CASE(fault_replies, handler_without_reply_object,
        "10.1: the thread is stranded, the message arrives")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_do_handled(strange_call(), &handler);

    seL4_MessageInfo_t info = seL4_Wait(handler.endpoint, 0);
    CHECK_EQ(seL4_Fault_UnknownSyscall, seL4_MessageInfo_get_label(info));
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
    CHECK(!thread_is_blocked(thread));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
}

CASE(fault_replies, handler_without_buffer, "10.3: four words arrive")
{
    struct handler handler = handler_new();
    struct thread *receiver =
            thread_syscall(receive_registers((word)seL4_SysRecv, handler.endpoint, handler.reply),
                    110, WITH_SC, 0);

    CHECK_OK(seL4_TCB_SetIPCBuffer(receiver->tcb, 0, 0));
    CHECK_OK(seL4_TCB_Resume(receiver->tcb));
    let_others_run(300);
    thread_do_handled(strange_call(), &handler);
    CHECK_EQ(1, receiver->stage);
    CHECK_EQ(seL4_Fault_UnknownSyscall << 12 | 4, receiver->registers.x[1]);
    CHECK_EQ(101, receiver->registers.x[2]);
    CHECK_EQ(104, receiver->registers.x[5]);
}

CASE(fault_replies, fault_queue_is_ordered_by_priority, "7.1: faults are sends")
{
    struct handler handler = handler_new();
    const word priorities[] = { 100, 130, 120 }, order[] = { 2, 3, 1 };

    for (word i = 0; i < 3; i++) {
        struct thread *thread = thread_syscall(
                strange_call(), priorities[i], WITH_SC, cap_mint(handler.endpoint, i + 1));

        CHECK_OK(seL4_TCB_Resume(thread->tcb));
        let_others_run(300);
    }
    for (word i = 0; i < 3; i++) {
        CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
        CHECK_EQ(order[i], handler.badge);
    }
}

CASE(fault_replies, handler_that_faults_itself, "each level has its own handler")
{
    struct handler outer = handler_new();
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *receiver =
            thread_syscall(faulting_receive(0), 110, WITH_SC, cap_mint(outer.endpoint, 7));

    /* The handler of the first thread never gets to its receive. */
    receiver->registers = receive_registers((word)seL4_SysRecv, endpoint, ROOT_TCB);
    CHECK_OK(seL4_TCB_Resume(receiver->tcb));
    struct thread *thread = thread_syscall(strange_call(), 100, WITH_SC, endpoint);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&outer));
    CHECK_EQ(7, outer.badge);
    CHECK(thread_is_blocked(thread));
}

/* ---- which exception becomes what (10.5) ---- */

static void misaligned_pc(struct thread *thread)
{
    ((void (*)(void))(thread->arguments[0] + 2))();
}

CASE(fault_replies, misaligned_pc, "EC 0x22: UserException")
{
    struct handler handler = handler_new();

    thread_start(misaligned_pc, 100, WITH_SC, handler.endpoint, image_start(), 0, 0);
    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_MR(seL4_UserException_FaultIP, image_start() + 2);
    CHECK_EQ(0x22, seL4_GetMR(seL4_UserException_Number) >> 26);
}

#define INSTRUCTION_CASE(title, instruction, number, why)                     \
    static void run_##title(struct thread *thread)                            \
    {                                                                         \
        __asm__ volatile(instruction ::: "x0", "memory");                     \
        thread->stage = 1;                                                    \
    }                                                                         \
    CASE(fault_replies, title, why)                                           \
    {                                                                         \
        struct handler handler = handler_new();                               \
        thread_start(run_##title, 100, WITH_SC, handler.endpoint, 0, 0, 0);   \
        CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));             \
        CHECK_EQ(number, seL4_GetMR(seL4_UserException_Number) & 0xfe000000); \
        CHECK_MR(seL4_UserException_Code, 0);                                 \
    }

INSTRUCTION_CASE(privileged_register, "mrs x0, sctlr_el1", 0x02000000, "undefined at EL0")
INSTRUCTION_CASE(hypervisor_call, "hvc #0", 0x02000000, "undefined at EL0")
INSTRUCTION_CASE(secure_monitor_call, "smc #0", 0x02000000, "undefined at EL0")
INSTRUCTION_CASE(interrupt_masking, "msr daifset, #2", 0x62000000, "EC 0x18: trapped")
INSTRUCTION_CASE(virtual_timer, "mrs x0, cntv_ctl_el0", 0x62000000, "EC 0x18: the kernel's timer")
INSTRUCTION_CASE(tlb_maintenance, "tlbi vmalle1", 0x02000000, "undefined at EL0")
#ifndef CONFIG_HARDWARE_DEBUG_API
INSTRUCTION_CASE(breakpoint_instruction, "brk #5", 0xf2000000, "EC 0x3c without the debug API")
#endif
#ifndef CONFIG_EXPORT_PMU_USER
INSTRUCTION_CASE(cycle_counter, "mrs x0, pmccntr_el0", 0x62000000, "EC 0x18: not exported")
#endif

CASE(fault_replies, physical_counter_is_exported, "10.5: and the frequency register")
{
    word frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    CHECK_EQ(62500000, frequency);
    word before = counter();
    let_others_run(10);
    CHECK(counter() >= before + US_TO_TICKS(10));
}
