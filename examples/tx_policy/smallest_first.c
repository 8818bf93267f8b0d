/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whoever has sent least is next, counted in bytes since the policy took over: clients that send little are never kept
 * waiting by one that sends much. A client that begins late may catch up, but no more than CREDIT_BYTES.
 */
#include <lions/tx_policy.h>

#define TURN_BYTES   (2 * NET_ETH_MAX_FRAME)
#define CREDIT_BYTES (64 * NET_ETH_MAX_FRAME)

LIONS_NET_VIRT_TX(2);

const uint32_t tx_policy_window = 256;
const bool tx_policy_uses_time = false;

static uint64_t sent[SDDF_NET_MAX_CLIENTS];
static uint64_t most; /* that any of them has sent */

void tx_policy_init(uint32_t clients, uint64_t now)
{
    (void)clients, (void)now; /* all begin at 0 */
}

bool tx_policy_next(uint64_t ready, uint64_t now, struct tx_turn *turn)
{
    uint32_t best = (uint32_t)__builtin_ctzll(ready);

    (void)now;
    for (uint64_t rest = ready; rest != 0; rest &= rest - 1) {
        uint32_t client = (uint32_t)__builtin_ctzll(rest);

        best = sent[client] < sent[best] ? client : best;
    }
    *turn = (struct tx_turn){ .client = best, .bytes = TURN_BYTES };
    return true;
}

void tx_policy_sent(uint32_t client, uint32_t bytes, bool waiting)
{
    (void)waiting;
    if (most > CREDIT_BYTES && sent[client] < most - CREDIT_BYTES) {
        sent[client] = most - CREDIT_BYTES;
    }
    sent[client] += bytes;
    most = sent[client] > most ? sent[client] : most;
}

uint64_t tx_policy_wait(uint64_t ready, uint64_t now)
{
    (void)ready, (void)now;
    return UINT64_MAX; /* tx_policy_next() never refuses */
}
