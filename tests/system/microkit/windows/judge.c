/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and writes the target through a window, and has the viewer try what its own forbids. */
#include <microkit/grants.h>

#include "support/test.h"
#include "windows/facts.h"

#define VIEWER       2
#define VIEWER_CHILD 1
#define STACK_TOP    0x7fffffffe000UL
#define TARGET_STACK 0x3000UL
#define ENTRY        0x200000UL
#define PAGE         0x1000UL

/* Slots of <cspace>. */
#define VIEWER_TCB  5
#define OWN_VSPACE  6
#define FACTS_FRAME 7

MICROKIT_DEFINE_GRANTS;

volatile struct facts *facts;
seL4_Word window_vaddr;
seL4_Word window_size;
seL4_Word window_base;
seL4_Word window_stack;

static volatile seL4_Word *variable_of_target(void)
{
    return (volatile seL4_Word *)(facts->variable - window_base + window_vaddr);
}

static volatile seL4_Word *local_of_target(void)
{
    return (volatile seL4_Word *)(facts->local - (STACK_TOP - TARGET_STACK) + window_stack);
}

static void check_symbols(void)
{
    begin_case("image_window: symbols tell where it is");
    EXPECT_EQUAL(0x40000000, window_vaddr);
    EXPECT_EQUAL(ENTRY, window_base);
    EXPECT_EQUAL(0, window_size % PAGE);
    EXPECT_EQUAL(window_vaddr + window_size + PAGE, window_stack);
}

static void expect_grant(seL4_Word slot, enum microkit_grant_kind kind, seL4_Word pd, int flags)
{
    EXPECT_EQUAL(kind, microkit_grants[slot].kind);
    EXPECT_EQUAL(pd, microkit_grants[slot].pd);
    EXPECT_EQUAL(flags, microkit_grants[slot].flags);
}

static void check_grants(void)
{
    seL4_Word in_windows = 0;

    begin_case("grants: which capability is whose");
    expect_grant(VIEWER_TCB, MICROKIT_GRANT_TCB, 1, MICROKIT_GRANT_CHILD);
    expect_grant(OWN_VSPACE, MICROKIT_GRANT_VSPACE, 0, MICROKIT_GRANT_SELF);
    EXPECT_EQUAL(MICROKIT_GRANT_FRAME, microkit_grants[FACTS_FRAME].kind);
    EXPECT_EQUAL(MICROKIT_GRANT_NONE, microkit_grants[1].kind);

    begin_case("grants: all that the PD may read, without devices");
    for (seL4_Word i = 0; i < microkit_windows_count; i++) {
        EXPECT(microkit_windows[i].address != uart_base);
        EXPECT_EQUAL(1, microkit_windows[i].writable);
        in_windows += microkit_windows[i].size;
    }
    EXPECT_EQUAL(PAGE + window_size + TARGET_STACK, in_windows);

    begin_case("cap_frame: of the memory region");
    seL4_ARM_Page_GetAddress_t result =
            seL4_ARM_Page_GetAddress(microkit_cspace_root_slot_to_cptr(FACTS_FRAME));

    EXPECT_EQUAL(seL4_NoError, result.error);
    EXPECT_EQUAL(0x50000000, result.paddr);
}

void init(void)
{
    check_symbols();
    check_grants();
}

static void have_viewer_try(enum try try)
{
    facts->try = try;
    microkit_notify(VIEWER);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo message)
{
    (void)ch;
    if (microkit_msginfo_get_label(message) == 0) {
        begin_case("image_window: shows variables and the stack");
        EXPECT_EQUAL(VARIABLE_BEFORE, *variable_of_target());
        EXPECT_EQUAL(LOCAL_BEFORE, *local_of_target());
        *variable_of_target() = VARIABLE_AFTER;
        *local_of_target() = LOCAL_AFTER;
    } else {
        begin_case("image_window: perms=\"rw\" lets them be changed");
        EXPECT_EQUAL(VARIABLE_AFTER, microkit_mr_get(0));
        EXPECT_EQUAL(LOCAL_AFTER, microkit_mr_get(1));
        begin_case("image_window: of a PD that is no child");
        have_viewer_try(TRY_READ);
    }
    return microkit_msginfo_new(0, 0);
}

/* The viewer could do what it was asked for. */
void notified(microkit_channel ch)
{
    EXPECT_EQUAL(VIEWER, ch);
    if (facts->try == TRY_READ) {
        EXPECT_EQUAL(VARIABLE_AFTER, facts->value);
        have_viewer_try(TRY_READ_STACK);
        return;
    }
    EXPECT_EQUAL(TRY_READ_STACK, facts->try);
    begin_case("image_window: is read-only by default, also for code");
    have_viewer_try(TRY_WRITE);
}

/* Status of a permission fault, of any level. */
static bool is_permission(seL4_Word fsr)
{
    return (fsr & 0x3c) == 0x0c;
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    seL4_Word address = microkit_mr_get(seL4_VMFault_Addr);
    seL4_Word fsr = microkit_mr_get(seL4_VMFault_FSR);

    (void)reply;
    EXPECT_EQUAL(VIEWER_CHILD, child);
    EXPECT_EQUAL(seL4_Fault_VMFault, microkit_msginfo_get_label(message));
    if (facts->try == TRY_WRITE || facts->try == TRY_WRITE_CODE) {
        EXPECT(is_permission(fsr));
        EXPECT(address >= window_vaddr && address < window_vaddr + window_size);
    } else {
        EXPECT(!is_permission(fsr));
        EXPECT_EQUAL(window_stack - 8, address);
        finish_run();
        return seL4_False;
    }
    microkit_pd_restart(child, ENTRY);
    if (facts->try == TRY_WRITE_CODE) {
        begin_case("image_window: the page before the stack is not mapped");
    }
    have_viewer_try((enum try)(facts->try + 1));
    return seL4_False;
}
