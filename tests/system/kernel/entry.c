/* SPDX-License-Identifier: BSD-2-Clause */
/* The eleven system calls: what each reads and writes, phases, missing buffers (2, sel4-abi.md). */
#include "tests/system/harness.h"

static struct registers nbsendwait(word dest, word info, word source)
{
    return (struct registers){ { source, info, 0, 0, 0, 0, dest, (word)seL4_SysNBSendWait } };
}

#define INFO(label, caps, length) ((word)(label) << 12 | (word)(caps) << 7 | (word)(length))

/* ---- what deliveries write ---- */

CASE(entry, wake_by_signal_writes_only_x0, "pitfall 1: a blocked Wait")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = thread_do(
            (struct registers){ { notification, 71, 72, 73, 74, 75, 76, (word)seL4_SysWait, 78 } });

    seL4_Signal(cap_mint(notification, 5));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(5, thread->registers.x[0]);
    for (word i = 1; i < 7; i++) {
        CHECK_EQ(70 + i, thread->registers.x[i]);
    }
    CHECK_EQ(78, thread->registers.x[8]);
}

CASE(entry, bound_signal_writes_only_x0, "pitfall 1: a Recv that ends by the bound notification")
{
    word notification = object_new(seL4_NotificationObject, 0);
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_do(
            (struct registers){ { endpoint, 71, 72, 73, 74, 75, reply, (word)seL4_SysRecv } });

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    seL4_Signal(cap_mint(notification, 6));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(6, thread->registers.x[0]);
    for (word i = 1; i < 6; i++) {
        CHECK_EQ(70 + i, thread->registers.x[i]);
    }
}

CASE(entry, failed_nbrecv_writes_only_x0, "pitfall 1")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct registers r = { { endpoint, 71, 72, 73, 74, 75, reply, (word)seL4_SysNBRecv } };

    raw_syscall(&r);
    CHECK_EQ(0, r.x[0]);
    for (word i = 1; i < 6; i++) {
        CHECK_EQ(70 + i, r.x[i]);
    }
    r = (struct registers){ { endpoint, 71, 72, 73, 74, 75, 0, (word)seL4_SysNBWait } };
    raw_syscall(&r);
    CHECK_EQ(0, r.x[0]);
    CHECK_EQ(71, r.x[1]);
}

CASE(entry, send_writes_no_register, "2.1: nothing comes back from Send, NBSend, Signal, Yield")
{
    word notification = object_new(seL4_NotificationObject, 0);
    const word calls[] = { (word)seL4_SysSend, (word)seL4_SysNBSend, (word)seL4_SysYield };

    for (word i = 0; i < 3; i++) {
        struct registers r = { { notification, 0, 72, 73, 74, 75, 76, calls[i], 78 } };

        raw_syscall(&r);
        CHECK_EQ(notification, r.x[0]);
        CHECK_EQ(0, r.x[1]);
        for (word k = 2; k < 7; k++) {
            CHECK_EQ(70 + k, r.x[k]);
        }
        CHECK_EQ(calls[i], r.x[7]);
        CHECK_EQ(78, r.x[8]);
    }
}

/* Fills what raw_syscall() does not use; the sum of the changed ones is the result. */
static void keep_registers(struct thread *thread)
{
    register word number __asm__("x7") = (word)seL4_SysYield;
    word changed;

    __asm__ volatile("mov x9, #109\n\tmov x10, #110\n\tmov x16, #116\n\tmov x17, #117\n\t"
                     "mov x20, #120\n\tmov x28, #128\n\tmov x15, #115\n\tcmp xzr, xzr\n\t"
                     "svc #77\n\t"
                     "cset %0, ne\n\t"
                     "sub x9, x9, #109\n\torr %0, %0, x9\n\tsub x10, x10, #110\n\t"
                     "orr %0, %0, x10\n\tsub x16, x16, #116\n\torr %0, %0, x16\n\t"
                     "sub x17, x17, #117\n\torr %0, %0, x17\n\tsub x20, x20, #120\n\t"
                     "orr %0, %0, x20\n\tsub x28, x28, #128\n\torr %0, %0, x28\n\t"
                     "sub x15, x15, #115\n\torr %0, %0, x15"
                     : "=&r"(changed)
                     : "r"(number)
                     : "x9", "x10", "x15", "x16", "x17", "x20", "x28", "cc", "memory");
    thread->result[0] = changed;
    thread->stage = 1;
}

