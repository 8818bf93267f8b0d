/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Token bucket: each client has a limit of its own in bytes per second, and may save up a burst.
 * Clients that are within their limits take turns. A client in debt waits until its bucket is above
 * zero again, so the long-term rate is exact whatever the packet sizes.
 */
#include <lions/tx_policy.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "lionsos/components/network/token_bucket_config.h"

#define NS_IN_S    1000000000ull
#define TURN_BYTES (2 * NET_ETH_MAX_FRAME)

/* Longest time that is credited at once: keeps elapsed * rate within 64 bits up to 4 GB/s. */
#define ELAPSED_MAX_NS (4 * NS_IN_S)
#define RATE_MAX       4000000000ull

__attribute__((__section__(".net_tx_token_bucket_config"), used))
token_bucket_config_t token_bucket_config;

const uint32_t tx_policy_window = 256;
const bool tx_policy_uses_time = true;

/*
 * What outlives an image: else each reload would be worth a burst. Tokens are counted in bytes * NS_IN_S, so that
 * crediting them is one multiplication and loses nothing to rounding. Negative while in debt.
 */
#define NAME    "token_bucket"
#define VERSION 1
struct buckets {
    uint64_t credited_at; /* ns */
    int64_t tokens[SDDF_NET_MAX_CLIENTS];
};
_Static_assert(sizeof(struct buckets) <= TX_POLICY_MEMORY_MAX, "there is room for it");

static struct buckets own;
static struct buckets *buckets = &own;
static uint32_t client_count;
static uint32_t last;

#define TOKENS(bytes) ((int64_t)((bytes)*NS_IN_S))
/* The deepest debt: a turn ends with the first packet beyond it. */
#define LEAST_TOKENS (-TOKENS(NET_ETH_MAX_FRAME))

static uint64_t rate_of(uint32_t client)
{
    return MIN(token_bucket_config.clients[client].bytes_per_second, RATE_MAX);
}

static int64_t burst_of(uint32_t client)
{
    uint64_t bytes = token_bucket_config.clients[client].burst_bytes;

    return TOKENS(MIN(MAX(bytes, NET_ETH_MAX_FRAME), RATE_MAX));
}

void tx_policy_init(uint32_t clients, uint64_t now)
{
    assert(net_config_check_magic(&token_bucket_config));
    client_count = clients;
    last = clients - 1;
    buckets = &own;
    own.credited_at = now;
    for (uint32_t client = 0; client < clients; client++) {
        own.tokens[client] = burst_of(client);
    }
}

/* What stands there is no more than another image's word: no client gets more than its burst, or waits for ever. */
void tx_policy_attach(struct tx_policy_memory *memory, uint64_t now)
{
    buckets = (struct buckets *)memory->at;
    if (sddf_strncmp(memory->policy, NAME, sizeof(NAME)) != 0 || memory->version != VERSION) {
        *buckets = own;
        sddf_memcpy(memory->policy, NAME, sizeof(NAME));
        memory->version = VERSION;
        return;
    }
    buckets->credited_at = MIN(buckets->credited_at, now);
    for (uint32_t client = 0; client < client_count; client++) {
        int64_t tokens = MIN(buckets->tokens[client], burst_of(client));

        buckets->tokens[client] = MAX(tokens, LEAST_TOKENS);
    }
}

static void credit(uint64_t now)
{
    uint64_t elapsed = MIN(now - buckets->credited_at, ELAPSED_MAX_NS);
    int64_t *tokens = buckets->tokens;

    buckets->credited_at = now;
    for (uint32_t client = 0; client < client_count; client++) {
        int64_t gained =
                (int64_t)(elapsed * rate_of(client) / 2); /* halves: the sum cannot overflow */

        tokens[client] = MIN(tokens[client] / 2 + gained, burst_of(client) / 2) * 2;
    }
}

static bool may_send(uint32_t client)
{
    return rate_of(client) == 0 || buckets->tokens[client] > 0;
}

bool tx_policy_next(uint64_t ready, uint64_t now, struct tx_turn *turn)
{
    credit(now);
    for (uint32_t step = 1; step <= client_count; step++) {
        uint32_t client = (last + step) % client_count;

        if ((ready >> client & 1) && may_send(client)) {
            int64_t allowed =
                    rate_of(client) == 0 ? TURN_BYTES : buckets->tokens[client] / (int64_t)NS_IN_S;

            last = client;
            turn->client = client;
            turn->bytes = (uint32_t)MIN(MAX(allowed, 1), TURN_BYTES);
            return true;
        }
    }
    return false;
}

void tx_policy_sent(uint32_t client, uint32_t bytes, bool waiting)
{
    (void)waiting;
    if (rate_of(client) != 0) {
        buckets->tokens[client] -= TOKENS(bytes);
    }
}

uint64_t tx_policy_wait(uint64_t ready, uint64_t now)
{
    uint64_t shortest = UINT64_MAX;

    (void)now; /* tx_policy_next() has just credited up to it */
    for (uint32_t client = 0; client < client_count; client++) {
        if (ready >> client & 1) {
            /* Only clients with a rate are refused, and those have no tokens. */
            uint64_t missing = (uint64_t)-buckets->tokens[client] / rate_of(client) + 1;

            shortest = MIN(shortest, missing);
        }
    }
    return shortest;
}
