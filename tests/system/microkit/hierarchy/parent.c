/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults of children, and stopping, restarting and resuming them. Each step gives an order, which
 * the child, of lower priority, carries out while this PD waits. The next step runs on what comes
 * of it: a fault, or the timer when nothing else is expected.
 */
#include "hierarchy/orders.h"
#include "support/test.h"

#define CHILD_CHANNEL      20
#define GRANDCHILD_CHANNEL 21
#define MIDDLE_CHANNEL     22
#define TIMER              9
#define NO_EVENT           1000 /* no channel: the event is a fault */

#define UNMAPPED 0x5000000UL

volatile struct orders *orders;
volatile struct orders *inner_orders;
seL4_Word child_id;
seL4_Word middle_id;

/* Where children begin: microkit.ld. */
#define ENTRY 0x200000

static unsigned step;

/* What came: a channel, or a fault with its message. */
struct event {
    microkit_channel channel;
    microkit_child child;
    seL4_Word label;
    seL4_Word count;
    seL4_Word words[14];
};

/* What fault() answers to the event. */
static seL4_Bool reply_wanted;
static microkit_msginfo reply_message;

static void give_order(seL4_Word order, seL4_Word address)
{
    orders->order = order;
    orders->address = address;
    microkit_notify(CHILD_CHANNEL);
}

static void wait_us(uint64_t us)
{
    timer_set_us(us);
    microkit_irq_ack(TIMER);
}

static void expect_timer(const struct event *event)
{
    EXPECT_EQUAL(TIMER, event->channel);
    timer_off();
}

static void expect_fault(const struct event *event, seL4_Word label)
{
    EXPECT_EQUAL(NO_EVENT, event->channel);
    EXPECT_EQUAL(child_id, event->child);
    EXPECT_EQUAL(label, event->label);
}

static void expect_write_fault(const struct event *event)
{
    expect_fault(event, seL4_Fault_VMFault);
    EXPECT_EQUAL(seL4_VMFault_Length, event->count);
    EXPECT_EQUAL(UNMAPPED, event->words[seL4_VMFault_Addr]);
    EXPECT_EQUAL(0, event->words[seL4_VMFault_PrefetchFault]);
    EXPECT_EQUAL(0x24, event->words[seL4_VMFault_FSR] >> 26);
    EXPECT_EQUAL(1, event->words[seL4_VMFault_FSR] >> 6 & 1);
}

static seL4_UserContext child_registers(void)
{
    seL4_UserContext context;

    EXPECT_EQUAL(seL4_NoError,
            seL4_TCB_ReadRegisters(
                    BASE_TCB_CAP + child_id, 0, 0, sizeof(context) / sizeof(seL4_Word), &context));
    return context;
}

/* ---- steps ---- */

static void order_write(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(1, orders->starts);

    begin_case("fault: a write to memory that is not mapped, as the manual describes it");
    give_order(ORDER_WRITE_WORD, UNMAPPED);
}

static void write_faulted(const struct event *event)
{
    expect_write_fault(event);
    EXPECT_EQUAL(0, orders->done);
    EXPECT_EQUAL(event->words[seL4_VMFault_IP], child_registers().pc);

    begin_case("fault: without reply the child stays stopped");
    wait_us(500);
}

static void stays_stopped(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(0, orders->done);

    begin_case("pd_resume: repeats the instruction that faulted");
    microkit_pd_resume((microkit_child)child_id);
}

static void write_faulted_again(const struct event *event)
{
    expect_write_fault(event);

    begin_case("fault: a reply lets the child repeat the instruction, with registers changed");
    seL4_UserContext context = child_registers();

    EXPECT_EQUAL(UNMAPPED, context.x0);
    EXPECT_EQUAL(WRITTEN, context.x1);
    context.x0 = 0x4000000 + __builtin_offsetof(struct orders, result); /* as the child maps it */
    EXPECT_EQUAL(seL4_NoError, seL4_TCB_WriteRegisters(BASE_TCB_CAP + child_id, 0, 0, 4, &context));
    reply_wanted = seL4_True;
    reply_message = microkit_msginfo_new(0, 0);
    wait_us(500);
}