CASE(entry, other_registers_and_flags_survive, "2.1: and the immediate of svc is ignored")
{
    struct thread *thread = thread_start(keep_registers, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(0, thread->result[0]);
}

CASE(entry, length_above_120_counts_as_120, "2.4: Call on a TCB with 127 words is fine")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_OK(invoke_with(tcb, TCBSetTLSBase, 0, 127, 0x5000, 0, 0, 0));
    seL4_UserContext context;
    CHECK_OK(seL4_TCB_ReadRegisters(tcb, 0, 0, 36, &context));
    CHECK_EQ(0x5000, context.tpidr_el0);
}

/* ---- invocations by other calls than Call ---- */

CASE(entry, send_performs_invocations_silently, "pitfall 2: effect yes, result no")
{
    word tcb = object_new(seL4_TCBObject, 0);
    struct registers r = { { tcb, INFO(TCBSetFlags, 0, 2), 0, 1, 74, 75, 0, (word)seL4_SysSend } };

    raw_syscall(&r);
    CHECK_EQ(tcb, r.x[0]);
    CHECK_EQ(INFO(TCBSetFlags, 0, 2), r.x[1]);
    CHECK_EQ(0, r.x[2]);
    CHECK_EQ(1, seL4_TCB_SetFlags(tcb, 0, 0).flags);
    r = (struct registers){ { tcb, INFO(TCBSetFlags, 0, 2), 1, 0, 0, 0, 0, (word)seL4_SysNBSend } };
    raw_syscall(&r);
    CHECK_EQ(1, r.x[2]);
    CHECK_EQ(0, seL4_TCB_SetFlags(tcb, 0, 0).flags);
}

CASE(entry, failed_invocations_by_send_are_dropped, "pitfall 2: no error in the registers")
{
    word calls[] = { (word)seL4_SysSend, (word)seL4_SysNBSend };

    for (word i = 0; i < 2; i++) {
        struct registers r = { { ROOT_CNODE, INFO(CNodeDelete, 0, 2), 0, 65, 74, 75, 0,
                calls[i] } };

        raw_syscall(&r);
        CHECK_EQ(ROOT_CNODE, r.x[0]);
        CHECK_EQ(INFO(CNodeDelete, 0, 2), r.x[1]);
        CHECK_EQ(0, r.x[2]);
        CHECK_EQ(65, r.x[3]);
    }
}

/* ---- first phases ---- */

CASE(entry, first_phase_does_not_touch_threads, "pitfall 3: Suspend is refused")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct registers r = nbsendwait(thread->tcb, INFO(TCBSuspend, 0, 0), notification);

    seL4_Signal(notification);
    raw_syscall(&r);
    CHECK_EQ(3, r.x[0]);
    let_others_run(300);
    CHECK(thread->result[0] > 0);
}

CASE(entry, first_phase_does_not_touch_cnodes, "pitfall 3: Delete is refused")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    word victim = object_new(seL4_EndpointObject, 0);
    struct registers r = { { notification, INFO(CNodeDelete, 0, 2), victim, 64, 0, 0, ROOT_CNODE,
            (word)seL4_SysNBSendWait } };

    seL4_Signal(notification);
    raw_syscall(&r);
    CHECK_EQ(3, r.x[0]);
    CHECK(!slot_is_empty(victim));
}

CASE(entry, first_phase_does_not_touch_contexts, "pitfall 3: Unbind and Configure are refused")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct registers r = nbsendwait(thread->sc, INFO(SchedContextUnbind, 0, 0), notification);

    seL4_Signal(notification);
    raw_syscall(&r);
    CHECK_EQ(3, r.x[0]);
    /* 19 us of budget would be an error, 20 us of 10 s would all but stop it. */
    seL4_Signal(notification);
    seL4_SetCap(0, thread->sc);
    seL4_SetMR(4, 0);
    r = (struct registers){ { notification, INFO(SchedControlConfigureFlags, 1, 5), 20, 10000000, 0,
            0, boot_info->schedcontrol.start, (word)seL4_SysNBSendWait } };
    raw_syscall(&r);
    CHECK_EQ(3, r.x[0]);
    let_others_run(1000);
    word before = thread->result[0];
    let_others_run(1000);
    CHECK(thread->result[0] > before);
}

