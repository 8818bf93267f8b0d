/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Budgets in exact virtual time (9.2 to 9.5): threads log when they ran. Times are microseconds
 * after the first run began; the tolerance is a few kernel entries.
 */
#include "tests/system/harness.h"

#define MS       1000UL
#define SPORADIC 1

static struct run_log logs[3];

static word configure(word sc, word budget, word period, word refills, word flags)
{
    return seL4_SchedControl_ConfigureFlags(
            boot_info->schedcontrol.start, sc, budget, period, refills, 77, flags);
}

static struct thread *logged(word index, thread_function function, word priority, word budget,
        word period, word refills, word flags)
{
    struct thread *thread =
            thread_prepare(function, priority, WITH_SC, 0, (word)&logs[index], 0, 0);

    logs[index].count = 0;
    if (configure(thread->sc, budget, period, refills, flags) != seL4_NoError) {
        case_fail(__FILE__, __LINE__, "a context cannot be configured", 0, budget);
    }
    return thread;
}

static void start(struct thread *thread)
{
    seL4_TCB_Resume(thread->tcb);
}

/* Runs for arguments[2] us, then waits on arguments[1], arguments[3] times; then for ever. */
static void log_steps(struct thread *thread)
{
    struct run_log *log = (struct run_log *)thread->arguments[0];

    for (word i = 0; i < thread->arguments[3]; i++) {
        log_until(log, counter() + US_TO_TICKS(thread->arguments[2]));
        thread_wait(thread->arguments[1]);
    }
    log_runs(thread);
}

static void set_steps(struct thread *thread, word notification, word us, word steps)
{
    thread->arguments[1] = notification;
    thread->arguments[2] = us;
    thread->arguments[3] = steps;
}

/* The root runs on at `us` after the first run in log 0 began. */
static void at(word us)
{
    let_others_run_until(logs[0].runs[0].start + US_TO_TICKS(us));
}

/* Lets the threads run for a moment, so that the log has its beginning. */
static void begin(void)
{
    let_others_run(100);
}

CASE(refills, budget_comes_back_each_period, "2 ms in 10 ms: five times")
{
    start(logged(0, log_runs, 100, 2 * MS, 10 * MS, 0, 0));
    let_others_run(45 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 2 * MS, 10 * MS, 12 * MS, 20 * MS, 22 * MS, 30 * MS, 32 * MS,
            40 * MS, 42 * MS);
}

CASE(refills, sporadic_budget_comes_back_each_period, "without blocking the flag changes nothing")
{
    start(logged(0, log_runs, 100, 3 * MS, 8 * MS, 8, SPORADIC));
    let_others_run(30 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 3 * MS, 8 * MS, 11 * MS, 16 * MS, 19 * MS, 24 * MS, 27 * MS);
}

CASE(refills, smallest_budget, "20 us in 1 ms: the minimum is enough to run")
{
    struct thread *thread = logged(0, count_up, 100, 20, 1 * MS, 0, 0);

    start(thread);
    let_others_run(10 * MS);
    CHECK(thread->result[0] > 0);
    CHECK(seL4_SchedContext_Consumed(thread->sc).consumed <= 11 * (20 + time_slack()));
}

CASE(refills, smallest_budget_is_late_by_a_period,
        "9.2: used up to the last tick and beyond, the rest is below MIN_BUDGET and waits for more")
{
    struct thread *thread = logged(0, count_up, 100, 20, 200, 0, 0);

    start(thread);
    let_others_run(2 * MS);

    /* In 10 periods: at 0, 380, 760 us and so on. */
    word used = seL4_SchedContext_Consumed(thread->sc).consumed;

    CHECK(used >= 2 * 20 && used <= 6 * (20 + time_slack()));
}

/* Yields until it has done so 1000 times. */
static void count_some_yields(struct thread *thread)
{
    while (thread->result[0] < 1000) {
        struct registers r = { { 0, 0, 0, 0, 0, 0, 0, (word)seL4_SysYield } };

        raw_syscall(&r);
        thread->result[0]++;
    }
    thread_stop(thread);
}

CASE(refills, smallest_budget_pays_for_no_call,
        "9.4: MIN_BUDGET has to be left at the svc, and a step to it costs something")
{
    struct thread *thread = logged(0, count_some_yields, 100, 20, 200, 0, 0);

    start(thread);
    let_others_run(20 * MS);
    CHECK_EQ(0, thread->result[0]);
    /* It was put off each time, not stopped: with more to spend it goes on. */
    CHECK_OK(configure(thread->sc, 20 + 10 * time_slack(), 2 * MS, 0, 0));
    let_others_run(20 * MS);
    CHECK(thread->result[0] > 1);
}

/* ---- being preempted ---- */

