/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Policy of the Tx virtualiser: which client sends next, and how much. The mechanics (virt_tx.c) own
 * queues, addresses and checks and know nothing of fairness; a policy knows client numbers, byte counts
 * and time, and touches no shared memory. One policy is linked into the virtualiser's image.
 *
 * The mechanics ask for a turn while packets wait and the driver has room, let the chosen client send,
 * and report what it has sent. A turn's last packet may exceed the turn by less than one packet; a
 * policy that cares charges the excess to the client's next turn.
 *
 * To write one: implement these functions in a file tx_policy_<name>.c and add it to CMakeLists.txt; with an installed SDK,
 * link it with libnet_virt_tx.a, as lionsos.mk shows.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <lions/reload.h>
#include <sddf/network/config.h>

/*
 * In the file of a policy: it is a module for net_virt_tx, and has this version. Without it the version is 1. The other
 * numbers are those of the library's mechanics: interface, and schema of the state that one image leaves to the next.
 */
#define LIONS_NET_VIRT_TX(version) \
    LIONS_MODULE("net_virt_tx", 1, 3, 2, version, sizeof(net_virt_tx_config_t))

struct tx_turn {
    uint32_t client;
    uint32_t bytes; /* not 0 */
};

/* Most packets that may wait in the driver at once. The rest waits for its turn in its client's queue. */
extern const uint32_t tx_policy_window;

/* Whether the policy looks at `now`. If not, it is always 0 and the system needs no timer for it. */
extern const bool tx_policy_uses_time;

/* Once, before the others. Clients are numbered 0..clients - 1, in the order of the configuration. */
void tx_policy_init(uint32_t clients, uint64_t now);

/* What a policy remembers when its image is replaced. It lies in the hand-over region and is zero at boot. */
#define TX_POLICY_NAME_MAX   16
#define TX_POLICY_MEMORY_MAX 1024 /* bytes */
struct tx_policy_memory {
    char policy[TX_POLICY_NAME_MAX]; /* whose `at` is; "": nobody's */
    uint32_t version;                /* of the layout of `at` */
    uint8_t at[TX_POLICY_MEMORY_MAX] __attribute__((aligned(16)));
};

/*
 * Once, after tx_policy_init(), with what the image before this one has left. A policy that finds its own name goes on
 * from there, after converting it if the version is an older one; else it puts its own there. It keeps it in `memory`
 * from then on, where the next image finds it at any time. A policy that has nothing to remember need not have this function.
 */
void tx_policy_attach(struct tx_policy_memory *memory, uint64_t now);

/*
 * Whose turn it is among `ready`, a bit per client with waiting packets, at least one set. `now` is
 * in ns and never goes back. False: none of them may send yet.
 */
bool tx_policy_next(uint64_t ready, uint64_t now, struct tx_turn *turn);

/* The turn is over: `bytes` were sent; `waiting` tells whether the client has more. */
void tx_policy_sent(uint32_t client, uint32_t bytes, bool waiting);

/* ns until one of `ready` may send, after tx_policy_next() was false. Not 0. */
uint64_t tx_policy_wait(uint64_t ready, uint64_t now);
