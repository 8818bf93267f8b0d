/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions per kernel operation. Runs under QEMU's -icount shift=0, where one instruction is one
 * nanosecond: the physical counter (62.5 MHz) then advances one tick in 16 instructions, and a run of
 * many operations gives whole instructions. Prints `BENCH <name> <instructions>` lines.
 *
 * One-way figures come from a pair of threads in two address spaces of the same image: time stamps
 * cannot be taken in both, so a round trip is measured and split where the two ways differ.
 */
#include "tests/system/console.h"
#include "tests/system/harness.h"

#include <sel4/lionscope.h>

#define ROUNDS 2000
#define INSTRUCTIONS_PER_TICK 16

seL4_BootInfo *boot_info;

static word next_slot;
static word untyped;

static void fatal(const char *what, word error)
{
    console_print("BENCH FAILED %s: %u\nRUN FAILED\n", what, error);
    for (;;) {
        seL4_Yield();
    }
}

static void must(const char *what, word error)
{
    if (error != seL4_NoError) {
        fatal(what, error);
    }
}

word slot_new(void)
{
    return next_slot++;
}

word object_new(word type, word size_bits)
{
    word slot = slot_new();

    must("retype", seL4_Untyped_Retype(untyped, type, size_bits, ROOT_CNODE, 0, 0, slot, 1));
    return slot;
}

static void report(const char *name, word start, word end, word rounds, word overhead)
{
    word total = (end - start) * INSTRUCTIONS_PER_TICK;

    console_print("BENCH %s %u\n", name, (total + rounds / 2) / rounds - overhead);
}

/* ---- raw calls, as short as a user can make them ---- */

static inline word do_call(word endpoint, word info, word mr0)
{
    register word x0 __asm__("x0") = endpoint;
    register word x1 __asm__("x1") = info;
    register word x2 __asm__("x2") = mr0;
    register word x3 __asm__("x3") = 0;
    register word x4 __asm__("x4") = 0;
    register word x5 __asm__("x5") = 0;
    register word x7 __asm__("x7") = (word)seL4_SysCall;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x7)
                     : "memory");
    return x2;
}

static inline word do_reply_recv(word endpoint, word info, word reply)
{
    register word x0 __asm__("x0") = endpoint;
    register word x1 __asm__("x1") = info;
    register word x2 __asm__("x2") = 0;
    register word x3 __asm__("x3") = 0;
    register word x4 __asm__("x4") = 0;
    register word x5 __asm__("x5") = 0;
    register word x6 __asm__("x6") = reply;
    register word x7 __asm__("x7") = (word)seL4_SysReplyRecv;

    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x6), "r"(x7)
                     : "memory");
    return x0;
}

static inline void do_simple(word number, word x0_value)
{
    register word x0 __asm__("x0") = x0_value;
    register word x1 __asm__("x1") = 0;
    register word x6 __asm__("x6") = 0;
    register word x7 __asm__("x7") = number;

    __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x6), "r"(x7) : "x2", "x3", "x4", "x5", "memory");
}

/* ---- threads with an address space of their own: the image is mapped again ---- */

#define STACK_BYTES 4096
#define MAX_THREADS 24
#define IMAGE_START 0x400000UL

static char stacks[MAX_THREADS][STACK_BYTES] __attribute__((aligned(4096)));
static char buffers[MAX_THREADS][4096] __attribute__((aligned(4096)));
static word used_threads;

static volatile word stamp;       /* counter value left by a partner */
static volatile word accumulated; /* ticks summed up by a partner */

static word image_frame(word address)
{
    return boot_info->userImageFrames.start + (address - IMAGE_START) / 4096;
}

static word new_vspace(void)
{
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);
    word pages = boot_info->userImageFrames.end - boot_info->userImageFrames.start;

    must("assign", seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace));
    for (int level = 0; level < 3; level++) {
        must("table", seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), vspace,
                              IMAGE_START, 0));
    }
    for (word i = 0; i < pages; i++) {
        word copy = slot_new();

        must("copy", seL4_CNode_Copy(ROOT_CNODE, copy, 64, ROOT_CNODE,
                             boot_info->userImageFrames.start + i, 64, seL4_AllRights));
        must("map", seL4_ARM_Page_Map(copy, vspace, IMAGE_START + i * 4096, seL4_ReadWrite,
                            seL4_ARM_Default_VMAttributes));
    }
    return vspace;
}