static struct thread *preempted_for_6_ms(word flags)
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *victim = logged(0, log_runs, 100, 4 * MS, 20 * MS, 8, flags);
    struct thread *high = logged(1, log_steps, 120, 20 * MS, 20 * MS, 0, 0);

    set_steps(high, notification, 6 * MS, 1);
    high->arguments[3] = 2;
    seL4_TCB_SetPriority(high->tcb, ROOT_TCB, 120);
    /* Its first step is over before the victim begins. */
    high->arguments[2] = 1;
    start(high);
    begin();
    high->arguments[2] = 6 * MS;
    start(victim);
    begin();
    at(1 * MS);
    seL4_Signal(notification);
    at(48 * MS);
    return victim;
}

CASE(refills, preempted_time_is_lost, "9.2, constant bandwidth: the head starts anew at 7 ms")
{
    preempted_for_6_ms(0);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 7 * MS, 10 * MS, 20 * MS, 21 * MS, 27 * MS, 30 * MS,
            40 * MS, 41 * MS);
}

CASE(refills, preempted_time_counts_when_sporadic, "9.2: all of it is back at 20 ms")
{
    preempted_for_6_ms(SPORADIC);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 7 * MS, 10 * MS, 20 * MS, 24 * MS, 40 * MS, 44 * MS);
}

/* ---- blocking ---- */

CASE(refills, blocking_splits_the_budget, "1 ms used at 0, 3 ms at 5: back at 20 and at 25")
{
    for (word flags = 0; flags <= 1; flags++) {
        word notification = object_new(seL4_NotificationObject, 0);
        struct thread *thread = logged(0, log_steps, 100, 4 * MS, 20 * MS, 8, flags);

        set_steps(thread, notification, 1 * MS, 1);
        start(thread);
        begin();
        at(5 * MS);
        seL4_Signal(notification);
        at(46 * MS);
        seL4_TCB_Suspend(thread->tcb);
        CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 5 * MS, 8 * MS, 20 * MS, 21 * MS, 25 * MS, 28 * MS,
                40 * MS, 41 * MS, 45 * MS, 46 * MS - 200);
    }
}

/* Runs for 1 ms, makes the call in its registers, then runs for ever. */
static void log_call_log(struct thread *thread)
{
    struct run_log *log = (struct run_log *)thread->arguments[0];

    log_until(log, counter() + US_TO_TICKS(1 * MS));
    raw_syscall(&thread->registers);
    log_runs(thread);
}

/* A sporadic thread that blocks in this call at 1 ms; the root comes back at 5 ms. */
static struct thread *blocked_at_1_ms(struct registers call)
{
    struct thread *thread = logged(0, log_call_log, 100, 4 * MS, 20 * MS, 8, SPORADIC);

    thread->registers = call;
    start(thread);
    begin();
    at(2 * MS);
    return thread;
}

/* It blocked from 1 to 5 ms: what is left counts from then on. */
#define CHECK_UNBLOCKED_AT_5_MS() \
    at(30 * MS);                  \
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 5 * MS, 8 * MS, 20 * MS, 21 * MS, 25 * MS, 28 * MS)

CASE(refills, unblocked_by_a_reply, "9.2: the unblock check of a sporadic context")
{
    word endpoint = object_new(seL4_EndpointObject, 0), reply = object_new(seL4_ReplyObject, 0);

    blocked_at_1_ms(call_registers(endpoint, 0, 0, 0, 0, 0, 0, 0));
    seL4_Recv(endpoint, 0, reply);
    at(5 * MS);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    CHECK_UNBLOCKED_AT_5_MS();
}

CASE(refills, unblocked_by_a_message, "9.2")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    blocked_at_1_ms(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)));
    at(5 * MS);
    seL4_Send(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
    CHECK_UNBLOCKED_AT_5_MS();
}

CASE(refills, unblocked_by_a_receiver, "9.2")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    blocked_at_1_ms(receive_registers((word)seL4_SysSend, endpoint, 0));
    at(5 * MS);
    seL4_Wait(endpoint, 0);
    CHECK_UNBLOCKED_AT_5_MS();
}

CASE(refills, unblocked_by_a_bound_notification, "9.2")
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = blocked_at_1_ms(
            receive_registers((word)seL4_SysRecv, endpoint, object_new(seL4_ReplyObject, 0)));

    CHECK_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    at(5 * MS);
    seL4_Signal(notification);
    CHECK_UNBLOCKED_AT_5_MS();
}

CASE(refills, unblocked_by_the_end_of_an_object, "9.2: restarted, its call then fails at once")
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    blocked_at_1_ms(call_registers(endpoint, 0, 0, 0, 0, 0, 0, 0));
    at(5 * MS);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
    CHECK_UNBLOCKED_AT_5_MS();
}

