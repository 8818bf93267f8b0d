/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Invocation labels of objects common to all Arm kernels; they come last. */
#include <sel4/sel4_arch/invocation.h>

enum arch_invocation_label {
    ARMPageTableMap = nSeL4ArchInvocationLabels,
    ARMPageTableUnmap,
    ARMPageMap,
    ARMPageUnmap,
    ARMPageClean_Data,
    ARMPageInvalidate_Data,
    ARMPageCleanInvalidate_Data,
    ARMPageUnify_Instruction,
    ARMPageGetAddress,
    ARMASIDControlMakePool,
    ARMASIDPoolAssign,
#ifdef CONFIG_ARM_HYPERVISOR_SUPPORT
    ARMVCPUSetTCB,
    ARMVCPUInjectIRQ,
    ARMVCPUReadReg,
    ARMVCPUWriteReg,
    ARMVCPUAckVPPI,
#endif
    ARMIRQIssueIRQHandlerTrigger,
#ifdef CONFIG_ENABLE_SMP_SUPPORT
    ARMIRQIssueIRQHandlerTriggerCore,
#else
    ARMIRQIssueSGISignal,
#endif
    nArchInvocationLabels
};
