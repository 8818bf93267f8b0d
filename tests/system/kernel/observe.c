/* SPDX-License-Identifier: BSD-2-Clause */
/* Statistics by capability, our extension; debug and benchmark calls. */
#include <sel4/benchmark_utilisation_types.h>
#include <sel4/lionscope.h>

#include "tests/system/harness.h"

static bool have_statistics(void)
{
    struct lionscope_tcb_statistics statistics;

    return lionscope_TCB_GetStatistics(ROOT_TCB, &statistics) == seL4_NoError;
}

static void caller(struct thread *thread)
{
    for (word i = 0; i < thread->arguments[1]; i++) {
        thread_call(thread->arguments[0], 0, 0, 0, 0);
    }
    thread->stage = 1;
}

CASE(observe, calls_are_counted_exactly, "n calls = n")
{
    struct lionscope_tcb_statistics statistics;
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);

    if (!have_statistics()) {
        SKIP("no statistics on this kernel");
    }
    struct thread *thread = thread_start(caller, 100, WITH_SC, 0, endpoint, 10, 0);
    seL4_Recv(endpoint, 0, reply);
    for (int i = 0; i < 9; i++) {
        seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 0), 0, reply);
    }
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
    CHECK_OK(lionscope_TCB_GetStatistics(thread->tcb, &statistics));
    CHECK_EQ(1, statistics.version);
    CHECK_EQ(10, statistics.calls);
    CHECK_EQ(10, statistics.receives);
    CHECK(statistics.scheduled >= 11);
    CHECK_EQ(100 | 255 << 8, statistics.parameters);
}

CASE(observe, smc_without_firmware_returns, "14.2: NOT_SUPPORTED; it does not stop the kernel")
{
    if (!have_statistics()) {
        SKIP("an SMC without firmware is an exception in other kernels");
    }
    for (word i = 4; i < 8; i++) {
        seL4_SetMR(i, i);
    }
    /* PSCI_VERSION: answered where QEMU plays the firmware, with a major number in 31..16. */
    CHECK_EQ(seL4_NoError, invoke_with(seL4_CapSMC, ARMSMCCall, 0, 8, 0x84000000, 1, 2, 3));
    CHECK(seL4_GetMR(0) == (word)-1 || seL4_GetMR(0) >> 16 == 1 || seL4_GetMR(0) >> 16 == 0);
    if (seL4_GetMR(0) == (word)-1) {
        for (word i = 1; i < 8; i++) {
            CHECK_MR(i, i);
        }
    }
}

CASE(observe, time_is_visible_both_ways, "by the thread that ran and the context that paid")
{
    struct lionscope_tcb_statistics by_thread;
    struct lionscope_sched_context_statistics by_context;

    if (!have_statistics()) {
        SKIP("no statistics on this kernel");
    }
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    let_others_run(12000);
    CHECK_OK(lionscope_TCB_GetStatistics(thread->tcb, &by_thread));
    CHECK_OK(lionscope_SchedContext_GetStatistics(thread->sc, &by_context));
    CHECK_EQ(62500000, by_context.timer_hz);
    CHECK(by_thread.ticks_run > 11000 * 62 && by_thread.ticks_run < 13000 * 63);
    CHECK(by_context.total_consumed >= by_thread.ticks_run - 3000);
    CHECK(by_context.total_consumed <= by_thread.ticks_run + 3000);
    CHECK(by_thread.budget_expirations >= 1);
    /* Reading resets nothing. */
    word before = by_context.total_consumed;
    CHECK_OK(lionscope_SchedContext_GetStatistics(thread->sc, &by_context));
    CHECK_EQ(before, by_context.total_consumed);
}

