/* SPDX-License-Identifier: BSD-2-Clause */
/* A fault in words, on the kernel's console. */
#pragma once

#include <sel4/sel4.h>

/* Words of the longest fault message, an unknown system call. */
#define FAULT_WORDS 13

/* What the monitor knows about the PD that a message is from. */
struct faulting_pd {
    const char *name; /* ends with 0, or PD_NAME_LENGTH characters long */
    const char *file; /* of the program's symbols; as above */
    seL4_CPtr tcb;
    seL4_Word stack_bottom; /* lowest address of the stack; the page below is not mapped */
};

#define PD_NAME_LENGTH 64

/*
 * Everything known about a fault: what it was, where, all registers, and the command that finds the
 * source line. words: the fault's message registers.
 */
void report_fault(const struct faulting_pd *pd, seL4_Word badge, seL4_Word label,
        const seL4_Word words[FAULT_WORDS]);
