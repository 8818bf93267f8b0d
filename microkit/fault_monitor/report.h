/* SPDX-License-Identifier: BSD-2-Clause */
/* A fault in words, on the kernel's console. */
#pragma once

#include <sel4/sel4.h>

struct faulting_pd {
    const char *name; /* ends with 0, or 64 characters long */
    seL4_Word index;
    seL4_CPtr tcb;
    seL4_Word stack_bottom;
};

/*
 * Everything known about a fault: what it was, where, all registers, and the command that finds the
 * source line. The fault's message registers must not have been overwritten.
 */
void report_fault(const struct faulting_pd *pd, seL4_MessageInfo_t message, seL4_Word badge);
