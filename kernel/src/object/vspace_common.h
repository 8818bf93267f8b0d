/* SPDX-License-Identifier: BSD-2-Clause */
/* What operations on frames, tables and VSpaces share: finding the address space. */
#pragma once

#include "kernel/src/api/invocation.h"
#include "kernel/src/arch/aarch64/mmu.h"

/* The capability is a VSpace that has an ASID. */
static inline bool cap_is_usable_vspace(struct cap cap)
{
    return cap_type(cap) == CAP_VSPACE && cap_is_mapped(cap);
}

/*
 * Performs a cache operation on user addresses [base + start, base + end) of an address space, start
 * being message register 0 of the invocation. The range must be mapped. PREEMPTED: message register
 * 0 has moved, so that the repeated call goes on where this one stopped.
 */
error_t vspace_cache_operation(struct invocation *inv, void *root, word_t asid,
        enum cache_operation operation, vaddr_t base, word_t start, word_t end);

/*
 * Checks that `vspace`, the extra_number-th extra capability, is an address space that still owns
 * its ASID: InvalidCapability(extra_number) or FailedLookup(InvalidRoot).
 */
static inline error_t vspace_check(struct cap vspace, word_t extra_number)
{
    if (!cap_is_usable_vspace(vspace)) {
        return error_capability(extra_number);
    }

    void *root = arch_root_of_asid(cap_asid(vspace));

    if (root == NULL) {
        return error_lookup(false, lookup_invalid_root());
    }
    return root == cap_object(vspace) ? OK : error_capability(extra_number);
}
