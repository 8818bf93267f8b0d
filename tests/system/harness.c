/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/harness.h"

#include "tests/system/console.h"

#define SLOTS       1024
#define THREADS     12
#define STACK_BYTES 4096
#define PAGE        4096
#define IMAGE_START 0x400000

seL4_BootInfo *boot_info;

static word first_slot;
static word used_slots;
static word master_untyped;
static word the_case_untyped;
static word timer_handler;
static word timer_notification;

static struct thread threads[THREADS];
static word used_threads;
static char stacks[THREADS][STACK_BYTES] __attribute__((aligned(PAGE)));
static char buffers[THREADS][PAGE] __attribute__((aligned(PAGE)));

static word passed, failed, skipped;
static enum {
    RUNNING,
    FAILED,
    SKIPPED
} outcome;
static const char *skip_reason;

static void stop_suite(const char *why)
{
    console_print("# the suite cannot go on: %s\nRUN FAILED\n", why);
    for (;;) {
        seL4_Yield();
    }
}

void case_fail(const char *file, int line, const char *what, word expected, word actual)
{
    outcome = FAILED;
    console_print("# %s:%u: %s: expected 0x%x (%u), got 0x%x (%u)\n", file, (word)line, what,
            expected, expected, actual, actual);
}

void case_skip(const char *why)
{
    outcome = SKIPPED;
    skip_reason = why;
}

word slot_new(void)
{
    if (used_slots == SLOTS) {
        stop_suite("out of slots");
    }
    return first_slot + used_slots++;
}

word object_new(word type, word size_bits)
{
    word slot = slot_new();

    if (seL4_Untyped_Retype(the_case_untyped, type, size_bits, ROOT_CNODE, 0, 0, slot, 1)
            != seL4_NoError) {
        stop_suite("an object cannot be made");
    }
    return slot;
}

word case_untyped(void)
{
    return the_case_untyped;
}

/* ---- threads ---- */

word image_start(void)
{
    return IMAGE_START;
}

static word image_frame(const void *address)
{
    return boot_info->userImageFrames.start + ((word)address - IMAGE_START) / PAGE;
}

static void thread_entry(struct thread *thread, thread_function function)
{
    function(thread);
    thread_stop(thread);
}

struct thread *thread_prepare(thread_function function, word priority, int with_sc,
        word fault_endpoint, word a0, word a1, word a2)
{
    struct thread *thread = &threads[used_threads];
    seL4_UserContext context = { 0 };
    word error;

    if (used_threads == THREADS) {
        stop_suite("out of threads");
    }
    *thread = (struct thread){ .buffer = (seL4_IPCBuffer *)buffers[used_threads],
        .arguments = { a0, a1, a2 },
        .fault_endpoint = fault_endpoint };
    thread->tcb = object_new(seL4_TCBObject, 0);
    error = seL4_TCB_Configure(thread->tcb, ROOT_CNODE, 0, ROOT_VSPACE, 0, (word)thread->buffer,
            image_frame(thread->buffer));
    if (with_sc == WITH_SC) {
        thread->sc = object_new(seL4_SchedContextObject, 8);
        error |= seL4_SchedControl_Configure(
                boot_info->schedcontrol.start, thread->sc, 5000, 5000, 0, 0);
    }
    error |= seL4_TCB_SetSchedParams(
            thread->tcb, ROOT_TCB, 255, priority, thread->sc, fault_endpoint);
    context.pc = (word)thread_entry;
    context.sp = (word)&stacks[used_threads][STACK_BYTES];
    context.x0 = (word)thread;
    context.x1 = (word)function;
    error |= seL4_TCB_WriteRegisters(thread->tcb, 0, 0, 36, &context);
    if (error != seL4_NoError) {
        stop_suite("a thread cannot be made");
    }
    used_threads++;
    return thread;
}

struct thread *thread_start(thread_function function, word priority, int with_sc,
        word fault_endpoint, word a0, word a1, word a2)
{
    struct thread *thread = thread_prepare(function, priority, with_sc, fault_endpoint, a0, a1, a2);

    seL4_TCB_Resume(thread->tcb);
    return thread;
}

_Noreturn void thread_stop(struct thread *thread)
{
    struct registers registers = { { thread->tcb, (word)TCBSuspend << 12, 0, 0, 0, 0, 0,
            (word)seL4_SysSend } };

    for (;;) {
        raw_syscall(&registers);
    }
}

