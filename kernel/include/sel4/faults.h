/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Fault messages as structures. Word 0: fault label; the message's words follow in reverse. */
#include <sel4/config.h>
#include <sel4/shared_types.h>

typedef struct seL4_Fault {
    seL4_Word words[14];
} seL4_Fault_t;

/* Number 4 is reserved where the hardware debug API is not built in. */
enum seL4_Fault_tag {
    seL4_Fault_NullFault = 0,
    seL4_Fault_CapFault = 1,
    seL4_Fault_UnknownSyscall = 2,
    seL4_Fault_UserException = 3,
#ifdef CONFIG_HARDWARE_DEBUG_API
    seL4_Fault_DebugException = 4,
#endif
    seL4_Fault_Timeout = 5,
    seL4_Fault_VMFault = 6,
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    seL4_Fault_VGICMaintenance = 7,
#endif
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    seL4_Fault_VCPUFault = 8,
#endif
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    seL4_Fault_VPPIEvent = 9,
#endif
};
typedef enum seL4_Fault_tag seL4_Fault_tag_t;
typedef seL4_Word seL4_FaultType;

/* Message word n of a fault stands at index 13 - n. */
#define SEL4_FAULT_FIELD(X, f, n)                                                              \
    LIBSEL4_INLINE_FUNC seL4_Word seL4_Fault_##X##_get_##f(seL4_Fault_t fault)                 \
    {                                                                                          \
        return fault.words[13 - (n)];                                                          \
    }                                                                                          \
    LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_##X##_set_##f(seL4_Fault_t fault, seL4_Word v) \
    {                                                                                          \
        fault.words[13 - (n)] = v;                                                             \
        return fault;                                                                          \
    }                                                                                          \
    LIBSEL4_INLINE_FUNC seL4_Word seL4_Fault_##X##_ptr_get_##f(const seL4_Fault_t *fault)      \
    {                                                                                          \
        return fault->words[13 - (n)];                                                         \
    }

LIBSEL4_INLINE_FUNC seL4_Word seL4_Fault_get_seL4_FaultType(seL4_Fault_t fault)
{
    return fault.words[0] & 0xf;
}

LIBSEL4_INLINE_FUNC int seL4_Fault_seL4_FaultType_equals(seL4_Fault_t fault, seL4_Word type)
{
    return seL4_Fault_get_seL4_FaultType(fault) == type;
}

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_NullFault_new(void)
{
    seL4_Fault_t fault = { { seL4_Fault_NullFault } };

    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isNullFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_NullFault;
}

SEL4_FAULT_FIELD(CapFault, IP, 0)
SEL4_FAULT_FIELD(CapFault, Addr, 1)
SEL4_FAULT_FIELD(CapFault, InRecvPhase, 2)
SEL4_FAULT_FIELD(CapFault, LookupFailureType, 3)
SEL4_FAULT_FIELD(CapFault, MR4, 4)
SEL4_FAULT_FIELD(CapFault, MR5, 5)
SEL4_FAULT_FIELD(CapFault, MR6, 6)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_CapFault_new(seL4_Word IP, seL4_Word Addr,
        seL4_Word InRecvPhase, seL4_Word LookupFailureType, seL4_Word MR4, seL4_Word MR5,
        seL4_Word MR6)
{
    seL4_Fault_t fault = { { seL4_Fault_CapFault } };

    fault.words[13] = IP;
    fault.words[12] = Addr;
    fault.words[11] = InRecvPhase;
    fault.words[10] = LookupFailureType;
    fault.words[9] = MR4;
    fault.words[8] = MR5;
    fault.words[7] = MR6;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isCapFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_CapFault;
}

SEL4_FAULT_FIELD(UnknownSyscall, X0, 0)
SEL4_FAULT_FIELD(UnknownSyscall, X1, 1)
SEL4_FAULT_FIELD(UnknownSyscall, X2, 2)
SEL4_FAULT_FIELD(UnknownSyscall, X3, 3)
SEL4_FAULT_FIELD(UnknownSyscall, X4, 4)
SEL4_FAULT_FIELD(UnknownSyscall, X5, 5)
SEL4_FAULT_FIELD(UnknownSyscall, X6, 6)
SEL4_FAULT_FIELD(UnknownSyscall, X7, 7)
SEL4_FAULT_FIELD(UnknownSyscall, FaultIP, 8)
SEL4_FAULT_FIELD(UnknownSyscall, SP, 9)
SEL4_FAULT_FIELD(UnknownSyscall, LR, 10)
SEL4_FAULT_FIELD(UnknownSyscall, SPSR, 11)
SEL4_FAULT_FIELD(UnknownSyscall, Syscall, 12)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_UnknownSyscall_new(seL4_Word X0, seL4_Word X1,
        seL4_Word X2, seL4_Word X3, seL4_Word X4, seL4_Word X5, seL4_Word X6, seL4_Word X7,
        seL4_Word FaultIP, seL4_Word SP, seL4_Word LR, seL4_Word SPSR, seL4_Word Syscall)
{
    seL4_Fault_t fault = { { seL4_Fault_UnknownSyscall } };

    fault.words[13] = X0;
    fault.words[12] = X1;
    fault.words[11] = X2;
    fault.words[10] = X3;
    fault.words[9] = X4;
    fault.words[8] = X5;
    fault.words[7] = X6;
    fault.words[6] = X7;
    fault.words[5] = FaultIP;
    fault.words[4] = SP;
    fault.words[3] = LR;
    fault.words[2] = SPSR;
    fault.words[1] = Syscall;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isUnknownSyscall_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_UnknownSyscall;
}

