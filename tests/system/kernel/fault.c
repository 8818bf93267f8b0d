/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults: messages, replies, restarts (sel4-abi.md, 10). */
#include "tests/system/harness.h"

static void read_bad_address(struct thread *thread)
{
    thread->result[0] = *(volatile word *)thread->arguments[0];
    thread->stage = 1;
}

CASE(fault, vm_fault_on_data, "10.3")
{
    struct handler handler = handler_new();

    thread_start(read_bad_address, 100, WITH_SC, handler.endpoint, 0x77777000, 0, 0);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_EQ(seL4_VMFault_Length, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(seL4_VMFault_Addr, 0x77777000);
    CHECK_MR(seL4_VMFault_PrefetchFault, 0);
    CHECK_EQ(0x24, seL4_GetMR(seL4_VMFault_FSR) >> 26);
}

static void jump_away(struct thread *thread)
{
    ((void (*)(void))thread->arguments[0])();
    thread->stage = 1;
}

CASE(fault, vm_fault_on_code, "10.3")
{
    struct handler handler = handler_new();

    thread_start(jump_away, 100, WITH_SC, handler.endpoint, 0x66666000, 0, 0);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    CHECK_MR(seL4_VMFault_IP, 0x66666000);
    CHECK_MR(seL4_VMFault_Addr, 0x66666000);
    CHECK_MR(seL4_VMFault_PrefetchFault, 1);
    CHECK_EQ(0x20, seL4_GetMR(seL4_VMFault_FSR) >> 26);
}

CASE(fault, vm_fault_restarts_whatever_the_label, "pitfall 37")
{
    struct handler handler = handler_new();

    thread_start(read_bad_address, 100, WITH_SC, handler.endpoint, 0x77777000, 0, 0);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
    answer(&handler, 99, 0);
    CHECK_EQ(seL4_Fault_VMFault, next_fault(&handler));
}

static void strange_syscall(struct thread *thread)
{
    struct registers r = { { 1, 2, 3, 4, 5, 6, 7, thread->arguments[0], 8 } };

    raw_syscall(&r);
    thread->result[0] = r.x[0];
    thread->stage = 1;
}

CASE(fault, unknown_syscall_shows_the_registers, "10.3")
{
    struct handler handler = handler_new();

    thread_start(strange_syscall, 100, WITH_SC, handler.endpoint, 1000, 0, 0);
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_EQ(seL4_UnknownSyscall_Length, seL4_MessageInfo_get_length(handler.info));
    for (int i = 0; i < 7; i++) {
        CHECK_MR(i, (word)i + 1);
    }
    CHECK_MR(seL4_UnknownSyscall_X7, 1000);
    CHECK_MR(seL4_UnknownSyscall_Syscall, 1000);
    CHECK_EQ(seL4_GetMR(seL4_UnknownSyscall_FaultIP) + 4, seL4_GetMR(seL4_UnknownSyscall_LR));
}

CASE(fault, unknown_syscall_can_be_emulated, "x0 and a FaultIP behind the svc")
{
    struct handler handler = handler_new();
    struct thread *thread =
            thread_start(strange_syscall, 100, WITH_SC, handler.endpoint, 1000, 0, 0);

    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    seL4_SetMR(0, 4242);
    seL4_SetMR(seL4_UnknownSyscall_FaultIP, seL4_GetMR(seL4_UnknownSyscall_FaultIP) + 4);
    answer(&handler, 0, 9);
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(4242, thread->result[0]);
}

CASE(fault, label_other_than_0_stops_the_thread, "10.4")
{
    struct handler handler = handler_new();
    struct thread *thread =
            thread_start(strange_syscall, 100, WITH_SC, handler.endpoint, 1000, 0, 0);

    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    answer(&handler, 1, 0);
    CHECK_EQ(0, thread->stage);
}

#ifndef CONFIG_PRINTING
CASE(fault, putchar_is_unknown_without_printing, "2.2")
{
    struct handler handler = handler_new();

    thread_start(strange_syscall, 100, WITH_SC, handler.endpoint, (word)seL4_SysDebugPutChar, 0, 0);
    CHECK_EQ(seL4_Fault_UnknownSyscall, next_fault(&handler));
    CHECK_MR(seL4_UnknownSyscall_Syscall, (word)-12);
}
#endif

static void undefined_instruction(struct thread *thread)
{
    __asm__ volatile(".inst 0x00000000");
    thread->stage = 1;
}

CASE(fault, undefined_instruction, "UserException with ESR")
{
    struct handler handler = handler_new();
    struct thread *thread =
            thread_start(undefined_instruction, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_EQ(seL4_UserException_Length, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(seL4_UserException_Number, 0x02000000);
    CHECK_MR(seL4_UserException_Code, 0);
    seL4_SetMR(0, seL4_GetMR(0) + 4);
    answer(&handler, 0, 1);
    CHECK_EQ(1, thread->stage);
}

static void misaligned_stack(struct thread *thread)
{
    word value;

    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(value));
    thread->result[0] = value;
    thread->stage = 1;
}

CASE(fault, virtual_counter_is_not_exported, "10.5")
{
    struct handler handler = handler_new();

    thread_start(misaligned_stack, 100, WITH_SC, handler.endpoint, 0, 0, 0);
    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_EQ(0x18, seL4_GetMR(seL4_UserException_Number) >> 26);
}

static void send_nowhere(struct thread *thread)
{
    thread_send(thread->arguments[0], 0, 0, 0);
    thread->stage = 1;
}

CASE(fault, send_through_an_unresolvable_cptr, "CapFault in the send phase")
{
    struct handler handler = handler_new();

    thread_start(send_nowhere, 100, WITH_SC, handler.endpoint, 1UL << 60, 0, 0);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, 1UL << 60);
    CHECK_MR(seL4_CapFault_InRecvPhase, 0);
    CHECK_MR(seL4_CapFault_LookupFailureType, seL4_GuardMismatch);
    CHECK_MR(seL4_CapFault_BitsLeft, 64);
    CHECK_MR(seL4_CapFault_GuardMismatch_GuardFound, 0);
    CHECK_MR(seL4_CapFault_GuardMismatch_BitsFound, 64 - CONFIG_ROOT_CNODE_SIZE_BITS);
    CHECK_EQ(7, seL4_MessageInfo_get_length(handler.info));
}

static void receive_on(struct thread *thread)
{
    thread_recv(thread->arguments[0], thread->arguments[1], 0);
    thread->stage = 1;
}

CASE(fault, receive_checks_the_endpoint_first, "pitfall 7")
{
    struct handler handler = handler_new();
    word write_only = slot_new();

    CHECK_OK(seL4_CNode_Copy(
            ROOT_CNODE, write_only, 64, ROOT_CNODE, handler.endpoint, 64, seL4_CanWrite));
    thread_start(receive_on, 100, WITH_SC, handler.endpoint, write_only, ROOT_TCB, 0);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, write_only);
    CHECK_MR(seL4_CapFault_InRecvPhase, 1);
    CHECK_MR(seL4_CapFault_LookupFailureType, seL4_MissingCapability);
    CHECK_MR(seL4_CapFault_BitsLeft, 0);
    CHECK_EQ(5, seL4_MessageInfo_get_length(handler.info));
}