static void went_on(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(WRITTEN, orders->result);
    EXPECT_EQUAL(1, orders->done);

    begin_case("pd_restart: the child starts again, its memory stays");
    microkit_pd_restart((microkit_child)child_id, ENTRY);
    wait_us(500);
}

static void restarted(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(2, orders->starts);

    begin_case("fault: an unknown system call, with its arguments");
    give_order(ORDER_SYSTEM_CALL, 0);
}

static void call_faulted(const struct event *event)
{
    expect_fault(event, seL4_Fault_UnknownSyscall);
    EXPECT_EQUAL(seL4_UnknownSyscall_Length, event->count);
    EXPECT_EQUAL(FIRST_ARGUMENT, event->words[seL4_UnknownSyscall_X0]);
    EXPECT_EQUAL(FIRST_ARGUMENT + 1, event->words[seL4_UnknownSyscall_X1]);
    EXPECT_EQUAL(UNKNOWN_CALL, event->words[seL4_UnknownSyscall_Syscall]);

    begin_case("fault: the reply to an unknown system call sets registers");
    for (seL4_Uint8 i = 0; i < seL4_UnknownSyscall_Length - 1; i++) {
        microkit_mr_set(i, event->words[i]);
    }
    microkit_mr_set(seL4_UnknownSyscall_X0, 4242);
    microkit_mr_set(seL4_UnknownSyscall_FaultIP, event->words[seL4_UnknownSyscall_FaultIP] + 4);
    reply_wanted = seL4_True;
    reply_message = microkit_msginfo_new(0, seL4_UnknownSyscall_Length - 1);
    microkit_deferred_notify(CHILD_CHANNEL); /* a reply and a deferred action at the same time */
    orders->order = ORDER_UNDEFINED;         /* which the notification starts */
}

static void undefined_faulted(const struct event *event)
{
    EXPECT_EQUAL(4242, orders->result);
    EXPECT_EQUAL(2, orders->done);

    begin_case("fault: an undefined instruction");
    expect_fault(event, seL4_Fault_UserException);
    EXPECT_EQUAL(0x02000000, event->words[seL4_UserException_Number]);

    begin_case("fault: a reply with label other than 0 leaves the child stopped");
    reply_wanted = seL4_True;
    reply_message = microkit_msginfo_new(1, 0);
    wait_us(500);
}

static void not_continued(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(2, orders->done);

    begin_case("pd_restart: also after that");
    microkit_pd_restart((microkit_child)child_id, ENTRY);
    wait_us(500);
}

static void restarted_again(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(3, orders->starts);

    begin_case("pd_stop: the child stands still");
    give_order(ORDER_COUNT, 0);
    wait_us(500);
}

static seL4_Word count_when_stopped;

static void counting(const struct event *event)
{
    expect_timer(event);
    EXPECT(orders->counter > 100);
    microkit_pd_stop((microkit_child)child_id);
    microkit_pd_stop((microkit_child)child_id);
    count_when_stopped = orders->counter;
    wait_us(500);
}

static void stopped(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(count_when_stopped, orders->counter);

    begin_case("pd_resume: the child goes on where it was");
    microkit_pd_resume((microkit_child)child_id);
    wait_us(500);
}

static void resumed(const struct event *event)
{
    expect_timer(event);
    EXPECT(orders->counter > count_when_stopped + 100);
    EXPECT_EQUAL(3, orders->starts);

    begin_case("pd_restart: a child that is running");
    microkit_pd_restart((microkit_child)child_id, ENTRY);
    wait_us(500);
}

static void restarted_running(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(4, orders->starts);
    count_when_stopped = orders->counter;

    begin_case("fault: a message that the child sends itself");
    give_order(ORDER_MESSAGE, 0);
}