struct bench_thread {
    word tcb;
    word sc;
};

static struct bench_thread spawn(void (*function)(word, word), word priority, word a0, word a1,
        word fault_endpoint, word vspace)
{
    struct bench_thread thread = { object_new(seL4_TCBObject, 0),
        object_new(seL4_SchedContextObject, 8) };
    seL4_UserContext context = { 0 };
    word buffer = (word)buffers[used_threads];

    must("configure", seL4_TCB_Configure(thread.tcb, ROOT_CNODE, 0, vspace, 0, buffer,
                              image_frame(buffer)));
    must("sc", seL4_SchedControl_Configure(boot_info->schedcontrol.start, thread.sc, 1000000, 1000000,
                       0, 0));
    must("params", seL4_TCB_SetSchedParams(thread.tcb, ROOT_TCB, 255, priority, thread.sc,
                           fault_endpoint));
    context.pc = (word)function;
    context.sp = (word)&stacks[used_threads][STACK_BYTES];
    context.x0 = a0;
    context.x1 = a1;
    must("registers", seL4_TCB_WriteRegisters(thread.tcb, 0, 0, 36, &context));
    used_threads++;
    return thread;
}

static void let_it_block(word tcb)
{
    must("resume", seL4_TCB_Resume(tcb));
    /* Lower our priority below the partner's for a moment: it runs until it blocks. */
    must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 10));
    must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 100));
}

/* ---- call and reply ---- */

/* Answers each call; the time of each way is summed up: in `accumulated` that of the calls. */
static void echo_server(word endpoint, word reply)
{
    struct registers first;

    thread_recv(endpoint, reply, &first);
    for (;;) {
        accumulated += counter() - stamp;
        stamp = counter();
        do_reply_recv(endpoint, first.x[1] & 0x7f, reply);
    }
}

static void echo_quick(word endpoint, word reply)
{
    struct registers first;

    thread_recv(endpoint, reply, &first);
    for (;;) {
        do_reply_recv(endpoint, first.x[1] & 0x7f, reply);
    }
}

static word cost_of_loop;
static word cost_of_stamps;

static void measure_overheads(void)
{
    word start = counter();

    for (word i = 0; i < ROUNDS; i++) {
        __asm__ volatile("" ::: "memory");
    }
    cost_of_loop = 0;
    word end = counter();

    (void)start;
    (void)end;
    start = counter();
    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        accumulated += counter() - stamp;
    }
    end = counter();
    accumulated = 0;
    cost_of_stamps = ((end - start) * INSTRUCTIONS_PER_TICK + ROUNDS / 2) / ROUNDS;
}

/* Round trip, then split by stamps. The svc itself is in the kernel's count, the loop is not. */
static void bench_call(const char *call_name, const char *reply_name, const char *round_name,
        word words, bool passive)
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct bench_thread server = spawn(echo_quick, 100, endpoint, reply, 0, new_vspace());

    let_it_block(server.tcb);
    if (passive) {
        must("unbind", seL4_SchedContext_Unbind(server.sc));
    }
    do_call(endpoint, words, 0);

    word start = counter();
    for (word i = 0; i < ROUNDS; i++) {
        do_call(endpoint, words, 0);
    }
    word end = counter();
    word round = ((end - start) * INSTRUCTIONS_PER_TICK + ROUNDS / 2) / ROUNDS;

    console_print("BENCH %s %u\n", round_name, round);

    word second_endpoint = object_new(seL4_EndpointObject, 0);
    struct bench_thread stamping = spawn(echo_server, 100, second_endpoint, reply, 0, new_vspace());

    must("suspend", seL4_TCB_Suspend(server.tcb));
    let_it_block(stamping.tcb);
    if (passive) {
        must("unbind", seL4_SchedContext_Unbind(stamping.sc));
    }
    stamp = counter();
    do_call(second_endpoint, words, 0);
    accumulated = 0;
    word back = 0;
    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        do_call(second_endpoint, words, 0);
        back += counter() - stamp;
    }
    word call_part = accumulated * INSTRUCTIONS_PER_TICK / ROUNDS;
    word back_part = back * INSTRUCTIONS_PER_TICK / ROUNDS;

    /* The stamps' own cost is the same in both ways: what is left over is shared. */
    word surplus = call_part + back_part > round ? (call_part + back_part - round) / 2 : 0;

    console_print("BENCH %s %u\nBENCH %s %u\n", call_name, call_part - surplus, reply_name,
            back_part - surplus);
    must("suspend", seL4_TCB_Suspend(stamping.tcb));
}

