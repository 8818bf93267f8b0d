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
 * For invocations, extra capabilities, receives: 64 bits in the thread's CSpace, rest ignored.
 * Tells why it failed; where success is the rule, ask cspace_lookup_fast() first.
 */
struct lookup cspace_lookup(struct tcb *thread, word_t cptr);

/*
 * For operations that name a slot by root, index and depth: all bits must be used.
 * On failure returns NULL and sets *error (FailedLookup or RangeError(1,64), payload included).
 */
struct slot *cspace_lookup_target(
        struct cap root, word_t index, word_t depth, bool is_source, error_t *error);

/*
 * The slot a message's capability may be received into: named by the receiver's IPC buffer, empty,
 * or NULL for any failure (sel4-abi.md, 4.5).
 */
struct ipc_buffer;
struct slot *cspace_receive_slot(struct tcb *receiver, const struct ipc_buffer *buffer);

/*
 * The usual CSpaces have one or two levels, and all guards are 0. For these the functions below
 * find slots quickly.
 *
 * True if the CNode's radix and guard resolve all but the first `used` bits. May be wrong when the
 * guard is not 0 (its topmost bits are shifted out), so cspace_exceeds() has to be asked, too.
 */
static inline bool cspace_may_be_flat(struct cap cnode, word_t used)
{
    const word_t type_and_radix = CAP_TYPE_MASK | MASK(6) << CAP_SIZE_SHIFT;

    /*
     * With a guard of 0 word 1 is the guard's size. Nothing carries: the sum sits above the type.
     */
    return (cnode.words[0] & type_and_radix) + (cnode.words[1] << CAP_SIZE_SHIFT)
            + (used << CAP_SIZE_SHIFT)
            == (WORD_BITS << CAP_SIZE_SHIFT | CAP_CNODE);
}

/* The index (or one of several, ORed) has bits above the radix, or the guard is not 0. */
static inline bool cspace_exceeds(struct cap cnode, word_t index)
{
    return ((index >> cap_cnode_radix(cnode)) | cap_cnode_guard(cnode)) != 0;
}

static inline struct slot *cspace_slot(struct cap cnode, word_t index)
{
    struct slot *slot = (struct slot *)cap_object(cnode) + index;

    if (slot == NULL) {
        __builtin_unreachable(); /* no CNode is at address 0: spares callers a comparison */
    }
    return slot;
}

/* The second of two levels, and how many bits the first one has used. */
struct cspace_inner {
    struct cap cnode;
    word_t used;
};

/*
 * Goes through the first CNode for two pointers (or twice the same one) that lead to the same
 * place. False if they do not, or if what is there does not resolve the rest.
 */
static inline bool cspace_enter(struct cap outer, word_t a, word_t b, struct cspace_inner *inner)
{
    word_t guard_size = outer.words[1]; /* with a guard of 0 */
    word_t radix = cap_cnode_radix(outer);

    if (cap_type(outer) != CAP_CNODE || guard_size >= WORD_BITS
            || ((a | b) >> 1 >> (WORD_BITS - 1 - guard_size)) != 0
            || (a ^ b) << guard_size >> (WORD_BITS - radix) != 0) {
        return false;
    }
    inner->cnode = cspace_slot(outer, a << guard_size >> (WORD_BITS - radix))->cap;
    inner->used = guard_size + radix;
    return cspace_may_be_flat(inner->cnode, inner->used);
}

/* What remains of a pointer behind the first level. */
static inline word_t cspace_rest(word_t cptr, struct cspace_inner inner)
{
    return cptr << inner.used >> inner.used;
}

/*
 * The CNode in the first slot of a first level: where pointers lead that are short enough for its
 * radix, whatever sizes the first level's guard and radix have. False if it does not take them to
 * their end; the pointer, or several ORed, is still to be compared by cspace_exceeds().
 */
static inline bool cspace_enter_first(struct cap outer, struct cap *inner)
{
    word_t guard_size = outer.words[1]; /* with a guard of 0 */

    if (cap_type(outer) != CAP_CNODE || guard_size >= WORD_BITS) {
        return false;
    }
    *inner = cspace_slot(outer, 0)->cap;
    return cspace_may_be_flat(*inner, guard_size + cap_cnode_radix(outer));
}

/*
 * The slot in a CSpace of the usual kind. NULL for any other, and for any failure: cspace_lookup()
 * then finds the slot or says why there is none.
 */
static inline struct slot *cspace_lookup_usual(struct cap root, word_t cptr)
{
    struct cspace_inner inner;

    if (likely(cspace_may_be_flat(root, 0))) {
        return likely(!cspace_exceeds(root, cptr)) ? cspace_slot(root, cptr) : NULL;
    }
    if (likely(cspace_enter_first(root, &inner.cnode) && !cspace_exceeds(inner.cnode, cptr))) {
        return cspace_slot(inner.cnode, cptr);
    }
    if (!cspace_enter(root, cptr, cptr, &inner)) {
        return NULL;
    }
    cptr = cspace_rest(cptr, inner);
    return likely(!cspace_exceeds(inner.cnode, cptr)) ? cspace_slot(inner.cnode, cptr) : NULL;
}

/* In any CSpace; NULL for any failure (cspace_lookup() finds out which). */
struct slot *cspace_lookup_deep(struct cap root, word_t cptr);

/* The same, quick in the usual ones. */
static inline struct slot *cspace_lookup_fast(struct cap root, word_t cptr)
{
    struct slot *slot = cspace_lookup_usual(root, cptr);

    return likely(slot != NULL) ? slot : cspace_lookup_deep(root, cptr);
}
