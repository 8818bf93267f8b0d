/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/fault_monitor/report.h"

#include <stddef.h>

#include "microkit/fault_monitor/console.h"
#include "microkit/fault_monitor/decode.h"
#include "microkit/fault_monitor/describe.h"

/* Order of seL4_UserContext (sel4-abi.md, 11.1). */
static const char *const register_names[] = { "pc", "sp", "spsr", "x0", "x1", "x2", "x3", "x4",
    "x5", "x6", "x7", "x8", "x16", "x17", "x18", "x29", "x30", "x9", "x10", "x11", "x12", "x13",
    "x14", "x15", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "tpidr_el0",
    "tpidrro_el0" };

#define REGISTER_COUNT (sizeof(register_names) / sizeof(register_names[0]))
_Static_assert(REGISTER_COUNT * sizeof(seL4_Word) == sizeof(seL4_UserContext), "one name each");

/* Longest name. */
#define NAME_WIDTH       11
#define REGISTERS_A_LINE 3

static void put_right_aligned(const char *name)
{
    unsigned length = 0;

    while (name[length] != 0) {
        length++;
    }
    for (; length < NAME_WIDTH; length++) {
        put_text(" ");
    }
    put_text(name);
}

static void put_registers(const seL4_UserContext *context)
{
    const seL4_Word *values = (const seL4_Word *)context;

    begin_line("registers:\n");
    for (unsigned i = 0; i < REGISTER_COUNT; i++) {
        if (i % REGISTERS_A_LINE == 0) {
            begin_line("");
        } else {
            put_text("  ");
        }
        put_right_aligned(register_names[i]);
        put_text(" : ");
        put_hex(values[i], 16);
        if (i % REGISTERS_A_LINE == REGISTERS_A_LINE - 1) {
            end_line();
        }
    }
}

/* Commands that find the source lines. x30 is where the function returns to, while it is valid. */
static void put_commands(const struct faulting_pd *pd, const seL4_UserContext *context)
{
    begin_line("where in the source: aarch64-linux-gnu-addr2line -fpie ");
    put_name(pd->file, PD_NAME_LENGTH);
    put_text(" ");
    put_short_hex(context->pc);
    if (context->x30 != 0 && context->x30 != context->pc) {
        put_text(" ");
        put_short_hex(context->x30);
    }
    end_line();
    begin_line("or, with the console attached: lionscope gdb ");
    put_name(pd->name, PD_NAME_LENGTH);
    end_line();
}

static void put_heading(const struct faulting_pd *pd, seL4_Word badge, seL4_Word label)
{
    begin_line("received message ");
    put_hex(label, 8);
    put_text("  badge: ");
    put_hex(badge, 16);
    put_text("  tcb cap: ");
    put_hex(pd->tcb, 16);
    end_line();
    begin_line("faulting PD: ");
    put_name(pd->name, PD_NAME_LENGTH);
    end_line();
}

void report_fault(const struct faulting_pd *pd, seL4_Word badge, seL4_Word label,
        const seL4_Word words[FAULT_WORDS])
{
    seL4_UserContext context;
    seL4_Error error = (seL4_Error)seL4_TCB_ReadRegisters(pd->tcb, 0, 0, REGISTER_COUNT, &context);

    put_heading(pd, badge, label);
    describe_fault(pd, label, words, error == seL4_NoError ? &context : NULL);
    if (error == seL4_NoError) {
        put_registers(&context);
        put_commands(pd, &context);
    }
    if (is_fault(label)) {
        begin_line("the PD stays stopped, the others go on\n");
    } else {
        begin_line("the PD goes on, unless it waits for an answer\n");
    }
}
