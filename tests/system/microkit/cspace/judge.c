/* SPDX-License-Identifier: BSD-2-Clause */
/* What the capabilities of <cspace> allow: thread, scheduling context and address space. */
#include "support/test.h"

#define TIMER 0

#define COUNTER_TCB    1
#define COUNTER_SC     2
#define COUNTER_VSPACE 63
#define OWN_TCB        10
#define OWN_VSPACE     11
#define EMPTY          12

volatile seL4_Word *counter;

static seL4_Word count_when_suspended;
static unsigned step;

static seL4_CPtr slot(seL4_Word number)
{
    return microkit_cspace_root_slot_to_cptr(number);
}

static void wait_us(uint64_t us)
{
    timer_set_us(us);
    microkit_irq_ack(TIMER);
}

static void suspend_other(void)
{
    seL4_UserContext context;

    EXPECT(*counter > 100);

    begin_case("cap_tcb: the thread can be suspended and its registers read");
    EXPECT_EQUAL(seL4_NoError, seL4_TCB_Suspend(slot(COUNTER_TCB)));
    count_when_suspended = *counter;
    EXPECT_EQUAL(seL4_NoError, seL4_TCB_ReadRegisters(slot(COUNTER_TCB), 0, 0, 3, &context));
    EXPECT(context.pc >= 0x200000 && context.pc < 0x210000);
    EXPECT(context.sp > 0x7fffffffc000 && context.sp <= 0x7fffffffe000);
}

static void resume_other(void)
{
    EXPECT_EQUAL(count_when_suspended, *counter);
    EXPECT_EQUAL(seL4_NoError, seL4_TCB_Resume(slot(COUNTER_TCB)));
}

static void read_time(void)
{
    EXPECT(*counter > count_when_suspended);

    begin_case("cap_sc: tells the time that the PD has used");
    seL4_SchedContext_Consumed_t result = seL4_SchedContext_Consumed(slot(COUNTER_SC));

    EXPECT_EQUAL(seL4_NoError, result.error);
    EXPECT(result.consumed >= 3500);
    EXPECT(result.consumed < 5000);
}

static void use_address_spaces(void)
{
    begin_case("cap_vspace: cache operations on the PD's memory");
    EXPECT_EQUAL(
            seL4_NoError, seL4_ARM_VSpace_Clean_Data(slot(COUNTER_VSPACE), 0x30000000, 0x30000100));
    EXPECT_EQUAL(
            seL4_NoError, seL4_ARM_VSpace_Clean_Data(slot(OWN_VSPACE), 0x30000000, 0x30000100));
    EXPECT_EQUAL(seL4_NoError, seL4_ARM_VSpace_Clean_Data(3, 0x30000000, 0x30000100));

    begin_case("cap_tcb: of the PD itself");
    EXPECT_EQUAL(seL4_RangeError,
            seL4_TCB_SetPriority(slot(OWN_TCB), slot(OWN_TCB), 21)); /* MCP is the priority */
    /* Still above the counter, which never waits. */
    EXPECT_EQUAL(seL4_NoError, seL4_TCB_SetPriority(slot(OWN_TCB), slot(OWN_TCB), 15));
    EXPECT_EQUAL(seL4_NoError, seL4_TCB_SetPriority(slot(OWN_TCB), slot(OWN_TCB), 20));

    begin_case("cspace: slots that no element names are empty");
    EXPECT_EQUAL(seL4_InvalidCapability, seL4_TCB_Suspend(slot(EMPTY)));
    EXPECT_EQUAL(seL4_InvalidCapability, seL4_TCB_Suspend(slot(62)));
}

static void check_pointers(void)
{
    begin_case("root_slot_to_cptr: slots 1 to 63 in the upper six bits");
    EXPECT_EQUAL(1UL << 58, microkit_cspace_root_slot_to_cptr(1));
    EXPECT_EQUAL(63UL << 58, microkit_cspace_root_slot_to_cptr(63));

    begin_case("root_slot_to_cptr: other slots give the null capability");
    EXPECT_EQUAL(0, microkit_cspace_root_slot_to_cptr(0));
    EXPECT_EQUAL(0, microkit_cspace_root_slot_to_cptr(64));
    EXPECT_EQUAL(0, microkit_cspace_root_slot_to_cptr(~0UL));
}

void init(void)
{
    check_pointers();
    begin_case("cspace: the other PD runs meanwhile");
    wait_us(2000);
}

void notified(microkit_channel ch)
{
    static void (*const steps[])(void) = { suspend_other, resume_other, read_time };

    EXPECT_EQUAL(TIMER, ch);
    steps[step++]();
    if (step < sizeof(steps) / sizeof(steps[0])) {
        wait_us(2000);
        return;
    }
    use_address_spaces();
    finish_run();
}
