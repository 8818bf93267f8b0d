/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Invocation labels of AArch64 objects; they follow the generic ones. */
#include <sel4/invocation.h>

enum sel4_arch_invocation_label {
    ARMVSpaceClean_Data = nInvocationLabels,
    ARMVSpaceInvalidate_Data,
    ARMVSpaceCleanInvalidate_Data,
    ARMVSpaceUnify_Instruction,
    ARMSMCCall,
    nSeL4ArchInvocationLabels
};
