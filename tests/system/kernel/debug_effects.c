/* SPDX-License-Identifier: BSD-2-Clause */
/* Hardware debug API: every check, what hits and what does not (18.2); debug calls (18.1). */
#include "tests/system/harness.h"

#ifdef CONFIG_HARDWARE_DEBUG_API

#define TOP 0x7fffffffffffUL

static volatile word cells[4];

/* Does nothing, at an address of its own. */
__attribute__((noinline, noclone)) static void landmark(void)
{
    __asm__ volatile("nop\n\tnop");
}

static void read_then_write(struct thread *thread)
{
    thread->result[0] = cells[1];
    thread->stage = 1;
    cells[1] = 7;
    thread->stage = 2;
    landmark();
    thread->stage = 3;
}

static struct thread *debuggee(const struct handler *handler)
{
    return thread_prepare(read_then_write, 100, WITH_SC, handler->endpoint, 0, 0, 0);
}

static word set(word tcb, word number, word vaddr, word type, word size, word access)
{
    return seL4_TCB_SetBreakpoint(tcb, (seL4_Uint16)number, vaddr, type, size, access);
}

CASE(debug_effects, breakpoint_checks_in_order, "address, type, then those of the type")
{
    const struct {
        word number, vaddr, type, size, access, error, mr0;
    } tries[] = {
        { 6, TOP, 5, 9, 9, seL4_InvalidArgument, 1 },
        { 6, 0x1001, 2, 9, 9, seL4_InvalidArgument, 2 },
        { 6, 0x1001, 3, 9, 9, seL4_InvalidArgument, 2 },
        { 6, 0x1001, seL4_InstructionBreakpoint, 4, 9, seL4_InvalidArgument, 3 },
        { 6, 0x1001, seL4_InstructionBreakpoint, 0, seL4_BreakOnWrite, seL4_InvalidArgument, 4 },
        { 6, 0x1001, seL4_InstructionBreakpoint, 0, seL4_BreakOnRead, seL4_InvalidArgument, 2 },
        { 5, 0x1001, seL4_DataBreakpoint, 0, 9, seL4_InvalidArgument, 3 },
        { 5, 0x1001, seL4_DataBreakpoint, 3, 9, seL4_InvalidArgument, 2 },
        { 10, 0x1001, seL4_DataBreakpoint, 3, 3, seL4_InvalidArgument, 3 },
        { 10, 0x1001, seL4_DataBreakpoint, 3, seL4_BreakOnRead, seL4_InvalidArgument, 3 },
        { 10, 0x1001, seL4_DataBreakpoint, 8, seL4_BreakOnRead, seL4_AlignmentError, 0 },
        { 10, 0x1000, seL4_DataBreakpoint, 8, seL4_BreakOnRead, seL4_RangeError, 0 },
    };
    word tcb = object_new(seL4_TCBObject, 0);

    for (word i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        CHECK_EQ(tries[i].error,
                set(tcb, tries[i].number, tries[i].vaddr, tries[i].type, tries[i].size,
                        tries[i].access));
        if (tries[i].error != seL4_AlignmentError) {
            CHECK_MR(0, tries[i].mr0);
        }
    }
}

