/* SPDX-License-Identifier: BSD-2-Clause */
/* What the Tx virtualiser's mechanics do with a policy, without queues: clients that always have more. */
#pragma once

#include <stdint.h>

#include <lions/tx_policy.h>

/* Lets the policy give one turn at `now`; its client sends packets of its size. False: none may send. */
static inline bool take_turn(
        uint64_t ready, uint64_t now, const uint32_t *packet_sizes, uint64_t *sent)
{
    struct tx_turn turn;
    uint32_t bytes = 0;

    if (!tx_policy_next(ready, now, &turn)) {
        return false;
    }
    while (bytes < turn.bytes) {
        bytes += packet_sizes[turn.client];
    }
    tx_policy_sent(turn.client, bytes, true);
    sent[turn.client] += bytes;
    return true;
}