CASE(fault, receive_needs_a_reply_capability, "address is x6")
{
    struct handler handler = handler_new();
    word other = object_new(seL4_EndpointObject, 0);

    thread_start(receive_on, 100, WITH_SC, handler.endpoint, other, ROOT_TCB, 0);
    CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
    CHECK_MR(seL4_CapFault_Addr, ROOT_TCB);
}

static void nbsend_nowhere(struct thread *thread)
{
    struct registers r = { { 1UL << 60, 0, 0, 0, 0, 0, 0, (word)seL4_SysNBSend } };

    raw_syscall(&r);
    thread->stage = 1;
}

CASE(fault, nonblocking_sends_ignore_failed_lookups, "pitfall 4")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(nbsend_nowhere, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}

CASE(fault, without_handler_the_thread_stops, "10.1")
{
    struct thread *thread = thread_start(nbsend_nowhere, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    thread = thread_start(undefined_instruction, 100, WITH_SC, 0, 0, 0, 0);
    let_others_run(300);
    CHECK_EQ(0, thread->stage);
}

CASE(fault, badge_is_the_handler_capabilitys, "2.7")
{
    struct handler handler = handler_new();
    word badged = slot_new();

    CHECK_OK(seL4_CNode_Mint(
            ROOT_CNODE, badged, 64, ROOT_CNODE, handler.endpoint, 64, seL4_AllRights, 88));
    thread_start(undefined_instruction, 100, WITH_SC, badged, 0, 0, 0);
    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_EQ(88, handler.badge);
}
