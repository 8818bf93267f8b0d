/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupt latency: a high-priority thread waits for the physical timer. The timer is set to go
 * off in the middle of a long kernel operation, at many offsets; the worst time from the deadline
 * to the thread's next instruction counts. One tick is 16 instructions, which is the resolution.
 */
#include "tests/bench/bench.h"

#define PHYSICAL_TIMER 30
#define OFFSETS        60
#define SENDERS        256

static volatile word deadline;
static volatile word worst;
static volatile word total;
static volatile word count;

static word handler;
static word notification;

static void set_timer(word ticks)
{
    deadline = counter() + ticks;
    __asm__ volatile("msr cntp_cval_el0, %0" ::"r"(deadline));
    __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"((word)1));
}

static void watch(word wait_on, word irq_handler)
{
    for (;;) {
        thread_wait(wait_on);
        word late = counter() - deadline;

        worst = late > worst ? late : worst;
        total += late;
        count++;
        __asm__ volatile("msr cntp_ctl_el0, %0\n\tisb" ::"r"((word)0));
        struct registers ack = { { irq_handler, (word)IRQAckIRQ << 12, 0, 0, 0, 0, 0,
                (word)seL4_SysSend } };
        raw_syscall(&ack);
    }
}

static void nothing(word step)
{
    (void)step;
    for (volatile int i = 0; i < 3000; i++) {}
}

static word target;

static void prepare_revoke(void)
{
    target = object_new(seL4_EndpointObject, 0);
}

static void revoke(word step)
{
    static word cnode;

    if (step == 0) {
        cnode = object_new(seL4_CapTableObject, 11);
    }
    for (word i = 0; i < 2000; i++) {
        seL4_CNode_Copy(cnode, i, 11, ROOT_CNODE, target, 64, seL4_AllRights);
    }
    set_timer(100 + step * 150);
    must("revoke", seL4_CNode_Revoke(ROOT_CNODE, target, 64));
}

static void delete_cnode(word step)
{
    static word memory;
    static word cnode;

    if (step == 0) {
        memory = object_new(seL4_UntypedObject, 17);
        cnode = slot_new();
    }
    must("retype",
            seL4_Untyped_Retype(memory, seL4_CapTableObject, 12, ROOT_CNODE, 0, 0, cnode, 1));
    for (word i = 0; i < 4096; i += 2) {
        seL4_CNode_Copy(cnode, i, 12, ROOT_CNODE, target, 64, seL4_AllRights);
    }
    set_timer(100 + step * 150);
    must("delete", seL4_CNode_Delete(ROOT_CNODE, cnode, 64));
}

static word big; /* 2 MiB of untyped memory, free between the operations */

static void clear_memory(word step)
{
    static word frame;

    if (step == 0) {
        big = object_new(seL4_UntypedObject, 21);
        frame = slot_new();
    }
    must("retype", seL4_Untyped_Retype(big, seL4_UntypedObject, 21, ROOT_CNODE, 0, 0, frame, 1));
    must("delete", seL4_CNode_Delete(ROOT_CNODE, frame, 64));
    set_timer(100 + step * 60);
    must("retype",
            seL4_Untyped_Retype(big, seL4_ARM_LargePageObject, 0, ROOT_CNODE, 0, 0, frame, 1));
    must("delete", seL4_CNode_Delete(ROOT_CNODE, frame, 64));
}

static void retype_many(word step)
{
    static word memory;
    static word cnode;

    if (step == 0) {
        memory = object_new(seL4_UntypedObject, 20);
        cnode = object_new(seL4_CapTableObject, 8);
    }
    set_timer(20 + step * 20);
    must("retype", seL4_Untyped_Retype(memory, seL4_TCBObject, 0, cnode, 0, 0, 0, 256));
    must("revoke", seL4_CNode_Revoke(ROOT_CNODE, memory, 64));
}

#define LARGE_PAGE_ADDRESS 0x40000000UL

static void clean_large_page(word step)
{
    static word frame;

    if (step == 0) {
        frame = slot_new();
        must("retype",
                seL4_Untyped_Retype(big, seL4_ARM_LargePageObject, 0, ROOT_CNODE, 0, 0, frame, 1));
        while (seL4_ARM_Page_Map(frame, ROOT_VSPACE, LARGE_PAGE_ADDRESS, seL4_ReadWrite,
                       seL4_ARM_Default_VMAttributes)
                != seL4_NoError) {
            must("table",
                    seL4_ARM_PageTable_Map(object_new(seL4_ARM_PageTableObject, 0), ROOT_VSPACE,
                            LARGE_PAGE_ADDRESS, 0));
        }
    }
    set_timer(100 + step * 60);
    must("clean", seL4_ARM_Page_Clean_Data(frame, 0, 1UL << 21));
}

