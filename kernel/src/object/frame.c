/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames: mapping, unmapping, cache operations (sel4-abi.md, 6.10, 12). */
#include <sel4/invocation.h>

#include "kernel/src/core/derivation.h"
#include "kernel/src/object/cache_labels.h"
#include "kernel/src/object/lifecycle.h"
#include "kernel/src/object/vspace_common.h"

/* Where the capability is, or may be, mapped. */
static error_t check_place(struct cap frame, word_t asid, vaddr_t vaddr)
{
    if (cap_is_mapped(frame)) {
        if (cap_asid(frame) != asid) {
            return error_capability(1);
        }
        return cap_mapped_address(frame) == vaddr ? OK : error_argument(0);
    }
    if (vaddr > USER_TOP || USER_TOP - vaddr < MASK(frame_size_bits(cap_frame_size(frame)))) {
        return error_argument(0);
    }
    return OK;
}

static error_t map_frame(struct invocation *inv)
{
    struct cap frame = inv->cap;

    if (inv->length < 3 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap vspace = extra_cap(inv, 0);
    vaddr_t vaddr = message_word(inv, 0);
    word_t bits = frame_size_bits(cap_frame_size(frame));
    error_t error = vspace_check(vspace, 1);

    if (error != OK) {
        return error;
    }
    if (!IS_ALIGNED(vaddr, bits)) {
        return error_plain(seL4_AlignmentError);
    }
    error = check_place(frame, cap_asid(vspace), vaddr);
    if (error != OK) {
        return error;
    }

    struct walk walk = mmu_walk(cap_object(vspace), vaddr, PAGE_BITS);

    if (walk.bits != bits) {
        return error_lookup(false, lookup_missing_capability(walk.bits));
    }

    enum vm_rights rights = vm_rights_mask(cap_frame_rights(frame), message_word(inv, 1));
    bool was_valid = *walk.entry & PTE_VALID;

    *walk.entry = mmu_make_mapping(kernel_to_paddr(cap_object(frame)), cap_frame_size(frame),
            rights, message_word(inv, 2));
    inv->slot->cap = cap_mapped_at(frame, cap_asid(vspace), vaddr);
    if (was_valid) {
        mmu_flush_page(cap_asid(vspace), vaddr);
    } else {
        mmu_entry_written();
    }
    return OK;
}

/* The entry that maps exactly this frame where its capability says; entry NULL: it does not. */
static struct walk find_mapping(struct cap frame)
{
    word_t bits = frame_size_bits(cap_frame_size(frame));
    void *root = arch_root_of_asid(cap_asid(frame));
    struct walk none = { NULL, 0 };

    if (root == NULL) {
        return none;
    }

    struct walk walk = mmu_walk(root, cap_mapped_address(frame), PAGE_BITS);

    if (walk.bits != bits || !pte_is_mapping(walk)
            || pte_address(*walk.entry) != kernel_to_paddr(cap_object(frame))) {
        return none;
    }
    return walk;
}

void frame_cap_finalise(struct cap frame)
{
    struct walk walk = find_mapping(frame);

    if (walk.entry != NULL) {
        *walk.entry = 0;
        mmu_flush_page(cap_asid(frame), cap_mapped_address(frame));
    }
}

static error_t unmap_frame(struct invocation *inv)
{
    if (cap_is_mapped(inv->cap)) {
        frame_cap_finalise(inv->cap);
        inv->slot->cap = cap_unmapped(inv->cap);
    }
    return OK;
}

static error_t flush_frame(struct invocation *inv, enum cache_operation operation)
{
    struct cap frame = inv->cap;
    word_t size = BIT(frame_size_bits(cap_frame_size(frame)));

    if (inv->length < 2) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (!cap_is_mapped(frame)) {
        return error_plain(seL4_IllegalOperation);
    }

    void *root = arch_root_of_asid(cap_asid(frame));
    word_t start = message_word(inv, 0);
    word_t end = message_word(inv, 1);

    if (root == NULL) {
        return error_lookup(false, lookup_invalid_root());
    }
    if (end <= start) {
        return error_argument(1);
    }
    if (start >= size || end > size) {
        return error_argument(0);
    }

    struct walk walk = find_mapping(frame);

    if (walk.entry == NULL) {
        return error_capability(0);
    }
    if (operation == CACHE_INVALIDATE && pte_rights(*walk.entry) != VM_READ_WRITE) {
        return error_plain(seL4_IllegalOperation);
    }
    return vspace_cache_operation(
            inv, root, cap_asid(frame), operation, cap_mapped_address(frame), start, end);
}

error_t frame_invoke(struct invocation *inv)
{
    if (likely(inv->label == ARMPageMap)) {
        return map_frame(inv);
    }
    switch (inv->label) {
    case ARMPageUnmap:
        return unmap_frame(inv);
    case ARMPageGetAddress:
        invocation_result_word(inv, kernel_to_paddr(cap_object(inv->cap)));
        return OK;
    case ARMPageClean_Data:
    case ARMPageInvalidate_Data:
    case ARMPageCleanInvalidate_Data:
    case ARMPageUnify_Instruction:
        return flush_frame(inv, cache_operation_of_label(inv->label - ARMPageClean_Data));
    default:
        return error_plain(seL4_IllegalOperation);
    }
}