/* ---- signals and sends to a waiting thread of higher priority: it waits again at once ---- */

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
    for (;;) {
        struct registers r;

        thread_recv(endpoint, reply, &r);
        accumulated += counter() - stamp;
    }
}

/* Time from before the svc to the partner's next instruction, without the stamps' cost. */
static void report_stamped(const char *name, word rounds)
{
    word each = accumulated * INSTRUCTIONS_PER_TICK / rounds;

    console_print("BENCH %s %u\n", name, each - cost_of_stamps / 2);
    accumulated = 0;
}

static void bench_signal(void)
{
    word notification = object_new(seL4_NotificationObject, 0);
    struct bench_thread high = spawn(stamp_wait_loop, 110, notification, 0, 0, new_vspace());

    let_it_block(high.tcb);
    accumulated = 0;
    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        do_simple((word)seL4_SysSend, notification);
    }
    report_stamped("signal_to_higher_priority", ROUNDS);
    must("suspend", seL4_TCB_Suspend(high.tcb));

    word other = object_new(seL4_NotificationObject, 0);
    struct bench_thread low = spawn(wait_loop, 50, other, 0, 0, new_vspace());
    word total = 0;

    must("resume", seL4_TCB_Resume(low.tcb));
    for (word i = 0; i < 200; i++) {
        /* The low thread waits again when we step aside. */
        must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 10));
        must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 100));
        stamp = counter();
        do_simple((word)seL4_SysSend, other);
        total += counter() - stamp;
    }
    accumulated = total;
    report_stamped("signal_to_lower_priority", 200);
    must("suspend", seL4_TCB_Suspend(low.tcb));
}

static void bench_send(void)
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct bench_thread high = spawn(stamp_recv_loop, 110, endpoint, reply, 0, new_vspace());

    let_it_block(high.tcb);
    accumulated = 0;
    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        do_simple((word)seL4_SysSend, endpoint);
    }
    report_stamped("send_to_higher_priority", ROUNDS);
    must("suspend", seL4_TCB_Suspend(high.tcb));
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

static void bench_yield(void)
{
    word start = counter();

    for (word i = 0; i < ROUNDS; i++) {
        do_simple((word)seL4_SysYield, 0);
    }
    report("yield_no_switch", start, counter(), ROUNDS, 3);

    struct bench_thread peer = spawn(yield_loop, 100, 0, 0, 0, new_vspace());

    must("resume", seL4_TCB_Resume(peer.tcb));
    do_simple((word)seL4_SysYield, 0);
    start = counter();
    for (word i = 0; i < ROUNDS; i++) {
        do_simple((word)seL4_SysYield, 0);
    }
    report("yield_to_another_process", start, counter(), 2 * ROUNDS, 3);
    must("suspend", seL4_TCB_Suspend(peer.tcb));
}

/* ---- faults ---- */

static void fault_loop(word a, word b)
{
    (void)a;
    (void)b;
    for (;;) {
        __asm__ volatile(".inst 0x00000000");
    }
}

static void bench_fault(void)
{
    word endpoint = object_new(seL4_EndpointObject, 0);
    word reply = object_new(seL4_ReplyObject, 0);
    struct bench_thread faulter = spawn(fault_loop, 90, 0, 0, endpoint, new_vspace());

    must("resume", seL4_TCB_Resume(faulter.tcb));
    seL4_Recv(endpoint, 0, reply);

    word start = counter();
    for (word i = 0; i < ROUNDS; i++) {
        do_reply_recv(endpoint, 0, reply);
    }
    report("fault_round_trip", start, counter(), ROUNDS, 2);
    must("suspend", seL4_TCB_Suspend(faulter.tcb));
}

