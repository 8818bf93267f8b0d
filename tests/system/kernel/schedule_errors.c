/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of SchedControl and SchedContext operations in their order (6.6). */
#include "tests/system/harness.h"

#define MAX_US 36893488147419UL

static word control(void)
{
    return boot_info->schedcontrol.start;
}

static word configure(word sc, word budget, word period, word refills, word flags)
{
    return seL4_SchedControl_ConfigureFlags(control(), sc, budget, period, refills, 0, flags);
}

CASE(schedule_errors, control_label_and_length, "checks 1 and 2")
{
    seL4_SetCap(0, object_new(seL4_SchedContextObject, 8));
    CHECK_EQ(seL4_IllegalOperation, invoke(control(), SchedContextConsumed, 1, 5));
    CHECK_EQ(seL4_TruncatedMessage, invoke(control(), SchedControlConfigureFlags, 1, 4));
    CHECK_EQ(seL4_TruncatedMessage, invoke(control(), SchedControlConfigureFlags, 0, 5));
}

CASE(schedule_errors, budget_above_the_maximum, "check 3, before the period's")
{
    CHECK_ERROR(seL4_RangeError, configure(ROOT_CNODE, MAX_US + 1, MAX_US + 1, 99, 0));
    CHECK_MR(0, 20);
    CHECK_MR(1, MAX_US);
    CHECK_ERROR(seL4_RangeError, configure(ROOT_CNODE, ~0UL, 0, 99, 0));
    CHECK_MR(1, MAX_US);
}

CASE(schedule_errors, period_above_the_maximum, "check 4, before the minimum of the budget")
{
    CHECK_ERROR(seL4_RangeError, configure(ROOT_CNODE, 0, MAX_US + 1, 99, 0));
    CHECK_MR(0, 20);
    CHECK_MR(1, MAX_US);
}

CASE(schedule_errors, minima, "checks 5 and 6: 20 us, both")
{
    word sc = object_new(seL4_SchedContextObject, 8);

    CHECK_ERROR(seL4_RangeError, configure(ROOT_CNODE, 19, 19, 99, 0));
    CHECK_MR(0, 20);
    CHECK_MR(1, MAX_US);
    CHECK_ERROR(seL4_RangeError, configure(ROOT_CNODE, 20, 19, 99, 0));
    CHECK_MR(0, 20);
    CHECK_MR(1, MAX_US);
    CHECK_OK(configure(sc, 20, 20, 0, 0));
    CHECK_OK(configure(sc, 20, MAX_US, 0, 0));
    CHECK_OK(configure(sc, MAX_US, MAX_US, 0, 0));
}

CASE(schedule_errors, budget_above_the_period, "check 7: RangeError(20, period)")
{
    CHECK_ERROR(seL4_RangeError, configure(ROOT_CNODE, 101, 100, 99, 0));
    CHECK_MR(0, 20);
    CHECK_MR(1, 100);
}

CASE(schedule_errors, capability_before_refills, "check 8: InvalidCapability(1)")
{
    CHECK_ERROR(seL4_InvalidCapability, configure(ROOT_TCB, 100, 200, 99, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidCapability, configure(slot_new(), 100, 200, 99, 0));
    CHECK_MR(0, 1);
}

CASE(schedule_errors, refills_that_fit, "check 9: (2^bits - 128) / 16, round robin or not")
{
    const word capacities[] = { 0, 8, 24, 56 };

    for (word i = 0; i < 4; i++) {
        word sc = object_new(seL4_SchedContextObject, 7 + i);

        CHECK_ERROR(seL4_RangeError, configure(sc, 100, 200, capacities[i] + 1, 0));
        CHECK_MR(0, 0);
        CHECK_MR(1, capacities[i]);
        CHECK_ERROR(seL4_RangeError, configure(sc, 100, 100, capacities[i] + 1, 0));
        CHECK_ERROR(seL4_RangeError, configure(sc, 100, 200, ~0UL, 0));
        CHECK_OK(configure(sc, 100, 200, capacities[i], 0));
    }
}

CASE(schedule_errors, other_flags_are_ignored, "only bit 0 counts")
{
    CHECK_OK(configure(object_new(seL4_SchedContextObject, 8), 100, 200, 0, ~0UL));
}

CASE(schedule_errors, failed_configure_changes_nothing, "an unconfigured context stays so")
{
    word sc = object_new(seL4_SchedContextObject, 7);
    struct thread *thread = thread_prepare(count_up, 100, WITHOUT_SC, 0, 0, 0, 0);

    CHECK_ERROR(seL4_RangeError, configure(sc, 100, 200, 1, 0));
    CHECK_OK(seL4_SchedContext_Bind(sc, thread->tcb));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(500);
    CHECK_EQ(0, thread->result[0]);
}

CASE(schedule_errors, binding_needs_a_capability, "TruncatedMessage, Bind and UnbindObject")
{
    word sc = object_new(seL4_SchedContextObject, 7);

    CHECK_EQ(seL4_TruncatedMessage, invoke(sc, SchedContextBind, 0, 9));
    CHECK_EQ(seL4_TruncatedMessage, invoke(sc, SchedContextUnbindObject, 0, 9));
    CHECK_EQ(seL4_IllegalOperation, invoke(sc, SchedControlConfigureFlags, 0, 9));
    CHECK_EQ(seL4_IllegalOperation, invoke(sc, TCBSuspend, 0, 9));
}

CASE(schedule_errors, binding_needs_a_tcb_or_notification, "InvalidCapability(1)")
{
    word sc = object_new(seL4_SchedContextObject, 7);
    const word others[] = { ROOT_CNODE, slot_new(), object_new(seL4_EndpointObject, 0), sc };

    for (word i = 0; i < 4; i++) {
        CHECK_ERROR(seL4_InvalidCapability, seL4_SchedContext_Bind(sc, others[i]));
        CHECK_MR(0, 1);
        CHECK_ERROR(seL4_InvalidCapability, seL4_SchedContext_UnbindObject(sc, others[i]));
        CHECK_MR(0, 1);
    }
}

CASE(schedule_errors, one_thread_one_context, "IllegalOperation on either side")
{
    word sc = object_new(seL4_SchedContextObject, 7),
         other = object_new(seL4_SchedContextObject, 7);
    word a = object_new(seL4_TCBObject, 0), b = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_SchedContext_Bind(sc, a));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(sc, a));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(sc, b));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(other, a));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(sc, b));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(other, a));
    CHECK_OK(seL4_SchedContext_UnbindObject(sc, a));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(sc, a));
    CHECK_OK(seL4_SchedContext_Bind(sc, b));
}

