/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy of the days in which policies left nothing to the next image: hand-over schema 2. */
#include <lions/tx_policy.h>

LIONS_MODULE("net_virt_tx", 1, 2, 2, 1, sizeof(net_virt_tx_config_t));

const uint32_t tx_policy_window = 64;
const bool tx_policy_uses_time = false;

void tx_policy_init(uint32_t clients, uint64_t now)
{
    (void)clients, (void)now;
}

/* What lies there now means nothing in schema 2: whoever takes it for a memory is wrong. */
void tx_policy_attach(struct tx_policy_memory *memory, uint64_t now)
{
    static const char name[] = "token_bucket";

    (void)now;
    for (uint32_t i = 0; i < sizeof(name); i++) {
        memory->policy[i] = name[i];
    }
    memory->version = 1;
    for (uint32_t i = 0; i < TX_POLICY_MEMORY_MAX; i++) {
        memory->at[i] = 0xff;
    }
}

bool tx_policy_next(uint64_t ready, uint64_t now, struct tx_turn *turn)
{
    (void)now;
    *turn = (struct tx_turn){ .client = (uint32_t)__builtin_ctzll(ready), .bytes = 8192 };
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
