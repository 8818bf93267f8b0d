/* SPDX-License-Identifier: BSD-2-Clause */
/* The hardware debug API (sel4-abi.md, 18.2): debug builds only. */
#pragma once

#include "kernel/src/api/invocation.h"

/* TCBSetBreakpoint, TCBGetBreakpoint, TCBUnsetBreakpoint, TCBConfigureSingleStepping. */
error_t breakpoint_invoke(struct invocation *inv, struct tcb *tcb);