CASE(refills, unblocked_by_cancelled_sends, "9.2: CancelBadgedSends after the capability is gone")
{
    word endpoint = object_new(seL4_EndpointObject, 0), keep = cap_mint(endpoint, 3);
    word given = cap_copy(keep, seL4_AllRights);

    blocked_at_1_ms(call_registers(given, 0, 0, 0, 0, 0, 0, 0));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, given, 64));
    at(5 * MS);
    CHECK_OK(seL4_CNode_CancelBadgedSends(ROOT_CNODE, keep, 64));
    CHECK_UNBLOCKED_AT_5_MS();
}

CASE(refills, unblocked_by_resume, "9.2: Suspend at 1 ms, Resume at 5 ms")
{
    struct thread *thread = logged(0, log_runs, 100, 4 * MS, 20 * MS, 8, SPORADIC);

    start(thread);
    begin();
    at(1 * MS);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    at(5 * MS);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_UNBLOCKED_AT_5_MS();
}

CASE(refills, unblocked_by_binding, "9.2: Unbind at 1 ms, Bind at 5 ms")
{
    struct thread *thread = logged(0, log_runs, 100, 4 * MS, 20 * MS, 8, SPORADIC);

    start(thread);
    begin();
    at(1 * MS);
    CHECK_OK(seL4_SchedContext_Unbind(thread->sc));
    at(5 * MS);
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, thread->tcb));
    CHECK_UNBLOCKED_AT_5_MS();
}

/* 0.9 ms at 0, 3 and 6 ms, and the rest at 9 ms. */
static void three_steps(word refills)
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = logged(0, log_steps, 100, 4 * MS, 20 * MS, refills, SPORADIC);

    set_steps(thread, notification, 900, 3);
    start(thread);
    begin();
    for (word i = 1; i <= 3; i++) {
        at(i * 3 * MS);
        seL4_Signal(notification);
    }
    at(46 * MS);
    seL4_TCB_Suspend(thread->tcb);
}

CASE(refills, each_piece_comes_back_in_its_time, "with room for all refills")
{
    three_steps(8);
    CHECK_SCHEDULE(&logs[0], 0, 900, 3 * MS, 3900, 6 * MS, 6900, 9 * MS, 10300, 20 * MS, 20900,
            23 * MS, 23900, 26 * MS, 26900, 29 * MS, 30300);
}

CASE(refills, full_list_delays_the_tail, "9.2: two refills; the pieces are put together late")
{
    three_steps(0);
    /*
     * At 10.3 ms the list is (24.2, 2.7), (29, 1.3). What the timer came too late is paid by the first
     * and comes back at 44.2: there is no room, so the second one waits to be followed by it.
     */
    CHECK_SCHEDULE(&logs[0], 0, 900, 3 * MS, 3900, 6 * MS, 6900, 9 * MS, 10300, 24200, 26900, 42900,
            44200);
}

CASE(refills, rest_below_the_minimum_is_merged,
        "9.2: 15 us left: the next refill begins that earlier")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = logged(0, log_steps, 100, 1 * MS, 10 * MS, 8, SPORADIC);

    if (time_slack() > 40) {
        SKIP("this kernel is too slow to leave a rest of 15 us");
    }
    set_steps(thread, notification, 1000 - 22, 1);
    start(thread);
    begin();
    at(2 * MS);
    seL4_Signal(notification);
    at(13 * MS);
    word second = 1;
    while (second < logs[0].count
            && logs[0].runs[second].start - logs[0].runs[0].start < US_TO_TICKS(9 * MS)) {
        second++;
    }
    CHECK(second < logs[0].count);
    word began = (logs[0].runs[second].start - logs[0].runs[0].start) * 10 / TICKS_PER_US_X10;
    CHECK(began >= 9960 && began <= 10000 + time_slack());
}

/* ---- round robin ---- */

CASE(refills, round_robin_slices, "5 ms each, in turn")
{
    struct thread *a = logged(0, log_runs, 100, 5 * MS, 5 * MS, 0, 0);
    struct thread *b = logged(1, log_runs, 100, 5 * MS, 5 * MS, 0, 0);

    start(a);
    begin();
    start(b);
    at(32 * MS);
    /* b was made ready by a thread of higher priority, and so before a, which has 4.9 ms left. */
    CHECK(logs[1].runs[0].start - logs[0].runs[0].start < US_TO_TICKS(5 * MS + 100));
    CHECK_SCHEDULE(&logs[1], 0, 5 * MS, 9900, 14900, 19900, 24900);
}

