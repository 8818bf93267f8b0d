/* SPDX-License-Identifier: BSD-2-Clause */
/* What the monitor uses of the kernel's interface. Stands in for kernel/include/sel4/types.h. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t seL4_Word;
typedef uint64_t seL4_Uint64;
typedef uint16_t seL4_Uint16;
typedef uint64_t seL4_CPtr;
typedef bool seL4_Bool;

/* Registers of which the monitor reads a few. */
typedef struct {
    seL4_Word pc, sp, x29, x30;
} seL4_UserContext;
