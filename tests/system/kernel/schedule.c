/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling contexts, budgets, priorities (sel4-abi.md, 6.6, 9). */
#include "tests/system/harness.h"

static word configure(word sc, word budget, word period, word refills, word flags)
{
    return seL4_SchedControl_ConfigureFlags(
            boot_info->schedcontrol.start, sc, budget, period, refills, 3, flags);
}

CASE(schedule, configure_checks_in_order, "6.6")
{
    const word max = 36893488147419;
    word sc = object_new(seL4_SchedContextObject, 8);

    CHECK_ERROR(seL4_RangeError, configure(ROOT_CNODE, max + 1, 0, 99, 0));
    CHECK_MR(0, 20);
    CHECK_MR(1, max);
    CHECK_ERROR(seL4_RangeError, configure(sc, 100, max + 1, 0, 0));
    CHECK_ERROR(seL4_RangeError, configure(sc, 19, 100, 0, 0));
    CHECK_MR(0, 20);
    CHECK_ERROR(seL4_RangeError, configure(sc, 200, 100, 0, 0));
    CHECK_MR(0, 20);
    CHECK_MR(1, 100);
    CHECK_ERROR(seL4_InvalidCapability, configure(ROOT_CNODE, 100, 100, 99, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_RangeError, configure(sc, 100, 200, 9, 0));
    CHECK_MR(0, 0);
    CHECK_MR(1, 8);
    CHECK_OK(configure(sc, 100, 200, 8, 1));
}

CASE(schedule, minimum_context_has_no_extra_refills, "3.2")
{
    word sc = object_new(seL4_SchedContextObject, 7);

    CHECK_ERROR(seL4_RangeError, configure(sc, 100, 200, 1, 0));
    CHECK_MR(1, 0);
}

CASE(schedule, bind_checks, "6.6")
{
    word sc = object_new(seL4_SchedContextObject, 7),
         other = object_new(seL4_SchedContextObject, 7);
    word tcb = object_new(seL4_TCBObject, 0), notification = object_new(seL4_NotificationObject, 0);

    CHECK_ERROR(seL4_InvalidCapability, seL4_SchedContext_Bind(sc, ROOT_CNODE));
    CHECK_MR(0, 1);
    CHECK_OK(seL4_SchedContext_Bind(sc, tcb));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(sc, object_new(seL4_TCBObject, 0)));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(other, tcb));
    CHECK_OK(seL4_SchedContext_Bind(sc, notification));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(other, notification));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(other, tcb));
    CHECK_ERROR(seL4_InvalidCapability, seL4_SchedContext_UnbindObject(sc, ROOT_CNODE));
    CHECK_OK(seL4_SchedContext_UnbindObject(sc, tcb));
    CHECK_OK(seL4_SchedContext_UnbindObject(sc, notification));
}

CASE(schedule, caller_keeps_its_context, "6.6")
{
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Unbind(seL4_CapInitThreadSC));
    CHECK_ERROR(
            seL4_IllegalOperation, seL4_SchedContext_UnbindObject(seL4_CapInitThreadSC, ROOT_TCB));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_YieldTo(seL4_CapInitThreadSC).error);
}

CASE(schedule, higher_priority_runs_first, "9.6")
{
    struct thread *low = thread_start(count_up, 90, WITH_SC, 0, 0, 0, 0);
    struct thread *high = thread_start(count_up, 110, WITH_SC, 0, 0, 0, 0);

    let_others_run(20000);
    CHECK_EQ(0, low->result[0]);
    CHECK(high->result[0] > 0);
}

CASE(schedule, equals_share_by_time_slice, "round robin, 5 ms each")
{
    struct thread *a = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *b = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(40000);
    CHECK(a->result[0] > 0);
    CHECK(b->result[0] > 0);
    CHECK(a->result[0] < b->result[0] * 2);
    CHECK(b->result[0] < a->result[0] * 2);
}

CASE(schedule, budget_limits_the_share, "2 ms in 10 ms: a fifth")
{
    struct thread *limited = thread_prepare(count_up, 110, WITH_SC, 0, 0, 0, 0);
    struct thread *free = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_OK(configure(limited->sc, 2000, 10000, 0, 0));
    CHECK_OK(seL4_TCB_Resume(limited->tcb));
    CHECK_OK(seL4_TCB_Resume(free->tcb));
    let_others_run(100000);
    word share = limited->result[0] * 100 / (limited->result[0] + free->result[0]);
    CHECK(share >= 17 && share <= 23);
    seL4_SchedContext_Consumed_t consumed = seL4_SchedContext_Consumed(limited->sc);
    CHECK_EQ(seL4_NoError, consumed.error);
    CHECK(consumed.consumed >= 19000 && consumed.consumed <= 22500);
    CHECK_EQ(0, seL4_SchedContext_Consumed(limited->sc).consumed);
}

