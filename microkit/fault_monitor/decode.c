/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/fault_monitor/decode.h"

#include <microkit.h>

#define LAST_FAULT 9 /* of kernels that are hypervisors */

struct text_of_number {
    seL4_Word number;
    const char *text;
};

#define COUNT_OF(table)     (sizeof(table) / sizeof((table)[0]))
#define FIND(table, number) find(table, COUNT_OF(table), number, "unknown")

static const char *find(const struct text_of_number *table, seL4_Word count, seL4_Word number,
        const char *otherwise)
{
    for (seL4_Word i = 0; i < count; i++) {
        if (table[i].number == number) {
            return table[i].text;
        }
    }
    return otherwise;
}

const char *decode_fault(seL4_Word label)
{
    /* sel4-abi.md, 10.2; 4 is not in the headers of configurations without the debug API. */
    static const struct text_of_number faults[] = {
        { seL4_Fault_CapFault, "capability fault" },
        { seL4_Fault_UnknownSyscall, "unknown system call" },
        { seL4_Fault_UserException, "exception" },
        { 4, "debug exception" },
        { seL4_Fault_Timeout, "timeout" },
        { seL4_Fault_VMFault, "virtual memory fault" },
        { 7, "virtual interrupt controller maintenance" },
        { 8, "virtual CPU fault" },
        { LAST_FAULT, "virtual timer interrupt" },
    };

    return find(faults, COUNT_OF(faults), label, "message");
}

int is_fault(seL4_Word label)
{
    return label >= seL4_Fault_CapFault && label <= LAST_FAULT;
}

/* Arm ARM, ESR_EL1.EC, as far as EL0 in AArch64 state can cause them. */
const char *decode_class(seL4_Word class_number)
{
    static const struct text_of_number classes[] = {
        { 0x00, "undefined instruction" },
        { 0x01, "WFI or WFE" },
        { CLASS_FPU, "floating-point or SIMD instruction, but the FPU is off" },
        { 0x0d, "branch target" },
        { 0x0e, "illegal execution state" },
        { 0x15, "system call" },
        { 0x16, "HVC instruction" },
        { 0x17, "SMC instruction" },
        { CLASS_SYSTEM_REGISTER, "access to a system register" },
        { 0x19, "SVE instruction" },
        { 0x1c, "pointer authentication" },
        { 0x20, "instruction abort" },
        { 0x22, "misaligned program counter" },
        { 0x24, "data abort" },
        { 0x26, "misaligned stack pointer" },
        { 0x2c, "floating-point exception" },
        { 0x2f, "SError interrupt" },
        { 0x30, "hardware breakpoint" },
        { 0x32, "single step" },
        { 0x34, "watchpoint" },
        { 0x3c, "BRK instruction" },
    };

    return FIND(classes, class_number);
}

/* Arm ARM, ESR_EL1, DFSC and IFSC of aborts. */
const char *decode_status(seL4_Word status)
{
    static const struct text_of_number statuses[] = {
        { 0x00, "address size fault, level 0" },
        { 0x01, "address size fault, level 1" },
        { 0x02, "address size fault, level 2" },
        { 0x03, "address size fault, level 3" },
        { 0x04, "nothing is mapped there (translation fault, level 0)" },
        { 0x05, "nothing is mapped there (translation fault, level 1)" },
        { 0x06, "nothing is mapped there (translation fault, level 2)" },
        { 0x07, "nothing is mapped there (translation fault, level 3)" },
        { 0x09, "access flag fault, level 1" },
        { 0x0a, "access flag fault, level 2" },
        { 0x0b, "access flag fault, level 3" },
        { 0x0d, "the mapping does not permit it (permission fault, level 1)" },
        { 0x0e, "the mapping does not permit it (permission fault, level 2)" },
        { 0x0f, "the mapping does not permit it (permission fault, level 3)" },
        { 0x10, "nothing answers at the physical address (external abort)" },
        { 0x14, "external abort on a table walk, level 0" },
        { 0x15, "external abort on a table walk, level 1" },
        { 0x16, "external abort on a table walk, level 2" },
        { 0x17, "external abort on a table walk, level 3" },
        { 0x18, "parity or ECC error" },
        { 0x21, "misaligned for this kind of memory (alignment fault)" },
        { 0x30, "TLB conflict" },
        { 0x35, "exclusive or atomic access to memory that does not support it" },
    };

    return FIND(statuses, status);
}