static void own_message_came(const struct event *event)
{
    EXPECT_EQUAL(count_when_stopped, orders->counter);
    expect_fault(event, OWN_LABEL);
    EXPECT_EQUAL(2, event->count);
    EXPECT_EQUAL(5, event->words[0]);
    EXPECT_EQUAL(6, event->words[1]);

    begin_case("fault: one that expects an answer gets it");
    orders->order = ORDER_MESSAGE_CALL;
    microkit_deferred_notify(CHILD_CHANNEL);
}

static void own_call_came(const struct event *event)
{
    expect_fault(event, OWN_LABEL);
    EXPECT_EQUAL(3, orders->done);
    reply_wanted = seL4_True;
    reply_message = microkit_msginfo_new(OWN_LABEL + 1, 0);
    wait_us(500);
}

static void own_call_answered(const struct event *event)
{
    expect_timer(event);
    EXPECT_EQUAL(OWN_LABEL + 1, orders->result);
    EXPECT_EQUAL(4, orders->done);

    begin_case("fault: a jump to memory that is not mapped");
    give_order(ORDER_JUMP, UNMAPPED);
}

static void jump_faulted(const struct event *event)
{
    expect_fault(event, seL4_Fault_VMFault);
    EXPECT_EQUAL(UNMAPPED, event->words[seL4_VMFault_Addr]);
    EXPECT_EQUAL(UNMAPPED, event->words[seL4_VMFault_IP]);
    EXPECT_EQUAL(1, event->words[seL4_VMFault_PrefetchFault]);

    begin_case("fault: of a grandchild comes to the child, not to the grandparent");
    inner_orders->order = ORDER_WRITE_WORD;
    inner_orders->address = UNMAPPED;
    microkit_notify(GRANDCHILD_CHANNEL);
}

static void middle_heard(const struct event *event)
{
    EXPECT_EQUAL(MIDDLE_CHANNEL, event->channel);
    EXPECT_EQUAL(seL4_Fault_VMFault, inner_orders->heard);
    EXPECT_EQUAL(UNMAPPED, inner_orders->heard_address);
    EXPECT_EQUAL(3, inner_orders->heard_child);

    begin_case("fault: of a child with children");
    microkit_notify(MIDDLE_CHANNEL);
}

static void middle_faulted(const struct event *event)
{
    EXPECT_EQUAL(NO_EVENT, event->channel);
    EXPECT_EQUAL(61, event->child);
    EXPECT_EQUAL(seL4_Fault_UserException, event->label);

    begin_case("child setvar_id: the number");
    EXPECT_EQUAL(3, child_id);
    EXPECT_EQUAL(61, middle_id);
    finish_run();
}

static void (*const steps[])(const struct event *event) = {
    order_write,
    write_faulted,
    stays_stopped,
    write_faulted_again,
    went_on,
    restarted,
    call_faulted,
    undefined_faulted,
    not_continued,
    restarted_again,
    counting,
    stopped,
    resumed,
    restarted_running,
    own_message_came,
    own_call_came,
    own_call_answered,
    jump_faulted,
    middle_heard,
    middle_faulted,
};

static void run_step(const struct event *event)
{
    if (step < sizeof(steps) / sizeof(steps[0])) {
        steps[step++](event);
    }
}

void init(void)
{
    begin_case("hierarchy: children start like other PDs");
    wait_us(2000); /* the acknowledgement after init does not matter */
}

void notified(microkit_channel ch)
{
    struct event event = { .channel = ch };

    run_step(&event);
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    struct event event = { .channel = NO_EVENT, .child = child };

    event.label = microkit_msginfo_get_label(message);
    event.count = microkit_msginfo_get_count(message);
    for (seL4_Uint8 i = 0; i < 14; i++) {
        event.words[i] = microkit_mr_get(i);
    }
    reply_wanted = seL4_False;
    run_step(&event);
    *reply = reply_message;
    return reply_wanted;
}