CASE(refills, preempted_slice_goes_on, "9.6: the rest of it, before its equals")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *high = logged(2, log_steps, 120, 20 * MS, 20 * MS, 0, 0);
    struct thread *a, *b;

    set_steps(high, notification, 1, 9);
    start(high);
    begin();
    high->arguments[2] = 1 * MS;
    b = logged(1, log_runs, 100, 5 * MS, 5 * MS, 0, 0);
    a = logged(0, log_runs, 100, 5 * MS, 5 * MS, 0, 0);
    start(b);
    start(a);
    begin();
    at(2 * MS);
    seL4_Signal(notification);
    at(18 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 2 * MS, 3 * MS, 6 * MS, 11 * MS, 16 * MS);
    CHECK_SCHEDULE(&logs[1], 0, 5 * MS, 10 * MS, 12 * MS - 200);
}

static void yield(void)
{
    struct registers registers = { { 0, 0, 0, 0, 0, 0, 0, (word)seL4_SysYield } };

    raw_syscall(&registers);
}

/* Yields once after arguments[1] us. */
static void log_and_yield(struct thread *thread)
{
    log_until(
            (struct run_log *)thread->arguments[0], counter() + US_TO_TICKS(thread->arguments[1]));
    yield();
    thread->stage = 1;
    log_runs(thread);
}

CASE(refills, yield_ends_the_slice, "9.7: its next one is whole")
{
    struct thread *b = logged(1, log_runs, 100, 5 * MS, 5 * MS, 0, 0);
    struct thread *a = logged(0, log_and_yield, 100, 5 * MS, 5 * MS, 0, 0);

    a->arguments[1] = 1 * MS;
    start(b);
    start(a);
    begin();
    at(20 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 6 * MS, 11 * MS, 16 * MS, 20 * MS - 200);
    CHECK_SCHEDULE(&logs[1], 0, 5 * MS, 10 * MS, 15 * MS);
}

CASE(refills, yield_gives_the_whole_refill_away,
        "9.7: no timeout fault; only what was used is consumed")
{
    word handler = object_new(seL4_EndpointObject, 0), badge = 99;
    struct thread *thread = logged(0, log_and_yield, 100, 2 * MS, 10 * MS, 8, 0);

    thread->arguments[1] = 500;
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler));
    start(thread);
    let_others_run(5 * MS);
    CHECK_US(500, seL4_SchedContext_Consumed(thread->sc).consumed);
    at(11 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 500, 10 * MS, 11 * MS - 200);
    seL4_NBRecv(handler, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(0, badge);
    CHECK_EQ(1, thread->stage);
}

/* ---- what does not bring budget back ---- */

CASE(refills, suspending_does_not_refresh, "the budget is the context's")
{
    struct thread *thread = logged(0, log_runs, 100, 1 * MS, 20 * MS, 8, 0);

    start(thread);
    begin();
    at(5 * MS);
    CHECK_OK(seL4_TCB_Suspend(thread->tcb));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    at(25 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 20 * MS, 21 * MS);
}

CASE(refills, binding_again_does_not_refresh, "a runnable thread may be bound, but waits")
{
    struct thread *thread = logged(0, log_runs, 100, 1 * MS, 20 * MS, 8, 0);

    start(thread);
    begin();
    at(5 * MS);
    CHECK_OK(seL4_SchedContext_Unbind(thread->sc));
    CHECK_OK(seL4_SchedContext_Bind(thread->sc, thread->tcb));
    CHECK_OK(seL4_TCB_SetPriority(thread->tcb, ROOT_TCB, 110));
    at(25 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 20 * MS, 21 * MS);
}

CASE(refills, context_given_to_another_thread, "what is left of the budget goes along")
{
    struct thread *first = logged(0, count_up, 100, 4 * MS, 20 * MS, 8, 0);
    struct thread *second = thread_prepare(log_runs, 100, WITHOUT_SC, 0, (word)&logs[0], 0, 0);

    start(first);
    let_others_run(3 * MS);
    CHECK_OK(seL4_SchedContext_Unbind(first->sc));
    start(second);
    CHECK_OK(seL4_SchedContext_Bind(first->sc, second->tcb));
    begin();
    at(10 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS);
}

CASE(refills, removed_from_the_release_queue, "suspended, deleted, unbound while it waits for time")
{
    struct thread *threads[3];

    for (word i = 0; i < 3; i++) {
        threads[i] = logged(i, log_runs, 100 + i, 200, 5 * MS, 0, 0);
        start(threads[i]);
    }
    let_others_run(2 * MS);
    CHECK_OK(seL4_TCB_Suspend(threads[0]->tcb));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, threads[1]->tcb, 64));
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, threads[2]->sc, 64));
    let_others_run(15 * MS);
    for (word i = 0; i < 3; i++) {
        CHECK_SCHEDULE(&logs[i], 0, 200);
        CHECK(logs[i].runs[logs[i].count - 1].end - logs[i].runs[0].start < US_TO_TICKS(1 * MS));
    }
}

