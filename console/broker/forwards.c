/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/broker/forwards.h"

#include <stdlib.h>

bool forwards_has(const struct forward *first, uint64_t user, uint16_t number, uint16_t type)
{
    for (const struct forward *forward = first; forward != NULL; forward = forward->next) {
        if (forward->user == user && forward->number == number && forward->type == type) {
            return true;
        }
    }
    return false;
}

struct forward *forwards_add(
        struct forward **first, void *owner, uint64_t user, uint16_t number, uint16_t type)
{
    struct forward *forward = malloc(sizeof(*forward));

    if (forward != NULL) {
        *forward = (struct forward){ *first, owner, user, number, type };
        *first = forward;
    }
    return forward;
}

void forwards_remove(struct forward **first, struct forward *forward)
{
    while (*first != forward) {
        first = &(*first)->next;
    }
    *first = forward->next;
    free(forward);
}
