/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random and semi-valid system calls from unprivileged threads, as initial task. Each thread has a
 * small CSpace of random objects and an address space in which only its own page is writable. The
 * root wakes up regularly, looks whether its own memory and objects are untouched, and rebuilds
 * threads that got stuck. The kernel must survive, and the root must go on.
 */
#include "tests/system/console.h"
#include "tests/system/harness.h"

#define THREADS             4
#define RADIX               6
#define SLOTS               (1UL << RADIX)
#define THREAD_UNTYPED_BITS 19
#define STATE_VADDR         0x20000000UL
#define BUFFER_VADDR        0x20001000UL
#define ROOT_VIEW           0x10400000UL
#define IMAGE_START         0x400000UL
#define PRIORITY            100
#define MARK                "FUZZ:"

seL4_BootInfo *boot_info;

/* What a script may patch: calls and seed, 16 hex digits each, behind the mark. */
static volatile const char parameters[64] = MARK "0000000000030d40:0000000000000001";

/* The page a fuzzing thread can write. */
struct fuzz_state {
    volatile word calls;
    word random;
    char stack[2048];
};

struct fuzzer {
    word untyped;
    word first_slot; /* of the root CNode; one per object */
    word slots;
    word tcb;
    volatile struct fuzz_state *state; /* the root's view */
    word last_calls;
    word stuck;
};

static struct fuzzer fuzzers[THREADS];
static word next_slot;
static word memory;
static word canary[64];
static word timer_handler;
static word timer_notification;
static word rebuilds;

static void stop(const char *why)
{
    console_print("# %s\nRUN FAILED\n", why);
    for (;;) {
        seL4_Yield();
    }
}

static void must(const char *what, word error)
{
    if (error != seL4_NoError) {
        console_print("# %s: error %u\n", what, error);
        stop("the root's own call failed");
    }
}

word slot_new(void)
{
    return next_slot++;
}

static inline word next_random(word *state)
{
    word x = *state;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *state = x;
    return x * 0x2545f4914f6cdd1dUL >> 8;
}

/* ---- the threads ---- */

static word random_word(word *random)
{
    word r = next_random(random);

    switch (r % 10) {
    case 0:
        return 0;
    case 1:
        return 1UL << (r >> 8) % 64;
    case 2:
        return BUFFER_VADDR + ((r >> 8) % 64) * 4096;
    case 3:
        return ((r >> 8) % 16) << 21;
    case 4:
        return r;
    case 5:
        return 58 + (r >> 8) % 8;
    default:
        return (r >> 8) % SLOTS;
    }
}

/* A system call that neither stops the machine nor prints pages of text. */
static word random_number(word *random)
{
    word r = next_random(random) % 100;

    if (r < 70) {
        return (word)seL4_SysCall;
    }
    if (r < 98) {
        return (word) - (long)(1 + next_random(random) % 11);
    }
    r = next_random(random) % 64;
    return r < 2 ? (word)seL4_SysBenchmarkNullSyscall : r;
}

static void fuzz_once(struct fuzz_state *state)
{
    seL4_IPCBuffer *buffer = (seL4_IPCBuffer *)BUFFER_VADDR;
    word *random = &state->random;
    word length = next_random(random) % 10;
    word label = next_random(random) % 66;
    struct registers registers;

    for (int i = 0; i < 9; i++) {
        registers.x[i] = random_word(random);
    }
    for (int i = 4; i < 10; i++) {
        buffer->msg[i] = random_word(random);
    }
    for (int i = 0; i < 3; i++) {
        buffer->caps_or_badges[i] = next_random(random) % SLOTS;
    }
    buffer->receiveCNode = next_random(random) % SLOTS;
    buffer->receiveIndex = next_random(random) % SLOTS;
    buffer->receiveDepth = next_random(random) % 2 ? 64 : RADIX;
    if (next_random(random) % 50 == 0) {
        length = 120;
    }
    registers.x[0] = next_random(random) % SLOTS;
    registers.x[1] = label << 12 | (next_random(random) % 4) << 7 | length;
    registers.x[6] = next_random(random) % SLOTS;
    registers.x[7] = random_number(random);
    state->calls++;
    raw_syscall(&registers);
}

static void fuzz_thread(struct fuzz_state *state)
{
    for (;;) {
        fuzz_once(state);
    }
}

/* ---- building them ---- */

static word make(struct fuzzer *fuzzer, word type, word bits)
{
    word slot = fuzzer->first_slot + fuzzer->slots++;

    must("retype", seL4_Untyped_Retype(fuzzer->untyped, type, bits, ROOT_CNODE, 0, 0, slot, 1));
    return slot;
}

static word copy(struct fuzzer *fuzzer, word source)
{
    word slot = fuzzer->first_slot + fuzzer->slots++;

    must("copy", seL4_CNode_Copy(ROOT_CNODE, slot, 64, ROOT_CNODE, source, 64, seL4_AllRights));
    return slot;
}

