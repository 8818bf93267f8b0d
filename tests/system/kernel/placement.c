/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs next: places in the ready queues, preemption, direct switches (9.6), YieldTo (9.9). */
#include "tests/system/harness.h"

#define MS 1000UL

/* The order in which threads came to some point: their numbers as decimal digits. */
static volatile word order;

static void note(word number)
{
    order = order * 10 + number;
}

/* A thread: notes arguments[0] and stops. */
static void note_once(struct thread *thread)
{
    note(thread->arguments[0]);
}

static struct thread *noter(word number, word priority)
{
    return thread_prepare(note_once, priority, WITH_SC, 0, number, 0, 0);
}

/* Waits on arguments[1], then notes. */
static void wait_and_note(struct thread *thread)
{
    thread_wait(thread->arguments[1]);
    note(thread->arguments[0]);
}

static struct thread *waiter(word number, word priority, word notification)
{
    struct thread *thread =
            thread_start(wait_and_note, priority, WITH_SC, 0, number, notification, 0);

    let_others_run(200);
    return thread;
}

/* Notes, signals arguments[1] and arguments[2], notes again. */
static void signal_between(struct thread *thread)
{
    note(thread->arguments[0]);
    thread_signal(thread->arguments[1]);
    if (thread->arguments[2] != 0) {
        thread_signal(thread->arguments[2]);
    }
    note(thread->arguments[0]);
}

/* Starts them while the root runs, in this order; 0 ends the list. */
static void start_all(struct thread *a, struct thread *b, struct thread *c)
{
    order = 0;
    seL4_TCB_Resume(a->tcb);
    if (b != 0) {
        seL4_TCB_Resume(b->tcb);
    }
    if (c != 0) {
        seL4_TCB_Resume(c->tcb);
    }
    let_others_run(1 * MS);
}

CASE(placement, woken_by_a_higher_one_goes_to_the_head, "one an entry: the last one runs first")
{
    start_all(noter(1, 100), noter(2, 100), noter(3, 100));
    CHECK_EQ(321, order);
}

CASE(placement, priorities_before_order, "9.6")
{
    start_all(noter(1, 100), noter(2, 102), noter(3, 101));
    CHECK_EQ(231, order);
}

CASE(placement, woken_equal_does_not_preempt, "pitfall 35: it goes to the tail")
{
    word first = object_new(seL4_NotificationObject, 0);
    word second = object_new(seL4_NotificationObject, 0);

    waiter(2, 100, first);
    waiter(3, 100, second);
    start_all(thread_prepare(signal_between, 100, WITH_SC, 0, 1, first, second), 0, 0);
    CHECK_EQ(1123, order);
}

CASE(placement, woken_equal_goes_behind_the_queued, "pitfall 35: the tail, not the head")
{
    word notification = object_new(seL4_NotificationObject, 0);

    waiter(2, 100, notification);
    start_all(
            noter(3, 100), thread_prepare(signal_between, 100, WITH_SC, 0, 1, notification, 0), 0);
    CHECK_EQ(1132, order);
}

CASE(placement, woken_lower_goes_to_the_head_of_its_queue, "9.6")
{
    word notification = object_new(seL4_NotificationObject, 0);

    waiter(2, 90, notification);
    start_all(noter(3, 90), thread_prepare(signal_between, 100, WITH_SC, 0, 1, notification, 0), 0);
    CHECK_EQ(1123, order);
}

CASE(placement, woken_higher_preempts_at_once, "and the preempted one goes on before its equals")
{
    word notification = object_new(seL4_NotificationObject, 0);

    waiter(2, 110, notification);
    start_all(
            noter(3, 100), thread_prepare(signal_between, 100, WITH_SC, 0, 1, notification, 0), 0);
    CHECK_EQ(1213, order);
}

/* Notes, calls arguments[1], notes. */
static void call_between(struct thread *thread)
{
    note(thread->arguments[0]);
    thread_call(thread->arguments[1], 0, 0, 0, 0);
    note(thread->arguments[0]);
}

/* Receives on arguments[1] with reply arguments[2], notes, and answers by ReplyRecv. */
static void serve_noting(struct thread *thread)
{
    thread_recv(thread->arguments[1], thread->arguments[2], 0);
    note(thread->arguments[0]);
    thread_reply_recv(thread->arguments[1], thread->arguments[2], 0, 0, 0);
}

static word noting_server(word number, word priority)
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    thread_start(
            serve_noting, priority, WITH_SC, 0, number, endpoint, object_new(seL4_ReplyObject, 0));
    let_others_run(200);
    return endpoint;
}

