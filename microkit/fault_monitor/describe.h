/* SPDX-License-Identifier: BSD-2-Clause */
/* One fault in words: the part of a report that depends on the kind of fault. */
#pragma once

#include "microkit/fault_monitor/report.h"

/*
 * Prints what happened, and what often is the reason. label: seL4_Fault_..., words: its message
 * registers; context: the thread's registers, or null if they could not be read.
 */
void describe_fault(const struct faulting_pd *pd, seL4_Word label, const seL4_Word *words,
        const seL4_UserContext *context);
