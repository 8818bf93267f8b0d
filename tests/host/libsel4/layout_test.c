/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sizes, offsets and bit layouts that the kernel and programs built elsewhere rely on (sel4-abi.md,
 * 2.4, 2.5, 3, 11.1, 17.5, 22.2, 22.3).
 */
#include <sel4/benchmark_tracepoints_types.h>
#include <sel4/benchmark_track_types.h>
#include <sel4/benchmark_utilisation_types.h>
#include <sel4/lionscope.h>
#include <sel4/sel4.h>

#include "tests/host/libsel4/cmocka_headers.h"

static void type_sizes(void **state)
{
    (void)state;
    assert_int_equal(sizeof(seL4_Word), 8);
    assert_int_equal(sizeof(seL4_CPtr), 8);
    assert_int_equal(sizeof(seL4_TCB), 8);
    assert_int_equal(sizeof(seL4_Time), 8);
    assert_int_equal(sizeof(seL4_Bool), 1);
    assert_true((seL4_Bool)-1 < 0);
    assert_int_equal(sizeof(seL4_Int32), 4);
    assert_int_equal(sizeof(seL4_Uint16), 2);
    assert_int_equal(sizeof(seL4_Error), 4);
    assert_int_equal(sizeof(seL4_ObjectType), 4);
    assert_int_equal(sizeof(seL4_ARM_VMAttributes), 8);
    assert_int_equal(sizeof(seL4_TCBFlag), 8);
    assert_int_equal(sizeof(seL4_LookupFailureType), 8);
#ifdef CONFIG_HARDWARE_DEBUG_API
    assert_int_equal(sizeof(seL4_BreakpointType), 8);
    assert_int_equal(sizeof(seL4_BreakpointAccess), 8);
#endif
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    assert_int_equal(sizeof(seL4_VCPUReg), 8);
    assert_int_equal(seL4_VCPUReg_Num, 24);
#endif
    assert_int_equal(sizeof(seL4_MessageInfo_t), 8);
    assert_int_equal(sizeof(seL4_CapRights_t), 8);
    assert_int_equal(sizeof(seL4_CNode_CapData_t), 8);
    assert_int_equal(sizeof(seL4_Fault_t), 112);
    assert_int_equal(sizeof(seL4_ARM_SMCContext), 64);
}

static void ipc_buffer_layout(void **state)
{
    (void)state;
    assert_int_equal(sizeof(seL4_IPCBuffer), 1024);
    assert_int_equal(_Alignof(seL4_IPCBuffer), 1024);
    assert_int_equal(offsetof(seL4_IPCBuffer, msg), 8);
    assert_int_equal(offsetof(seL4_IPCBuffer, userData), 968);
    assert_int_equal(offsetof(seL4_IPCBuffer, caps_or_badges), 976);
    assert_int_equal(offsetof(seL4_IPCBuffer, receiveCNode), 1000);
    assert_int_equal(offsetof(seL4_IPCBuffer, receiveIndex), 1008);
    assert_int_equal(offsetof(seL4_IPCBuffer, receiveDepth), 1016);
}

static void user_context_layout(void **state)
{
    (void)state;
    assert_int_equal(sizeof(seL4_UserContext), 288);
    assert_int_equal(offsetof(seL4_UserContext, pc), 0);
    assert_int_equal(offsetof(seL4_UserContext, spsr), 16);
    assert_int_equal(offsetof(seL4_UserContext, x8), 88);
    assert_int_equal(offsetof(seL4_UserContext, x16), 96);
    assert_int_equal(offsetof(seL4_UserContext, x18), 112);
    assert_int_equal(offsetof(seL4_UserContext, x29), 120);
    assert_int_equal(offsetof(seL4_UserContext, x30), 128);
    assert_int_equal(offsetof(seL4_UserContext, x9), 136);
    assert_int_equal(offsetof(seL4_UserContext, x15), 184);
    assert_int_equal(offsetof(seL4_UserContext, x19), 192);
    assert_int_equal(offsetof(seL4_UserContext, x28), 264);
    assert_int_equal(offsetof(seL4_UserContext, tpidr_el0), 272);
    assert_int_equal(offsetof(seL4_UserContext, tpidrro_el0), 280);
}