CASE(placement, called_equal_runs_before_the_queued, "pitfall 35: direct switch, both ways")
{
    word endpoint = noting_server(2, 100);

    start_all(noter(3, 100), thread_prepare(call_between, 100, WITH_SC, 0, 1, endpoint, 0), 0);
    CHECK_EQ(1213, order);
}

CASE(placement, called_lower_one_waits_for_the_queued, "9.6: the head of its own queue")
{
    word endpoint = noting_server(2, 90);

    start_all(noter(4, 90), noter(3, 100),
            thread_prepare(call_between, 100, WITH_SC, 0, 1, endpoint, 0));
    CHECK_EQ(13214, order);
}

CASE(placement, called_lower_one_without_others, "it runs, nothing in the queues is higher")
{
    word endpoint = noting_server(2, 90);

    start_all(noter(3, 90), thread_prepare(call_between, 100, WITH_SC, 0, 1, endpoint, 0), 0);
    CHECK_EQ(1213, order);
}

/* Notes, then waits on a notification that nobody signals. */
static void note_and_block(struct thread *thread)
{
    note(thread->arguments[0]);
    thread_wait(thread->arguments[1]);
}

CASE(placement, blocked_one_leaves_to_the_queue, "in its order")
{
    word notification = object_new(seL4_NotificationObject, 0);

    start_all(noter(3, 100), noter(2, 100),
            thread_prepare(note_and_block, 100, WITH_SC, 0, 1, notification, 0));
    CHECK_EQ(123, order);
}

CASE(placement, set_priority_moves_to_the_head, "9.6: also to the same priority")
{
    struct thread *a = noter(1, 100), *b = noter(2, 100), *c = noter(3, 100);

    order = 0;
    CHECK_OK(seL4_TCB_Resume(a->tcb));
    CHECK_OK(seL4_TCB_Resume(b->tcb));
    CHECK_OK(seL4_TCB_Resume(c->tcb));
    CHECK_OK(seL4_TCB_SetPriority(a->tcb, ROOT_TCB, 100));
    let_others_run(1 * MS);
    CHECK_EQ(132, order);
}

CASE(placement, set_priority_of_the_running_one, "below another: that one runs at once")
{
    struct thread *low = noter(2, 120);

    order = 0;
    CHECK_OK(seL4_TCB_Resume(low->tcb));
    CHECK_OK(seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 110));
    note(1);
    CHECK_OK(seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 255));
    CHECK_EQ(21, order);
}

CASE(placement, bound_context_goes_to_the_head, "9.6")
{
    struct thread *thread = thread_prepare(note_once, 100, WITHOUT_SC, 0, 1, 0, 0);
    word sc = object_new(seL4_SchedContextObject, 8);

    order = 0;
    CHECK_OK(seL4_SchedControl_Configure(boot_info->schedcontrol.start, sc, MS, MS, 0, 0));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_OK(seL4_TCB_Resume(noter(2, 100)->tcb));
    CHECK_OK(seL4_SchedContext_Bind(sc, thread->tcb));
    let_others_run(1 * MS);
    CHECK_EQ(12, order);
}

CASE(placement, slice_end_goes_to_the_tail, "three equals in turn")
{
    struct thread *threads[3];

    for (word i = 0; i < 3; i++) {
        threads[i] = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
        CHECK_OK(seL4_SchedControl_Configure(
                boot_info->schedcontrol.start, threads[i]->sc, MS, MS, 0, 0));
        CHECK_OK(seL4_TCB_Resume(threads[i]->tcb));
    }
    let_others_run(1500);
    CHECK_EQ(0, threads[0]->result[0]);
    CHECK(threads[1]->result[0] > 0);
    let_others_run(1 * MS);
    CHECK(threads[0]->result[0] > 0);
    word before = threads[2]->result[0];
    let_others_run(1 * MS);
    CHECK(threads[2]->result[0] > before);
}

static void note_for_ever(struct thread *thread)
{
    for (;;) {
        if (order % 10 != thread->arguments[0]) {
            note(thread->arguments[0]);
        }
    }
}