CASE(refills, released_in_order_of_time, "9.6: several threads of one priority")
{
    struct thread *threads[3];

    for (word i = 0; i < 3; i++) {
        threads[i] = logged(i, log_runs, 100, 500, 10 * MS, 0, 0);
    }
    for (word i = 0; i < 3; i++) {
        start(threads[i]);
        let_others_run(1 * MS);
    }
    let_others_run(20 * MS);
    for (word i = 0; i < 3; i++) {
        CHECK_SCHEDULE(&logs[i], 0, 500, 10 * MS, 10 * MS + 500);
    }
}

CASE(refills, release_times_in_any_order, "9.6: inserted before, between and behind others")
{
    const word periods[] = { 20, 5, 10 };

    for (word i = 0; i < 3; i++) {
        start(logged(i, log_runs, 120 - i, 200, periods[i] * MS, 0, 0));
    }
    let_others_run(24 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 200, 20 * MS, 20 * MS + 200);
    CHECK_SCHEDULE(&logs[1], 0, 200, 5 * MS, 5 * MS + 200, 10 * MS, 10 * MS + 200);
    CHECK_SCHEDULE(&logs[2], 0, 200, 10 * MS, 10 * MS + 200);
}

CASE(refills, caller_configures_its_own_context, "9.5: it goes on; and back to 5 ms round robin")
{
    word sc = seL4_CapInitThreadSC;

    CHECK_OK(configure(sc, 3 * MS, 3 * MS, 0, 0));
    CHECK_OK(configure(sc, 20 * MS, 40 * MS, 0, 0));
    CHECK_OK(configure(sc, 10 * MS, 40 * MS, 0, 0));
    CHECK_OK(configure(sc, 5 * MS, 5 * MS, 0, 0));
}

/* ---- configuring again (9.5) ---- */

CASE(refills, smaller_budget_while_running, "the head is cut, and begins now")
{
    struct thread *thread = logged(0, log_runs, 100, 10 * MS, 20 * MS, 8, 0);

    start(thread);
    begin();
    at(2 * MS);
    CHECK_OK(configure(thread->sc, 4 * MS, 20 * MS, 8, 0));
    at(30 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 6 * MS, 22 * MS, 26 * MS);
}

CASE(refills, larger_budget_while_running, "the head stays, the rest comes a new period later")
{
    struct thread *thread = logged(0, log_runs, 100, 2 * MS, 20 * MS, 8, 0);

    start(thread);
    begin();
    at(1 * MS);
    CHECK_OK(configure(thread->sc, 5 * MS, 10 * MS, 8, 0));
    at(28 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 2 * MS, 11 * MS, 16 * MS, 21 * MS, 26 * MS);
}

CASE(refills, configured_while_exhausted, "the head that is not ready keeps its time")
{
    struct thread *thread = logged(0, log_runs, 100, 2 * MS, 20 * MS, 8, 0);

    start(thread);
    let_others_run(3 * MS);
    at(5 * MS);
    CHECK_OK(configure(thread->sc, 1 * MS, 10 * MS, 8, 0));
    at(33 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 2 * MS, 20 * MS, 21 * MS, 30 * MS, 31 * MS);
}

CASE(refills, configured_while_blocked, "a thread that cannot run gets a new budget")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = logged(0, log_steps, 100, 1 * MS, 20 * MS, 0, 0);

    set_steps(thread, notification, 900, 1);
    start(thread);
    begin();
    at(2 * MS);
    CHECK_OK(configure(thread->sc, 1 * MS, 20 * MS, 0, 0));
    at(3 * MS);
    seL4_Signal(notification);
    at(25 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 900, 3 * MS, 4 * MS, 23 * MS, 24 * MS);
}

CASE(refills, round_robin_becomes_limited, "from budget = period to 1 ms in 10 ms")
{
    struct thread *thread = logged(0, log_runs, 100, 5 * MS, 5 * MS, 0, 0);

    start(thread);
    begin();
    at(8 * MS);
    CHECK_OK(configure(thread->sc, 1 * MS, 10 * MS, 8, 0));
    at(25 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 9 * MS, 18 * MS, 19 * MS);
}

CASE(refills, limited_becomes_round_robin, "it may run at once, even if it was exhausted")
{
    struct thread *thread = logged(0, log_runs, 100, 1 * MS, 20 * MS, 8, 0);

    start(thread);
    begin();
    at(4 * MS);
    CHECK_OK(configure(thread->sc, 5 * MS, 5 * MS, 0, 0));
    at(30 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 4 * MS, 30 * MS - 300);
}

