/* SPDX-License-Identifier: BSD-2-Clause */
/* Policies that go wrong once they run: one that spoils the shared queues and then faults, one that keeps the processor. */
#include <lions/tx_policy.h>
#include <sddf/network/queue.h>

/* Of the mechanics: the queues' addresses. */
extern net_virt_tx_config_t config;

const uint32_t tx_policy_window = 256;
const bool tx_policy_uses_time = false;

static uint32_t turns;

void tx_policy_init(uint32_t clients, uint64_t now)
{
    (void)clients, (void)now;
}

#ifdef corrupts_queues
static void go_wrong(void)
{
    net_queue_t *active = config.driver.active_queue.vaddr;
    net_queue_t *free = config.driver.free_queue.vaddr;

    active->tail += 0x5000;
    active->consumer_signalled = 1;
    free->head += 0x5000;
    for (uint32_t client = 0; client < config.num_clients; client++) {
        net_queue_t *from = config.clients[client].conn.active_queue.vaddr;
        net_queue_t *back = config.clients[client].conn.free_queue.vaddr;

        from->head -= 0x5000;
        back->tail += 0x5000;
    }
    __builtin_trap();
}
#endif
#ifdef starves_others
static void go_wrong(void)
{
    for (;;) {
        __asm__ volatile("");
    }
}
#endif
bool tx_policy_next(uint64_t ready, uint64_t now, struct tx_turn *turn)
{
    (void)now;
    if (++turns > 20) {
        go_wrong();
    }
    *turn = (struct tx_turn){ .client = (uint32_t)__builtin_ctzll(ready), .bytes = 3000 };
    return true;
}

void tx_policy_sent(uint32_t client, uint32_t bytes, bool waiting)
{
    (void)client, (void)bytes, (void)waiting;
}

uint64_t tx_policy_wait(uint64_t ready, uint64_t now)
{
    (void)ready, (void)now;
    return UINT64_MAX;
}