CASE(schedule, unconfigured_context_never_runs, "9.5")
{
    struct thread *thread = thread_prepare(count_up, 100, WITHOUT_SC, 0, 0, 0, 0);
    word sc = object_new(seL4_SchedContextObject, 7);

    CHECK_OK(seL4_SchedContext_Bind(sc, thread->tcb));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(1000);
    CHECK_EQ(0, thread->result[0]);
    CHECK_OK(configure(sc, 1000, 1000, 0, 0));
    let_others_run(1000);
    CHECK(thread->result[0] > 0);
}

CASE(schedule, timeout_fault_brings_the_badge, "10.3")
{
    word handler = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_OK(configure(thread->sc, 1000, 100000, 0, 0));
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    seL4_MessageInfo_t info = seL4_Recv(handler, 0, reply);
    CHECK_EQ(seL4_Fault_Timeout, seL4_MessageInfo_get_label(info));
    CHECK_EQ(2, seL4_MessageInfo_get_length(info));
    CHECK_MR(0, 3);
    CHECK(seL4_GetMR(1) >= 950 && seL4_GetMR(1) <= 1100);
    /* Reply: it goes on when its budget has come back. */
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    word before = thread->result[0];
    let_others_run(20000);
    CHECK_EQ(before, thread->result[0]);
    let_others_run(100000);
}

CASE(schedule, round_robin_never_times_out, "9.3")
{
    word handler = object_new(seL4_EndpointObject, 0);
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    word badge = 0;

    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler));
    CHECK_OK(configure(thread->sc, 1000, 1000, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(10000);
    seL4_MessageInfo_t info = seL4_NBRecv(handler, &badge, object_new(seL4_ReplyObject, 0));
    (void)info;
    word before = thread->result[0];
    let_others_run(10000);
    CHECK(thread->result[0] > before);
}

CASE(schedule, consumed_counts_microseconds, "9.8")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(10000);
    word used = seL4_SchedContext_Consumed(thread->sc).consumed;
    CHECK(used >= 9000 && used <= 11000);
}

CASE(schedule, yield_alternates_equals, "9.7")
{
    struct thread *a = thread_start(count_yields, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *b = thread_start(count_yields, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(3000);
    CHECK(a->result[0] > 10);
    CHECK(a->result[0] <= b->result[0] + 2 && b->result[0] <= a->result[0] + 2);
}

static void yield_to(struct thread *thread)
{
    struct registers r = { { thread->arguments[0], SchedContextYieldTo << 12, 0, 0, 0, 0, 0,
            (word)seL4_SysCall } };

    raw_syscall(&r);
    thread->result[0] = r.x[1] >> 12;
    thread->result[1] = r.x[2];
    thread->stage = 1;
}

CASE(schedule, yield_to_runs_the_target_first, "9.9")
{
    struct thread *target = thread_start(count_yields, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *caller = thread_start(yield_to, 100, WITH_SC, 0, target->sc, 0, 0);

    let_others_run(20000);
    CHECK_EQ(1, caller->stage);
    CHECK_EQ(0, caller->result[0]);
    CHECK(target->result[0] > 0);
}

CASE(schedule, yield_to_respects_the_mcp, "IllegalOperation")
{
    struct thread *target = thread_start(count_yields, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *caller = thread_prepare(yield_to, 100, WITH_SC, 0, target->sc, 0, 0);

    CHECK_OK(seL4_TCB_SetMCPriority(caller->tcb, ROOT_TCB, 50));
    CHECK_OK(seL4_TCB_Resume(caller->tcb));
    let_others_run(20000);
    CHECK_EQ(1, caller->stage);
    CHECK_EQ(seL4_IllegalOperation, caller->result[0]);
}

CASE(schedule, deleted_context_stops_its_thread, "4.4")
{
    struct thread *thread = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(1000);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, thread->sc, 64));
    word before = thread->result[0];
    let_others_run(1000);
    CHECK_EQ(before, thread->result[0]);
}

CASE(schedule, sporadic_context_gets_its_budget_back, "9.2")
{
    struct thread *thread = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);

    CHECK_OK(configure(thread->sc, 1000, 5000, 8, 1));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(50500);
    word used = seL4_SchedContext_Consumed(thread->sc).consumed;
    CHECK(used >= 9000 && used <= 12000);
}