/* The image, read-only: random jumps may run it, but not change it. */
static void map_image(struct fuzzer *fuzzer, word vspace)
{
    for (word i = boot_info->userImageFrames.start; i < boot_info->userImageFrames.end; i++) {
        must("map",
                seL4_ARM_Page_Map(copy(fuzzer, i), vspace,
                        IMAGE_START + (i - boot_info->userImageFrames.start) * 4096, seL4_CanRead,
                        seL4_ARM_Default_VMAttributes));
    }
}

static void make_tables(struct fuzzer *fuzzer, word vspace, word vaddr)
{
    for (int level = 0; level < 3; level++) {
        seL4_ARM_PageTable_Map(make(fuzzer, seL4_ARM_PageTableObject, 0), vspace, vaddr, 0);
    }
}

/* Something for every kind of invocation. */
static void fill_cspace(struct fuzzer *fuzzer, word cnode, word vspace, word sc)
{
    const word objects[] = {
        make(fuzzer, seL4_EndpointObject, 0),
        make(fuzzer, seL4_EndpointObject, 0),
        make(fuzzer, seL4_NotificationObject, 0),
        make(fuzzer, seL4_NotificationObject, 0),
        make(fuzzer, seL4_ReplyObject, 0),
        make(fuzzer, seL4_ReplyObject, 0),
        make(fuzzer, seL4_SchedContextObject, 8),
        make(fuzzer, seL4_TCBObject, 0),
        make(fuzzer, seL4_CapTableObject, 3),
        make(fuzzer, seL4_UntypedObject, 14),
        make(fuzzer, seL4_UntypedObject, 12),
        make(fuzzer, seL4_ARM_SmallPageObject, 0),
        make(fuzzer, seL4_ARM_SmallPageObject, 0),
        make(fuzzer, seL4_ARM_PageTableObject, 0),
        make(fuzzer, seL4_ARM_VSpaceObject, 0),
        fuzzer->tcb,
        cnode,
        vspace,
        sc,
        boot_info->schedcontrol.start,
        seL4_CapInitThreadASIDPool,
        fuzzers[(fuzzer - fuzzers + 1) % THREADS].tcb,
    };
    word count = sizeof(objects) / sizeof(objects[0]);

    for (word i = 0; i < SLOTS - 2; i++) {
        word object = objects[i % count];

        if (object != 0) {
            /* Some cannot be copied (unmapped tables, used untypeds): their slots stay empty. */
            seL4_CNode_Mint(cnode, i, RADIX, ROOT_CNODE, object, 64, seL4_AllRights,
                    i < count                 ? 0
                            : object == cnode ? 64 - RADIX
                                              : i);
        }
    }
}

/* From the start of its loop, whatever it was blocked in. */
static word kick(struct fuzzer *fuzzer)
{
    seL4_UserContext context = {
        .pc = (word)fuzz_thread, .sp = STATE_VADDR + 4096, .x0 = STATE_VADDR
    };

    seL4_TCB_Suspend(fuzzer->tcb);
    return seL4_TCB_WriteRegisters(fuzzer->tcb, 1, 0, 36, &context);
}

static void start_thread(struct fuzzer *fuzzer, word cnode, word vspace, word buffer, word seed)
{
    word sc = make(fuzzer, seL4_SchedContextObject, 8);
    word grave = make(fuzzer, seL4_EndpointObject, 0); /* faults go where nobody listens */

    must("configure",
            seL4_TCB_Configure(fuzzer->tcb, cnode, seL4_CNode_CapData_new(0, 64 - RADIX).words[0],
                    vspace, 0, BUFFER_VADDR, buffer));
    must("context",
            seL4_SchedControl_ConfigureFlags(boot_info->schedcontrol.start, sc, 500,
                    500 + (seed & 3) * 500, 2, 7, seed & 1));
    must("parameters",
            seL4_TCB_SetSchedParams(fuzzer->tcb, ROOT_TCB, PRIORITY, PRIORITY, sc, grave));
    fill_cspace(fuzzer, cnode, vspace, sc);
    fuzzer->state->calls = 0;
    fuzzer->state->random = seed;
    must("registers", kick(fuzzer));
}

