/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/fault_monitor/describe.h"

#include <stddef.h>

#include "microkit/fault_monitor/console.h"
#include "microkit/fault_monitor/decode.h"

#define PAGE 0x1000UL

/* Reason 3 of a debug exception comes without address. */
#define DEBUG_REASONS_WITH_ADDRESS 2

static void put_line(const char *text)
{
    begin_line(text);
    end_line();
}

static void put_address(const char *name, seL4_Word address)
{
    begin_line(name);
    put_hex(address, 16);
    end_line();
}

/* The syndrome register, taken apart. */
static void put_syndrome(seL4_Word esr)
{
    begin_line("syndrome: ");
    put_hex(esr, 8);
    put_text("  class ");
    put_hex(SYNDROME_CLASS(esr), 2);
    put_text(" (");
    put_text(decode_class(SYNDROME_CLASS(esr)));
    put_text(")  details ");
    put_hex(esr & 0x1ffffff, 7);
    end_line();
}

/* ---- hints: what often is the reason ---- */

static int is_below_stack(const struct faulting_pd *pd, seL4_Word address)
{
    return pd->stack_bottom >= PAGE && address < pd->stack_bottom
            && address >= pd->stack_bottom - PAGE;
}

static void hint_at_address(
        const struct faulting_pd *pd, seL4_Word address, const seL4_UserContext *context)
{
    if (is_below_stack(pd, address)) {
        put_line("hint: stack overflow: the address is in the page below the stack; give the PD a "
                 "larger stack_size");
    } else if (context != NULL && pd->stack_bottom != 0 && context->sp < pd->stack_bottom) {
        put_line("hint: stack overflow: the stack pointer is below the stack; give the PD a larger "
                 "stack_size");
    } else if (address < PAGE) {
        put_line("hint: a null pointer, or libmicrokit stopped the PD: then its message stands "
                 "above and the address is an error number");
    }
}

static void hint_at_status(seL4_Word status)
{
    if (status == 0x21) {
        put_line("hint: memory with cached=\"false\" takes aligned accesses only; compile with "
                 "-mstrict-align, copy with aligned words");
    } else if (status >= 0x0d && status <= 0x0f) {
        put_line("hint: see perms of the <map>, or the flags of the program's segment");
    }
}

/* ---- one function per kind of fault ---- */

static void describe_vm_fault(
        const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context)
{
    seL4_Word address = words[seL4_VMFault_Addr];
    seL4_Word esr = words[seL4_VMFault_FSR];

    if (words[seL4_VMFault_PrefetchFault]) {
        put_text("executing");
    } else if (!SYNDROME_IS_ACCESS(esr)) {
        put_text("cache maintenance of");
    } else {
        put_text(SYNDROME_IS_WRITE(esr) ? "writing" : "reading");
    }
    put_text(" address ");
    put_hex(address, 16);
    put_text(": ");
    put_text(decode_status(SYNDROME_STATUS(esr)));
    end_line();
    put_address("instruction: ", words[seL4_VMFault_IP]);
    put_syndrome(esr);
    hint_at_address(pd, address, context);
    hint_at_status(SYNDROME_STATUS(esr));
}

static void describe_cap_fault(
        const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context)
{
    seL4_Word id;
    const char *slot = decode_slot(words[seL4_CapFault_Addr], &id);

    (void)pd;
    (void)context;
    put_text(words[seL4_CapFault_InRecvPhase] ? "receiving from" : "invoking");
    put_text(" capability ");
    put_short_hex(words[seL4_CapFault_Addr]);
    put_text(": ");
    put_text(decode_lookup_failure(words[seL4_CapFault_LookupFailureType]));
    end_line();
    put_address("instruction: ", words[seL4_CapFault_IP]);
    begin_line("slot: ");
    put_text(slot);
    if (id != (seL4_Word)-1) {
        put_text(" ");
        put_decimal(id);
    }
    end_line();
}

static void describe_unknown_syscall(
        const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context)
{
    seL4_Word number = words[seL4_UnknownSyscall_Syscall];

    (void)pd;
    (void)context;
    put_text("number ");
    if ((long)number < 0) {
        put_text("-");
        number = 0 - number;
    }
    put_decimal(number);
    end_line();
    put_address("instruction: ", words[seL4_UnknownSyscall_FaultIP]);
    put_line("hint: is the program built for another configuration than the kernel?");
}

static void put_register_access(seL4_Word esr)
{
    begin_line("register: op0=");
    put_decimal(esr >> 20 & 3);
    put_text(" op1=");
    put_decimal(esr >> 14 & 7);
    put_text(" CRn=");
    put_decimal(esr >> 10 & 15);
    put_text(" CRm=");
    put_decimal(esr >> 1 & 15);
    put_text(" op2=");
    put_decimal(esr >> 17 & 7);
    put_text(esr & 1 ? ", read " : ", written ");
    put_text(decode_system_register(esr));
    end_line();
}

static void describe_user_exception(
        const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context)
{
    seL4_Word esr = words[seL4_UserException_Number];

    (void)pd;
    (void)context;
    put_text(decode_class(SYNDROME_CLASS(esr)));
    end_line();
    put_address("instruction: ", words[seL4_UserException_FaultIP]);
    put_syndrome(esr);
    if (SYNDROME_CLASS(esr) == CLASS_SYSTEM_REGISTER) {
        put_register_access(esr);
    } else if (SYNDROME_CLASS(esr) == CLASS_FPU) {
        put_line(
                "hint: the PD has fpu=\"false\"; change that, or compile with -mgeneral-regs-only");
    }
}

static void describe_debug_exception(
        const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context)
{
    (void)pd;
    (void)context;
    put_text(decode_debug_reason(words[1]));
    end_line();
    put_address("instruction: ", words[0]);
    if (words[1] < DEBUG_REASONS_WITH_ADDRESS) {
        put_address("address: ", words[2]);
    }
}

static void describe_timeout(
        const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context)
{
    (void)pd;
    (void)context;
    put_text("budget used up after ");
    put_decimal(words[seL4_Timeout_Consumed]);
    put_text(" us");
    end_line();
}

static void describe_virtual_cpu_fault(
        const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context)
{
    (void)pd;
    (void)context;
    put_text(decode_class(SYNDROME_CLASS(words[0])));
    end_line();
    put_syndrome(words[0]);
}

static const struct {
    seL4_Word label;
    void (*describe)(
            const struct faulting_pd *pd, const seL4_Word *words, const seL4_UserContext *context);
} descriptions[] = {
    { seL4_Fault_CapFault, describe_cap_fault },
    { seL4_Fault_UnknownSyscall, describe_unknown_syscall },
    { seL4_Fault_UserException, describe_user_exception },
    { 4, describe_debug_exception },
    { seL4_Fault_Timeout, describe_timeout },
    { seL4_Fault_VMFault, describe_vm_fault },
    { 8, describe_virtual_cpu_fault },
};

void describe_fault(const struct faulting_pd *pd, seL4_Word label, const seL4_Word *words,
        const seL4_UserContext *context)
{
    begin_line(decode_fault(label));
    put_text(": ");
    for (unsigned i = 0; i < sizeof(descriptions) / sizeof(descriptions[0]); i++) {
        if (descriptions[i].label == label) {
            descriptions[i].describe(pd, words, context);
            return;
        }
    }
    put_text(is_fault(label) ? "not expected from this kernel"
                             : "the PD sent it to its fault endpoint itself");
    end_line();
}