CASE(debug_effects, all_numbers_can_be_set, "0 to 5 for instructions, 6 to 9 for data, every size")
{
    word tcb = object_new(seL4_TCBObject, 0);
    const word sizes[] = { 1, 2, 4, 8 };

    for (word i = 0; i < 6; i++) {
        CHECK_OK(set(tcb, i, 0x1000 + i * 4, seL4_InstructionBreakpoint, 0, seL4_BreakOnRead));
    }
    for (word i = 0; i < 4; i++) {
        CHECK_OK(set(tcb, 6 + i, 0x2000 + i * 8, seL4_DataBreakpoint, sizes[i], i % 3));
    }
    for (word i = 0; i < 10; i++) {
        seL4_TCB_GetBreakpoint_t got = seL4_TCB_GetBreakpoint(tcb, (seL4_Uint16)i);

        CHECK_EQ(seL4_NoError, got.error);
        CHECK_EQ(1, got.is_enabled);
        CHECK_EQ(i < 6 ? 0x1000 + i * 4 : 0x2000 + (i - 6) * 8, got.vaddr);
        CHECK_EQ(i < 6 ? seL4_InstructionBreakpoint : seL4_DataBreakpoint, got.type);
        CHECK_EQ(i < 6 ? 0 : sizes[i - 6], got.size);
        CHECK_EQ(i < 6 ? seL4_BreakOnRead : (i - 6) % 3, got.rw);
    }
    for (word i = 0; i < 10; i++) {
        CHECK_OK(seL4_TCB_UnsetBreakpoint(tcb, (seL4_Uint16)i));
        CHECK_EQ(0, seL4_TCB_GetBreakpoint(tcb, (seL4_Uint16)i).is_enabled);
    }
}

CASE(debug_effects, reads_and_writes_are_told_apart, "a watchpoint on reads does not stop writes")
{
    const word accesses[] = { seL4_BreakOnRead, seL4_BreakOnWrite, seL4_BreakOnReadWrite };
    const word first_stage[] = { 0, 1, 0 };

    for (word i = 0; i < 3; i++) {
        struct handler handler = handler_new();
        struct thread *thread = debuggee(&handler);

        CHECK_OK(set(thread->tcb, 6, (word)&cells[1], seL4_DataBreakpoint, 8, accesses[i]));
        CHECK_OK(seL4_TCB_Resume(thread->tcb));
        CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
        CHECK_MR(1, seL4_DataBreakpoint);
        CHECK_MR(2, (word)&cells[1]);
        CHECK_MR(3, 6);
        CHECK_EQ(first_stage[i], thread->stage);
        CHECK_OK(seL4_TCB_UnsetBreakpoint(thread->tcb, 6));
        answer(&handler, 0, 0);
        CHECK_EQ(3, thread->stage);
    }
}

CASE(debug_effects, neighbours_do_not_hit, "a watchpoint of 8 bytes watches 8 bytes")
{
    struct handler handler = handler_new();
    struct thread *thread = debuggee(&handler);

    CHECK_OK(set(thread->tcb, 6, (word)&cells[0], seL4_DataBreakpoint, 8, seL4_BreakOnReadWrite));
    CHECK_OK(set(thread->tcb, 7, (word)&cells[2], seL4_DataBreakpoint, 8, seL4_BreakOnReadWrite));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(3, thread->stage);
}

CASE(debug_effects, other_threads_are_not_stopped, "breakpoints belong to a thread")
{
    struct handler handler = handler_new();
    struct thread *watched = debuggee(&handler), *other = debuggee(&handler);

    CHECK_OK(set(watched->tcb, 2, (word)landmark, seL4_InstructionBreakpoint, 0, seL4_BreakOnRead));
    CHECK_OK(seL4_TCB_Resume(other->tcb));
    CHECK_OK(seL4_TCB_Resume(watched->tcb));
    let_others_run(500);
    landmark(); /* nor the root */
    CHECK_EQ(3, other->stage);
    CHECK_EQ(2, watched->stage);
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_MR(3, 2);
}

CASE(debug_effects, breakpoint_stays_until_unset, "10.4: the reply runs into it again")
{
    struct handler handler = handler_new();
    struct thread *thread = debuggee(&handler);

    CHECK_OK(set(thread->tcb, 0, (word)landmark, seL4_InstructionBreakpoint, 0, seL4_BreakOnRead));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    for (word i = 0; i < 3; i++) {
        CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
        CHECK_MR(0, (word)landmark);
        CHECK_MR(1, seL4_InstructionBreakpoint);
        answer(&handler, 0, 0);
        CHECK_EQ(2, thread->stage);
    }
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_OK(seL4_TCB_UnsetBreakpoint(thread->tcb, 0));
    answer(&handler, 0, 0);
    CHECK_EQ(3, thread->stage);
}