static void bootinfo_layout(void **state)
{
    (void)state;
    assert_int_equal(sizeof(seL4_BootInfo), 3864);
    assert_int_equal(offsetof(seL4_BootInfo, nodeID), 8);
    assert_int_equal(offsetof(seL4_BootInfo, ipcBuffer), 32);
    assert_int_equal(offsetof(seL4_BootInfo, empty), 40);
    assert_int_equal(offsetof(seL4_BootInfo, userImageFrames), 72);
    assert_int_equal(offsetof(seL4_BootInfo, extraBIPages), 120);
    assert_int_equal(offsetof(seL4_BootInfo, initThreadCNodeSizeBits), 136);
    assert_int_equal(offsetof(seL4_BootInfo, schedcontrol), 152);
    assert_int_equal(offsetof(seL4_BootInfo, untyped), 168);
    assert_int_equal(offsetof(seL4_BootInfo, untypedList), 184);
    assert_int_equal(sizeof(seL4_UntypedDesc), 16);
    assert_int_equal(offsetof(seL4_UntypedDesc, sizeBits), 8);
    assert_int_equal(offsetof(seL4_UntypedDesc, isDevice), 9);
    assert_int_equal(sizeof(seL4_BootInfoHeader), 16);
    assert_int_equal(SEL4_BOOTINFO_HEADER_FDT, 6);
    assert_int_equal(seL4_CapDomain, 11);
    assert_int_equal(seL4_CapInitThreadSC, 14);
    assert_int_equal(seL4_CapSMC, 15);
    assert_int_equal(seL4_NumInitialCaps, 16);
}

static void object_sizes(void **state)
{
    (void)state;
#ifdef CONFIG_HARDWARE_DEBUG_API
    assert_int_equal(seL4_TCBBits, 12);
#else
    assert_int_equal(seL4_TCBBits, 11);
#endif
    assert_int_equal(seL4_EndpointBits, 4);
    assert_int_equal(seL4_NotificationBits, 6);
    assert_int_equal(seL4_ReplyBits, 5);
    assert_int_equal(seL4_SlotBits, 5);
    assert_int_equal(seL4_PageBits, 12);
    assert_int_equal(seL4_LargePageBits, 21);
    assert_int_equal(seL4_HugePageBits, 30);
    assert_int_equal(seL4_MinUntypedBits, 4);
    assert_int_equal(seL4_MaxUntypedBits, 47);
    assert_int_equal(seL4_MinSchedContextBits, 7);
    assert_int_equal(seL4_MaxExtraRefills(7), 0);
    assert_int_equal(seL4_MaxExtraRefills(8), 8);
    assert_int_equal(seL4_MaxExtraRefills(9), 24);
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    assert_int_equal(seL4_VSpaceBits, 13);
    assert_int_equal(seL4_VSpaceIndexBits, 10);
    assert_int_equal(seL4_UserTop, 0xffffffffff);
#else
    assert_int_equal(seL4_VSpaceBits, 12);
    assert_int_equal(seL4_VSpaceIndexBits, 9);
    assert_int_equal(seL4_UserTop, 0x7fffffffffff);
#endif
}

static void message_info(void **state)
{
    seL4_MessageInfo_t info = seL4_MessageInfo_new(0xfedcba9876543, 5, 2, 100);

    (void)state;
    assert_int_equal(info.words[0], 0xfedcba9876543UL << 12 | 5 << 9 | 2 << 7 | 100);
    assert_int_equal(seL4_MessageInfo_get_label(info), 0xfedcba9876543);
    assert_int_equal(seL4_MessageInfo_get_capsUnwrapped(info), 5);
    assert_int_equal(seL4_MessageInfo_get_extraCaps(info), 2);
    assert_int_equal(seL4_MessageInfo_get_length(info), 100);

    /* Setting one field leaves its neighbours alone, and the original. */
    seL4_MessageInfo_t changed = seL4_MessageInfo_set_length(info, 7);

    assert_int_equal(seL4_MessageInfo_get_length(changed), 7);
    assert_int_equal(changed.words[0] >> 7, info.words[0] >> 7);
    assert_int_equal(seL4_MessageInfo_get_length(info), 100);
    seL4_MessageInfo_ptr_set_label(&changed, 1);
    assert_int_equal(seL4_MessageInfo_ptr_get_label(&changed), 1);
    assert_int_equal(changed.words[0] & 0xfff, (info.words[0] & 0xf80) | 7);
    seL4_MessageInfo_ptr_new(&changed, 2, 0, 1, 3);
    assert_int_equal(changed.words[0], 2 << 12 | 1 << 7 | 3);
}