/* ---- the check at kernel entry (9.4, pitfall 32) ---- */

/* Signals arguments[1] when arguments[2] us of its budget are used. */
static void signal_late(struct thread *thread)
{
    struct run_log *log = (struct run_log *)thread->arguments[0];

    log_until(log, counter() + US_TO_TICKS(thread->arguments[2]));
    thread_signal(thread->arguments[1]);
    thread->stage = 1;
}

static word signal_arrives(word spin_us)
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = logged(0, signal_late, 100, 1 * MS, 10 * MS, 0, 0);

    thread->arguments[1] = notification;
    thread->arguments[2] = spin_us;
    start(thread);
    seL4_Wait(notification, 0);
    return us_since(logs[0].runs[0].start);
}

CASE(refills, call_with_enough_budget_is_done, "30 us are left")
{
    word us = signal_arrives(1000 - 30 - time_slack());

    CHECK(us < 1 * MS);
}

CASE(refills, call_with_too_little_is_put_off, "pitfall 32: less than 20 us are left: next period")
{
    CHECK_US(10 * MS - 12, signal_arrives(1000 - 12));
}

#ifdef CONFIG_DEBUG_BUILD
static void identify_late(struct thread *thread)
{
    struct registers r = { { ROOT_TCB, 0, 0, 0, 0, 0, 0, (word)seL4_SysDebugCapIdentify } };

    log_until((struct run_log *)thread->arguments[0], counter() + US_TO_TICKS(1000 - 12));
    raw_syscall(&r);
    thread->result[0] = counter();
    thread->stage = 1;
}

CASE(refills, debug_calls_are_not_put_off, "pitfall 9: they skip the check")
{
    struct thread *thread = logged(0, identify_late, 100, 1 * MS, 10 * MS, 0, 0);

    start(thread);
    let_others_run(5 * MS);
    CHECK_EQ(1, thread->stage);
    CHECK(thread->result[0] - logs[0].runs[0].start < US_TO_TICKS(1 * MS));
}
#endif

static void fault_late(struct thread *thread)
{
    log_until((struct run_log *)thread->arguments[0], counter() + US_TO_TICKS(1000 - 12));
    __asm__ volatile(".inst 0x00000000");
}

CASE(refills, fault_with_too_little_is_put_off, "9.4: the instruction is executed again")
{
    struct handler handler = handler_new();
    struct thread *thread = logged(0, fault_late, 100, 1 * MS, 10 * MS, 0, 0);

    CHECK_OK(
            seL4_TCB_SetSchedParams(thread->tcb, ROOT_TCB, 255, 100, thread->sc, handler.endpoint));
    start(thread);
    CHECK_EQ(seL4_Fault_UserException, next_fault(&handler));
    CHECK_US(10 * MS - 12, us_since(logs[0].runs[0].start));
}

/* ---- timeout faults (9.4, 10) ---- */

CASE(refills, timeout_comes_when_the_budget_ends, "and its reply leads to the next period")
{
    struct handler handler = handler_new();
    struct thread *thread = logged(0, log_runs, 100, 2 * MS, 10 * MS, 0, 0);

    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, cap_mint(handler.endpoint, 4)));
    start(thread);
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    CHECK_EQ(4, handler.badge);
    CHECK_MR(seL4_Timeout_Data, 77);
    CHECK_US(2 * MS, seL4_GetMR(seL4_Timeout_Consumed));
    CHECK_US(2 * MS, us_since(logs[0].runs[0].start));
    CHECK_EQ(0, seL4_SchedContext_Consumed(thread->sc).consumed);
    seL4_Send(handler.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    CHECK_US(2 * MS, seL4_GetMR(seL4_Timeout_Consumed));
    CHECK_US(12 * MS, us_since(logs[0].runs[0].start));
}

CASE(refills, timeout_at_a_system_call, "9.4: its IP is the svc, which is done after the reply")
{
    struct handler handler = handler_new();
    word notification = object_new(seL4_NotificationObject, 0), badge = 0;
    struct thread *thread = logged(0, signal_late, 100, 1 * MS, 10 * MS, 0, 0);
    seL4_UserContext context;

    thread->arguments[1] = cap_mint(notification, 6);
    thread->arguments[2] = 1000 - 12;
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler.endpoint));
    start(thread);
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
    CHECK_EQ(0xd4000001, *(uint32_t *)context.pc);
    seL4_Poll(notification, &badge);
    CHECK_EQ(0, badge);
    seL4_Send(handler.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    seL4_Wait(notification, &badge);
    CHECK_EQ(6, badge);
    CHECK_US(10 * MS - 12, us_since(logs[0].runs[0].start));
}

