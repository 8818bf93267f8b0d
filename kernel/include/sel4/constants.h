/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Numbers of the interface (sizes, limits, slots). */
#include <sel4/config.h>
#include <sel4/macros.h>

#define seL4_WordBits     64
#define seL4_WordSizeBits 3
#define seL4_NumPrio      256
#define seL4_MinPrio      0
#define seL4_MaxPrio      255
#define seL4_InvalidPrio  (-1)

enum priorityConstants {
    seL4_PrioInvalid = -1,
    seL4_PrioMinimum = 0,
    seL4_PrioMaximum = 255,
};

enum seL4_MsgLimits {
    seL4_MsgLengthBits = 7,
    seL4_MsgExtraCapBits = 2,
    seL4_MsgMaxLength = 120,
};
#define seL4_MsgMaxExtraCaps 3

typedef enum {
    seL4_NoFailure = 0,
    seL4_InvalidRoot = 1,
    seL4_MissingCapability = 2,
    seL4_DepthMismatch = 3,
    seL4_GuardMismatch = 4,
    SEL4_FORCE_LONG_ENUM(seL4_LookupFailureType),
} seL4_LookupFailureType;

/* Thread flags of seL4_TCB_SetFlags. */
typedef enum {
    seL4_TCBFlag_NoFlag = 0x0,
    seL4_TCBFlag_fpuDisabled = 0x1,
    SEL4_FORCE_LONG_ENUM(seL4_TCBFlag),
} seL4_TCBFlag;
#define seL4_TCBFlag_MASK 1

/* Flags of seL4_SchedControl_ConfigureFlags. */
typedef enum {
    seL4_SchedContext_NoFlag = 0x0,
    seL4_SchedContext_Sporadic = 0x1,
    SEL4_FORCE_LONG_ENUM(seL4_SchedContextFlag),
} seL4_SchedContextFlag;

#define seL4_CoreSchedContextBytes 128
#define seL4_MinSchedContextBits   7
#define seL4_RefillSizeBytes       16

/* Refills, beyond the two mandatory ones, that fit into a context of 2^size bytes; size >= 7. */
LIBSEL4_INLINE_FUNC unsigned long seL4_MaxExtraRefills(unsigned long size)
{
    return ((1UL << size) - seL4_CoreSchedContextBytes) / seL4_RefillSizeBytes;
}

#define seL4_UntypedRetypeMaxObjects CONFIG_RETYPE_FAN_OUT_LIMIT
#define seL4_GuardBits               58
#define seL4_GuardSizeBits           6

#include <sel4/arch/constants.h>
#include <sel4/sel4_arch/constants.h>
