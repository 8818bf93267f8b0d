/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of the interface per configuration, against the tables of sel4-abi.md (2.2, 3.1, 5.1,
 * 6.1, 10.2). Compiled once per configuration, and with hypervisor support and with several cores.
 */

#include <sel4/sel4.h>

#include "tests/host/libsel4/cmocka_headers.h"

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
#define HYP 1
#else
#define HYP 0
#endif
#ifdef CONFIG_HARDWARE_DEBUG_API
#define DEBUG_API 1
#else
#define DEBUG_API 0
#endif

struct label {
    const char *name;
    long actual;
    long release, debug, hyp_release, hyp_debug; /* the four columns of 6.1 */
};

#define GENERIC(name, release)                                      \
    {                                                               \
#name, name, release, (release) + 4, release, (release) + 4 \
    }
#define FIXED(name, value)                      \
    {                                           \
#name, name, value, value, value, value \
    }
#define ARCH(name, release, hyp_release)                                    \
    {                                                                       \
#name, name, release, (release) + 4, hyp_release, (hyp_release) + 4 \
    }

static const struct label labels[] = {
    FIXED(InvalidInvocation, 0),
    FIXED(UntypedRetype, 1),
    FIXED(TCBReadRegisters, 2),
    FIXED(TCBWriteRegisters, 3),
    FIXED(TCBCopyRegisters, 4),
    FIXED(TCBConfigure, 5),
    FIXED(TCBSetPriority, 6),
    FIXED(TCBSetMCPriority, 7),
    FIXED(TCBSetSchedParams, 8),
    FIXED(TCBSetTimeoutEndpoint, 9),
    FIXED(TCBSetIPCBuffer, 10),
    FIXED(TCBSetSpace, 11),
    FIXED(TCBSuspend, 12),
    FIXED(TCBResume, 13),
    FIXED(TCBBindNotification, 14),
    FIXED(TCBUnbindNotification, 15),
#if DEBUG_API
    FIXED(TCBSetBreakpoint, 16),
    FIXED(TCBGetBreakpoint, 17),
    FIXED(TCBUnsetBreakpoint, 18),
    FIXED(TCBConfigureSingleStepping, 19),
#endif
    GENERIC(TCBSetTLSBase, 16),
    GENERIC(TCBSetFlags, 17),
    GENERIC(CNodeRevoke, 18),
    GENERIC(CNodeDelete, 19),
    GENERIC(CNodeCancelBadgedSends, 20),
    GENERIC(CNodeCopy, 21),
    GENERIC(CNodeMint, 22),
    GENERIC(CNodeMove, 23),
    GENERIC(CNodeMutate, 24),
    GENERIC(CNodeRotate, 25),
    GENERIC(IRQIssueIRQHandler, 26),
    GENERIC(IRQAckIRQ, 27),
    GENERIC(IRQSetIRQHandler, 28),
    GENERIC(IRQClearIRQHandler, 29),
    GENERIC(DomainSetSet, 30),
    GENERIC(DomainScheduleConfigure, 31),
    GENERIC(DomainScheduleSetStart, 32),
    GENERIC(SchedControlConfigureFlags, 33),
    GENERIC(SchedContextBind, 34),
    GENERIC(SchedContextUnbind, 35),
    GENERIC(SchedContextUnbindObject, 36),
    GENERIC(SchedContextConsumed, 37),
    GENERIC(SchedContextYieldTo, 38),
    GENERIC(nInvocationLabels, 39),
    GENERIC(ARMVSpaceClean_Data, 39),
    GENERIC(ARMVSpaceInvalidate_Data, 40),
    GENERIC(ARMVSpaceCleanInvalidate_Data, 41),
    GENERIC(ARMVSpaceUnify_Instruction, 42),
    GENERIC(ARMSMCCall, 43),
    GENERIC(nSeL4ArchInvocationLabels, 44),
    GENERIC(ARMPageTableMap, 44),
    GENERIC(ARMPageTableUnmap, 45),
    GENERIC(ARMPageMap, 46),
    GENERIC(ARMPageUnmap, 47),
    GENERIC(ARMPageClean_Data, 48),
    GENERIC(ARMPageInvalidate_Data, 49),
    GENERIC(ARMPageCleanInvalidate_Data, 50),
    GENERIC(ARMPageUnify_Instruction, 51),
    GENERIC(ARMPageGetAddress, 52),
    GENERIC(ARMASIDControlMakePool, 53),
    GENERIC(ARMASIDPoolAssign, 54),
#if HYP
    GENERIC(ARMVCPUSetTCB, 55),
    GENERIC(ARMVCPUInjectIRQ, 56),
    GENERIC(ARMVCPUReadReg, 57),
    GENERIC(ARMVCPUWriteReg, 58),
    GENERIC(ARMVCPUAckVPPI, 59),
#endif
    ARCH(ARMIRQIssueIRQHandlerTrigger, 55, 60),
#ifdef CONFIG_ENABLE_SMP_SUPPORT
    ARCH(ARMIRQIssueIRQHandlerTriggerCore, 56, 61),
#else
    ARCH(ARMIRQIssueSGISignal, 56, 61),
#endif
    ARCH(nArchInvocationLabels, 57, 62),
};