CASE(refills, timeout_with_another_label_stops, "10.4: Inactive")
{
    struct handler handler = handler_new();
    struct thread *thread = logged(0, log_runs, 100, 1 * MS, 5 * MS, 0, 0);

    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler.endpoint));
    start(thread);
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    answer(&handler, 1, 0);
    at(12 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS);
    CHECK(!thread_is_blocked(thread));
}

CASE(refills, round_robin_has_no_timeouts, "9.3, pitfall 30")
{
    word handler = object_new(seL4_EndpointObject, 0), badge = 99;
    struct thread *thread = logged(0, log_runs, 100, 1 * MS, 1 * MS, 0, 0);

    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, cap_mint(handler, 5)));
    start(thread);
    let_others_run(10 * MS);
    seL4_NBRecv(handler, &badge, object_new(seL4_ReplyObject, 0));
    CHECK_EQ(0, badge);
    CHECK_SCHEDULE(&logs[0], 0, 10 * MS - 300);
}

/* ---- servers on their clients' time ---- */

/* Receives once and logs arguments[3] us of time of its own, then replies. */
static void slow_server(struct thread *thread)
{
    struct registers message;
    word left = US_TO_TICKS(thread->arguments[3]);

    thread_recv(thread->arguments[1], thread->arguments[2], &message);
    /* Time in which the server did not run does not count. */
    while (left > 0) {
        struct run_log *log = (struct run_log *)thread->arguments[0];
        word first = log->count;
        word used = 0;

        log_until(log, counter() + US_TO_TICKS(20));
        for (word i = first; i < log->count; i++) {
            used += log->runs[i].end - log->runs[i].start;
        }
        left = left > used ? left - used : 0;
        if (first > 0 && log->runs[first].start - log->runs[first - 1].end < US_TO_TICKS(8)) {
            log->runs[first - 1].end = log->runs[first].end;
            for (word i = first + 1; i < log->count; i++) {
                log->runs[i - 1] = log->runs[i];
            }
            log->count--;
        }
    }
    thread_reply_recv(thread->arguments[1], thread->arguments[2], 1, 5, &message);
    for (;;) {
        thread_reply_recv(thread->arguments[1], thread->arguments[2], 1, 6, &message);
    }
}

struct service {
    word endpoint, reply;
    struct thread *server, *client;
};

/* A passive server that works for `us`, and a client with 1 ms in 10 ms, not started yet. */
static struct service serve_slowly(word us)
{
    struct service service = { object_new(seL4_EndpointObject, 0), object_new(seL4_ReplyObject, 0),
        0, 0 };

    service.server = logged(0, slow_server, 110, 5 * MS, 5 * MS, 0, 0);
    service.server->arguments[1] = service.endpoint;
    service.server->arguments[2] = service.reply;
    service.server->arguments[3] = us;
    start(service.server);
    let_others_run(300);
    seL4_SchedContext_Unbind(service.server->sc);
    service.client =
            thread_syscall(call_registers(service.endpoint, 0, 0, 1, 1, 0, 0, 0), 100, WITH_SC, 0);
    configure(service.client->sc, 1 * MS, 10 * MS, 8, 0);
    return service;
}

CASE(refills, server_waits_for_its_clients_budget, "2.5 ms of work at 1 ms in 10 ms")
{
    struct service service = serve_slowly(2500);

    start(service.client);
    let_others_run(3 * MS);
    at(19 * MS);
    CHECK_EQ(0, service.client->stage);
    at(25 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 10 * MS, 11 * MS, 20 * MS, 20500);
    word consumed = seL4_SchedContext_Consumed(service.client->sc).consumed;
    CHECK(consumed >= 2500 && consumed <= 2700);
}

CASE(refills, servers_timeout_names_the_client, "10.3: Data is the badge of the context")
{
    struct service service = serve_slowly(5000);
    struct handler handler = handler_new();

    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(service.server->tcb, cap_mint(handler.endpoint, 9)));
    start(service.client);
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    CHECK_EQ(9, handler.badge);
    CHECK_MR(seL4_Timeout_Data, 77);
    CHECK_US(1 * MS, us_since(logs[0].runs[0].start));
    CHECK_EQ(0, service.client->stage);
}

CASE(refills, reply_to_an_exhausted_client, "pitfall 34: it goes on with its next budget")
{
    struct service service = serve_slowly(5000);
    struct handler handler = handler_new();

    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(service.server->tcb, handler.endpoint));
    start(service.client);
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    seL4_SetMR(0, 3);
    seL4_Send(service.reply, seL4_MessageInfo_new(0, 0, 0, 1));
    at(9 * MS);
    CHECK_EQ(0, service.client->stage);
    at(11 * MS);
    CHECK_EQ(1, service.client->stage);
    CHECK_EQ(3, service.client->registers.x[2]);
}

