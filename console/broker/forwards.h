/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of users that are on their way to the target. A user who has no reply yet asks again: as long as the first
 * request is on its way, and repeated by the broker itself, that must not become another one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct forward {
    struct forward *next;
    void *owner;   /* of the list */
    uint64_t user; /* who asks */
    uint16_t number;
    uint16_t type;
};

/* True if a request of the user's with this number and of this type is on its way. */
bool forwards_has(const struct forward *first, uint64_t user, uint16_t number, uint16_t type);
/* NULL: no memory. It belongs to the list until forwards_remove, which frees it. */
struct forward *forwards_add(
        struct forward **first, void *owner, uint64_t user, uint16_t number, uint16_t type);
void forwards_remove(struct forward **first, struct forward *forward);