static void invocation_labels(void **state)
{
    int wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        const struct label *l = &labels[i];
        long expected = HYP ? (DEBUG_API ? l->hyp_debug : l->hyp_release)
                            : (DEBUG_API ? l->debug : l->release);

        if (l->actual != expected) {
            print_error("%s is %ld, expected %ld\n", l->name, l->actual, expected);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void system_call_numbers(void **state)
{
    static const long expected[] = {
        seL4_SysCall,
        seL4_SysReplyRecv,
        seL4_SysNBSendRecv,
        seL4_SysNBSendWait,
        seL4_SysSend,
        seL4_SysNBSend,
        seL4_SysRecv,
        seL4_SysNBRecv,
        seL4_SysWait,
        seL4_SysNBWait,
        seL4_SysYield,
        seL4_SysDebugPutChar,
        seL4_SysDebugDumpScheduler,
        seL4_SysDebugHalt,
        seL4_SysDebugCapIdentify,
        seL4_SysDebugSnapshot,
        seL4_SysDebugNameThread,
        seL4_SysDebugSendIPI,
        seL4_SysDebugGetThreadAffinity,
        seL4_SysDebugRun,
        seL4_SysBenchmarkFlushCaches,
        seL4_SysBenchmarkResetLog,
        seL4_SysBenchmarkFinalizeLog,
        seL4_SysBenchmarkSetLogBuffer,
        seL4_SysBenchmarkNullSyscall,
        seL4_SysBenchmarkGetThreadUtilisation,
        seL4_SysBenchmarkResetThreadUtilisation,
        seL4_SysBenchmarkDumpAllThreadsUtilisation,
        seL4_SysBenchmarkResetAllThreadsUtilisation,
    };

    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        assert_int_equal(expected[i], -1 - (long)i);
    }
    assert_int_equal(seL4_SysSetTLSBase, -33);
}

static void object_types(void **state)
{
    (void)state;
    assert_int_equal(seL4_UntypedObject, 0);
    assert_int_equal(seL4_TCBObject, 1);
    assert_int_equal(seL4_EndpointObject, 2);
    assert_int_equal(seL4_NotificationObject, 3);
    assert_int_equal(seL4_CapTableObject, 4);
    assert_int_equal(seL4_SchedContextObject, 5);
    assert_int_equal(seL4_ReplyObject, 6);
    assert_int_equal(seL4_ARM_HugePageObject, 7);
    assert_int_equal(seL4_ARM_VSpaceObject, 8);
    assert_int_equal(seL4_ARM_SmallPageObject, 9);
    assert_int_equal(seL4_ARM_LargePageObject, 10);
    assert_int_equal(seL4_ARM_PageTableObject, 11);
    assert_int_equal(seL4_ARM_VCPUObject, HYP ? 12 : 0xfffe);
    assert_int_equal(seL4_ObjectTypeCount, HYP ? 13 : 12);
}

static void error_codes(void **state)
{
    (void)state;
    assert_int_equal(seL4_NoError, 0);
    assert_int_equal(seL4_InvalidArgument, 1);
    assert_int_equal(seL4_InvalidCapability, 2);
    assert_int_equal(seL4_IllegalOperation, 3);
    assert_int_equal(seL4_RangeError, 4);
    assert_int_equal(seL4_AlignmentError, 5);
    assert_int_equal(seL4_FailedLookup, 6);
    assert_int_equal(seL4_TruncatedMessage, 7);
    assert_int_equal(seL4_DeleteFirst, 8);
    assert_int_equal(seL4_RevokeFirst, 9);
    assert_int_equal(seL4_NotEnoughMemory, 10);
    assert_int_equal(seL4_InvalidRoot, 1);
    assert_int_equal(seL4_MissingCapability, 2);
    assert_int_equal(seL4_DepthMismatch, 3);
    assert_int_equal(seL4_GuardMismatch, 4);
}

static void fault_numbers(void **state)
{
    (void)state;
    assert_int_equal(seL4_Fault_NullFault, 0);
    assert_int_equal(seL4_Fault_CapFault, 1);
    assert_int_equal(seL4_Fault_UnknownSyscall, 2);
    assert_int_equal(seL4_Fault_UserException, 3);
#if DEBUG_API
    assert_int_equal(seL4_Fault_DebugException, 4);
#endif
    assert_int_equal(seL4_Fault_Timeout, 5);
    assert_int_equal(seL4_Fault_VMFault, 6);
#if HYP
    assert_int_equal(seL4_Fault_VGICMaintenance, 7);
    assert_int_equal(seL4_Fault_VCPUFault, 8);
    assert_int_equal(seL4_Fault_VPPIEvent, 9);
#endif
}

static void fault_message_registers(void **state)
{
    (void)state;
    assert_int_equal(seL4_CapFault_LookupFailureType, 3);
    assert_int_equal(seL4_CapFault_BitsLeft, 4);
    assert_int_equal(seL4_CapFault_GuardMismatch_GuardFound, 5);
    assert_int_equal(seL4_CapFault_GuardMismatch_BitsFound, 6);
    assert_int_equal(seL4_UnknownSyscall_FaultIP, 8);
    assert_int_equal(seL4_UnknownSyscall_LR, 10);
    assert_int_equal(seL4_UnknownSyscall_Syscall, 12);
    assert_int_equal(seL4_UnknownSyscall_Length, 13);
    assert_int_equal(seL4_UserException_Number, 3);
    assert_int_equal(seL4_UserException_Length, 5);
    assert_int_equal(seL4_Timeout_Length, 2);
    assert_int_equal(seL4_VMFault_FSR, 3);
    assert_int_equal(seL4_VMFault_Length, 4);
    assert_int_equal(seL4_TimeoutReply_X16, 12);
    assert_int_equal(seL4_TimeoutReply_X9, 17);
    assert_int_equal(seL4_TimeoutReply_Length, 34);
#if DEBUG_API
    assert_int_equal(seL4_DebugException_Length, 4);
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invocation_labels),
        cmocka_unit_test(system_call_numbers),
        cmocka_unit_test(object_types),
        cmocka_unit_test(error_codes),
        cmocka_unit_test(fault_numbers),
        cmocka_unit_test(fault_message_registers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