/* ---- time: the physical timer, which user mode may program ---- */

#define PHYSICAL_TIMER 30

static void timer_init(void)
{
    word error;

    timer_notification = slot_new();
    timer_handler = slot_new();
    error = seL4_Untyped_Retype(
            master_untyped, seL4_NotificationObject, 0, ROOT_CNODE, 0, 0, timer_notification, 1);
    error |= seL4_IRQControl_Get(
            seL4_CapIRQControl, PHYSICAL_TIMER, ROOT_CNODE, timer_handler, ROOT_DEPTH);
    error |= seL4_IRQHandler_SetNotification(timer_handler, timer_notification);
    if (error != seL4_NoError) {
        stop_suite("the timer interrupt cannot be had");
    }
}

word timer_irq_handler(void)
{
    return timer_handler;
}

word timer_irq_notification(void)
{
    return timer_notification;
}

void let_others_run_until(word when)
{
    timer_arm(when);
    seL4_Wait(timer_notification, 0);
    timer_disarm();
    seL4_IRQHandler_Ack(timer_handler);
}

void let_others_run(word us)
{
    let_others_run_until(counter() + US_TO_TICKS(us));
}

/* ---- running ---- */

extern const struct test_case __start_test_cases[];
extern const struct test_case __stop_test_cases[];

static word find_untyped(word bits)
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (!boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits >= bits
                && boot_info->untypedList[i].sizeBits <= bits + 2) {
            return boot_info->untyped.start + i;
        }
    }
    stop_suite("no untyped memory of a good size");
    return 0;
}

static void prepare(void)
{
    first_slot = boot_info->empty.start + 64;
    master_untyped = find_untyped(CASE_UNTYPED_BITS + 2);
    the_case_untyped = slot_new();
    if (seL4_Untyped_Retype(master_untyped, seL4_UntypedObject, CASE_UNTYPED_BITS, ROOT_CNODE, 0, 0,
                the_case_untyped, 1)
            != seL4_NoError) {
        stop_suite("no memory for the cases");
    }
    timer_init();
    time_slack_measure();
}

static void clean_up(word keep_slots)
{
    seL4_CNode_Revoke(ROOT_CNODE, the_case_untyped, ROOT_DEPTH);
    while (used_slots > keep_slots) {
        used_slots--;
        seL4_CNode_Delete(ROOT_CNODE, first_slot + used_slots, ROOT_DEPTH);
    }
    used_threads = 0;
    seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 255);
    timer_disarm();
    seL4_IRQHandler_SetNotification(timer_handler, timer_notification);
    seL4_IRQHandler_Ack(timer_handler);
    seL4_Poll(timer_notification, 0);
    seL4_SetCapReceivePath(0, 0, 0);
}

static void run_case(word number, const struct test_case *test)
{
    word keep_slots = used_slots;

    outcome = RUNNING;
    test->run();
    clean_up(keep_slots);
    if (outcome == RUNNING) {
        passed++;
        console_print("ok %u %s\n", number, test->name);
    } else if (outcome == SKIPPED) {
        skipped++;
        console_print("ok %u %s # SKIP %s\n", number, test->name, skip_reason);
    } else {
        failed++;
        console_print("not ok %u %s # %s\n", number, test->name, test->reason);
    }
}

/* Cases whose names begin with this run; a script may patch it in the image. */
static volatile const char filter[64] = "FILTER:";

static bool selected(const char *name)
{
    for (unsigned i = 7; filter[i] != 0; i++) {
        if (filter[i] != name[i - 7]) {
            return false;
        }
    }
    return true;
}

void root_task_main(seL4_BootInfo *info_frame);

void root_task_main(seL4_BootInfo *info_frame)
{
    word number = 0;

    boot_info = info_frame;
    console_init();
    prepare();
    for (const struct test_case *test = __start_test_cases; test < __stop_test_cases; test++) {
        if (selected(test->name)) {
            run_case(++number, test);
        }
    }
    console_print("1..%u\n%u passed, %u failed, %u skipped\n", number, passed, failed, skipped);
    console_print(failed == 0 && passed > 0 ? "RUN PASSED\n" : "RUN FAILED\n");
}