CASE(debug_effects, reply_with_label_stops, "10.4: Inactive")
{
    struct handler handler = handler_new();
    struct thread *thread = debuggee(&handler);

    CHECK_OK(set(thread->tcb, 0, (word)landmark, seL4_InstructionBreakpoint, 0, seL4_BreakOnRead));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_OK(seL4_TCB_UnsetBreakpoint(thread->tcb, 0));
    answer(&handler, 1, 0);
    CHECK_EQ(2, thread->stage);
    CHECK(!thread_is_blocked(thread));
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(3, thread->stage);
}

CASE(debug_effects, unset_of_nothing, "is fine; Get says it is off")
{
    word tcb = object_new(seL4_TCBObject, 0);

    for (word i = 0; i < 10; i++) {
        CHECK_EQ(0, seL4_TCB_GetBreakpoint(tcb, (seL4_Uint16)i).is_enabled);
        CHECK_OK(seL4_TCB_UnsetBreakpoint(tcb, (seL4_Uint16)i));
    }
}

static void break_request(struct thread *thread)
{
    __asm__ volatile("brk #77");
    thread->stage = 1;
}

CASE(debug_effects, software_break_is_stepped_over_by_pc,
        "18.2: WriteRegisters, since the reply cannot")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_start(break_request, 100, WITH_SC, handler.endpoint, 0, 0, 0);
    seL4_UserContext context;

    for (word i = 0; i < 2; i++) {
        CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
        CHECK_EQ(2, seL4_MessageInfo_get_length(handler.info));
        CHECK_MR(1, seL4_SoftwareBreakRequest);
        CHECK_EQ(0xd4200000 | 77 << 5, *(uint32_t *)seL4_GetMR(0));
        if (i == 1) {
            CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
            context.pc += 4;
            CHECK_OK(seL4_TCB_WriteRegisters(thread->tcb, 0, 0, 36, &context));
        }
        answer(&handler, 0, 0);
    }
    CHECK_EQ(1, thread->stage);
}

/* ---- single stepping ---- */

static void nops(struct thread *thread)
{
    __asm__ volatile(
            "nop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop\n\tnop");
    thread->stage = 1;
}

static struct thread *stepped(const struct handler *handler, word count)
{
    struct thread *thread = thread_prepare(nops, 100, WITH_SC, handler->endpoint, 0, 0, 0);
    seL4_UserContext context;

    /* Begins at the first nop: no step is spent on the way to it. */
    seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context);
    context.pc = (word)nops;
    seL4_TCB_WriteRegisters(thread->tcb, 0, 0, 36, &context);
    seL4_TCB_ConfigureSingleStepping(thread->tcb, 0, count);
    seL4_TCB_Resume(thread->tcb);
    return thread;
}

CASE(debug_effects, steps_count_instructions, "18.2: reason 2 after n of them, length 2")
{
    for (word count = 1; count < 6; count++) {
        struct handler handler = handler_new();

        stepped(&handler, count);
        CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
        CHECK_EQ(2, seL4_MessageInfo_get_length(handler.info));
        CHECK_MR(1, seL4_SingleStep);
        CHECK_MR(0, (word)nops + count * 4);
    }
}

CASE(debug_effects, step_reply_says_how_many, "10.4: MR0, 1 without words, 0 ends it")
{
    struct handler handler = handler_new();
    struct thread *thread = stepped(&handler, 1);

    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_MR(0, (word)nops + 4);
    seL4_SetMR(0, 3);
    answer(&handler, 0, 1);
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_MR(0, (word)nops + 16);
    answer(&handler, 0, 0);
    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_MR(0, (word)nops + 20);
    seL4_SetMR(0, 0);
    answer(&handler, 0, 1);
    CHECK_EQ(1, thread->stage);
}

