/* SPDX-License-Identifier: BSD-2-Clause */
/* Fault messages: constructors, accessors, decoding from registers (sel4-abi.md, 10 and 22.3). */

#include <sel4/faults.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/libsel4/recorder.h"

/* Message register i of every fault below holds 100 + i. */
static void fill_message_registers(void)
{
    for (int i = 0; i < seL4_MsgMaxLength; i++) {
        seL4_SetMR(i, 100 + (seL4_Word)i);
    }
}

static seL4_Fault_t decode(seL4_Word label, seL4_Word length)
{
    fill_message_registers();
    return seL4_getFault(seL4_MessageInfo_new(label, 0, 0, length));
}

static void decodes_vm_fault(void **state)
{
    seL4_Fault_t fault = decode(seL4_Fault_VMFault, seL4_VMFault_Length);

    (void)state;
    assert_int_equal(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_VMFault);
    assert_int_equal(seL4_Fault_VMFault_get_IP(fault), 100);
    assert_int_equal(seL4_Fault_VMFault_get_Addr(fault), 101);
    assert_int_equal(seL4_Fault_VMFault_get_PrefetchFault(fault), 102);
    assert_int_equal(seL4_Fault_VMFault_get_FSR(fault), 103);
}

static void decodes_cap_fault(void **state)
{
    seL4_Fault_t fault = decode(seL4_Fault_CapFault, 7);

    (void)state;
    assert_int_equal(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_CapFault);
    assert_int_equal(seL4_Fault_CapFault_get_IP(fault), 100);
    assert_int_equal(seL4_Fault_CapFault_get_Addr(fault), 101);
    assert_int_equal(seL4_Fault_CapFault_get_InRecvPhase(fault), 102);
    assert_int_equal(seL4_Fault_CapFault_get_LookupFailureType(fault), 103);
    assert_int_equal(seL4_Fault_CapFault_get_MR4(fault), 104);
    assert_int_equal(seL4_Fault_CapFault_get_MR5(fault), 105);
    assert_int_equal(seL4_Fault_CapFault_get_MR6(fault), 106);
}

static void decodes_unknown_syscall(void **state)
{
    seL4_Fault_t fault = decode(seL4_Fault_UnknownSyscall, seL4_UnknownSyscall_Length);

    (void)state;
    assert_int_equal(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_UnknownSyscall);
    assert_int_equal(seL4_Fault_UnknownSyscall_get_X0(fault), 100);
    assert_int_equal(seL4_Fault_UnknownSyscall_get_X7(fault), 107);
    assert_int_equal(seL4_Fault_UnknownSyscall_get_FaultIP(fault), 108);
    assert_int_equal(seL4_Fault_UnknownSyscall_get_SP(fault), 109);
    assert_int_equal(seL4_Fault_UnknownSyscall_get_LR(fault), 110);
    assert_int_equal(seL4_Fault_UnknownSyscall_get_SPSR(fault), 111);
    assert_int_equal(seL4_Fault_UnknownSyscall_get_Syscall(fault), 112);
}

static void decodes_user_exception(void **state)
{
    seL4_Fault_t fault = decode(seL4_Fault_UserException, seL4_UserException_Length);

    (void)state;
    assert_int_equal(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_UserException);
    assert_int_equal(seL4_Fault_UserException_get_FaultIP(fault), 100);
    assert_int_equal(seL4_Fault_UserException_get_Stack(fault), 101);
    assert_int_equal(seL4_Fault_UserException_get_SPSR(fault), 102);
    assert_int_equal(seL4_Fault_UserException_get_Number(fault), 103);
    assert_int_equal(seL4_Fault_UserException_get_Code(fault), 104);
}

static void decodes_timeout(void **state)
{
    seL4_Fault_t fault = decode(seL4_Fault_Timeout, seL4_Timeout_Length);

    (void)state;
    assert_int_equal(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_Timeout);
    assert_int_equal(seL4_Fault_Timeout_get_data(fault), 100);
    assert_int_equal(seL4_Fault_Timeout_get_consumed(fault), 101);
}

static void decodes_null_fault(void **state)
{
    (void)state;
    assert_int_equal(seL4_Fault_get_seL4_FaultType(decode(0, 4)), seL4_Fault_NullFault);
}