CASE(entry, first_phase_does_not_touch_domains, "pitfall 3: Set is refused")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct registers r = { { notification, INFO(DomainSetSet, 1, 1), 1, 0, 0, 0, seL4_CapDomain,
            (word)seL4_SysNBSendWait } };

    seL4_Signal(notification);
    seL4_SetCap(0, thread->tcb);
    raw_syscall(&r);
    let_others_run(300);
    CHECK(thread->result[0] > 0);
}

CASE(entry, first_phase_may_retype, "pitfall 3: untyped memory is allowed")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    word slot = slot_new();
    struct registers r = { { notification, INFO(UntypedRetype, 1, 6), seL4_EndpointObject, 0, 0, 0,
            case_untyped(), (word)seL4_SysNBSendWait } };

    seL4_Signal(notification);
    seL4_SetCap(0, ROOT_CNODE);
    seL4_SetMR(4, slot);
    seL4_SetMR(5, 1);
    raw_syscall(&r);
    CHECK_EQ(3, r.x[0]);
    CHECK(!slot_is_empty(slot));
}

CASE(entry, first_phase_may_unmap, "pitfall 3: frames are allowed")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    word frame = object_new(seL4_ARM_SmallPageObject, 0);
    const word vaddr = 0x21000000;

    CHECK_OK(
            seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, vaddr, 0));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, vaddr, seL4_ReadWrite, 0));
    CHECK_ERROR(seL4_InvalidArgument,
            seL4_ARM_Page_Map(frame, ROOT_VSPACE, vaddr + 0x1000, seL4_ReadWrite, 0));
    struct registers r = nbsendwait(frame, INFO(ARMPageUnmap, 0, 0), notification);
    seL4_Signal(notification);
    raw_syscall(&r);
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, vaddr + 0x1000, seL4_ReadWrite, 0));
}

CASE(entry, first_phase_may_ack_interrupts, "pitfall 3: libmicrokit's deferred acknowledgement")
{
    word notification = object_new(seL4_NotificationObject, 0), badge = 0;
    struct registers r = nbsendwait(timer_irq_handler(), INFO(IRQAckIRQ, 0, 0), notification);

    CHECK_OK(seL4_IRQHandler_SetNotification(timer_irq_handler(), cap_mint(notification, 2)));
    timer_arm(counter());
    seL4_Wait(notification, &badge);
    CHECK_EQ(2, badge);
    timer_disarm();
    seL4_Signal(cap_mint(notification, 1));
    raw_syscall(&r);
    CHECK_EQ(1, r.x[0]);
    timer_arm(counter());
    seL4_Wait(notification, &badge);
    CHECK_EQ(2, badge);
}

CASE(entry, reply_recv_invokes_whatever_x6_names, "pitfall 3: an untyped in x6 is invoked")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    word slot = slot_new();
    struct registers r = { { notification, INFO(UntypedRetype, 1, 6), seL4_EndpointObject, 0, 0, 0,
            case_untyped(), (word)seL4_SysReplyRecv } };

    seL4_Signal(notification);
    seL4_SetCap(0, ROOT_CNODE);
    seL4_SetMR(4, slot);
    seL4_SetMR(5, 1);
    raw_syscall(&r);
    /* x0 is a notification: x6 need not be a reply object for the receive either. */
    CHECK_EQ(3, r.x[0]);
    CHECK(!slot_is_empty(slot));
}

CASE(entry, failed_first_phases_are_ignored, "pitfall 4: unresolvable, empty, bad extra capability")
{
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    const word dests[] = { 1UL << 60, slot_new(), notification };
    const word infos[] = { 0, 0, INFO(0, 1, 0) };

    seL4_SetCap(0, 1UL << 60);
    for (word i = 0; i < 3; i++) {
        struct registers r = nbsendwait(dests[i], infos[i], notification);

        seL4_Signal(notification);
        raw_syscall(&r);
        CHECK_EQ(3, r.x[0]);
    }
    /* The third one did not signal: nothing is left. */
    word badge = 9;
    seL4_Poll(notification, &badge);
    CHECK_EQ(0, badge);
}

CASE(entry, nbsendrecv_sends_without_blocking, "2.3: nobody receives, the message is dropped")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word notification = cap_mint(object_new(seL4_NotificationObject, 0), 3);
    struct registers r = { { notification, INFO(0, 0, 1), 5, 0, 0, 0, 0, (word)seL4_SysNBSendRecv,
            endpoint } };
    word badge = 9;

    seL4_Signal(notification);
    raw_syscall(&r);
    CHECK_EQ(3, r.x[0]);
    seL4_NBRecv(endpoint, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(0, badge);
}

