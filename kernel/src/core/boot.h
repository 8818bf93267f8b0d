/* SPDX-License-Identifier: BSD-2-Clause */
/* Things only boot needs. Its code lies in the part of the image that becomes untyped memory. */
#pragma once

#include "kernel/src/core/kernel_state.h"

#define BOOT_CODE __attribute__((section(".boot.text"), noinline))

/* Physical addresses, end exclusive. */
struct physical_region {
    paddr_t start;
    paddr_t end;
};

void arch_cpu_init(void);