CASE(placement, released_equal_does_not_preempt, "9.6: as a woken one; it runs after the slice")
{
    struct thread *limited = thread_prepare(note_for_ever, 100, WITH_SC, 0, 1, 0, 0);
    struct thread *other = thread_prepare(note_for_ever, 100, WITH_SC, 0, 2, 0, 0);

    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, limited->sc, MS, 5 * MS, 8, 0));
    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, other->sc, 10 * MS, 10 * MS, 0, 0));
    order = 0;
    CHECK_OK(seL4_TCB_Resume(other->tcb));
    CHECK_OK(seL4_TCB_Resume(limited->tcb));
    let_others_run(10 * MS);
    CHECK_EQ(12, order);
    let_others_run(1500);
    CHECK_EQ(121, order);
    let_others_run(1 * MS);
    CHECK_EQ(1212, order);
}

CASE(placement, released_higher_preempts, "9.6: when its time has come")
{
    struct thread *limited = thread_prepare(note_for_ever, 110, WITH_SC, 0, 1, 0, 0);
    struct thread *other = thread_prepare(note_for_ever, 100, WITH_SC, 0, 2, 0, 0);

    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, limited->sc, MS, 5 * MS, 8, 0));
    order = 0;
    CHECK_OK(seL4_TCB_Resume(other->tcb));
    CHECK_OK(seL4_TCB_Resume(limited->tcb));
    let_others_run(12 * MS);
    CHECK_EQ(121212, order);
}

CASE(placement, several_at_once_the_last_first, "9.6: waiters of a deleted notification")
{
    struct handler handler = handler_new();
    word notification = object_new(seL4_NotificationObject, 0);
    word badges[3];

    for (word i = 0; i < 3; i++) {
        struct thread *thread =
                thread_syscall(receive_registers((word)seL4_SysWait, notification, 0), 100, WITH_SC,
                        cap_mint(handler.endpoint, i + 1));

        seL4_TCB_Resume(thread->tcb);
        let_others_run(200);
    }
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, notification, 64));
    let_others_run(1 * MS);
    for (word i = 0; i < 3; i++) {
        CHECK_EQ(seL4_Fault_CapFault, next_fault(&handler));
        badges[i] = handler.badge;
    }
    CHECK_EQ(321, badges[0] * 100 + badges[1] * 10 + badges[2]);
}

CASE(placement, suspended_ones_leave_the_queue, "first, middle and last of five")
{
    struct thread *threads[5];

    order = 0;
    for (word i = 0; i < 5; i++) {
        threads[i] = noter(i + 1, 100);
        CHECK_OK(seL4_TCB_Resume(threads[i]->tcb));
    }
    CHECK_OK(seL4_TCB_Suspend(threads[2]->tcb));
    CHECK_OK(seL4_TCB_Suspend(threads[0]->tcb));
    CHECK_OK(seL4_TCB_Suspend(threads[4]->tcb));
    let_others_run(1 * MS);
    CHECK_EQ(42, order);
    CHECK_OK(seL4_TCB_Resume(threads[0]->tcb));
    CHECK_OK(seL4_TCB_Resume(threads[2]->tcb));
    CHECK_OK(seL4_TCB_Resume(threads[4]->tcb));
    let_others_run(1 * MS);
    CHECK_EQ(42531, order);
}

CASE(placement, every_priority_has_its_queue, "255 to 0, from both ends")
{
    const word priorities[] = { 0, 1, 63, 64, 127, 128, 191, 192, 254 };

    order = 0;
    for (word i = 0; i < 9; i++) {
        CHECK_OK(seL4_TCB_Resume(noter(i + 1, priorities[i])->tcb));
    }
    let_others_run(1 * MS);
    CHECK_EQ(987654321, order);
}

/* ---- YieldTo ---- */

/* Notes, yields to arguments[1], notes. */
static void yield_to_between(struct thread *thread)
{
    struct registers call =
            call_registers(thread->arguments[1], SchedContextYieldTo, 0, 0, 777, 0, 0, 0);

    note(thread->arguments[0]);
    raw_syscall(&call);
    note(thread->arguments[0]);
    thread->result[0] = call.x[1] >> 12;
    thread->result[1] = call.x[2];
    thread->stage = 1;
}

CASE(placement, yield_to_an_equal, "9.9: it runs first, past those queued, then the caller")
{
    struct thread *target = noter(2, 100);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);

    start_all(target, noter(3, 100), caller);
    CHECK_EQ(1213, order);
    CHECK_EQ(0, caller->result[0]);
}

CASE(placement, yield_to_a_lower_one, "9.9: it comes to the head of its queue, the caller goes on")
{
    struct thread *target = noter(2, 90);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);

    start_all(target, noter(3, 90), caller);
    CHECK_EQ(1123, order);
    CHECK_EQ(0, caller->result[0]);
}

