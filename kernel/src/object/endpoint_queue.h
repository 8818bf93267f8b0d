/* SPDX-License-Identifier: BSD-2-Clause */
/* How an endpoint packs its queue into 16 bytes: the kind sits in the low bits of the tail. */
#pragma once

#include "kernel/src/core/objects.h"

#define ENDPOINT_KIND_MASK MASK(2)

static inline enum queue_kind endpoint_kind(const struct endpoint *endpoint)
{
    return (enum queue_kind)(endpoint->tail_and_kind & ENDPOINT_KIND_MASK);
}

static inline struct tcb *endpoint_tail(const struct endpoint *endpoint)
{
    return (struct tcb *)(uintptr_t)(endpoint->tail_and_kind & ~ENDPOINT_KIND_MASK);
}

static inline struct wait_queue endpoint_queue(const struct endpoint *endpoint)
{
    return (struct wait_queue){ endpoint->head, endpoint_tail(endpoint) };
}

static inline void endpoint_set_queue(
        struct endpoint *endpoint, struct wait_queue queue, enum queue_kind kind)
{
    endpoint->head = queue.head;
    endpoint->tail_and_kind = (word_t)(uintptr_t)queue.tail | (word_t)kind;
}
