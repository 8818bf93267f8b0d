/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends and signals that wake a thread; Yield; faults. Where the woken thread has the higher
 * priority it runs at once and waits again: the time from before the svc to its next instruction
 * counts.
 */
#include "tests/bench/bench.h"

#define FEW_ROUNDS 200

static void wait_loop(word notification, word unused)
{
    (void)unused;
    for (;;) {
        do_simple((word)seL4_SysWait, notification);
    }
}

static void stamp_wait_loop(word notification, word unused)
{
    (void)unused;
    for (;;) {
        do_simple((word)seL4_SysWait, notification);
        accumulated += counter() - stamp;
    }
}

static void stamp_recv_loop(word endpoint, word reply)
{
    struct registers r;

    for (;;) {
        thread_recv(endpoint, reply, &r);
        accumulated += counter() - stamp;
    }
}

/* Wakes the thread, which waits on `object` and stamps, again and again. */
static void wake_higher(
        const char *name, void (*function)(word, word), word object, word argument, word vspace)
{
    struct bench_thread high = spawn(function, 110, object, argument, 0, vspace);

    let_it_block(high.tcb);
    accumulated = 0;
    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        do_simple((word)seL4_SysSend, object);
    }
    report_stamped(name, ROUNDS);
    must("suspend", seL4_TCB_Suspend(high.tcb));
}

static void wake_lower(const char *name)
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct bench_thread low = spawn(wait_loop, 50, notification, 0, 0, new_vspace());
    word total = 0;

    must("resume", seL4_TCB_Resume(low.tcb));
    for (word i = 0; i < FEW_ROUNDS; i++) {
        let_all_block(); /* the low thread waits again */
        stamp = counter();
        do_simple((word)seL4_SysSend, notification);
        total += counter() - stamp;
    }
    accumulated = total;
    report_stamped(name, FEW_ROUNDS);
    must("suspend", seL4_TCB_Suspend(low.tcb));
}

void bench_wakeups(void)
{
    wake_higher("send_to_higher_priority", stamp_recv_loop, object_new(seL4_EndpointObject, 0),
            object_new(seL4_ReplyObject, 0), new_vspace());
    wake_higher("signal_to_higher_priority", stamp_wait_loop,
            object_new(seL4_NotificationObject, 0), 0, new_vspace());
    wake_higher("reschedule_by_higher_priority", stamp_wait_loop,
            object_new(seL4_NotificationObject, 0), 0, ROOT_VSPACE);
    wake_lower("signal_to_lower_priority");
}

/* ---- yield ---- */

static void yield_loop(word a, word b)
{
    (void)a;
    (void)b;
    for (;;) {
        do_simple((word)seL4_SysYield, 0);
    }
}

static word ticks_of_yields(void)
{
    word start = counter();

    for (word i = 0; i < ROUNDS; i++) {
        do_simple((word)seL4_SysYield, 0);
    }
    return counter() - start;
}

#define YIELD_LOOP_INSTRUCTIONS 3

void bench_yield(void)
{
    report("yield_no_switch", ticks_of_yields(), ROUNDS, YIELD_LOOP_INSTRUCTIONS);

    struct bench_thread peer = spawn(yield_loop, 100, 0, 0, 0, new_vspace());

    must("resume", seL4_TCB_Resume(peer.tcb));
    do_simple((word)seL4_SysYield, 0);
    report("yield_to_another_process", ticks_of_yields(), 2 * ROUNDS, YIELD_LOOP_INSTRUCTIONS);
    must("suspend", seL4_TCB_Suspend(peer.tcb));
}

/* ---- faults: an undefined instruction; the handler's answer moves the PC past it ---- */

extern char bench_undefined[];
static volatile word back_accumulated;

static void fault_loop(word a, word b)
{
    (void)a;
    (void)b;
    for (;;) {
        __asm__ volatile(".globl bench_undefined\nbench_undefined: .inst 0" ::: "memory");
    }
}

extern char bench_undefined_stamped[];

static void fault_loop_stamped(word a, word b)
{
    (void)a;
    (void)b;
    for (;;) {
        back_accumulated += counter() - stamp;
        stamp = counter();
        __asm__ volatile(".globl bench_undefined_stamped\nbench_undefined_stamped: .inst 0" ::
                                 : "memory");
    }
}

static struct bench_thread start_faulter(void (*function)(word, word), word endpoint, word reply)
{
    struct bench_thread faulter = spawn(function, 90, 0, 0, endpoint, new_vspace());

    must("resume", seL4_TCB_Resume(faulter.tcb));
    seL4_Recv(endpoint, 0, reply);
    return faulter;
}

void bench_faults(void)
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct bench_thread faulter = start_faulter(fault_loop, endpoint, reply);
    word next = (word)bench_undefined + 4;
    word start = counter();

    for (word i = 0; i < ROUNDS; i++) {
        do_reply_recv(endpoint, 1, next, reply);
    }
    report("fault_round_trip", counter() - start, ROUNDS, 3);
    must("suspend", seL4_TCB_Suspend(faulter.tcb));

    faulter = start_faulter(fault_loop_stamped, endpoint, reply);
    next = (word)bench_undefined_stamped + 4;
    stamp = counter();
    do_reply_recv(endpoint, 1, next, reply);
    accumulated = 0;
    back_accumulated = 0;
    word to_handler = 0;
    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        do_reply_recv(endpoint, 1, next, reply);
        to_handler += counter() - stamp;
    }
    accumulated = back_accumulated;
    report_stamped("reply_to_faulter", ROUNDS);
    accumulated = to_handler;
    report_stamped("fault_to_handler", ROUNDS);
    must("suspend", seL4_TCB_Suspend(faulter.tcb));
}
