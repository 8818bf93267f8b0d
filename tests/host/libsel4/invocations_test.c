/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invocation wrappers: label, extra capabilities and message registers of each, against the
 * argument positions of sel4-abi.md, 6, and the order of parameters of 22.6.
 */

#include <sel4/arch/mapping.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/libsel4/recorder.h"

/* An argument list; words[0] is not part of it, so that it may be empty. */
struct words {
    size_t count;
    const seL4_Word *words;
};
#define WORDS(...)                                                                             \
    (struct words)                                                                             \
    {                                                                                          \
        sizeof((seL4_Word[]){ 0, ##__VA_ARGS__ }) / sizeof(seL4_Word) - 1, (const seL4_Word[]) \
        {                                                                                      \
            0, ##__VA_ARGS__                                                                   \
        }                                                                                      \
    }
#define CAPS WORDS
#define MRS  WORDS

enum {
    OBJECT = 0x1000
}; /* the capability invoked */

static void assert_invocation(
        const char *what, seL4_Word label, struct words caps, struct words mrs)
{
    seL4_Word info = seL4_MessageInfo_new(label, 0, caps.count, mrs.count).words[0];

    if (recorded.count != 1 || recorded.number != seL4_SysCall || recorded.x0 != OBJECT) {
        fail_msg("%s: expected one Call on the object", what);
    }
    if (recorded.x1 != info) {
        fail_msg("%s: info word 0x%lx, expected 0x%lx", what, recorded.x1, info);
    }
    for (size_t i = 0; i < caps.count; i++) {
        if (recorded.buffer.caps_or_badges[i] != caps.words[i + 1]) {
            fail_msg("%s: extra capability %zu is 0x%lx, expected 0x%lx", what, i,
                    recorded.buffer.caps_or_badges[i], caps.words[i + 1]);
        }
    }
    for (size_t i = 0; i < mrs.count; i++) {
        if (sent_mr((int)i) != mrs.words[i + 1]) {
            fail_msg("%s: message register %zu is 0x%lx, expected 0x%lx", what, i, sent_mr((int)i),
                    mrs.words[i + 1]);
        }
    }
}

/* A wrapper that succeeds: what it returns, and what it sent. */
#define INVOKE(call, label, caps, mrs)              \
    do {                                            \
        reset_recorder(NULL);                       \
        assert_int_equal(call, seL4_NoError);       \
        assert_invocation(#call, label, caps, mrs); \
    } while (0)

static void untyped(void **state)
{
    (void)state;
    INVOKE(seL4_Untyped_Retype(OBJECT, 1, 2, 0xc0, 4, 5, 6, 7), UntypedRetype, CAPS(0xc0),
            MRS(1, 2, 4, 5, 6, 7));
}

static void cnode(void **state)
{
    seL4_CapRights_t rights = seL4_NoWrite;

    (void)state;
    INVOKE(seL4_CNode_Copy(OBJECT, 0x101, 12, 0xc0, 0x202, 13, rights), CNodeCopy, CAPS(0xc0),
            MRS(0x101, 12, 0x202, 13, 14));
    INVOKE(seL4_CNode_Mint(OBJECT, 0x101, 12, 0xc0, 0x202, 13, rights, 0xbad), CNodeMint,
            CAPS(0xc0), MRS(0x101, 12, 0x202, 13, 14, 0xbad));
    INVOKE(seL4_CNode_Move(OBJECT, 0x101, 12, 0xc0, 0x202, 13), CNodeMove, CAPS(0xc0),
            MRS(0x101, 12, 0x202, 13));
    INVOKE(seL4_CNode_Mutate(OBJECT, 0x101, 12, 0xc0, 0x202, 13, 0xbad), CNodeMutate, CAPS(0xc0),
            MRS(0x101, 12, 0x202, 13, 0xbad));
    INVOKE(seL4_CNode_Rotate(OBJECT, 0x101, 12, 0xbad, 0xc1, 0x202, 13, 0xbee, 0xc2, 0x303, 14),
            CNodeRotate, CAPS(0xc1, 0xc2), MRS(0x101, 12, 0xbad, 0x202, 13, 0xbee, 0x303, 14));
    INVOKE(seL4_CNode_Revoke(OBJECT, 0x101, 12), CNodeRevoke, CAPS(), MRS(0x101, 12));
    INVOKE(seL4_CNode_Delete(OBJECT, 0x101, 12), CNodeDelete, CAPS(), MRS(0x101, 12));
    INVOKE(seL4_CNode_CancelBadgedSends(OBJECT, 0x101, 12), CNodeCancelBadgedSends, CAPS(),
            MRS(0x101, 12));
}

static void tcb_configuration(void **state)
{
    (void)state;
    INVOKE(seL4_TCB_Configure(OBJECT, 0xc0, 1, 0xc1, 2, 0x3000, 0xc2), TCBConfigure,
            CAPS(0xc0, 0xc1, 0xc2), MRS(1, 2, 0x3000));
    INVOKE(seL4_TCB_SetSpace(OBJECT, 0xfe, 0xc0, 1, 0xc1, 2), TCBSetSpace, CAPS(0xfe, 0xc0, 0xc1),
            MRS(1, 2));
    INVOKE(seL4_TCB_SetIPCBuffer(OBJECT, 0x3000, 0xc2), TCBSetIPCBuffer, CAPS(0xc2), MRS(0x3000));
    INVOKE(seL4_TCB_SetPriority(OBJECT, 0xa0, 7), TCBSetPriority, CAPS(0xa0), MRS(7));
    INVOKE(seL4_TCB_SetMCPriority(OBJECT, 0xa0, 7), TCBSetMCPriority, CAPS(0xa0), MRS(7));
    INVOKE(seL4_TCB_SetSchedParams(OBJECT, 0xa0, 7, 8, 0x5c, 0xfe), TCBSetSchedParams,
            CAPS(0xa0, 0x5c, 0xfe), MRS(7, 8));
    INVOKE(seL4_TCB_SetTimeoutEndpoint(OBJECT, 0xfe), TCBSetTimeoutEndpoint, CAPS(0xfe), MRS());
    INVOKE(seL4_TCB_BindNotification(OBJECT, 0xe0), TCBBindNotification, CAPS(0xe0), MRS());
    INVOKE(seL4_TCB_UnbindNotification(OBJECT), TCBUnbindNotification, CAPS(), MRS());
    INVOKE(seL4_TCB_Suspend(OBJECT), TCBSuspend, CAPS(), MRS());
    INVOKE(seL4_TCB_Resume(OBJECT), TCBResume, CAPS(), MRS());
    INVOKE(seL4_TCB_SetTLSBase(OBJECT, 0x7000), TCBSetTLSBase, CAPS(), MRS(0x7000));
    INVOKE(seL4_TCB_SetFlags(OBJECT, 1, 2).error, TCBSetFlags, CAPS(), MRS(1, 2));
}

/* The 36 registers hold 500, 501, ... */
static void tcb_registers(void **state)
{
    seL4_UserContext context;
    seL4_Word *words = (seL4_Word *)(void *)&context;

    (void)state;
    for (int i = 0; i < 36; i++) {
        words[i] = 500 + (seL4_Word)i;
    }
    reset_recorder(NULL);
    assert_int_equal(seL4_TCB_WriteRegisters(OBJECT, 1, 0xa5, 36, &context), seL4_NoError);
    assert_int_equal(recorded.x1, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, 38).words[0]);
    assert_int_equal(sent_mr(0), 0xa501);
    assert_int_equal(sent_mr(1), 36);
    for (int i = 0; i < 36; i++) {
        assert_int_equal(sent_mr(2 + i), 500 + i);
    }
    INVOKE(seL4_TCB_CopyRegisters(OBJECT, 0xc0, 1, 0, 0, 0, 0), TCBCopyRegisters, CAPS(0xc0),
            MRS(1));
    INVOKE(seL4_TCB_CopyRegisters(OBJECT, 0xc0, 0, 1, 0, 0, 0), TCBCopyRegisters, CAPS(0xc0),
            MRS(2));
    INVOKE(seL4_TCB_CopyRegisters(OBJECT, 0xc0, 0, 0, 1, 0, 0), TCBCopyRegisters, CAPS(0xc0),
            MRS(4));
    INVOKE(seL4_TCB_CopyRegisters(OBJECT, 0xc0, 0, 0, 0, 1, 3), TCBCopyRegisters, CAPS(0xc0),
            MRS(0x308));
}

static void tcb_read_registers(void **state)
{
    seL4_UserContext context = { .x2 = 1 };
    const seL4_Word *words = (const seL4_Word *)(const void *)&context;

    (void)state;
    reset_recorder(NULL);
    for (int i = 0; i < 36; i++) {
        seL4_SetMR(i, 600 + (seL4_Word)i);
    }
    for (int i = 0; i < 4; i++) {
        answer.mrs[i] = 600 + (seL4_Word)i;
    }
    assert_int_equal(seL4_TCB_ReadRegisters(OBJECT, 1, 2, 5, &context), seL4_NoError);
    assert_invocation("seL4_TCB_ReadRegisters", TCBReadRegisters, CAPS(), MRS(0x201, 5));
    for (int i = 0; i < 5; i++) {
        assert_int_equal(words[i], 600 + i);
    }
    assert_int_equal(context.x2, 1); /* beyond count */

    /* An absurd count is the kernel's to refuse; nothing is written behind the structure. */
    answer.x1 = seL4_MessageInfo_new(seL4_RangeError, 0, 0, 2).words[0];
    assert_int_equal(seL4_TCB_ReadRegisters(OBJECT, 0, 0, 1000, &context), seL4_RangeError);
}

#ifdef CONFIG_HARDWARE_DEBUG_API
static void tcb_debug(void **state)
{
    (void)state;
    INVOKE(seL4_TCB_SetBreakpoint(OBJECT, 6, 0x4000, 0, 8, 2), TCBSetBreakpoint, CAPS(),
            MRS(6, 0x4000, 0, 8, 2));
    INVOKE(seL4_TCB_UnsetBreakpoint(OBJECT, 6), TCBUnsetBreakpoint, CAPS(), MRS(6));

    reset_recorder(NULL);
    for (int i = 0; i < 4; i++) {
        answer.mrs[i] = 40 + (seL4_Word)i;
    }
    seL4_SetMR(4, 1);

    seL4_TCB_GetBreakpoint_t breakpoint = seL4_TCB_GetBreakpoint(OBJECT, 9);

    assert_invocation("seL4_TCB_GetBreakpoint", TCBGetBreakpoint, CAPS(), MRS(9));
    assert_int_equal(breakpoint.error, seL4_NoError);
    assert_int_equal(breakpoint.vaddr, 40);
    assert_int_equal(breakpoint.type, 41);
    assert_int_equal(breakpoint.size, 42);
    assert_int_equal(breakpoint.rw, 43);
    assert_int_equal(breakpoint.is_enabled, 1);

    reset_recorder(NULL);
    answer.mrs[0] = 1;

    seL4_TCB_ConfigureSingleStepping_t step = seL4_TCB_ConfigureSingleStepping(OBJECT, 3, 17);

    assert_invocation(
            "seL4_TCB_ConfigureSingleStepping", TCBConfigureSingleStepping, CAPS(), MRS(3, 17));
    assert_int_equal(step.error, seL4_NoError);
    assert_int_equal(step.bp_was_consumed, 1);
}
#endif

static void scheduling(void **state)
{
    (void)state;
    INVOKE(seL4_SchedControl_ConfigureFlags(OBJECT, 0x5c, 100, 200, 3, 0xbad, 1),
            SchedControlConfigureFlags, CAPS(0x5c), MRS(100, 200, 3, 0xbad, 1));
    INVOKE(seL4_SchedControl_Configure(OBJECT, 0x5c, 100, 200, 3, 0xbad),
            SchedControlConfigureFlags, CAPS(0x5c), MRS(100, 200, 3, 0xbad, 0));
    INVOKE(seL4_SchedContext_Bind(OBJECT, 0xc0), SchedContextBind, CAPS(0xc0), MRS());
    INVOKE(seL4_SchedContext_Unbind(OBJECT), SchedContextUnbind, CAPS(), MRS());
    INVOKE(seL4_SchedContext_UnbindObject(OBJECT, 0xc0), SchedContextUnbindObject, CAPS(0xc0),
            MRS());
    INVOKE(seL4_SchedContext_Consumed(OBJECT).error, SchedContextConsumed, CAPS(), MRS());
    INVOKE(seL4_SchedContext_YieldTo(OBJECT).error, SchedContextYieldTo, CAPS(), MRS());
}

static void interrupts(void **state)
{
    (void)state;
    INVOKE(seL4_IRQControl_Get(OBJECT, 33, 0xc0, 0x101, 12), IRQIssueIRQHandler, CAPS(0xc0),
            MRS(33, 0x101, 12));
    INVOKE(seL4_IRQControl_GetTrigger(OBJECT, 33, 1, 0xc0, 0x101, 12), ARMIRQIssueIRQHandlerTrigger,
            CAPS(0xc0), MRS(33, 1, 0x101, 12));
#ifdef CONFIG_ENABLE_SMP_SUPPORT
    INVOKE(seL4_IRQControl_GetTriggerCore(OBJECT, 33, 1, 0xc0, 0x101, 12, 2),
            ARMIRQIssueIRQHandlerTriggerCore, CAPS(0xc0), MRS(33, 1, 0x101, 12, 2));
#else
    INVOKE(seL4_IRQControl_IssueSGISignal(OBJECT, 5, 2, 0xc0, 0x101, 12), ARMIRQIssueSGISignal,
            CAPS(0xc0), MRS(5, 2, 0x101, 12));
#endif
    INVOKE(seL4_IRQHandler_Ack(OBJECT), IRQAckIRQ, CAPS(), MRS());
    INVOKE(seL4_IRQHandler_SetNotification(OBJECT, 0xe0), IRQSetIRQHandler, CAPS(0xe0), MRS());
    INVOKE(seL4_IRQHandler_Clear(OBJECT), IRQClearIRQHandler, CAPS(), MRS());
}

static void domains(void **state)
{
    (void)state;
    INVOKE(seL4_DomainSet_Set(OBJECT, 3, 0xc0), DomainSetSet, CAPS(0xc0), MRS(3));
    INVOKE(seL4_DomainSet_ScheduleConfigure(OBJECT, 9, 3, 1UL << 55), DomainScheduleConfigure,
            CAPS(), MRS(9, 3, 1UL << 55));
    INVOKE(seL4_DomainSet_ScheduleSetStart(OBJECT, 9), DomainScheduleSetStart, CAPS(), MRS(9));
}

static void mappings(void **state)
{
    (void)state;
    INVOKE(seL4_ARM_Page_Map(OBJECT, 0xc1, 0x5000, seL4_ReadWrite, seL4_ARM_ExecuteNever),
            ARMPageMap, CAPS(0xc1), MRS(0x5000, 3, 4));
    INVOKE(seL4_ARM_Page_Unmap(OBJECT), ARMPageUnmap, CAPS(), MRS());
    INVOKE(seL4_ARM_Page_GetAddress(OBJECT).error, ARMPageGetAddress, CAPS(), MRS());
    INVOKE(seL4_ARM_PageTable_Map(OBJECT, 0xc1, 0x5000, seL4_ARM_Default_VMAttributes),
            ARMPageTableMap, CAPS(0xc1), MRS(0x5000, 3));
    INVOKE(seL4_ARM_PageTable_Unmap(OBJECT), ARMPageTableUnmap, CAPS(), MRS());
    INVOKE(seL4_ARM_ASIDControl_MakePool(OBJECT, 0xc0, 0xc1, 0x101, 12), ARMASIDControlMakePool,
            CAPS(0xc0, 0xc1), MRS(0x101, 12));
    INVOKE(seL4_ARM_ASIDPool_Assign(OBJECT, 0xc1), ARMASIDPoolAssign, CAPS(0xc1), MRS());
}

static void cache_maintenance(void **state)
{
    (void)state;
    INVOKE(seL4_ARM_VSpace_Clean_Data(OBJECT, 1, 2), ARMVSpaceClean_Data, CAPS(), MRS(1, 2));
    INVOKE(seL4_ARM_VSpace_Invalidate_Data(OBJECT, 1, 2), ARMVSpaceInvalidate_Data, CAPS(),
            MRS(1, 2));
    INVOKE(seL4_ARM_VSpace_CleanInvalidate_Data(OBJECT, 1, 2), ARMVSpaceCleanInvalidate_Data,
            CAPS(), MRS(1, 2));
    INVOKE(seL4_ARM_VSpace_Unify_Instruction(OBJECT, 1, 2), ARMVSpaceUnify_Instruction, CAPS(),
            MRS(1, 2));
    INVOKE(seL4_ARM_Page_Clean_Data(OBJECT, 1, 2), ARMPageClean_Data, CAPS(), MRS(1, 2));
    INVOKE(seL4_ARM_Page_Invalidate_Data(OBJECT, 1, 2), ARMPageInvalidate_Data, CAPS(), MRS(1, 2));
    INVOKE(seL4_ARM_Page_CleanInvalidate_Data(OBJECT, 1, 2), ARMPageCleanInvalidate_Data, CAPS(),
            MRS(1, 2));
    INVOKE(seL4_ARM_Page_Unify_Instruction(OBJECT, 1, 2), ARMPageUnify_Instruction, CAPS(),
            MRS(1, 2));
}

static void firmware_call(void **state)
{
    seL4_ARM_SMCContext args = { 1, 2, 3, 4, 5, 6, 7, 8 };
    seL4_ARM_SMCContext response = { 0 };

    (void)state;
    reset_recorder(NULL);
    for (int i = 0; i < 4; i++) {
        answer.mrs[i] = 50 + (seL4_Word)i;
    }
    assert_int_equal(seL4_ARM_SMC_Call(OBJECT, &args, &response), seL4_NoError);
    assert_invocation("seL4_ARM_SMC_Call", ARMSMCCall, CAPS(), MRS(1, 2, 3, 4, 5, 6, 7, 8));
    assert_int_equal(response.x0, 50);
    assert_int_equal(response.x3, 53);
    assert_int_equal(response.x7, 8); /* the fake kernel leaves the buffer as it was */
}

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
static void virtual_cpus(void **state)
{
    (void)state;
    INVOKE(seL4_ARM_VCPU_SetTCB(OBJECT, 0xc0), ARMVCPUSetTCB, CAPS(0xc0), MRS());
    INVOKE(seL4_ARM_VCPU_InjectIRQ(OBJECT, 0x123, 0x1f, 1, 3), ARMVCPUInjectIRQ, CAPS(),
            MRS(0x3011f0123));
    INVOKE(seL4_ARM_VCPU_ReadRegs(OBJECT, 7).error, ARMVCPUReadReg, CAPS(), MRS(7));
    INVOKE(seL4_ARM_VCPU_WriteRegs(OBJECT, 7, 8), ARMVCPUWriteReg, CAPS(), MRS(7, 8));
    INVOKE(seL4_ARM_VCPU_AckVPPI(OBJECT, 27), ARMVCPUAckVPPI, CAPS(), MRS(27));
}
#endif

static void results(void **state)
{
    (void)state;
    reset_recorder(NULL);
    answer.mrs[0] = 77;
    assert_int_equal(seL4_TCB_SetFlags(OBJECT, 1, 2).flags, 77);
    assert_int_equal(seL4_SchedContext_Consumed(OBJECT).consumed, 77);
    assert_int_equal(seL4_SchedContext_YieldTo(OBJECT).consumed, 77);
    assert_int_equal(seL4_ARM_Page_GetAddress(OBJECT).paddr, 77);
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    assert_int_equal(seL4_ARM_VCPU_ReadRegs(OBJECT, 7).value, 77);
#endif
}

/* After an error the payload is in the message registers of the IPC buffer. */
static void errors_leave_their_payload(void **state)
{
    (void)state;
    reset_recorder(NULL);
    answer.x1 = seL4_MessageInfo_new(seL4_RangeError, 0, 0, 2).words[0];
    answer.mrs[0] = 1;
    answer.mrs[1] = 256;
    assert_int_equal(seL4_Untyped_Retype(OBJECT, 1, 2, 3, 4, 5, 6, 300), seL4_RangeError);
    assert_int_equal(seL4_GetMR(0), 1);
    assert_int_equal(seL4_GetMR(1), 256);
    assert_int_equal(seL4_SchedContext_Consumed(OBJECT).error, seL4_RangeError);

    answer.x1 = seL4_MessageInfo_new(seL4_FailedLookup, 0, 0, 3).words[0];
    answer.mrs[2] = SEL4_MAPPING_LOOKUP_NO_PD;
    assert_int_equal(seL4_ARM_Page_Map(OBJECT, 1, 2, seL4_AllRights, seL4_ARM_Default_VMAttributes),
            seL4_FailedLookup);
    assert_int_equal(seL4_MappingFailedLookupLevel(), SEL4_MAPPING_LOOKUP_NO_PD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(untyped),
        cmocka_unit_test(cnode),
        cmocka_unit_test(tcb_configuration),
        cmocka_unit_test(tcb_registers),
        cmocka_unit_test(tcb_read_registers),
#ifdef CONFIG_HARDWARE_DEBUG_API
        cmocka_unit_test(tcb_debug),
#endif
        cmocka_unit_test(scheduling),
        cmocka_unit_test(interrupts),
        cmocka_unit_test(domains),
        cmocka_unit_test(mappings),
        cmocka_unit_test(cache_maintenance),
        cmocka_unit_test(firmware_call),
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
        cmocka_unit_test(virtual_cpus),
#endif
        cmocka_unit_test(results),
        cmocka_unit_test(errors_leave_their_payload),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