CASE(observe, context_shows_its_refills, "they sum up to the budget")
{
    struct lionscope_sched_context_statistics statistics;
    word sc = object_new(seL4_SchedContextObject, 8);

    if (!have_statistics()) {
        SKIP("no statistics on this kernel");
    }
    CHECK_OK(lionscope_SchedContext_GetStatistics(sc, &statistics));
    CHECK_EQ(0, statistics.refills_and_flags & LIONSCOPE_SC_ACTIVE);
    CHECK_OK(seL4_SchedControl_ConfigureFlags(
            boot_info->schedcontrol.start, sc, 1000, 5000, 2, 0, 1));
    CHECK_OK(lionscope_SchedContext_GetStatistics(sc, &statistics));
    CHECK_EQ(1 | LIONSCOPE_SC_ACTIVE | LIONSCOPE_SC_SPORADIC, statistics.refills_and_flags);
    CHECK_EQ(62500, statistics.budget);
    CHECK_EQ(312500, statistics.period);
    CHECK_EQ(62500, statistics.refills[0].amount);
    CHECK_EQ(62500, statistics.left);
}

CASE(observe, statistics_need_the_capability, "no ambient authority")
{
    CHECK_EQ(seL4_IllegalOperation,
            seL4_MessageInfo_get_label(
                    seL4_Call(ROOT_CNODE, seL4_MessageInfo_new(LionscopeTCBStatistics, 0, 0, 0))));
    CHECK_EQ(seL4_InvalidCapability,
            seL4_MessageInfo_get_label(
                    seL4_Call(slot_new(), seL4_MessageInfo_new(LionscopeTCBStatistics, 0, 0, 0))));
}

#ifdef CONFIG_DEBUG_BUILD
CASE(observe, capabilities_are_identified, "3.3")
{
    CHECK_EQ(0, seL4_DebugCapIdentify(slot_new()));
    CHECK_EQ(12, seL4_DebugCapIdentify(ROOT_TCB));
    CHECK_EQ(10, seL4_DebugCapIdentify(ROOT_CNODE));
    CHECK_EQ(9, seL4_DebugCapIdentify(ROOT_VSPACE));
    CHECK_EQ(14, seL4_DebugCapIdentify(seL4_CapIRQControl));
    CHECK_EQ(11, seL4_DebugCapIdentify(seL4_CapASIDControl));
    CHECK_EQ(13, seL4_DebugCapIdentify(seL4_CapInitThreadASIDPool));
    CHECK_EQ(20, seL4_DebugCapIdentify(seL4_CapDomain));
    CHECK_EQ(22, seL4_DebugCapIdentify(seL4_CapInitThreadSC));
    CHECK_EQ(25, seL4_DebugCapIdentify(seL4_CapSMC));
    CHECK_EQ(24, seL4_DebugCapIdentify(boot_info->schedcontrol.start));
    CHECK_EQ(2, seL4_DebugCapIdentify(case_untyped()));
    CHECK_EQ(4, seL4_DebugCapIdentify(object_new(seL4_EndpointObject, 0)));
    CHECK_EQ(6, seL4_DebugCapIdentify(object_new(seL4_NotificationObject, 0)));
    CHECK_EQ(8, seL4_DebugCapIdentify(object_new(seL4_ReplyObject, 0)));
    CHECK_EQ(1, seL4_DebugCapIdentify(object_new(seL4_ARM_SmallPageObject, 0)));
    CHECK_EQ(3, seL4_DebugCapIdentify(object_new(seL4_ARM_PageTableObject, 0)));
}

CASE(observe, threads_can_be_named, "18.1")
{
    seL4_DebugNameThread(object_new(seL4_TCBObject, 0), "a_name");
}
#endif

#ifdef CONFIG_BENCHMARK_TRACK_UTILISATION
CASE(observe, utilisation_is_tracked, "19")
{
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    seL4_BenchmarkResetThreadUtilisation(thread->tcb);
    CHECK_EQ(0, seL4_BenchmarkResetLog());
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(2000);
    seL4_BenchmarkFinalizeLog();
    seL4_BenchmarkGetThreadUtilisation(thread->tcb);
    CHECK(seL4_GetMR(BENCHMARK_TCB_UTILISATION) > 0);
    CHECK_EQ(1, seL4_GetMR(BENCHMARK_TCB_NUMBER_SCHEDULES));
    CHECK(seL4_GetMR(BENCHMARK_TOTAL_UTILISATION) > seL4_GetMR(BENCHMARK_TCB_UTILISATION));
}
#endif