#ifdef CONFIG_HARDWARE_DEBUG_API
static void decodes_debug_exception(void **state)
{
    seL4_Fault_t fault = decode(seL4_Fault_DebugException, seL4_DebugException_Length);

    (void)state;
    assert_int_equal(seL4_Fault_get_seL4_FaultType(fault), seL4_Fault_DebugException);
    assert_int_equal(seL4_Fault_DebugException_get_FaultIP(fault), 100);
    assert_int_equal(seL4_Fault_DebugException_get_ExceptionReason(fault), 101);
    assert_int_equal(seL4_Fault_DebugException_get_TriggerAddress(fault), 102);
    assert_int_equal(seL4_Fault_DebugException_get_BreakpointNumber(fault), 103);
    assert_true(seL4_isDebugException_tag(seL4_MessageInfo_new(4, 0, 0, 4)));
}
#endif

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
static void decodes_hypervisor_faults(void **state)
{
    (void)state;
    assert_int_equal(seL4_Fault_VGICMaintenance_get_IDX(decode(7, 1)), 100);
    assert_int_equal(seL4_Fault_VCPUFault_get_HSR(decode(8, 1)), 100);
    assert_int_equal(seL4_Fault_VPPIEvent_get_irq(decode(9, 1)), 100);
}
#endif

/* The words of the message stand in reverse, the label in the first word of the structure. */
static void constructor_layout(void **state)
{
    seL4_Fault_t fault = seL4_Fault_VMFault_new(11, 12, 13, 14);

    (void)state;
    assert_int_equal(fault.words[0], seL4_Fault_VMFault);
    assert_int_equal(fault.words[13], 11);
    assert_int_equal(fault.words[10], 14);
    fault = seL4_Fault_UnknownSyscall_new(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assert_int_equal(fault.words[0], seL4_Fault_UnknownSyscall);
    for (int i = 0; i < 13; i++) {
        assert_int_equal(fault.words[13 - i], i);
    }
    fault = seL4_Fault_VMFault_set_FSR(fault, 99);
    assert_int_equal(seL4_Fault_VMFault_get_FSR(fault), 99);
    assert_int_equal(seL4_Fault_VMFault_get_PrefetchFault(fault), 2);
}

static void tag_predicates(void **state)
{
    seL4_Bool (*const is_fault[])(seL4_MessageInfo_t) = {
        [seL4_Fault_NullFault] = seL4_isNullFault_tag,
        [seL4_Fault_CapFault] = seL4_isCapFault_tag,
        [seL4_Fault_UnknownSyscall] = seL4_isUnknownSyscall_tag,
        [seL4_Fault_UserException] = seL4_isUserException_tag,
        [seL4_Fault_Timeout] = seL4_isTimeoutFault_tag,
        [seL4_Fault_VMFault] = seL4_isVMFault_tag,
    };

    (void)state;
    for (seL4_Word fault = 0; fault < sizeof(is_fault) / sizeof(is_fault[0]); fault++) {
        for (seL4_Word label = 0; is_fault[fault] && label < 40; label++) {
            assert_int_equal(is_fault[fault](seL4_MessageInfo_new(label, 0, 0, 0)), fault == label);
        }
    }
}

static void timeout_reply(void **state)
{
    seL4_UserContext regs = {
        .pc = 1, .sp = 2, .spsr = 3, .x0 = 4, .x8 = 12, .x16 = 13, .x28 = 34
    };
    seL4_MessageInfo_t info = seL4_TimeoutReply_new(1, regs, seL4_TimeoutReply_Length);

    (void)state;
    assert_int_equal(info.words[0], seL4_MessageInfo_new(0, 0, 0, 34).words[0]);
    assert_int_equal(seL4_GetMR(seL4_TimeoutReply_FaultIP), 1);
    assert_int_equal(seL4_GetMR(seL4_TimeoutReply_SP), 2);
    assert_int_equal(seL4_GetMR(seL4_TimeoutReply_X0), 4);
    assert_int_equal(seL4_GetMR(seL4_TimeoutReply_X16), 13);
    assert_int_equal(seL4_GetMR(seL4_TimeoutReply_X28), 34);
    assert_int_equal(seL4_GetMR(34), STALE_WORD);

    /* Not resuming: label 1; only as many words as asked for. */
    reset_recorder(state);
    info = seL4_TimeoutReply_new(0, regs, 2);
    assert_int_equal(info.words[0], seL4_MessageInfo_new(1, 0, 0, 2).words[0]);
    assert_int_equal(seL4_GetMR(1), 2);
    assert_int_equal(seL4_GetMR(2), STALE_WORD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(decodes_null_fault, reset_recorder),
        cmocka_unit_test_setup(decodes_cap_fault, reset_recorder),
        cmocka_unit_test_setup(decodes_unknown_syscall, reset_recorder),
        cmocka_unit_test_setup(decodes_user_exception, reset_recorder),
#ifdef CONFIG_HARDWARE_DEBUG_API
        cmocka_unit_test_setup(decodes_debug_exception, reset_recorder),
#endif
        cmocka_unit_test_setup(decodes_timeout, reset_recorder),
        cmocka_unit_test_setup(decodes_vm_fault, reset_recorder),
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
        cmocka_unit_test_setup(decodes_hypervisor_faults, reset_recorder),
#endif
        cmocka_unit_test(constructor_layout),
        cmocka_unit_test(tag_predicates),
        cmocka_unit_test_setup(timeout_reply, reset_recorder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
