/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables of all levels below the root (sel4-abi.md, 6.10). */
#include <sel4/invocation.h>

#include "kernel/src/core/derivation.h"
#include "kernel/src/object/lifecycle.h"
#include "kernel/src/object/vspace_common.h"

#define LAST_TABLE_BITS 21 /* entries that point to last-level tables span 2^21 bytes */

static error_t map_table(struct invocation *inv)
{
    if (inv->length < 2 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (cap_is_mapped(inv->cap)) {
        return error_capability(0);
    }

    struct cap vspace = extra_cap(inv, 0);
    vaddr_t vaddr = message_word(inv, 0);

    if (!cap_is_usable_vspace(vspace)) {
        return error_capability(1);
    }
    if (vaddr > USER_TOP) {
        return error_argument(0);
    }

    error_t error = vspace_check(vspace, 1);

    if (error != OK) {
        return error;
    }

    struct walk walk = mmu_walk(cap_object(vspace), vaddr, LAST_TABLE_BITS);

    if (*walk.entry & PTE_VALID) {
        return error_plain(seL4_DeleteFirst);
    }
    *walk.entry = mmu_make_table_entry(cap_object(inv->cap));
    mmu_entry_written();
    inv->slot->cap = cap_mapped_at(inv->cap, cap_asid(vspace), ALIGN_DOWN(vaddr, walk.bits));
    return OK;
}

/* The entry that points to this table; the table may stand at any level. */
static pte_t *find_table_entry(void *root, vaddr_t vaddr, const void *table)
{
    for (word_t bits = ROOT_LEVEL_BITS; bits >= LAST_TABLE_BITS; bits -= LEVEL_BITS) {
        struct walk walk = mmu_walk(root, vaddr, bits);

        if (walk.bits != bits || !pte_is_table(*walk.entry)) {
            return NULL;
        }
        if (pte_address(*walk.entry) == kernel_to_paddr(table)) {
            return walk.entry;
        }
    }
    return NULL;
}

void page_table_finalise(struct cap cap)
{
    void *root = arch_root_of_asid(cap_asid(cap));
    pte_t *entry;

    if (root == NULL) {
        return;
    }
    entry = find_table_entry(root, cap_mapped_address(cap), cap_object(cap));
    if (entry != NULL) {
        *entry = 0;
        mmu_flush_asid(cap_asid(cap));
    }
}

static error_t unmap_table(struct invocation *inv)
{
    if (!slot_is_final(inv->slot)) {
        return error_plain(seL4_RevokeFirst);
    }
    if (cap_is_mapped(inv->cap)) {
        page_table_finalise(inv->cap);
        arch_clear_memory(cap_object(inv->cap), BIT(PAGE_BITS));
        inv->slot->cap = cap_unmapped(inv->cap);
    }
    return OK;
}

error_t page_table_invoke(struct invocation *inv)
{
    switch (inv->label) {
    case ARMPageTableMap:
        return map_table(inv);
    case ARMPageTableUnmap:
        return unmap_table(inv);
    default:
        return error_plain(seL4_IllegalOperation);
    }
}
