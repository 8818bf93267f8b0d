/* SPDX-License-Identifier: BSD-2-Clause */
/* From capability pointers to slots (sel4-abi.md, 4.1). Pure: reads CNodes, changes nothing. */
#pragma once

#include "kernel/src/core/error.h"

struct lookup {
    struct slot *slot; /* NULL: failed, see failure */
    word_t bits_left;  /* not consumed when the walk ended */
    struct lookup_failure failure;
};

/* Walks `depth` (0..64) bits, taken from the low end of cptr, from the CNode capability root. */
struct lookup cspace_resolve(struct cap root, word_t cptr, word_t depth);

/*
 * For invocations, extra capabilities, receives: 64 bits in the thread's CSpace, rest ignored. Tells
 * why it failed; where success is the rule, ask cspace_lookup_fast() first.
 */
struct lookup cspace_lookup(struct tcb *thread, word_t cptr);

/*
 * For operations that name a slot by root, index and depth: all bits must be used.
 * On failure returns NULL and sets *error (FailedLookup or RangeError(1,64), payload included).
 */
struct slot *cspace_lookup_target(struct cap root, word_t index, word_t depth, bool is_source,
        error_t *error);

/*
 * The slot a message's capability may be received into: named by the receiver's IPC buffer, empty,
 * or NULL for any failure (sel4-abi.md, 4.5).
 */
struct ipc_buffer;
struct slot *cspace_receive_slot(struct tcb *receiver, const struct ipc_buffer *buffer);

/*
 * One CNode whose radix and guard resolve all 64 bits: the usual CSpace. May be wrong when the guard is
 * not 0 (its topmost bits are shifted out), so cspace_exceeds() has to be asked, too.
 */
static inline bool cspace_may_be_flat(struct cap root)
{
    const word_t type_and_radix = CAP_TYPE_MASK | MASK(6) << CAP_SIZE_SHIFT;

    /* With a guard of 0 word 1 is the guard's size. Nothing carries: the sum sits above the type. */
    return (root.words[0] & type_and_radix) + (root.words[1] << CAP_SIZE_SHIFT)
            == (WORD_BITS << CAP_SIZE_SHIFT | CAP_CNODE);
}

/* The pointer (or one of several, ORed) has bits above the radix, or the guard is not 0. */
static inline bool cspace_exceeds(struct cap root, word_t cptr)
{
    return ((cptr >> cap_cnode_radix(root)) | cap_cnode_guard(root)) != 0;
}

/* Level by level. A guard of size 0 shifts by 64 in two steps. */
static inline struct slot *cspace_lookup_deep(struct cap root, word_t cptr)
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

/*
 * cspace_lookup() for where it matters: the slot, or NULL for any failure (cspace_lookup() finds out
 * which).
 */
static inline struct slot *cspace_lookup_fast(struct cap root, word_t cptr)
{
    if (likely(cspace_may_be_flat(root) && !cspace_exceeds(root, cptr))) {
        struct slot *slot = (struct slot *)cap_object(root) + cptr;

        if (slot == NULL) {
            __builtin_unreachable(); /* no CNode is at address 0: spares callers a comparison */
        }
        return slot;
    }
    return cspace_lookup_deep(root, cptr);
}
