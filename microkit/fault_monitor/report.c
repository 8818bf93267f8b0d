/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/fault_monitor/report.h"

#include "microkit/fault_monitor/console.h"

#define NAME_LENGTH 64
#define PAGE 0x1000
#define MAX_WORDS 13

/* Fields of the exception syndrome: Arm ARM, ESR_EL1. */
#define ESR_CLASS(esr) ((esr) >> 26 & 0x3f)
#define ESR_STATUS(esr) ((esr) & 0x3f)
#define ESR_WRITE(esr) ((esr) >> 6 & 1)

struct text_of_number {
    unsigned number;
    const char *text;
};

static const struct text_of_number exception_classes[] = {
    { 0x00, "undefined instruction" },
    { 0x01, "WFI or WFE" },
    { 0x07, "floating-point or SIMD instruction without FPU" },
    { 0x0e, "illegal execution state" },
    { 0x11, "SVC in 32-bit state" },
    { 0x15, "SVC" },
    { 0x17, "SMC" },
    { 0x18, "access to a system register" },
    { 0x20, "instruction abort" },
    { 0x22, "misaligned program counter" },
    { 0x24, "data abort" },
    { 0x26, "misaligned stack pointer" },
    { 0x2c, "floating-point exception" },
    { 0x30, "hardware breakpoint" },
    { 0x32, "single step" },
    { 0x34, "watchpoint" },
    { 0x3c, "BRK instruction" },
};

static const struct text_of_number abort_statuses[] = {
    { 0x04, "nothing is mapped there (level 0)" },
    { 0x05, "nothing is mapped there (level 1)" },
    { 0x06, "nothing is mapped there (level 2)" },
    { 0x07, "nothing is mapped there (level 3)" },
    { 0x09, "access flag (level 1)" },
    { 0x0a, "access flag (level 2)" },
    { 0x0b, "access flag (level 3)" },
    { 0x0d, "the mapping does not permit it (level 1)" },
    { 0x0e, "the mapping does not permit it (level 2)" },
    { 0x0f, "the mapping does not permit it (level 3)" },
    { 0x10, "synchronous external abort" },
    { 0x21, "misaligned access" },
};

static const char *find_text(const struct text_of_number *table, unsigned count, unsigned number)
{
    for (unsigned i = 0; i < count; i++) {
        if (table[i].number == number) {
            return table[i].text;
        }
    }
    return "unknown";
}

#define FIND_TEXT(table, number) find_text(table, sizeof(table) / sizeof((table)[0]), number)

static void put_field(const char *name, seL4_Word value)
{
    begin_line();
    put_text(name);
    put_hex(value);
    put_text("\n");
}

/* ---- one function per kind of fault ---- */

static void describe_cap_fault(const struct faulting_pd *pd, const seL4_Word *words)
{
    static const char *const failures[] = { "none", "invalid root", "missing capability",
        "depth mismatch", "guard mismatch" };
    seL4_Word failure = words[seL4_CapFault_LookupFailureType];

    (void)pd;
    begin_line();
    put_text("capability fault: ");
    put_text(words[seL4_CapFault_InRecvPhase] ? "receiving from" : "invoking");
    put_text(" capability ");
    put_short_hex(words[seL4_CapFault_Addr]);
    put_text(": ");
    put_text(failure < 5 ? failures[failure] : "unknown");
    put_text("\n");
}

static void describe_unknown_syscall(const struct faulting_pd *pd, const seL4_Word *words)
{
    (void)pd;
    begin_line();
    put_text("unknown system call, number ");
    put_short_hex(words[seL4_UnknownSyscall_Syscall]);
    put_text("\n");
}

static void describe_user_exception(const struct faulting_pd *pd, const seL4_Word *words)
{
    seL4_Word esr = words[seL4_UserException_Number];

    (void)pd;
    begin_line();
    put_text("exception: ");
    put_text(FIND_TEXT(exception_classes, ESR_CLASS(esr)));
    put_text(", ESR ");
    put_short_hex(esr);
    put_text("\n");
}

static void describe_debug_exception(const struct faulting_pd *pd, const seL4_Word *words)
{
    static const char *const reasons[] = { "data watchpoint", "instruction breakpoint",
        "single step", "BRK instruction" };
    seL4_Word reason = words[1];

    (void)pd;
    begin_line();
    put_text("debug exception: ");
    put_text(reason < 4 ? reasons[reason] : "unknown");
    put_text("\n");
}

static void describe_timeout(const struct faulting_pd *pd, const seL4_Word *words)
{
    (void)pd;
    begin_line();
    put_text("budget used up after ");
    put_decimal(words[seL4_Timeout_Consumed]);
    put_text(" us\n");
}