CASE(entry, nbsendrecv_message_reaches_a_receiver, "2.1: destination x8, source x0, reply x6")
{
    word to = object_new(seL4_EndpointObject, 0), from = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct thread *receiver =
            thread_do(receive_registers((word)seL4_SysRecv, to, object_new(seL4_ReplyObject, 0)));
    struct thread *sender = thread_do((struct registers){
            { cap_mint(from, 8), INFO(2, 0, 1), 44, 0, 0, 0, 0, (word)seL4_SysSend } });
    struct registers r = { { from, INFO(7, 0, 2), 11, 12, 0, 0, reply, (word)seL4_SysNBSendRecv,
            cap_mint(to, 9) } };

    raw_syscall(&r);
    let_others_run(300);
    CHECK_EQ(8, r.x[0]);
    CHECK_EQ(INFO(2, 0, 1), r.x[1]);
    CHECK_EQ(44, r.x[2]);
    CHECK_EQ(1, sender->stage);
    CHECK_EQ(1, receiver->stage);
    CHECK_EQ(9, receiver->registers.x[0]);
    CHECK_EQ(INFO(7, 0, 2), receiver->registers.x[1]);
    CHECK_EQ(11, receiver->registers.x[2]);
    CHECK_EQ(12, receiver->registers.x[3]);
}

/* ---- lookups of system calls ---- */

/* A thread whose CSpace is a CNode of 4 bits without guard: 60 bits are left over. */
static struct thread *small_space_do(word cnode, struct registers registers, word handler)
{
    struct thread *thread = thread_syscall(registers, 100, WITH_SC, 0);

    if (seL4_TCB_SetSpace(thread->tcb, handler, cnode, 0, ROOT_VSPACE, 0) != seL4_NoError
            || seL4_TCB_Resume(thread->tcb) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "the space cannot be set", 0, 0);
    }
    let_others_run(300);
    return thread;
}

CASE(entry, leftover_bits_are_ignored, "pitfall 5: for invocations and receives")
{
    word cnode = object_new(seL4_CapTableObject, 4), badge = 0;
    word notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_CNode_Mint(cnode, 7, 4, ROOT_CNODE, notification, 64, seL4_AllRights, 5));
    struct thread *signaller = small_space_do(
            cnode, receive_registers((word)seL4_SysSend, 7UL << 60 | 0x123456, 0), 0);
    CHECK_EQ(1, signaller->stage);
    seL4_Poll(notification, &badge);
    CHECK_EQ(5, badge);
    struct thread *waiter = small_space_do(
            cnode, receive_registers((word)seL4_SysWait, 7UL << 60 | 0x654321, 0), 0);
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(1, waiter->stage);
}

CASE(entry, leftover_bits_of_extra_capabilities, "pitfall 5: ignored, too")
{
    word cnode = object_new(seL4_CapTableObject, 4), tcb = object_new(seL4_TCBObject, 0);
    struct registers call = call_registers(1UL << 60 | 99, TCBSetPriority, 1, 1, 5, 0, 0, 0);
    struct thread *thread = thread_syscall(call, 100, WITH_SC, 0);

    CHECK_OK(seL4_CNode_Copy(cnode, 1, 4, ROOT_CNODE, tcb, 64, seL4_AllRights));
    CHECK_OK(seL4_CNode_Copy(cnode, 2, 4, ROOT_CNODE, ROOT_TCB, 64, seL4_AllRights));
    thread->buffer->caps_or_badges[0] = 2UL << 60 | 1;
    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, 0, cnode, 0, ROOT_VSPACE, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(seL4_NoError, thread_error(thread));
}