static void build(struct fuzzer *fuzzer, word seed)
{
    word index = (word)(fuzzer - fuzzers);
    word page, buffer, cnode, vspace, view;

    fuzzer->slots = 0;
    fuzzer->stuck = 0;
    fuzzer->last_calls = 0;
    cnode = make(fuzzer, seL4_CapTableObject, RADIX);
    vspace = make(fuzzer, seL4_ARM_VSpaceObject, 0);
    fuzzer->tcb = make(fuzzer, seL4_TCBObject, 0);
    page = make(fuzzer, seL4_ARM_SmallPageObject, 0);
    buffer = make(fuzzer, seL4_ARM_SmallPageObject, 0);
    must("assign", seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, vspace));
    make_tables(fuzzer, vspace, IMAGE_START);
    make_tables(fuzzer, vspace, STATE_VADDR);
    map_image(fuzzer, vspace);
    must("map",
            seL4_ARM_Page_Map(
                    page, vspace, STATE_VADDR, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    must("map",
            seL4_ARM_Page_Map(
                    buffer, vspace, BUFFER_VADDR, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    view = copy(fuzzer, page);
    must("view",
            seL4_ARM_Page_Map(view, ROOT_VSPACE, ROOT_VIEW + index * 4096, seL4_ReadWrite,
                    seL4_ARM_Default_VMAttributes));
    fuzzer->state = (volatile struct fuzz_state *)(ROOT_VIEW + index * 4096);
    start_thread(fuzzer, cnode, vspace, buffer, seed);
}

static void rebuild(struct fuzzer *fuzzer, word seed)
{
    must("revoke", seL4_CNode_Revoke(ROOT_CNODE, fuzzer->untyped, 64));
    for (word i = 0; i < fuzzer->slots; i++) {
        must("delete", seL4_CNode_Delete(ROOT_CNODE, fuzzer->first_slot + i, 64));
    }
    rebuilds++;
    build(fuzzer, seed);
}

/* ---- the root ---- */

static void sleep_us(word us)
{
    word end = counter() + us * TICKS_PER_US_X10 / 10;

    __asm__ volatile("msr cntp_cval_el0, %0" ::"r"(end));
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"((word)1));
    seL4_Wait(timer_notification, 0);
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"((word)0));
    must("ack", seL4_IRQHandler_Ack(timer_handler));
}

static word hex(const volatile char *digits)
{
    word value = 0;

    for (int i = 0; i < 16; i++) {
        char c = digits[i];

        value = value << 4 | (word)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

static void prepare(void)
{
    for (word i = 0; i < boot_info->untyped.end - boot_info->untyped.start; i++) {
        if (!boot_info->untypedList[i].isDevice && boot_info->untypedList[i].sizeBits >= 23
                && boot_info->untypedList[i].sizeBits <= 26) {
            memory = boot_info->untyped.start + i;
        }
    }
    next_slot = boot_info->empty.start + 64;
    timer_notification = slot_new();
    timer_handler = slot_new();
    must("timer",
            seL4_Untyped_Retype(
                    memory, seL4_NotificationObject, 0, ROOT_CNODE, 0, 0, timer_notification, 1));
    must("timer", seL4_IRQControl_Get(seL4_CapIRQControl, 30, ROOT_CNODE, timer_handler, 64));
    must("timer", seL4_IRQHandler_SetNotification(timer_handler, timer_notification));
    word table = slot_new();
    must("table",
            seL4_Untyped_Retype(memory, seL4_ARM_PageTableObject, 0, ROOT_CNODE, 0, 0, table, 1));
    seL4_ARM_PageTable_Map(table, ROOT_VSPACE, ROOT_VIEW, 0);
    for (word i = 0; i < 64; i++) {
        canary[i] = i * 0x9e3779b97f4a7c15UL;
    }
    for (word i = 0; i < THREADS; i++) {
        fuzzers[i].untyped = slot_new();
        fuzzers[i].first_slot = boot_info->empty.start + 256 + i * 512;
        must("untyped",
                seL4_Untyped_Retype(memory, seL4_UntypedObject, THREAD_UNTYPED_BITS, ROOT_CNODE, 0,
                        0, fuzzers[i].untyped, 1));
    }
}

static void check_canary(void)
{
    for (word i = 0; i < 64; i++) {
        if (canary[i] != i * 0x9e3779b97f4a7c15UL) {
            stop("the root's memory has changed");
        }
    }
}

/* Counts what the thread has done since; stuck and long-lived ones are made anew. */
static word look_after(struct fuzzer *fuzzer, word *random)
{
    word calls = fuzzer->state->calls;
    word done = calls >= fuzzer->last_calls ? calls - fuzzer->last_calls : 0;

    done = done > 100000 ? 0 : done; /* its counter is its own to corrupt */
    fuzzer->stuck = done == 0 ? fuzzer->stuck + 1 : 0;
    fuzzer->last_calls = calls;
    if (fuzzer->stuck >= 3 || next_random(random) % 256 == 0) {
        rebuild(fuzzer, next_random(random) | 1);
    } else {
        kick(fuzzer); /* an error is its own doing: the capability may be gone */
    }
    return done;
}

void root_task_main(seL4_BootInfo *info);

void root_task_main(seL4_BootInfo *info)
{
    word wanted, random, done = 0, reported = 0;

    boot_info = info;
    console_init();
    wanted = hex(parameters + sizeof(MARK) - 1);
    random = hex(parameters + sizeof(MARK) - 1 + 17) | 1;
    console_print("# %u calls, seed %u\n", wanted, random);
    prepare();
    for (word i = 0; i < THREADS; i++) {
        build(&fuzzers[i], next_random(&random) | 1);
    }
    while (done < wanted) {
        sleep_us(300);
        check_canary();
        for (word i = 0; i < THREADS; i++) {
            done += look_after(&fuzzers[i], &random);
        }
        if (done - reported >= wanted / 10) {
            reported = done;
            console_print("# %u calls, %u threads rebuilt\n", done, rebuilds);
        }
    }
    console_print("1 passed, 0 failed\nRUN PASSED\n");
}