static void describe_vm_fault(const struct faulting_pd *pd, const seL4_Word *words)
{
    seL4_Word address = words[seL4_VMFault_Addr];
    seL4_Word esr = words[seL4_VMFault_FSR];

    begin_line();
    put_text("virtual memory fault: ");
    put_text(words[seL4_VMFault_PrefetchFault] ? "executing"
                    : ESR_WRITE(esr)           ? "writing"
                                               : "reading");
    put_text(" address ");
    put_hex(address);
    put_text(": ");
    put_text(FIND_TEXT(abort_statuses, ESR_STATUS(esr)));
    put_text("\n");
    put_field("ip=", words[seL4_VMFault_IP]);
    put_field("fsr=", esr);
    begin_line();
    put_text("ec=");
    put_short_hex(ESR_CLASS(esr));
    put_text(" (");
    put_text(FIND_TEXT(exception_classes, ESR_CLASS(esr)));
    put_text(")\n");
    if (address < pd->stack_bottom && address >= pd->stack_bottom - PAGE) {
        begin_line();
        put_text("the address lies directly below the stack: potential stack overflow. Give the "
                 "PD a larger stack_size\n");
    }
}

static const struct {
    seL4_Word label;
    void (*describe)(const struct faulting_pd *pd, const seL4_Word *words);
} descriptions[] = {
    { seL4_Fault_CapFault, describe_cap_fault },
    { seL4_Fault_UnknownSyscall, describe_unknown_syscall },
    { seL4_Fault_UserException, describe_user_exception },
    { 4, describe_debug_exception },
    { seL4_Fault_Timeout, describe_timeout },
    { seL4_Fault_VMFault, describe_vm_fault },
};

static void describe_fault(const struct faulting_pd *pd, seL4_Word label, const seL4_Word *words)
{
    for (unsigned i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
        if (descriptions[i].label == label) {
            descriptions[i].describe(pd, words);
            return;
        }
    }
    begin_line();
    put_text("unknown kind of fault\n");
}

/* ---- registers ---- */

/* Order of seL4_UserContext. */
static const char *const register_names[] = { "pc", "sp", "spsr", "x0", "x1", "x2", "x3", "x4",
    "x5", "x6", "x7", "x8", "x16", "x17", "x18", "x29", "x30", "x9", "x10", "x11", "x12", "x13",
    "x14", "x15", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28",
    "tpidr_el0", "tpidrro_el0" };

#define REGISTER_COUNT (sizeof(register_names) / sizeof(register_names[0]))
#define REGISTERS_A_LINE 2

static void put_padding(const char *name)
{
    unsigned length = 0;

    while (name[length] != 0) {
        length++;
    }
    for (; length < 12; length++) {
        put_text(" ");
    }
}

static void put_registers(const seL4_UserContext *context)
{
    const seL4_Word *values = (const seL4_Word *)context;

    begin_line();
    put_text("registers:\n");
    for (unsigned i = 0; i < REGISTER_COUNT; i++) {
        if (i % REGISTERS_A_LINE == 0) {
            begin_line();
        }
        put_padding(register_names[i]);
        put_text(register_names[i]);
        put_text(" : ");
        put_hex(values[i]);
        if (i % REGISTERS_A_LINE == REGISTERS_A_LINE - 1) {
            put_text("\n");
        }
    }
}

/* For people: where it was in the source. x30 is the caller, unless it has been saved. */
static void put_command(const struct faulting_pd *pd, const seL4_UserContext *context)
{
    begin_line();
    put_text("to see where it was: aarch64-linux-gnu-addr2line -f -p -i -e ");
    put_name(pd->name, NAME_LENGTH);
    put_text(".elf ");
    put_short_hex(context->pc);
    put_text(" ");
    put_short_hex(context->x30);
    put_text("\n");
}

void report_fault(const struct faulting_pd *pd, seL4_MessageInfo_t message, seL4_Word badge)
{
    seL4_Word label = seL4_MessageInfo_get_label(message);
    seL4_Word words[MAX_WORDS];
    seL4_UserContext context = { 0 };

    for (int i = 0; i < MAX_WORDS; i++) {
        words[i] = seL4_GetMR(i);
    }
    begin_line();
    put_text("received message ");
    put_decimal(label);
    put_text("  badge: ");
    put_hex(badge);
    put_text("  tcb cap: ");
    put_hex(pd->tcb);
    put_text("\n");
    begin_line();
    put_text("faulting PD: ");
    put_name(pd->name, NAME_LENGTH);
    put_text("\n");
    describe_fault(pd, label, words);
    if (seL4_TCB_ReadRegisters(pd->tcb, 0, 0, REGISTER_COUNT, &context) == seL4_NoError) {
        put_registers(&context);
        put_command(pd, &context);
    }
    begin_line();
    put_text("the PD stays stopped; the others go on\n");
}
