/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/cspace.h"

#include "kernel/src/core/ipc.h"

static struct lookup lookup_failed(struct lookup_failure failure)
{
    return (struct lookup){ NULL, 0, failure };
}

/* Bits [left - size, left) of cptr, as a number. size 0..63, size <= left <= 64. */
static word_t bits_below(word_t cptr, word_t left, word_t size)
{
    return size == 0 ? 0 : (cptr >> (left - size)) & MASK(size);
}

struct lookup cspace_resolve(struct cap root, word_t cptr, word_t depth)
{
    word_t left = depth;

    if (cap_type(root) != CAP_CNODE) {
        return lookup_failed(lookup_invalid_root());
    }
    for (;;) {
        word_t radix = cap_cnode_radix(root);
        word_t guard_size = cap_cnode_guard_size(root);
        word_t guard = cap_cnode_guard(root);

        if (guard_size > left || bits_below(cptr, left, guard_size) != guard) {
            return lookup_failed(lookup_guard_mismatch(left, guard, guard_size));
        }
        if (guard_size + radix > left) {
            return lookup_failed(lookup_depth_mismatch(left, guard_size + radix));
        }
        left -= guard_size;

        struct slot *slot = cap_cnode_slots(root) + bits_below(cptr, left, radix);

        left -= radix;
        if (left == 0 || cap_type(slot->cap) != CAP_CNODE) {
            return (struct lookup){ .slot = slot, .bits_left = left };
        }
        root = slot->cap;
    }
}

/* A guard of size 0 shifts by 64 in two steps. */
struct slot *cspace_lookup_deep(struct cap root, word_t cptr)
{
    word_t used = 0; /* bits consumed from the top; cptr is shifted so that the next one is first */

    for (;;) {
        if (unlikely(cap_type(root) != CAP_CNODE)) {
            return NULL;
        }

        word_t guard_size = cap_cnode_guard_size(root);
        word_t radix = cap_cnode_radix(root);

        if (unlikely((cptr >> 1) >> (63 - guard_size) != cap_cnode_guard(root))) {
            return NULL;
        }
        cptr <<= guard_size;
        used += guard_size + radix;
        if (unlikely(used > WORD_BITS)) {
            return NULL;
        }

        struct slot *slot = (struct slot *)cap_object(root) + (cptr >> (64 - radix));

        if (likely(used == WORD_BITS) || cap_type(slot->cap) != CAP_CNODE) {
            return slot;
        }
        cptr <<= radix;
        root = slot->cap;
    }
}

struct lookup cspace_lookup(struct tcb *thread, word_t cptr)
{
    return cspace_resolve(thread->slots[TCB_CSPACE].cap, cptr, WORD_BITS);
}

struct slot *cspace_lookup_target(
        struct cap root, word_t index, word_t depth, bool is_source, error_t *error)
{
    if (cap_type(root) != CAP_CNODE) {
        *error = error_lookup(is_source, lookup_invalid_root());
        return NULL;
    }
    if (depth < 1 || depth > WORD_BITS) {
        *error = error_range(1, WORD_BITS);
        return NULL;
    }

    struct lookup found = cspace_resolve(root, index, depth);

    if (found.slot == NULL) {
        *error = error_lookup(is_source, found.failure);
    } else if (found.bits_left != 0) {
        *error = error_lookup(is_source, lookup_depth_mismatch(found.bits_left, 0));
        return NULL;
    }
    return found.slot;
}

struct slot *cspace_receive_slot(struct tcb *receiver, const struct ipc_buffer *buffer)
{
    struct lookup cnode = cspace_lookup(receiver, buffer->receive_cnode);

    if (cnode.slot == NULL || cap_type(cnode.slot->cap) != CAP_CNODE || buffer->receive_depth < 1
            || buffer->receive_depth > WORD_BITS) {
        return NULL;
    }

    struct lookup found =
            cspace_resolve(cnode.slot->cap, buffer->receive_index, buffer->receive_depth);

    if (found.slot == NULL || found.bits_left != 0 || !slot_is_empty(found.slot)) {
        return NULL;
    }
    return found.slot;
}