CASE(debug_effects, stepping_can_be_switched_off, "ConfigureSingleStepping with 0, result 0")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(nops, 100, WITH_SC, handler.endpoint, 0, 0, 0);

    CHECK_EQ(1, seL4_TCB_ConfigureSingleStepping(thread->tcb, 0, 1).bp_was_consumed);
    CHECK_EQ(0, seL4_TCB_ConfigureSingleStepping(thread->tcb, 0, 0).bp_was_consumed);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    let_others_run(300);
    CHECK_EQ(1, thread->stage);
}

static void step_over_call(struct thread *thread)
{
    register word number __asm__("x7") = (word)seL4_SysYield;

    __asm__ volatile("svc #0\n\tnop\n\tnop" ::"r"(number) : "memory");
    thread->stage = 1;
}

CASE(debug_effects, call_and_the_next_instruction_are_one_step, "SPSR.SS is armed at each exit")
{
    struct handler handler = handler_new();
    struct thread *thread = thread_prepare(step_over_call, 100, WITH_SC, handler.endpoint, 0, 0, 0);
    word previous = 0, big_steps = 0;

    seL4_TCB_ConfigureSingleStepping(thread->tcb, 0, 1);
    CHECK_OK(seL4_TCB_Resume(thread->tcb));
    for (word i = 0; i < 30 && thread->stage == 0; i++) {
        CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
        word ip = seL4_GetMR(0);
        big_steps += ip == previous + 8 && *(uint32_t *)previous == 0xd4000001;
        previous = ip;
        seL4_SetMR(0, 1);
        answer(&handler, 0, 1);
    }
    CHECK_EQ(1, big_steps);
}

CASE(debug_effects, stepping_does_not_show_in_spsr, "11.2: a thread that was just stopped")
{
    struct handler handler = handler_new();
    struct thread *thread = stepped(&handler, 1);
    seL4_UserContext context;

    CHECK_EQ(seL4_Fault_DebugException, next_fault(&handler));
    CHECK_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, 36, &context));
    CHECK_EQ(0, context.spsr & 1 << 21);
}
#endif

#ifdef CONFIG_DEBUG_BUILD
CASE(debug_effects, names_may_be_long, "18.1: cut to the TCB's field")
{
    char name[400];

    for (word i = 0; i < sizeof(name); i++) {
        name[i] = (char)('a' + i % 26);
    }
    name[sizeof(name) - 1] = 0;
    seL4_DebugNameThread(object_new(seL4_TCBObject, 0), name);
}

CASE(debug_effects, unresolvable_identifies_as_null, "3.3: 0, no fault")
{
    CHECK_EQ(0, seL4_DebugCapIdentify(1UL << 60));
    CHECK_EQ(0, seL4_DebugCapIdentify(slot_new()));
}

CASE(debug_effects, more_types_are_identified, "3.3: IRQ handler 16, SGI 27, ASID pool 13")
{
    word handler = slot_new(), sgi = slot_new();

    CHECK_OK(seL4_IRQControl_Get(seL4_CapIRQControl, 120, ROOT_CNODE, handler, 64));
    CHECK_OK(seL4_IRQControl_IssueSGISignal(seL4_CapIRQControl, 4, 0, ROOT_CNODE, sgi, 64));
    CHECK_EQ(16, seL4_DebugCapIdentify(handler));
    CHECK_EQ(27, seL4_DebugCapIdentify(sgi));
    CHECK_EQ(1, seL4_DebugCapIdentify(boot_info->userImageFrames.start));
    CHECK_EQ(3, seL4_DebugCapIdentify(boot_info->userImagePaging.start));
}

CASE(debug_effects, scheduler_can_be_dumped, "18.1: the call returns; registers survive")
{
    struct registers r = { { 61, 62, 63, 64, 65, 66, 67, (word)seL4_SysDebugDumpScheduler, 68 } };

    thread_start(count_up, 100, WITH_SC, 0, 0, 0, 0);
    let_others_run(300);
    raw_syscall(&r);
    for (word i = 1; i < 7; i++) {
        CHECK_EQ(61 + i, r.x[i]);
    }
}
#endif