CASE(refills, reply_raises_the_clients_timeout, "pitfall 34: when it has a handler")
{
    struct service service = serve_slowly(5000);
    struct handler handler = handler_new();

    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(service.server->tcb, cap_mint(handler.endpoint, 1)));
    CHECK_OK(seL4_TCB_SetTimeoutEndpoint(service.client->tcb, cap_mint(handler.endpoint, 2)));
    start(service.client);
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    CHECK_EQ(1, handler.badge);
    seL4_Send(service.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    CHECK_EQ(seL4_Fault_Timeout, next_fault(&handler));
    CHECK_EQ(2, handler.badge);
    CHECK_MR(seL4_Timeout_Data, 77);
    CHECK(us_since(logs[0].runs[0].start) < 2 * MS);
    seL4_Send(handler.reply, seL4_MessageInfo_new(0, 0, 0, 0));
    at(9 * MS);
    CHECK_EQ(0, service.client->stage);
    at(11 * MS);
    CHECK_EQ(1, service.client->stage);
}

/* ---- reading (9.8) ---- */

CASE(refills, consumed_is_exact, "9.8: of a thread that is not running")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *thread = logged(0, log_steps, 100, 5 * MS, 5 * MS, 0, 0);

    set_steps(thread, notification, 3 * MS, 2);
    start(thread);
    begin();
    at(4 * MS);
    CHECK_US(3 * MS, seL4_SchedContext_Consumed(thread->sc).consumed);
    CHECK_EQ(0, seL4_SchedContext_Consumed(thread->sc).consumed);
    seL4_Signal(notification);
    at(8 * MS);
    CHECK_US(3 * MS, seL4_SchedContext_Consumed(thread->sc).consumed);
}

CASE(refills, consumed_of_the_own_context, "9.8: excludes what was not charged yet")
{
    seL4_Yield(); /* a whole slice is ahead */
    let_others_run(100);
    seL4_SchedContext_Consumed(seL4_CapInitThreadSC);
    word start_time = counter();
    while (us_since(start_time) < 500) {}
    word consumed = seL4_SchedContext_Consumed(seL4_CapInitThreadSC).consumed;
    CHECK_US(0, consumed);
    let_others_run(100);
    consumed = seL4_SchedContext_Consumed(seL4_CapInitThreadSC).consumed;
    CHECK_US(500, consumed);
}

/* ---- overrun ---- */

/* Retypes 256 endpoints at once, again and again: a long step that is not interrupted. */
static void retype_for_ever(struct thread *thread)
{
    struct registers revoke =
            call_registers(ROOT_CNODE, CNodeRevoke, 0, 2, thread->arguments[0], 64, 0, 0);

    for (;;) {
        struct registers retype = call_registers(
                thread->arguments[0], UntypedRetype, 1, 6, seL4_EndpointObject, 0, 0, 0);
        struct registers again = revoke;

        thread->buffer->msg[4] = 0;
        thread->buffer->msg[5] = 256;
        thread->buffer->caps_or_badges[0] = thread->arguments[1];
        raw_syscall(&retype);
        raw_syscall(&again);
        thread->result[0]++;
    }
}

CASE(refills, overrun_is_paid_for, "9.2: what was used too much comes off later refills")
{
    struct thread *thread = thread_prepare(retype_for_ever, 100, WITH_SC, 0,
            object_new(seL4_UntypedObject, 12), object_new(seL4_CapTableObject, 8), 0);

    CHECK_OK(configure(thread->sc, 30, 1 * MS, 8, 0));
    start(thread);
    let_others_run(60 * MS);
    CHECK(thread->result[0] > 0);
    /* 30 us in each of 60 periods, and at most one operation beyond. */
    word consumed = seL4_SchedContext_Consumed(thread->sc).consumed;
    CHECK(consumed > 60 * 30 / 3);
    CHECK(consumed <= 62 * 30 + 100 + time_slack());
}

CASE(refills, priority_changed_while_out_of_budget, "it counts when the next refill comes")
{
    struct thread *low = logged(0, log_runs, 100, 1 * MS, 10 * MS, 8, 0);
    struct thread *other = logged(1, log_runs, 110, 5 * MS, 5 * MS, 0, 0);

    start(low);
    begin();
    at(5 * MS);
    CHECK_OK(seL4_TCB_SetPriority(low->tcb, ROOT_TCB, 120));
    start(other);
    at(14 * MS);
    CHECK_SCHEDULE(&logs[0], 0, 1 * MS, 10 * MS, 11 * MS);
    CHECK_SCHEDULE(&logs[1], 0, 5 * MS, 6 * MS, 9 * MS);
}
