/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stack of calls on a scheduling context: a list of reply objects, newest first.
 *
 *   R2  sc->call_stack == r  exactly when r is a head whose owner is sc
 *   R3  r->down == d  exactly when d's `up` is r
 */
#pragma once

#include "kernel/src/core/objects.h"

static inline bool reply_is_stack_head(const struct reply *reply)
{
    return reply->up_and_head & REPLY_IS_HEAD;
}

/* The context whose stack this head belongs to. */
static inline struct sched_context *reply_stack_owner(const struct reply *reply)
{
    return (struct sched_context *)(uintptr_t)(reply->up_and_head & ~REPLY_IS_HEAD);
}

static inline void call_stack_push(struct sched_context *sc, struct reply *reply)
{
    struct reply *below = sc->call_stack;

    if (below != NULL) {
        below->up_and_head = (word_t)(uintptr_t)reply;
    }
    reply->down = below;
    reply->up_and_head = (word_t)(uintptr_t)sc | REPLY_IS_HEAD;
    sc->call_stack = reply;
}

/* reply is sc's head. */
static inline void call_stack_pop(struct sched_context *sc, struct reply *reply)
{
    struct reply *below = reply->down;

    sc->call_stack = below;
    if (below != NULL) {
        below->up_and_head = reply->up_and_head;
    }
    reply->down = NULL;
    reply->up_and_head = 0;
}

/* Not a head: the stack breaks here, in both directions. */
static inline void call_stack_cut(struct reply *reply)
{
    if (reply->up_and_head != 0) {
        ((struct reply *)(uintptr_t)reply->up_and_head)->down = NULL;
    }
    if (reply->down != NULL) {
        reply->down->up_and_head = 0;
    }
    reply->down = NULL;
    reply->up_and_head = 0;
}