/* ---- memory ---- */

static void bench_memory(void)
{
    word first = next_slot;
    word rounds = 200;
    word table = object_new(seL4_ARM_PageTableObject, 0);
    word vaddr = 0x10800000;

    must("table", seL4_ARM_PageTable_Map(table, ROOT_VSPACE, vaddr, 0));
    first = next_slot;
    word start = counter();
    for (word i = 0; i < rounds; i++) {
        seL4_Untyped_Retype(untyped, seL4_ARM_SmallPageObject, 0, ROOT_CNODE, 0, 0, first + i, 1);
    }
    report("retype_frame_4k", start, counter(), rounds, 0);
    next_slot += rounds;
    start = counter();
    for (word i = 0; i < rounds; i++) {
        seL4_ARM_Page_Map(first + i, ROOT_VSPACE, vaddr + i * 4096, seL4_ReadWrite,
                seL4_ARM_Default_VMAttributes);
    }
    report("map_frame_4k", start, counter(), rounds, 0);
    start = counter();
    for (word i = 0; i < rounds; i++) {
        seL4_ARM_Page_Map(first + i, ROOT_VSPACE, vaddr + i * 4096, seL4_CanRead,
                seL4_ARM_Default_VMAttributes);
    }
    report("change_frame_rights", start, counter(), rounds, 0);

    first = next_slot;
    start = counter();
    for (word i = 0; i < rounds; i++) {
        seL4_Untyped_Retype(untyped, seL4_TCBObject, 0, ROOT_CNODE, 0, 0, first + i, 1);
    }
    report("retype_tcb", start, counter(), rounds, 0);
    next_slot += rounds;
    start = counter();
    for (word i = 0; i < 4; i++) {
        seL4_Untyped_Retype(untyped, seL4_ARM_LargePageObject, 0, ROOT_CNODE, 0, 0, next_slot + i, 1);
    }
    report("retype_frame_2m", start, counter(), 4, 0);
    next_slot += 4;

    word endpoint = object_new(seL4_EndpointObject, 0);

    first = next_slot;
    for (word i = 0; i < 1000; i++) {
        must("copy", seL4_CNode_Copy(ROOT_CNODE, first + i, 64, ROOT_CNODE, endpoint, 64,
                             seL4_AllRights));
    }
    start = counter();
    seL4_CNode_Revoke(ROOT_CNODE, endpoint, 64);
    report("revoke_1000_capabilities", start, counter(), 1, 0);
}

static word find_untyped(void)
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (!boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits >= 24
                && boot_info->untypedList[i].sizeBits <= 27) {
            return boot_info->untyped.start + i;
        }
    }
    return 0;
}

void root_task_main(seL4_BootInfo *info);

void root_task_main(seL4_BootInfo *info)
{
    word at_start = counter();
    word keeper;

    boot_info = info;
    console_init();
    next_slot = boot_info->empty.start + 64;
    untyped = find_untyped();
    keeper = object_new(seL4_EndpointObject, 0); /* clears the memory once, and keeps it used */
    (void)keeper;
    must("sc", seL4_SchedControl_Configure(boot_info->schedcontrol.start, seL4_CapInitThreadSC,
                       1000000, 1000000, 0, 0));
    must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 100));
    console_print("BENCH power_on_to_first_user_instruction %u\n", at_start * INSTRUCTIONS_PER_TICK);
    measure_overheads();
    bench_call("call_0_words", "reply_recv_0_words", "call_round_trip_passive_0", 0, true);
    bench_call("call_4_words", "reply_recv_4_words", "call_round_trip_passive_4", 4, true);
    bench_call("call_10_words", "reply_recv_10_words", "call_round_trip_passive_10", 10, true);
    bench_call("call_active_0_words", "reply_recv_active_0_words", "call_round_trip_active_0", 0,
            false);
    bench_send();
    bench_signal();
    bench_yield();
    bench_fault();
    bench_memory();
    console_print("RUN PASSED\n");
}
