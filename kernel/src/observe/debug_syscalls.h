/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls that exist only in debug and benchmark builds (sel4-abi.md, 2.2, 18.1, 19). */
#pragma once

#include "kernel/src/core/types.h"

/*
 * Serves the current thread's call if its number is compiled in: no budget check, no scheduling.
 * False: the number is unknown in this build.
 */
bool debug_syscall(sword_t number);