CASE(placement, yield_to_one_that_cannot_run, "9.9: returns at once, without error")
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct thread *blocked = waiter(2, 100, notification);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, blocked->sc, 0);

    start_all(noter(3, 100), caller, 0);
    CHECK_EQ(113, order);
    CHECK_EQ(0, caller->result[0]);
    struct thread *stopped = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    CHECK_EQ(seL4_NoError, seL4_SchedContext_YieldTo(stopped->sc).error);
}

CASE(placement, yield_to_tells_what_was_consumed, "9.9: and resets it, as Consumed does")
{
    struct thread *target = thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);

    let_others_run(3 * MS);
    word consumed = seL4_SchedContext_YieldTo(target->sc).consumed;
    CHECK_US(3 * MS, consumed);
    consumed = seL4_SchedContext_Consumed(target->sc).consumed;
    CHECK_US(0, consumed);
}

CASE(placement, yield_to_result_when_scheduled_again,
        "9.9: what the target used in the meantime, too")
{
    struct thread *target = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);

    CHECK_OK(seL4_SchedControl_Configure(
            boot_info->schedcontrol.start, target->sc, 2 * MS, 20 * MS, 0, 0));
    CHECK_OK(seL4_TCB_Resume(target->tcb));
    CHECK_OK(seL4_TCB_Resume(caller->tcb));
    let_others_run(5 * MS);
    CHECK_EQ(1, caller->stage);
    CHECK_EQ(0, caller->result[0]);
    CHECK_US(2 * MS, caller->result[1]);
}

CASE(placement, yield_to_checks, "6.6: no thread, the caller itself, priority above the MCP")
{
    word sc = object_new(seL4_SchedContextObject, 7);

    CHECK_EQ(seL4_IllegalOperation, seL4_SchedContext_YieldTo(sc).error);
    CHECK_EQ(seL4_IllegalOperation, seL4_SchedContext_YieldTo(seL4_CapInitThreadSC).error);
    struct thread *target = noter(2, 100);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);
    CHECK_OK(seL4_TCB_SetMCPriority(caller->tcb, ROOT_TCB, 99));
    start_all(target, caller, 0);
    CHECK_EQ(112, order);
    CHECK_EQ(seL4_IllegalOperation, caller->result[0]);
}

CASE(placement, suspended_yielder, "9.9: Suspend cancels it; the caller goes on behind the call")
{
    struct thread *target = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);

    start_all(target, caller, 0);
    CHECK_EQ(1, order);
    CHECK_OK(seL4_TCB_Suspend(caller->tcb));
    CHECK_OK(seL4_TCB_Suspend(target->tcb));
    let_others_run(200);
    CHECK_EQ(1, order);
    CHECK_OK(seL4_TCB_Resume(caller->tcb));
    let_others_run(200);
    CHECK_EQ(11, order);
    CHECK_EQ(777, caller->result[1]); /* nothing was written */
}

CASE(placement, context_deleted_while_yielded_to, "4.4: the pending YieldTo is completed")
{
    struct thread *target = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);

    start_all(target, caller, 0);
    CHECK_EQ(1, order);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, target->sc, 64));
    let_others_run(200);
    CHECK_EQ(11, order);
    CHECK_EQ(0, caller->result[0]);
    CHECK(caller->result[1] != 777);
}

CASE(placement, target_deleted_while_yielded_to, "4.4: the pending YieldTo is completed")
{
    struct thread *target = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *caller = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);

    start_all(target, caller, 0);
    CHECK_OK(seL4_CNode_Delete(ROOT_CNODE, target->tcb, 64));
    let_others_run(200);
    CHECK_EQ(11, order);
    CHECK_EQ(0, caller->result[0]);
}

CASE(placement, second_yielder_completes_the_first, "9.9: one YieldTo at a time on a context")
{
    struct thread *target = thread_prepare(count_up, 100, WITH_SC, 0, 0, 0, 0);
    struct thread *first = thread_prepare(yield_to_between, 100, WITH_SC, 0, 1, target->sc, 0);
    struct thread *second = thread_prepare(yield_to_between, 100, WITH_SC, 0, 2, target->sc, 0);

    start_all(target, first, 0);
    CHECK_EQ(1, order);
    CHECK_OK(seL4_TCB_Resume(second->tcb));
    let_others_run(30 * MS);
    CHECK_EQ(1, first->stage);
    CHECK_EQ(1, second->stage);
    CHECK_EQ(0, first->result[0]);
    CHECK_EQ(0, second->result[0]);
}
