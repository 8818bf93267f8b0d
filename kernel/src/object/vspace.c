/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces: cache operations by virtual address (sel4-abi.md, 6.10), deletion. */
#include <sel4/sel4_arch/invocation.h>

#include "kernel/src/core/derivation.h"
#include "kernel/src/object/cache_labels.h"
#include "kernel/src/object/lifecycle.h"
#include "kernel/src/object/vspace_common.h"

#define CACHE_STEP_BITS 11

error_t vspace_cache_operation(struct invocation *inv, void *root, word_t asid,
        enum cache_operation operation, vaddr_t base, word_t start, word_t end)
{
    while (start < end) {
        word_t step_end = MIN(end, ALIGN_DOWN(start, CACHE_STEP_BITS) + BIT(CACHE_STEP_BITS));

        mmu_user_cache_operation(root, asid, operation, base + start, base + step_end);
        start = step_end;
        if (start < end && preemption_point() == PREEMPTED) {
            inv->caller->context.x[REG_MR0] = start;
            return PREEMPTED;
        }
    }
    return OK;
}

static error_t flush(struct invocation *inv, enum cache_operation operation)
{
    struct cap cap = inv->cap;

    if (inv->length < 2) {
        return error_plain(seL4_TruncatedMessage);
    }

    vaddr_t start = message_word(inv, 0);
    vaddr_t end = message_word(inv, 1);

    if (end <= start) {
        return error_argument(1);
    }
    if (end > USER_TOP) {
        return error_plain(seL4_IllegalOperation);
    }

    error_t error = vspace_check(cap, 0);

    if (error != OK) {
        return error;
    }

    struct walk walk = mmu_walk(cap_object(cap), start, PAGE_BITS);

    if (!pte_is_mapping(walk)) {
        return OK;
    }
    if (ALIGN_DOWN(start, walk.bits) != ALIGN_DOWN(end - 1, walk.bits)) {
        return error_range(start, start | MASK(walk.bits));
    }
    if (operation == CACHE_INVALIDATE && pte_rights(*walk.entry) != VM_READ_WRITE) {
        return error_plain(seL4_IllegalOperation);
    }
    return vspace_cache_operation(inv, cap_object(cap), cap_asid(cap), operation, 0, start, end);
}

error_t vspace_invoke(struct invocation *inv)
{
    if (inv->label < ARMVSpaceClean_Data || inv->label > ARMVSpaceUnify_Instruction) {
        return error_plain(seL4_IllegalOperation);
    }
    return flush(inv, cache_operation_of_label(inv->label - ARMVSpaceClean_Data));
}

void vspace_finalise(struct cap cap)
{
    word_t asid = cap_asid(cap);

    if (arch_root_of_asid(asid) == cap_object(cap)) {
        asid_pools[asid >> ASID_BITS_PER_POOL]->roots[asid & MASK(ASID_BITS_PER_POOL)] = NULL;
        arch_vspace_forget_roots();
        arch_vspace_reload_current();
        mmu_flush_asid(asid); /* when no walk of its tables can begin any more */
    }
}
