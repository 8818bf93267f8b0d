/* SPDX-License-Identifier: BSD-2-Clause */
/* The four cache operations stand in the same order among the labels of frames and VSpaces. */
#pragma once

#include <sel4/invocation.h>

#include "kernel/src/arch/aarch64/mmu.h"

_Static_assert(ARMVSpaceUnify_Instruction - ARMVSpaceClean_Data == 3, "order of labels");
_Static_assert(ARMPageUnify_Instruction - ARMPageClean_Data == 3, "order of labels");

/* offset: 0..3, the distance from the ...Clean_Data label. */
static inline enum cache_operation cache_operation_of_label(word_t offset)
{
    static const uint8_t operations[] = { CACHE_CLEAN, CACHE_INVALIDATE, CACHE_CLEAN_INVALIDATE,
        CACHE_UNIFY };

    return (enum cache_operation)operations[offset];
}