CASE(entry, lookups_need_all_their_bits,
        "4.1: DepthMismatch(bits left, guard + radix) in a CapFault")
{
    struct handler handler = handler_new();
    word top = object_new(seL4_CapTableObject, 4), inner = object_new(seL4_CapTableObject, 4);

    /* 4 bits, then a guard of 57 zeros: 3 bits are left for a radix of 4. */
    CHECK_OK(seL4_CNode_Mint(top, 1, 4, ROOT_CNODE, inner, 64, seL4_AllRights,
            seL4_CNode_CapData_new(0, 57).words[0]));
    small_space_do(top, receive_registers((word)seL4_SysSend, 1UL << 60, 0), handler.endpoint);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_EQ(6, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(seL4_CapFault_LookupFailureType, seL4_DepthMismatch);
    CHECK_MR(seL4_CapFault_BitsLeft, 60);
    CHECK_MR(seL4_CapFault_DepthMismatch_BitsFound, 61);
}

CASE(entry, thread_without_cspace, "4.1: InvalidRoot in a CapFault of 4 words")
{
    struct handler handler = handler_new();
    word cnode = object_new(seL4_CapTableObject, 4);
    struct thread *thread = thread_syscall(
            receive_registers((word)seL4_SysSend, 5, 0), 100, WITH_SC, handler.endpoint);

    CHECK_OK(seL4_TCB_SetSpace(thread->tcb, handler.endpoint, cnode, 0, ROOT_VSPACE, 0));
    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, cnode, 64));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_EQ(4, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(seL4_CapFault_Addr, 5);
    CHECK_MR(seL4_CapFault_InRecvPhase, 0);
    CHECK_MR(seL4_CapFault_LookupFailureType, seL4_InvalidRoot);
}

/* ---- without an IPC buffer (2.5) ---- */

CASE(entry, invocation_without_buffer_has_four_words, "pitfall 8: Retype is truncated")
{
    struct thread *thread = thread_syscall(
            call_registers(case_untyped(), UntypedRetype, 1, 6, seL4_EndpointObject, 0, 0, 0), 100,
            WITH_SC, 0);

    CHECK_OK(seL4_TCB_SetIPCBuffer(thread->tcb, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(seL4_TruncatedMessage, thread_error(thread));
}

CASE(entry, extra_capabilities_need_a_buffer, "pitfall 8: without one there are none")
{
    word tcb = object_new(seL4_TCBObject, 0);
    struct thread *thread =
            thread_syscall(call_registers(tcb, TCBSetPriority, 1, 1, 5, 0, 0, 0), 100, WITH_SC, 0);

    CHECK_OK(seL4_TCB_SetIPCBuffer(thread->tcb, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(seL4_TruncatedMessage, thread_error(thread));
}

CASE(entry, results_without_buffer_have_four_words, "2.5: ReadRegisters of 36")
{
    word tcb = object_new(seL4_TCBObject, 0);
    struct thread *thread = thread_syscall(
            call_registers(tcb, TCBReadRegisters, 0, 2, 0, 36, 0, 0), 100, WITH_SC, 0);

    CHECK_OK(seL4_TCB_SetIPCBuffer(thread->tcb, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(4, thread->registers.x[1]);
}

CASE(entry, sender_without_buffer_sends_four_words, "2.5: and no capabilities")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_syscall(
            (struct registers){ { endpoint, INFO(3, 2, 50), 1, 2, 3, 4, 0, (word)seL4_SysSend } },
            100, WITH_SC, 0);

    seL4_SetCapReceivePath(ROOT_CNODE, slot_new(), 64);
    CHECK_OK(seL4_TCB_SetIPCBuffer(thread->tcb, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    seL4_MessageInfo_t info = seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(INFO(3, 0, 4), info.words[0]);
    CHECK_MR(3, 4);
}

/* A buffer frame of its own for the thread, through a capability with these rights. */
static word give_buffer(struct thread *thread, seL4_CapRights_t rights)
{
    word frame = object_new(seL4_ARM_SmallPageObject, 0);

    if (seL4_TCB_SetIPCBuffer(thread->tcb, 0x400, cap_copy(frame, rights)) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "the buffer cannot be set", 0, 0);
    }
    return frame;
}

CASE(entry, read_only_buffer_can_send, "pitfall 8: reading is enough for that")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_syscall(
            (struct registers){ { endpoint, INFO(0, 0, 6), 1, 2, 3, 4, 0, (word)seL4_SysSend } },
            100, WITH_SC, 0);

    give_buffer(thread, seL4_CanRead);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    seL4_MessageInfo_t info = seL4_Recv(endpoint, 0, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(6, seL4_MessageInfo_get_length(info));
    CHECK_MR(5, 0);
}

CASE(entry, read_only_buffer_cannot_receive, "pitfall 8: four words arrive")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_syscall(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)), 100,
            WITH_SC, 0);

    give_buffer(thread, seL4_CanRead);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 6));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(4, thread->registers.x[1]);
}

CASE(entry, buffer_need_not_be_mapped, "pitfall 8: the kernel uses the frame capability")
{
    const word window = 0x21000000;
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_syscall(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)), 100,
            WITH_SC, 0);
    word frame = give_buffer(thread, seL4_ReadWrite);

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_SetMR(5, 0x1234);
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 6));
    let_others_run(300);
    CHECK_EQ(6, thread->registers.x[1]);
    CHECK_OK(seL4_ARM_PageTable_Map(
            object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE, window, 0));
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, window, seL4_ReadWrite, 3));
    /* The low bits of the buffer's address are the offset in the frame: MR5 at 0x400 + 8 + 40. */
    CHECK_EQ(0x1234, *(volatile word *)(window + 0x430));
}

