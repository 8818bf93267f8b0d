/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Round robin by bytes: clients with packets take turns of equal size, so each gets the same share of
 * the wire whatever the size of its packets. What a client sends beyond its turn, less than one packet,
 * is taken off its next one.
 */
#include <lions/tx_policy.h>
#include <sddf/network/config.h>

/* Two full frames: small enough to share evenly, large enough that turns cost little. */
#define TURN_BYTES (2 * NET_ETH_MAX_FRAME)

const uint32_t tx_policy_window = 256;
const bool tx_policy_uses_time = false;

static uint32_t last;                            /* who had the turn before */
static uint32_t overdrawn[SDDF_NET_MAX_CLIENTS]; /* bytes sent beyond the last turn; < TURN_BYTES */
static uint32_t turn_bytes;

void tx_policy_init(uint32_t clients, uint64_t now)
{
    (void)now;
    last = clients - 1;
    for (uint32_t client = 0; client < clients; client++) {
        overdrawn[client] = 0;
    }
}

bool tx_policy_next(uint64_t ready, uint64_t now, struct tx_turn *turn)
{
    /* Bits above `last`; none for the highest possible client, where a shift by 64 is undefined. */
    uint64_t behind = ready & ~(UINT64_MAX >> (63 - last));

    (void)now;
    last = (uint32_t)__builtin_ctzll(behind != 0 ? behind : ready);
    turn_bytes = TURN_BYTES - overdrawn[last];
    *turn = (struct tx_turn){ .client = last, .bytes = turn_bytes };
    return true;
}

void tx_policy_sent(uint32_t client, uint32_t bytes, bool waiting)
{
    (void)waiting; /* a client that pauses keeps its debt, but saves nothing up */
    overdrawn[client] = bytes > turn_bytes ? bytes - turn_bytes : 0;
}

uint64_t tx_policy_wait(uint64_t ready, uint64_t now)
{
    (void)ready, (void)now;
    return UINT64_MAX; /* tx_policy_next() never refuses */
}
