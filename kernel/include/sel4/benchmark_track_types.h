/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

/* Kernel entries in a log buffer, on kernels that have one. */
#include <sel4/simple_types.h>

typedef enum {
    Entry_Interrupt = 1,
    Entry_UnknownSyscall,
    Entry_UserLevelFault,
    Entry_DebugFault,
    Entry_VMFault,
    Entry_Syscall,
    Entry_VCPUFault,
} entry_type_t;
