/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts. The timer's is level-triggered: it is pending as long as the timer is on and its
 * time has come. Each step acts in one event and looks at the result in the next, an interrupt or
 * the waiter's answer after 2 ms.
 */
#include "support/test.h"

#define WAITER    1
#define TIMER     9
#define INTERRUPT 30 /* its INTID, no id of this PD */

/* A setvar_id symbol, with a value that the tool has to replace. */
seL4_Word timer_id = 77;

static unsigned step;
static uint64_t set_at;
static unsigned interrupts;

static void start_timer(uint64_t us)
{
    set_at = ticks_now();
    timer_set_us(us);
}

/* ---- the steps; `ch` is the event that came ---- */

static void pending_since_init(microkit_channel ch)
{
    EXPECT_EQUAL(TIMER, ch);
    timer_off();
    microkit_irq_ack(TIMER);

    begin_case("irq: comes when the timer says, not before");
    start_timer(1000);
}

static void came_in_time(microkit_channel ch)
{
    uint64_t waited = ticks_now() - set_at;

    EXPECT_EQUAL(TIMER, ch);
    EXPECT(waited >= ticks_of_us(1000));
    EXPECT(waited < ticks_of_us(1100));

    begin_case("irq: does not come again without acknowledgement");
    microkit_notify(WAITER); /* the timer is still on: the line is active */
}

static void no_second_one(microkit_channel ch)
{
    EXPECT_EQUAL(WAITER, ch);

    begin_case("irq_ack: an active line comes again at once");
    microkit_irq_ack(TIMER);
}

static void came_again(microkit_channel ch)
{
    EXPECT_EQUAL(TIMER, ch);

    begin_case("irq_ack: an id that is no interrupt does nothing");
    microkit_irq_ack(WAITER);
    microkit_irq_ack(INTERRUPT);
    microkit_irq_ack(62);
    microkit_irq_ack(1U << 31 | TIMER);
    microkit_deferred_irq_ack(WAITER);
    microkit_deferred_irq_ack(63);
    EXPECT(!microkit_have_signal);
    microkit_notify(WAITER);
}

static void nothing_happened(microkit_channel ch)
{
    EXPECT_EQUAL(WAITER, ch);

    begin_case("deferred_irq_ack: acknowledges when the entry point returns, not before");
    microkit_deferred_irq_ack(TIMER);
    EXPECT(microkit_have_signal);
    EXPECT_EQUAL(BASE_IRQ_CAP + TIMER, microkit_signal_cap);
    EXPECT_EQUAL(IRQAckIRQ, seL4_MessageInfo_get_label(microkit_signal_msg));
}

static void came_after_deferred(microkit_channel ch)
{
    EXPECT_EQUAL(TIMER, ch);
    EXPECT(!microkit_have_signal);

    begin_case("irq: ten in a row, one event each");
    interrupts = 0;
    start_timer(100);
    microkit_deferred_irq_ack(TIMER);
}

static void ten_in_a_row(microkit_channel ch)
{
    EXPECT_EQUAL(TIMER, ch);
    EXPECT(ticks_now() - set_at >= ticks_of_us(100));
    if (++interrupts < 10) {
        start_timer(100);
        microkit_deferred_irq_ack(TIMER);
        step--;
        return;
    }
    begin_case("irq: is quiet when the timer is off");
    timer_off();
    microkit_irq_ack(TIMER);
    microkit_notify(WAITER);
}

static void quiet(microkit_channel ch)
{
    EXPECT_EQUAL(WAITER, ch);
    finish_run();
}

static void (*const steps[])(microkit_channel ch) = {
    pending_since_init,
    came_in_time,
    no_second_one,
    came_again,
    nothing_happened,
    came_after_deferred,
    ten_in_a_row,
    quiet,
};

void init(void)
{
    begin_case("irq: setvar_id is the id");
    EXPECT_EQUAL(TIMER, timer_id);
    begin_case("irq: one that came before the end of init is delivered");
    timer_set_us(0);
    spin_us(50);
}

void notified(microkit_channel ch)
{
    steps[step++](ch);
}
