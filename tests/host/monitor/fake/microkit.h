/* SPDX-License-Identifier: BSD-2-Clause */
/* The system calls that the monitor makes; monitor_harness.c answers them. Stands in for microkit.h. */
#pragma once

#include <os/sddf.h>

#include <sel4/errors.h>
#include <sel4/lionscope.h>
#include <sel4/types.h>

typedef sddf_channel microkit_channel;
typedef unsigned microkit_child;

seL4_CPtr microkit_cspace_root_slot_to_cptr(seL4_Word slot);
seL4_Error seL4_TCB_ReadRegisters(seL4_CPtr tcb, seL4_Bool suspend, unsigned char flags,
        seL4_Word count, seL4_UserContext *registers);
seL4_Error lionscope_TCB_GetStatistics(seL4_CPtr tcb, struct lionscope_tcb_statistics *result);
seL4_Error lionscope_SchedContext_GetStatistics(
        seL4_CPtr context, struct lionscope_sched_context_statistics *result);