/* ---- many senders that wait on one endpoint ---- */

static word senders[SENDERS];
static word parked; /* where they wait afterwards */

/* Makes the call in its registers, then waits on x20. Needs no stack. */
void send_then_park(void);
__asm__("send_then_park:\n"
        "    svc #0\n"
        "    mov x0, x20\n"
        "    mov x7, #-9\n" /* seL4_SysWait */
        "1:  svc #0\n"
        "    b 1b\n");

static void create_senders(void)
{
    parked = object_new(seL4_NotificationObject, 0);
    for (word i = 0; i < SENDERS; i++) {
        word context = object_new(seL4_SchedContextObject, 7);

        senders[i] = object_new(seL4_TCBObject, 0);
        must("configure",
                seL4_TCB_Configure(senders[i], ROOT_CNODE, 0, ROOT_VSPACE, 0, 0, seL4_CapNull));
        must("sc",
                seL4_SchedControl_Configure(
                        boot_info->schedcontrol.start, context, 1000000, 1000000, 0, 0));
        must("params", seL4_TCB_SetSchedParams(senders[i], ROOT_TCB, 255, 110, context, 0));
    }
}

/* Each runs at once, until it is queued. */
static void queue_senders(word endpoint)
{
    seL4_UserContext context = {
        .pc = (word)send_then_park, .x0 = endpoint, .x7 = (word)seL4_SysSend, .x20 = parked
    };

    for (word i = 0; i < SENDERS; i++) {
        must("registers",
                seL4_TCB_WriteRegisters(
                        senders[i], 1, 0, sizeof(context) / sizeof(word), &context));
    }
}

static void delete_endpoint(word step)
{
    word endpoint = object_new(seL4_EndpointObject, 0);

    if (step == 0) {
        create_senders();
    }
    queue_senders(endpoint);
    set_timer(100 + step * 25);
    must("delete", seL4_CNode_Delete(ROOT_CNODE, endpoint, 64));
}

static void cancel_sends(word step)
{
    static word endpoint;
    word badged = slot_new();

    if (step == 0) {
        endpoint = object_new(seL4_EndpointObject, 0);
    }
    must("mint",
            seL4_CNode_Mint(ROOT_CNODE, badged, 64, ROOT_CNODE, endpoint, 64, seL4_AllRights, 7));
    queue_senders(badged);
    /* The senders' capability goes, so that they do not queue again. */
    word canceller = slot_new();

    must("move", seL4_CNode_Move(ROOT_CNODE, canceller, 64, ROOT_CNODE, badged, 64));
    set_timer(100 + step * 25);
    must("cancel", seL4_CNode_CancelBadgedSends(ROOT_CNODE, canceller, 64));
}

static void measure(const char *name, void (*operation)(word))
{
    worst = 0;
    total = 0;
    count = 0;
    for (word step = 0; step < OFFSETS; step++) {
        if (operation == nothing) {
            set_timer(100 + step);
        }
        operation(step);
        while (count <= step) {
            /* The timer goes off at the latest now. */
        }
    }
    console_print("BENCH %s %u\n", name, worst * INSTRUCTIONS_PER_TICK);
    if (operation == nothing) {
        console_print(
                "BENCH timer_interrupt_to_thread %u\n", total * INSTRUCTIONS_PER_TICK / count);
    }
}

void bench_interrupts(void)
{
    notification = object_new(seL4_NotificationObject, 0);
    handler = slot_new();
    must("irq", seL4_IRQControl_Get(seL4_CapIRQControl, PHYSICAL_TIMER, ROOT_CNODE, handler, 64));
    must("irq", seL4_IRQHandler_SetNotification(handler, notification));

    struct bench_thread watcher = spawn(watch, 120, notification, handler, 0, new_vspace());

    let_it_block(watcher.tcb);
    prepare_revoke();
    measure("worst_interrupt_latency_user_mode", nothing);
    measure("worst_interrupt_latency_revoke", revoke);
    measure("worst_interrupt_latency_delete", delete_cnode);
    measure("worst_interrupt_latency_clear", clear_memory);
    measure("worst_interrupt_latency_clean", clean_large_page);
    measure("worst_interrupt_latency_retype_256", retype_many);
    measure("worst_interrupt_latency_endpoint", delete_endpoint);
    measure("worst_interrupt_latency_cancel", cancel_sends);
}