SEL4_FAULT_FIELD(UserException, FaultIP, 0)
SEL4_FAULT_FIELD(UserException, Stack, 1)
SEL4_FAULT_FIELD(UserException, SPSR, 2)
SEL4_FAULT_FIELD(UserException, Number, 3)
SEL4_FAULT_FIELD(UserException, Code, 4)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_UserException_new(
        seL4_Word FaultIP, seL4_Word Stack, seL4_Word SPSR, seL4_Word Number, seL4_Word Code)
{
    seL4_Fault_t fault = { { seL4_Fault_UserException } };

    fault.words[13] = FaultIP;
    fault.words[12] = Stack;
    fault.words[11] = SPSR;
    fault.words[10] = Number;
    fault.words[9] = Code;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isUserException_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_UserException;
}

#ifdef CONFIG_HARDWARE_DEBUG_API
SEL4_FAULT_FIELD(DebugException, FaultIP, 0)
SEL4_FAULT_FIELD(DebugException, ExceptionReason, 1)
SEL4_FAULT_FIELD(DebugException, TriggerAddress, 2)
SEL4_FAULT_FIELD(DebugException, BreakpointNumber, 3)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_DebugException_new(seL4_Word FaultIP,
        seL4_Word ExceptionReason, seL4_Word TriggerAddress, seL4_Word BreakpointNumber)
{
    seL4_Fault_t fault = { { seL4_Fault_DebugException } };

    fault.words[13] = FaultIP;
    fault.words[12] = ExceptionReason;
    fault.words[11] = TriggerAddress;
    fault.words[10] = BreakpointNumber;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isDebugException_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_DebugException;
}
#endif

SEL4_FAULT_FIELD(Timeout, data, 0)
SEL4_FAULT_FIELD(Timeout, consumed, 1)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_Timeout_new(seL4_Word data, seL4_Word consumed)
{
    seL4_Fault_t fault = { { seL4_Fault_Timeout } };

    fault.words[13] = data;
    fault.words[12] = consumed;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isTimeoutFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_Timeout;
}

SEL4_FAULT_FIELD(VMFault, IP, 0)
SEL4_FAULT_FIELD(VMFault, Addr, 1)
SEL4_FAULT_FIELD(VMFault, PrefetchFault, 2)
SEL4_FAULT_FIELD(VMFault, FSR, 3)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_VMFault_new(
        seL4_Word IP, seL4_Word Addr, seL4_Word PrefetchFault, seL4_Word FSR)
{
    seL4_Fault_t fault = { { seL4_Fault_VMFault } };

    fault.words[13] = IP;
    fault.words[12] = Addr;
    fault.words[11] = PrefetchFault;
    fault.words[10] = FSR;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isVMFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_VMFault;
}

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
SEL4_FAULT_FIELD(VGICMaintenance, IDX, 0)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_VGICMaintenance_new(seL4_Word IDX)
{
    seL4_Fault_t fault = { { seL4_Fault_VGICMaintenance } };

    fault.words[13] = IDX;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isVGICMaintenance_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_VGICMaintenance;
}
#endif

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
SEL4_FAULT_FIELD(VCPUFault, HSR, 0)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_VCPUFault_new(seL4_Word HSR)
{
    seL4_Fault_t fault = { { seL4_Fault_VCPUFault } };

    fault.words[13] = HSR;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isVCPUFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_VCPUFault;
}
#endif

#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
SEL4_FAULT_FIELD(VPPIEvent, irq, 0)

LIBSEL4_INLINE_FUNC seL4_Fault_t seL4_Fault_VPPIEvent_new(seL4_Word irq)
{
    seL4_Fault_t fault = { { seL4_Fault_VPPIEvent } };

    fault.words[13] = irq;
    return fault;
}

LIBSEL4_INLINE_FUNC seL4_Bool seL4_isVPPIEvent_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_VPPIEvent;
}
#endif