CASE(schedule_errors, one_notification_one_context, "IllegalOperation on either side")
{
    word sc = object_new(seL4_SchedContextObject, 7),
         other = object_new(seL4_SchedContextObject, 7);
    word a = object_new(seL4_NotificationObject, 0), b = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_SchedContext_Bind(sc, a));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(sc, b));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(other, a));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(sc, b));
    CHECK_OK(seL4_SchedContext_UnbindObject(sc, a));
    CHECK_OK(seL4_SchedContext_Bind(sc, b));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, b, 64));
    CHECK_OK(seL4_SchedContext_Bind(sc, a));
}

CASE(schedule_errors, unbind_takes_all_away, "6.6: thread and notification")
{
    word sc = object_new(seL4_SchedContextObject, 7);
    word tcb = object_new(seL4_TCBObject, 0), notification = object_new(seL4_NotificationObject, 0);

    CHECK_OK(seL4_SchedContext_Bind(sc, tcb));
    CHECK_OK(seL4_SchedContext_Bind(sc, notification));
    CHECK_OK(seL4_SchedContext_Unbind(sc));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(sc, tcb));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_UnbindObject(sc, notification));
    CHECK_OK(seL4_SchedContext_Unbind(sc));
}

CASE(schedule_errors, deleted_thread_frees_its_context, "4.4: and the other way round")
{
    word sc = object_new(seL4_SchedContextObject, 7),
         other = object_new(seL4_SchedContextObject, 7);
    word a = object_new(seL4_TCBObject, 0), b = object_new(seL4_TCBObject, 0);

    CHECK_OK(seL4_SchedContext_Bind(sc, a));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, a, 64));
    CHECK_OK(seL4_SchedContext_Bind(sc, b));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, sc, 64));
    CHECK_OK(seL4_SchedContext_Bind(other, b));
}

CASE(schedule_errors, runnable_thread_takes_any_context, "only blocked ones need a released one")
{
    struct thread *thread = thread_prepare(count_up, 100, WITHOUT_SC, 0, 0, 0, 0);
    word sc = object_new(seL4_SchedContextObject, 7);

    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_OK(seL4_SchedContext_Bind(sc, thread->tcb));
    let_others_run(500);
    CHECK_EQ(0, thread->result[0]);
    CHECK_OK(configure(sc, 1000, 1000, 0, 0));
    let_others_run(500);
    CHECK(thread->result[0] > 0);
}

CASE(schedule_errors, blocked_thread_and_exhausted_context,
        "IllegalOperation: its head is in the future")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *spender = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *blocked = thread_do(receive_registers((word)seL4_SysWait, notification, 0));

    CHECK_OK(configure(spender->sc, 500, 20000, 0, 0));
    CHECK_OK(seL4_TCB_Resume(spender->tcb));
    let_others_run(2000);
    CHECK_OK(seL4_SchedContext_Unbind(spender->sc));
    CHECK_OK(seL4_SchedContext_Unbind(blocked->sc));
    CHECK_ERROR(seL4_IllegalOperation, seL4_SchedContext_Bind(spender->sc, blocked->tcb));
    let_others_run(20000);
    CHECK_OK(seL4_SchedContext_Bind(spender->sc, blocked->tcb));
    seL4_Signal(notification);
    let_others_run(300);
    CHECK_EQ(1, blocked->stage);
}