static void rights(void **state)
{
    (void)state;
    assert_int_equal(seL4_CapRights_new(1, 0, 0, 0).words[0], 8);
    assert_int_equal(seL4_CapRights_new(0, 1, 0, 0).words[0], 4);
    assert_int_equal(seL4_CapRights_new(0, 0, 1, 0).words[0], 2);
    assert_int_equal(seL4_CapRights_new(0, 0, 0, 1).words[0], 1);
    assert_int_equal(seL4_AllRights.words[0], 15);
    assert_int_equal(seL4_ReadWrite.words[0], 3);
    assert_int_equal(seL4_CanRead.words[0], 2);
    assert_int_equal(seL4_CanWrite.words[0], 1);
    assert_int_equal(seL4_CanGrant.words[0], 4);
    assert_int_equal(seL4_CanGrantReply.words[0], 8);
    assert_int_equal(seL4_NoWrite.words[0], 14);
    assert_int_equal(seL4_NoRead.words[0], 13);
    assert_int_equal(seL4_NoRights.words[0], 0);
    assert_int_equal(seL4_CapRights_get_capAllowGrantReply(seL4_CanGrantReply), 1);
    assert_int_equal(seL4_CapRights_get_capAllowWrite(seL4_NoWrite), 0);
    assert_int_equal(seL4_CapRights_set_capAllowRead(seL4_NoRights, 1).words[0], 2);
}

static void cnode_data(void **state)
{
    seL4_CNode_CapData_t data = seL4_CNode_CapData_new(0x3ffffffffffffff, 63);

    (void)state;
    assert_int_equal(data.words[0], ~0UL);
    data = seL4_CNode_CapData_set_guard(data, 0x123);
    assert_int_equal(data.words[0], 0x123 << 6 | 63);
    assert_int_equal(seL4_CNode_CapData_get_guardSize(data), 63);
    assert_int_equal(seL4_CNode_CapData_get_guard(data), 0x123);
}

static void benchmark_layouts(void **state)
{
    (void)state;
    assert_int_equal(BENCHMARK_TCB_UTILISATION, 0);
    assert_int_equal(BENCHMARK_TCB_NUMBER_KERNEL_ENTRIES, 3);
    assert_int_equal(BENCHMARK_IDLE_LOCALCPU_UTILISATION, 4);
    assert_int_equal(BENCHMARK_TOTAL_UTILISATION, 9);
    assert_int_equal(BENCHMARK_TOTAL_NUMBER_KERNEL_ENTRIES, 12);
    assert_int_equal(sizeof(benchmark_tracepoint_log_entry_t), 16);
    assert_int_equal(Entry_Interrupt, 1);
    assert_int_equal(Entry_VCPUFault, 7);
}

static void statistics_layout(void **state)
{
    (void)state;
    assert_int_equal(sizeof(struct lionscope_tcb_statistics), LIONSCOPE_TCB_STATISTICS_WORDS * 8);
    assert_int_equal(offsetof(struct lionscope_sched_context_statistics, refills),
            LIONSCOPE_SC_STATISTICS_WORDS * 8);
    assert_true(sizeof(struct lionscope_sched_context_statistics) <= seL4_MsgMaxLength * 8);
    /* Outside upstream's range of labels, and representable in a message info word. */
    assert_true((long)LionscopeTCBStatistics > (long)nArchInvocationLabels);
    assert_true((long)LionscopeSchedContextStatistics > (long)nArchInvocationLabels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(type_sizes),
        cmocka_unit_test(ipc_buffer_layout),
        cmocka_unit_test(user_context_layout),
        cmocka_unit_test(bootinfo_layout),
        cmocka_unit_test(object_sizes),
        cmocka_unit_test(message_info),
        cmocka_unit_test(rights),
        cmocka_unit_test(cnode_data),
        cmocka_unit_test(benchmark_layouts),
        cmocka_unit_test(statistics_layout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