/* sel4-abi.md, 10.3 */
const char *decode_debug_reason(seL4_Word reason)
{
    static const struct text_of_number reasons[] = {
        { 0, "data watchpoint" },
        { 1, "instruction breakpoint" },
        { 2, "single step" },
        { 3, "BRK instruction: an assertion, __builtin_trap() or a sanitizer" },
    };

    return FIND(reasons, reason);
}

/* sel4-abi.md, 5.2 */
const char *decode_lookup_failure(seL4_Word type)
{
    static const struct text_of_number failures[] = {
        { 1, "the thread has no capability space" },
        { 2, "there is no such capability" },
        { 3, "the pointer ends inside the capability space" },
        { 4, "the pointer leads outside the capability space" },
    };

    return FIND(failures, type);
}

/* The register's encoding in a syndrome: op0, op2, op1, CRn and CRm; not Rt and direction. */
#define ENCODING_MASK 0x3ffc1eUL
#define ENCODING(op0, op1, crn, crm, op2) \
    ((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)

/* Registers that programs of other systems use. */
const char *decode_system_register(seL4_Word esr)
{
    static const struct text_of_number registers[] = {
        { ENCODING(3, 3, 14, 0, 2), "CNTVCT_EL0; programs may read CNTPCT_EL0" },
        { ENCODING(3, 3, 14, 3, 0), "CNTV_TVAL_EL0; programs may use CNTP_TVAL_EL0" },
        { ENCODING(3, 3, 14, 3, 1), "CNTV_CTL_EL0; programs may use CNTP_CTL_EL0" },
        { ENCODING(3, 3, 14, 3, 2), "CNTV_CVAL_EL0; programs may use CNTP_CVAL_EL0" },
        { ENCODING(3, 3, 9, 12, 0),
                "PMCR_EL0; programs may use the PMU in configuration benchmark" },
        { ENCODING(3, 3, 9, 13, 0),
                "PMCCNTR_EL0; programs may use the PMU in configuration benchmark" },
        { ENCODING(3, 0, 0, 0, 0), "MIDR_EL1" },
        { ENCODING(3, 0, 0, 0, 5), "MPIDR_EL1" },
        { ENCODING(3, 0, 4, 2, 2), "CurrentEL" },
    };

    return find(registers, COUNT_OF(registers), esr & ENCODING_MASK, "");
}

const char *decode_slot(seL4_CPtr cptr, seL4_Word *id)
{
    static const struct {
        seL4_Word base;
        seL4_Word count; /* 0: one slot without number */
        const char *text;
    } slots[] = {
        { 1, 0, "own input" },
        { 2, 0, "own fault endpoint" },
        { 3, 0, "own address space" },
        { 4, 0, "own reply object" },
        { MONITOR_EP, 0, "fault monitor" },
        { TCB_CAP, 0, "own thread" },
        { ARM_SMC_CAP, 0, "firmware calls" },
        { BASE_OUTPUT_NOTIFICATION_CAP, MICROKIT_MAX_CHANNELS, "notification of channel" },
        { BASE_ENDPOINT_CAP, MICROKIT_MAX_CHANNELS, "endpoint of channel" },
        { BASE_IRQ_CAP, MICROKIT_MAX_CHANNELS, "interrupt" },
        { BASE_TCB_CAP, MICROKIT_MAX_CHANNELS, "child" },
        { BASE_VM_TCB_CAP, MICROKIT_MAX_CHANNELS, "thread of virtual CPU" },
        { BASE_VCPU_CAP, MICROKIT_MAX_CHANNELS, "virtual CPU" },
    };

    *id = (seL4_Word)-1;
    for (unsigned i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
        if (slots[i].count == 0 ? cptr == slots[i].base : cptr - slots[i].base < slots[i].count) {
            *id = slots[i].count == 0 ? (seL4_Word)-1 : cptr - slots[i].base;
            return slots[i].text;
        }
    }
    return "no slot that libmicrokit uses";
}
