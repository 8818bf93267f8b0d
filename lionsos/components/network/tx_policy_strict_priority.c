/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict priority: the client that stands first in the configuration sends first; others only while it
 * has nothing to send. A busy client starves all behind it: that is the point of this policy.
 */
#include <lions/tx_policy.h>

/* Short, so that a client of high priority waits for few packets of others that are already queued. */
const uint32_t tx_policy_window = 64;
const bool tx_policy_uses_time = false;

/* The mechanics look for packets of better clients after each turn. */
#define TURN_BYTES 8192

void tx_policy_init(uint32_t clients, uint64_t now)
{
    (void)clients, (void)now;
}

bool tx_policy_next(uint64_t ready, uint64_t now, struct tx_turn *turn)
{
    (void)now;
    *turn = (struct tx_turn){ .client = (uint32_t)__builtin_ctzll(ready), .bytes = TURN_BYTES };
    return true;
}

void tx_policy_sent(uint32_t client, uint32_t bytes, bool waiting)
{
    (void)client, (void)bytes, (void)waiting;
}

uint64_t tx_policy_wait(uint64_t ready, uint64_t now)
{
    (void)ready, (void)now;
    return UINT64_MAX; /* tx_policy_next() never refuses */
}
