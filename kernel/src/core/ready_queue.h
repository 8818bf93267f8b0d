/* SPDX-License-Identifier: BSD-2-Clause */
/* The queues behind schedule.h: for the scheduler, the fast paths and the invariant checker. */
#pragma once

#include "kernel/src/core/schedule.h"

/* Which priorities have ready threads; summary has a bit per word that is not 0. */
struct ready_bitmap {
    word_t words[NUM_PRIORITIES / WORD_BITS];
    word_t summary;
};

extern struct ready_queue ready_queues[NUM_DOMAINS][NUM_PRIORITIES];
extern struct ready_bitmap ready_bitmaps[NUM_DOMAINS];

/* The bitmap is not empty. */
static inline word_t ready_highest_priority(const struct ready_bitmap *bitmap)
{
    word_t word = 63 - (word_t)__builtin_clzll(bitmap->summary);

    return word * WORD_BITS + 63 - (word_t)__builtin_clzll(bitmap->words[word]);
}

/* No ready thread of the domain has a priority above this one. */
static inline bool ready_none_above(word_t domain, word_t priority)
{
    const struct ready_bitmap *bitmap = &ready_bitmaps[domain];

    return bitmap->summary == 0 || priority >= ready_highest_priority(bitmap);
}

/* No ready thread of the domain has this priority or a higher one. */
static inline bool ready_all_below(word_t domain, word_t priority)
{
    const struct ready_bitmap *bitmap = &ready_bitmaps[domain];

    return bitmap->summary == 0 || priority > ready_highest_priority(bitmap);
}

/* Takes the first thread of the highest priority out of its queue; NULL if none is ready. */
struct tcb *ready_take_highest(word_t domain);
