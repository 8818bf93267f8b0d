/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at its own start, prints on the debug console, and misuses libmicrokit. */
#include "support/test.h"

#define TIMER      0
#define CHILD      2
#define MOST_WORDS seL4_MsgMaxLength

seL4_Word child_id;

static unsigned order[3];
static unsigned constructed;
static unsigned initialised = 0x1234;
static unsigned zeroed[1000];
static bool child_faulted;
static bool console_in_constructor;

/* Constructors of lower numbers come first, those without number last. */
static __attribute__((constructor(102))) void construct_second(void)
{
    order[constructed++] = 2;
}

static __attribute__((constructor(101))) void construct_first(void)
{
    order[constructed++] = 1;
    microkit_dbg_puts("basics: in a constructor\n");
    console_in_constructor = true;
}

static __attribute__((constructor)) void construct_last(void)
{
    order[constructed++] = 3;
}

static void check_start(void)
{
    begin_case("start: constructors have run, by their priorities");
    EXPECT_EQUAL(3, constructed);
    EXPECT_EQUAL(1, order[0]);
    EXPECT_EQUAL(2, order[1]);
    EXPECT_EQUAL(3, order[2]);
    EXPECT(console_in_constructor);

    begin_case("start: variables have their values, or are zero");
    EXPECT_EQUAL(0x1234, initialised);
    for (size_t i = 0; i < sizeof(zeroed) / sizeof(zeroed[0]); i++) {
        EXPECT_EQUAL(0, zeroed[i]);
    }

    begin_case("start: the stack is aligned, the IPC buffer in the topmost page");
    EXPECT_EQUAL(0, (uintptr_t)__builtin_frame_address(0) % 16);
    EXPECT_EQUAL(0x7ffffffff000, (uintptr_t)__sel4_ipc_buffer);

    begin_case("start: the PD knows its name and that it is not passive");
    EXPECT_EQUAL('t', microkit_name[62]);
    EXPECT_EQUAL(0, microkit_name[63]);
    EXPECT_EQUAL(0, microkit_passive);
    EXPECT_EQUAL(1UL << TIMER, microkit_irqs);
    EXPECT_EQUAL(0, microkit_notifications);
    EXPECT_EQUAL(0, microkit_pps);
    EXPECT_EQUAL(0, microkit_ioports);
    EXPECT_EQUAL(CHILD, child_id);
}

/* What comes out stands in expected.debug.txt. */
static void use_console(void)
{
    begin_case("dbg: letters and numbers");
    microkit_dbg_puts("basics: ");
    microkit_dbg_putc('A');
    microkit_dbg_puts(" ");
    microkit_dbg_put8(0);
    microkit_dbg_puts(" ");
    microkit_dbg_put8(255);
    microkit_dbg_puts(" ");
    microkit_dbg_put32(4294967295U);
    microkit_dbg_puts("\n");
    microkit_dbg_puts("");
}

static void misuse_messages(void)
{
    begin_case("message registers: all can be used, mistakes leave them alone");
    for (seL4_Word i = 0; i < MOST_WORDS; i++) {
        microkit_mr_set((seL4_Uint8)i, ~i);
    }
    microkit_notify(5);
    microkit_irq_ack(1);
    microkit_ppcall(3, microkit_msginfo_new(0, 1));
    for (seL4_Word i = 0; i < MOST_WORDS; i++) {
        EXPECT_EQUAL(~i, microkit_mr_get((seL4_Uint8)i));
    }

#ifdef CONFIG_DEBUG_BUILD
    begin_case("message registers: those that do not exist are noticed");
    microkit_mr_set(MOST_WORDS, 5);
    microkit_mr_set(255, 5);
    EXPECT_EQUAL(0, microkit_mr_get(MOST_WORDS));
    EXPECT_EQUAL(0, microkit_mr_get(255));
    EXPECT_EQUAL(~(MOST_WORDS - 1UL), microkit_mr_get(MOST_WORDS - 1));
#endif

    begin_case("msginfo: 120 words, and labels of 52 bits");
    EXPECT_EQUAL(MOST_WORDS, microkit_msginfo_get_count(microkit_msginfo_new(0, MOST_WORDS)));
    EXPECT_EQUAL(
            (1UL << 52) - 1, microkit_msginfo_get_label(microkit_msginfo_new((1UL << 52) - 1, 0)));
    microkit_msginfo_new(0, MOST_WORDS + 1);
    microkit_msginfo_new(1UL << 52, 0);
}

static void misuse_child(void)
{
    begin_case("pd_restart: an entry point that is no instruction's address");
    microkit_pd_restart(CHILD, 0x200002);
    timer_set_us(2000);
}

void init(void)
{
    check_start();
    use_console();
    misuse_messages();
    misuse_child();
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    (void)message;
    (void)reply;
    EXPECT_EQUAL(CHILD, child);
    child_faulted = true;
    return seL4_False;
}

void notified(microkit_channel ch)
{
    EXPECT_EQUAL(TIMER, ch);
    timer_off();
    EXPECT(child_faulted);
    finish_run();
}
