/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects, threads with an address space of their own, and figures. */
#include "tests/bench/bench.h"

#define STACK_BYTES 4096
#define MAX_THREADS 40
#define IMAGE_START 0x400000UL

static word next_slot;
static word untyped;

static char stacks[MAX_THREADS][STACK_BYTES] __attribute__((aligned(4096)));
static char buffers[MAX_THREADS][4096] __attribute__((aligned(4096)));
static word used_threads;

volatile word stamp;
volatile word accumulated;
static word cost_of_stamps;

static void fatal(const char *what, word error)
{
    console_print("BENCH FAILED %s: %u\nRUN FAILED\n", what, error);
    for (;;) {
        seL4_Yield();
    }
}

void must(const char *what, word error)
{
    if (error != seL4_NoError) {
        fatal(what, error);
    }
}

/* ---- objects ---- */

static word find_untyped(void)
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (!boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits >= 25
                && boot_info->untypedList[i].sizeBits <= 27) {
            return boot_info->untyped.start + i;
        }
    }
    return 0;
}

void bench_memory_init(void)
{
    next_slot = boot_info->empty.start + 64;
    untyped = find_untyped();
    /* Clears the memory once, and keeps it in use. */
    (void)object_new(seL4_EndpointObject, 0);
}

word bench_untyped(void)
{
    return untyped;
}

word slots_new(word count)
{
    next_slot += count;
    return next_slot - count;
}

word slot_new(void)
{
    return slots_new(1);
}

word object_new(word type, word size_bits)
{
    word slot = slot_new();

    must("retype", seL4_Untyped_Retype(untyped, type, size_bits, ROOT_CNODE, 0, 0, slot, 1));
    return slot;
}

/* ---- threads: the image is mapped again ---- */

static word image_frame(word address)
{
    return boot_info->userImageFrames.start + (address - IMAGE_START) / 4096;
}

word new_vspace(void)
{
    word vspace = object_new(seL4_ARM_VSpaceObject, 0);
    word pages = boot_info->userImageFrames.end - boot_info->userImageFrames.start;

    must("assign", seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace));
    for (int level = 0; level < 3; level++) {
        must("table",
                seL4_ARM_PageTable_Map(
                        object_new(seL4_ARM_PageTableObject, 0), vspace, IMAGE_START, 0));
    }
    for (word i = 0; i < pages; i++) {
        word copy = slot_new();

        must("copy",
                seL4_CNode_Copy(ROOT_CNODE, copy, 64, ROOT_CNODE,
                        boot_info->userImageFrames.start + i, 64, seL4_AllRights));
        must("map",
                seL4_ARM_Page_Map(copy, vspace, IMAGE_START + i * 4096, seL4_ReadWrite,
                        seL4_ARM_Default_VMAttributes));
    }
    return vspace;
}

struct bench_thread spawn(void (*function)(word, word), word priority, word a0, word a1,
        word fault_endpoint, word vspace)
{
    struct bench_thread thread = { object_new(seL4_TCBObject, 0),
        object_new(seL4_SchedContextObject, 8), (seL4_IPCBuffer *)buffers[used_threads] };
    seL4_UserContext context = { 0 };
    word buffer = (word)thread.buffer;

    must("number of threads", used_threads >= MAX_THREADS);
    must("configure",
            seL4_TCB_Configure(thread.tcb, ROOT_CNODE, 0, vspace, 0, buffer, image_frame(buffer)));
    must("sc",
            seL4_SchedControl_Configure(
                    boot_info->schedcontrol.start, thread.sc, 1000000, 1000000, 0, 0));
    must("params",
            seL4_TCB_SetSchedParams(
                    thread.tcb, ROOT_TCB, 255, priority, thread.sc, fault_endpoint));
    context.pc = (word)function;
    context.sp = (word)&stacks[used_threads][STACK_BYTES];
    context.x0 = a0;
    context.x1 = a1;
    must("registers", seL4_TCB_WriteRegisters(thread.tcb, 0, 0, 36, &context));
    used_threads++;
    return thread;
}

void let_all_block(void)
{
    must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 10));
    must("priority", seL4_TCB_SetPriority(ROOT_TCB, ROOT_TCB, 100));
}

void let_it_block(word tcb)
{
    must("resume", seL4_TCB_Resume(tcb));
    let_all_block();
}

/* ---- figures ---- */

static word per_round(word ticks, word rounds)
{
    return (ticks * INSTRUCTIONS_PER_TICK + rounds / 2) / rounds;
}

void report(const char *name, word ticks, word rounds, word overhead)
{
    console_print("BENCH %s %u\n", name, per_round(ticks, rounds) - overhead);
}

void measure_stamps(void)
{
    word start = counter();

    for (word i = 0; i < ROUNDS; i++) {
        stamp = counter();
        accumulated += counter() - stamp;
    }
    cost_of_stamps = per_round(counter() - start, ROUNDS);
    accumulated = 0;
}

void report_stamped(const char *name, word rounds)
{
    report(name, accumulated, rounds, cost_of_stamps / 2);
    accumulated = 0;
}
