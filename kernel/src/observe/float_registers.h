/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating-point registers by capability, for debuggers: layout and labels are in <sel4/lionscope.h>. */
#pragma once

#include "kernel/src/api/invocation.h"

/* LionscopeTCBReadFloats, LionscopeTCBWriteFloats. */
error_t float_registers_invoke(struct invocation *inv, struct tcb *tcb);