CASE(entry, unmapping_the_frame_does_not_matter, "2.5: revoking its capability does")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_syscall(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)), 100,
            WITH_SC, 0);
    word frame = give_buffer(thread, seL4_ReadWrite);

    CHECK_OK(seL4_CNode_Revoke(ROOT_CNODE, frame, 64));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 6));
    let_others_run(300);
    CHECK_EQ(4, thread->registers.x[1]);
}

/* ---- system call numbers ---- */

CASE(entry, numbers_not_compiled_in_are_faults, "pitfall 9: -20, -24, -33, 0, large ones")
{
    const word numbers[] = { (word)-20, (word)-24, (word)-33, 0, 1, (word)-1000, 1UL << 63 };

    for (word i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct handler handler = handler_new();

        thread_do_handled((struct registers){ { 0, 0, 0, 0, 0, 0, 0, numbers[i] } }, &handler);
        CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
        CHECK_MR(seL4_UnknownSyscall_Syscall, numbers[i]);
    }
}

CASE(entry, number_is_64_bits_wide, "2.1: 0xffffffff is not -1")
{
    struct handler handler = handler_new();

    thread_do_handled((struct registers){ { 0, 0, 0, 0, 0, 0, 0, 0xffffffff } }, &handler);
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_MR(seL4_UnknownSyscall_Syscall, 0xffffffff);
}

#ifndef CONFIG_DEBUG_BUILD
CASE(entry, debug_numbers_are_faults_without_debugging, "2.2: -13 to -17")
{
    for (word number = 13; number <= 17; number++) {
        struct handler handler = handler_new();

        thread_do_handled((struct registers){ { 0, 0, 0, 0, 0, 0, 0, -number } }, &handler);
        CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
        CHECK_MR(seL4_UnknownSyscall_Syscall, -number);
    }
}
#endif

#ifndef CONFIG_ENABLE_BENCHMARKS
CASE(entry, benchmark_numbers_are_faults_without_benchmarks, "2.2: -21 to -29")
{
    for (word number = 21; number <= 29; number++) {
        struct handler handler = handler_new();

        thread_do_handled((struct registers){ { 0, 0, 0, 0, 0, 0, 0, -number } }, &handler);
        CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    }
}
#endif

CASE(entry, buffer_in_a_large_frame, "2.5: the low 21 bits of its address are the offset")
{
    const word offset = 0x12400;
    word frame = object_new(seL4_ARM_LargePageObject, 0);
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *thread =
            thread_syscall(receive_registers((word)seL4_SysWait, endpoint, 0), 100, WITH_SC, 0);

    CHECK_OK(seL4_TCB_SetIPCBuffer(thread->tcb, 0x7f000000 + offset, frame));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    seL4_SetMR(119, 0x4321);
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 120));
    let_others_run(300);
    CHECK_EQ(120, thread->registers.x[1]);
    CHECK_OK(seL4_ARM_Page_Map(frame, ROOT_VSPACE, WINDOW, seL4_ReadWrite, 3));
    CHECK_EQ(0x4321, *(volatile word *)(WINDOW + offset + 8 + 119 * 8));
}

CASE(entry, write_only_buffer_is_none, "2.5: neither sending nor receiving")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    struct thread *sender = thread_syscall(
            (struct registers){ { endpoint, INFO(0, 0, 9), 1, 2, 3, 4, 0, (word)seL4_SysSend } },
            100, WITH_SC, 0);

    give_buffer(sender, seL4_CanWrite);
    CHECK_OK(seL4_TCB_Resume(sender->tcb));
    CHECK_EQ(4, seL4_MessageInfo_get_length(seL4_Wait(endpoint, 0)));
}
