/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A capability slot: 32 bytes, in CNodes, TCBs and kernel tables alike. Its last two words are the
 * place in the derivation list (see derivation.h); the low bits of `next` are the two flags.
 */
#pragma once

#include "kernel/src/core/cap.h"

#define SLOT_BITS 5

struct slot {
    struct cap cap;
    word_t prev;           /* struct slot *, 0 at the head of a list */
    word_t next_and_flags; /* struct slot *, 0 at the end; SLOT_REVOCABLE, SLOT_FIRST_BADGED */
};

_Static_assert(sizeof(struct slot) == BIT(SLOT_BITS), "sel4-abi.md 3.1: slots are 32 bytes");

#define SLOT_REVOCABLE    BIT(0) /* "original": may have children */
#define SLOT_FIRST_BADGED BIT(1) /* starts a subtree of its own badge */
#define SLOT_FLAGS        (SLOT_REVOCABLE | SLOT_FIRST_BADGED)

static inline struct slot *slot_prev(const struct slot *slot)
{
    return (struct slot *)(uintptr_t)slot->prev;
}

static inline struct slot *slot_next(const struct slot *slot)
{
    return (struct slot *)(uintptr_t)(slot->next_and_flags & ~SLOT_FLAGS);
}

static inline bool slot_is_empty(const struct slot *slot)
{
    return cap_type(slot->cap) == CAP_NULL;
}
