/* SPDX-License-Identifier: BSD-2-Clause */
/* Hardware debug API: breakpoints, watchpoints, single step (sel4-abi.md, 18.2). */
#include "tests/system/harness.h"

#ifdef CONFIG_HARDWARE_DEBUG_API
static volatile word watched;
static void target(void);

__attribute__((noinline)) static void target(void)
{
    __asm__ volatile("nop\n\tnop\n\tnop");
}

static void debuggee(struct thread *thread)
{
    target();
    watched = 5;
    thread->stage = 1;
    __asm__ volatile("brk #0");
    thread->stage = 2;
}

CASE(debug, instruction_breakpoint, "18.2")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(debuggee, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_OK(seL4_TCB_SetBreakpoint(
            thread->tcb, 0, (word)target, seL4_InstructionBreakpoint, 0, seL4_BreakOnRead));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_EQ(4, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(0, (word)target);
    CHECK_MR(1, seL4_InstructionBreakpoint);
    CHECK_MR(2, (word)target);
    CHECK_MR(3, 0);
    CHECK_OK(seL4_TCB_UnsetBreakpoint(thread->tcb, 0));
    answer(&handler, 0, 0);
    CHECK_EQ(1, thread->stage);
}

CASE(debug, watchpoint, "18.2: before the access")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(debuggee, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    watched = 0;
    CHECK_OK(seL4_TCB_SetBreakpoint(
            thread->tcb, 7, (word)&watched, seL4_DataBreakpoint, 8, seL4_BreakOnWrite));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_MR(1, seL4_DataBreakpoint);
    CHECK_MR(2, (word)&watched);
    CHECK_MR(3, 7);
    CHECK_EQ(0, watched);
    seL4_TCB_GetBreakpoint_t got = seL4_TCB_GetBreakpoint(thread->tcb, 7);
    CHECK_EQ((word)&watched, got.vaddr);
    CHECK_EQ(seL4_DataBreakpoint, got.type);
    CHECK_EQ(8, got.size);
    CHECK_EQ(seL4_BreakOnWrite, got.rw);
    CHECK_EQ(1, got.is_enabled);
}

CASE(debug, software_break, "18.2: reason 3, length 2")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(debuggee, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_EQ(1, thread->stage);
    CHECK_EQ(2, seL4_MessageInfo_get_length(handler.info));
    CHECK_MR(1, seL4_SoftwareBreakRequest);
}

CASE(debug, single_steps, "18.2: one instruction at a time")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(debuggee, 100, WITH_SC, handler.endpoint, 0, 0, 0);
    word previous = 0;

    CHECK_EQ(1, seL4_TCB_ConfigureSingleStepping(thread->tcb, 0, 1).bp_was_consumed);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    for (int i = 0; i < 5; i++) {
        CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
        CHECK_MR(1, seL4_SingleStep);
        CHECK(seL4_GetMR(0) != previous);
        previous = seL4_GetMR(0);
        seL4_SetMR(0, 1);
        seL4_Send(handler.reply, seL4_MessageInfo_new(0, 0, 0, 1));
    }
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    seL4_SetMR(0, 0);
    answer(&handler, 0, 1);
    CHECK_EQ(1, thread->stage);
}

CASE(debug, breakpoint_argument_errors, "18.2, in order")
{
    word tcb = object_new(seL4_TCBObject, 0);

    CHECK_ERROR(seL4_InvalidArgument, seL4_TCB_SetBreakpoint(tcb, 0, ~0UL, 1, 0, 0));
    CHECK_MR(0, 1);
    CHECK_ERROR(seL4_InvalidArgument, seL4_TCB_SetBreakpoint(tcb, 0, 0x1000, 2, 0, 0));
    CHECK_MR(0, 2);
    CHECK_ERROR(seL4_InvalidArgument, seL4_TCB_SetBreakpoint(tcb, 0, 0x1000, 1, 4, 0));
    CHECK_MR(0, 3);
    CHECK_ERROR(seL4_InvalidArgument, seL4_TCB_SetBreakpoint(tcb, 0, 0x1000, 1, 0, 1));
    CHECK_MR(0, 4);
    CHECK_ERROR(seL4_InvalidArgument, seL4_TCB_SetBreakpoint(tcb, 6, 0x1000, 1, 0, 0));
    CHECK_MR(0, 2);
    CHECK_ERROR(seL4_AlignmentError, seL4_TCB_SetBreakpoint(tcb, 6, 0x1001, 0, 4, 0));
    CHECK_ERROR(seL4_RangeError, seL4_TCB_SetBreakpoint(tcb, 10, 0x1000, 0, 4, 0));
    CHECK_MR(1, 5);
    CHECK_ERROR(seL4_RangeError, seL4_TCB_UnsetBreakpoint(tcb, 10));
    CHECK_MR(1, 9);
}
#endif
