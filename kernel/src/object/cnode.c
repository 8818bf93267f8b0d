/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on CNode capabilities (sel4-abi.md, 6.3). */
#include <sel4/invocation.h>

#include "kernel/src/api/invocation.h"
#include "kernel/src/core/cspace.h"
#include "kernel/src/core/derivation.h"
#include "kernel/src/object/lifecycle.h"

static error_t cancel_badged_sends(struct slot *slot)
{
    struct cap cap = slot->cap;

    if (cap_type(cap) != CAP_ENDPOINT || !cap_has_rights(cap, RIGHTS_ALL)) {
        return error_plain(seL4_IllegalOperation);
    }
    if (cap_badge(cap) == 0) {
        return OK;
    }
    return endpoint_cancel_badged_sends(cap_endpoint_object(cap), cap_badge(cap));
}

/* Copy and Mint: dest gets a derived capability with fewer rights and, for Mint, other data. */
static error_t copy_capability(struct invocation *inv, struct slot *src, struct slot *dest)
{
    bool is_mint = inv->label == CNodeMint;

    if (inv->length < (is_mint ? 6 : 5)) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct cap cap = cap_mask_rights(src->cap, message_word(inv, 4));

    if (is_mint) {
        cap = cap_apply_data(cap, message_word(inv, 5), false);
    }

    error_t error = cap_derive(src, cap, &cap);

    if (error != OK) {
        return error;
    }
    if (cap_type(cap) == CAP_NULL) {
        return error_plain(seL4_IllegalOperation);
    }
    slot_insert_derived(cap, src, dest);
    return OK;
}

/* Move and Mutate: the capability itself goes to dest. */
static error_t move_capability(struct invocation *inv, struct slot *src, struct slot *dest)
{
    struct cap cap = src->cap;

    if (inv->label == CNodeMutate) {
        if (inv->length < 5) {
            return error_plain(seL4_TruncatedMessage);
        }
        cap = cap_apply_data(cap, message_word(inv, 4), true);
        if (cap_type(cap) == CAP_NULL) {
            return error_plain(seL4_IllegalOperation);
        }
    }
    slot_move(cap, src, dest);
    return OK;
}

static error_t transfer_capability(struct invocation *inv, struct slot *dest)
{
    error_t error = OK;

    if (inv->length < 4 || inv->extra_count < 1) {
        return error_plain(seL4_TruncatedMessage);
    }
    if (!slot_is_empty(dest)) {
        return error_plain(seL4_DeleteFirst);
    }

    word_t src_depth = message_word(inv, 3);
    struct slot *src =
            cspace_lookup_target(extra_cap(inv, 0), message_word(inv, 2), src_depth, true, &error);

    if (src == NULL) {
        return error;
    }
    if (slot_is_empty(src)) {
        return error_lookup(true, lookup_missing_capability(src_depth));
    }
    if (inv->label == CNodeCopy || inv->label == CNodeMint) {
        return copy_capability(inv, src, dest);
    }
    return move_capability(inv, src, dest);
}

/* pivot -> dest, src -> pivot; with src == dest the two change places. */
static error_t rotate(
        struct slot *src, word_t src_data, struct slot *pivot, word_t pivot_data, struct slot *dest)
{
    struct cap new_src = cap_apply_data(src->cap, src_data, true);
    struct cap new_pivot = cap_apply_data(pivot->cap, pivot_data, true);

    if (cap_type(new_src) == CAP_NULL || cap_type(new_pivot) == CAP_NULL) {
        return error_plain(seL4_IllegalOperation);
    }
    if (src == dest) {
        slot_swap(new_src, src, new_pivot, pivot);
    } else {
        slot_move(new_pivot, pivot, dest);
        slot_move(new_src, src, pivot);
    }
    return OK;
}

static error_t rotate_capabilities(struct invocation *inv, struct slot *dest)
{
    error_t error = OK;

    if (inv->length < 8 || inv->extra_count < 2) {
        return error_plain(seL4_TruncatedMessage);
    }

    word_t pivot_depth = message_word(inv, 4);
    word_t src_depth = message_word(inv, 7);
    struct slot *src =
            cspace_lookup_target(extra_cap(inv, 1), message_word(inv, 6), src_depth, true, &error);

    if (src == NULL) {
        return error;
    }

    struct slot *pivot = cspace_lookup_target(
            extra_cap(inv, 0), message_word(inv, 3), pivot_depth, true, &error);

    if (pivot == NULL) {
        return error;
    }
    if (pivot == src || pivot == dest) {
        return error_plain(seL4_IllegalOperation);
    }
    if (src != dest && !slot_is_empty(dest)) {
        return error_plain(seL4_DeleteFirst);
    }
    if (slot_is_empty(src)) {
        return error_lookup(true, lookup_missing_capability(src_depth));
    }
    if (slot_is_empty(pivot)) {
        return error_lookup(false, lookup_missing_capability(pivot_depth));
    }
    return rotate(src, message_word(inv, 5), pivot, message_word(inv, 2), dest);
}

error_t cnode_invoke(struct invocation *inv)
{
    error_t error = OK;

    if (inv->label < CNodeRevoke || inv->label > CNodeRotate) {
        return error_plain(seL4_IllegalOperation);
    }
    if (inv->length < 2) {
        return error_plain(seL4_TruncatedMessage);
    }

    struct slot *slot = cspace_lookup_target(
            inv->cap, message_word(inv, 0), message_word(inv, 1), false, &error);

    if (slot == NULL) {
        return error;
    }
    switch (inv->label) {
    case CNodeRevoke:
        return slot_revoke(slot);
    case CNodeDelete:
        return slot_delete(slot);
    case CNodeCancelBadgedSends:
        return cancel_badged_sends(slot);
    case CNodeRotate:
        return rotate_capabilities(inv, slot);
    default:
        return transfer_capability(inv, slot);
    }
}
