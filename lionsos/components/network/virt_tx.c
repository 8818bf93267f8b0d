/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tx virtualiser PD, mechanics: takes packets from clients' queues, checks them, turns offsets into
 * addresses and hands them to the driver; hands sent buffers back to their owners. Which client comes
 * next is the policy's business (tx_policy.h).
 *
 * Clients are hostile. Each buffer is noted as in flight while the driver has it (tx_buffers.h), so one
 * that is enqueued twice is refused, and the driver's queue never holds more than exist. One handler
 * refuses no more entries of a client than its queue has, twice, and leaves the rest of them for later;
 * what it accepts is bounded by the driver. What is refused is counted per client.
 *
 * Sent buffers come back when this PD is awake anyway. It asks the driver for a signal only when it
 * needs them: a client has half of its buffers in flight, or packets wait because the driver's share
 * (tx_policy_window) is used up.
 */
#include "lionsos/components/network/virt_tx.h"

#include <os/sddf.h>

#include <lions/reload.h>
#include <lions/tx_policy.h>
#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/util/cache.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "lionsos/components/network/connection.h"
#include "lionsos/components/network/notify.h"
#include "lionsos/components/network/queue_end.h"
#include "lionsos/components/network/tx_buffers.h"

__attribute__((__section__(".net_virt_tx_config"), used)) net_virt_tx_config_t config;
/* Needed only with a policy that uses time. */
__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t timer_config;

/* Only in a system where it can be reloaded. */
__attribute__((__section__(".reload_client_config"), used)) lions_reload_config_t reload_config;

/* What lives on when another image takes over. Schema 3; 2 had no `memory`. */
#define SCHEMA_WITH_MEMORY 3
struct state {
    struct tx_in_flight in_flight; /* which buffers the driver has */
    struct queue_end driver;
    struct queue_end clients[SDDF_NET_MAX_CLIENTS];
    struct tx_policy_memory memory; /* the policy's; all before it tells how the queues stand */
};

struct client {
    net_queue_handle_t queue;
    uint32_t refusals_left; /* entries that this handler may still refuse */
};

struct virt_tx_counters virt_tx_counters;

static net_queue_handle_t driver;
static struct client clients[SDDF_NET_MAX_CLIENTS];
static struct state own_state;
static struct state *state;
static bool handed_over;   /* packets went to the driver in this handler */
static uint64_t postponed; /* clients whose packets have to wait for the policy's time */

/* ---- From clients to the driver -------------------------------------------------------------- */

/* True if the checksum that the device is to complete lies within the frame. */
static bool checksum_is_inside(const net_buff_desc_t *desc)
{
    return (uint32_t)desc->csum_start + desc->csum_offset + sizeof(uint16_t) <= desc->len;
}

/* Decides whether a client may send this; changes nothing. `desc` is a private copy. */
static enum tx_refusal check(const net_buff_desc_t *desc, struct tx_buffer buffer)
{
    if (!tx_buffer_exists(buffer)) {
        return TX_BAD_OFFSET;
    }
    if (!is_frame_length(desc->len)) {
        return TX_BAD_LENGTH;
    }
    if ((desc->flags & NET_BUFF_CSUM_PARTIAL) && !checksum_is_inside(desc)) {
        return TX_BAD_CHECKSUM;
    }
    return tx_buffer_is_in_flight(buffer) ? TX_IN_FLIGHT : TX_ACCEPTED;
}

static void refuse(uint32_t number, enum tx_refusal reason, net_buff_desc_t desc)
{
    virt_tx_counters.clients[number].refused[reason]++;
    /* A buffer in flight comes back once; everything else goes straight back, as sDDF has it. */
    if (reason != TX_IN_FLIGHT) {
        net_enqueue_free(&clients[number].queue, desc);
    }
}

static void hand_over(net_buff_desc_t desc, struct tx_buffer buffer)
{
    if (!config.dma_coherent) {
        cache_clean(tx_buffer_vaddr(buffer), tx_buffer_vaddr(buffer) + desc.len);
    }
    desc.io_or_offset = tx_buffer_io_address(buffer);
    desc.flags &= NET_BUFF_CSUM_PARTIAL;
    if (net_enqueue_active(&driver, desc) != 0) {
        /* Cannot happen with a sane driver: its queue has room for every buffer there is. */
        virt_tx_counters.lost_at_driver++;
        return;
    }
    tx_buffer_leaves(buffer);
    virt_tx_counters.clients[buffer.client].packets++;
    virt_tx_counters.clients[buffer.client].bytes += desc.len;
    handed_over = true;
}

/* Lets one client send about `bytes`; returns how much it was. */
static uint32_t serve(uint32_t number, uint32_t bytes)
{
    struct client *client = &clients[number];
    uint32_t sent = 0;
    net_buff_desc_t desc;

    while (sent < bytes && tx_buffers_in_flight() < tx_policy_window && client->refusals_left > 0
            && net_dequeue_active(&client->queue, &desc) == 0) {
        struct tx_buffer buffer = tx_buffer_named(number, desc.oid, desc.io_or_offset);
        enum tx_refusal reason = check(&desc, buffer);

        if (reason == TX_ACCEPTED) {
            hand_over(desc, buffer);
            sent += desc.len;
        } else {
            client->refusals_left--;
            refuse(number, reason, desc);
        }
    }
    return sent;
}

static bool has_packets(uint32_t number)
{
    return clients[number].refusals_left > 0 && !net_queue_empty_active(&clients[number].queue);
}

static uint64_t clients_with_packets(void)
{
    uint64_t ready = 0;

    for (uint32_t number = 0; number < config.num_clients; number++) {
        ready |= (uint64_t)has_packets(number) << number;
    }
    return ready;
}

/* Hands packets to the driver until there are none, the driver has its share, or none may go yet. */
static void send(void)
{
    uint64_t ready = clients_with_packets();
    uint64_t now = tx_policy_uses_time ? sddf_timer_time_now(timer_config.driver_id) : 0;

    postponed = 0;
    while (ready != 0 && tx_buffers_in_flight() < tx_policy_window) {
        struct tx_turn turn;

        if (!tx_policy_next(ready, now, &turn)) {
            postponed = ready;
            sddf_timer_set_timeout(timer_config.driver_id, tx_policy_wait(ready, now));
            return;
        }
        uint32_t sent = serve(turn.client, turn.bytes);
        bool waiting = has_packets(turn.client);

        tx_policy_sent(turn.client, sent, waiting);
        if (!waiting) {
            ready &= ~(UINT64_C(1) << turn.client);
        }
    }
}

/* ---- From the driver back to clients --------------------------------------------------------- */

static void give_back(struct tx_buffer buffer, uint8_t flags)
{
    net_buff_desc_t desc = {
        .io_or_offset = buffer.offset, .oid = buffer.region & 0x3f, .flags = flags
    };

    if (net_enqueue_free(&clients[buffer.client].queue, desc) != 0) {
        virt_tx_counters.clients[buffer.client].not_returned++; /* it has spoilt its own queue */
    }
}

/* Returns the bits of clients that got buffers back. */
static uint64_t return_sent(void)
{
    uint64_t owners = 0;
    net_buff_desc_t sent;

    while (net_dequeue_free(&driver, &sent) == 0) {
        struct tx_buffer buffer = tx_buffer_at(sent.io_or_offset);

        if (!tx_buffer_exists(buffer) || !tx_buffer_is_in_flight(buffer)) {
            virt_tx_counters.strange_from_driver++;
            continue;
        }
        tx_buffer_returns(buffer);
        give_back(buffer, sent.flags & NET_BUFF_CSUM_OFFLOAD);
        owners |= UINT64_C(1) << buffer.client;
    }
    return owners;
}

/* ---- Signals --------------------------------------------------------------------------------- */

/* True if a client is running out of buffers, or packets wait until the driver has sent others. */
static bool sent_buffers_are_needed(void)
{
    uint64_t waiting = 0;

    for (uint32_t number = 0; number < config.num_clients; number++) {
        if (tx_buffers_are_short(number)) {
            return true;
        }
        waiting |= (uint64_t)!net_queue_empty_active(&clients[number].queue) << number;
    }
    return (waiting & ~postponed) != 0 && tx_buffers_in_flight() > 0;
}

/* Asks clients for signals. True if one has sent something meanwhile that can go on. */
static bool packets_came_after_request(void)
{
    for (uint32_t number = 0; number < config.num_clients; number++) {
        net_request_signal_active(&clients[number].queue);
    }
    if (tx_buffers_in_flight() >= tx_policy_window || (clients_with_packets() & ~postponed) == 0) {
        return false;
    }
    for (uint32_t number = 0; number < config.num_clients; number++) {
        net_cancel_signal_active(&clients[number].queue);
    }
    return true;
}

/*
 * Asks the driver for a signal if sent buffers are needed, which is known only once the clients have
 * been asked for signals. True if some have come meanwhile.
 */
static bool buffers_came_after_request(bool *needed)
{
    *needed = sent_buffers_are_needed();
    if (!*needed) {
        return false;
    }
    net_request_signal_free(&driver);
    if (net_queue_empty_free(&driver)) {
        return false;
    }
    net_cancel_signal_free(&driver);
    return true;
}

/*
 * The driver looks for a request for sent buffers only while it is awake, so a request always comes
 * with a notification.
 */
static void signal_all(uint64_t owners, bool needed)
{
    for (; owners != 0; owners &= owners - 1) {
        uint32_t number = (uint32_t)__builtin_ctzll(owners);

        if (net_require_signal_free(&clients[number].queue)) {
            net_cancel_signal_free(&clients[number].queue);
            network_notify(config.clients[number].conn.id);
        }
    }
    if (needed || (handed_over && net_require_signal_active(&driver))) {
        net_cancel_signal_active(&driver);
        network_notify(config.driver.id);
    }
}

static void note_queues(void)
{
    queue_end_note(&state->driver, driver.free, driver.active);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        net_queue_handle_t *queue = &clients[number].queue;

        queue_end_note(&state->clients[number], queue->active, queue->free);
    }
}

/* Everything there is to do, whoever has woken this PD. */
static void handle_all(void)
{
    uint64_t owners = 0;
    bool needed = false;

    handed_over = false;
    for (uint32_t number = 0; number < config.num_clients; number++) {
        clients[number].refusals_left = 2 * clients[number].queue.capacity;
    }
    do {
        owners |= return_sent();
        send();
    } while (packets_came_after_request() || buffers_came_after_request(&needed));
    signal_all(owners, needed);
    if (state != &own_state) {
        note_queues();
    }
}

/* Also flags of theirs may have been spoilt: each looks for itself what there is to do. */
static void wake_all(void)
{
    network_notify(config.driver.id);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        network_notify(config.clients[number].conn.id);
    }
}

static void mend_queues(void)
{
    queue_end_mend(&state->driver, driver.free, driver.active, driver.capacity);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        net_queue_handle_t *queue = &clients[number].queue;

        queue_end_mend(&state->clients[number], queue->active, queue->free, queue->capacity);
    }
}

/* True if another image has been here. */
static bool take_over_or_clear(void)
{
    bool takes_over;
    uint32_t schema;

    state = lions_reload_attach(&reload_config, &lions_module_header, &own_state, sizeof(own_state),
            &takes_over, &schema);
    lions_reload_live(offsetof(struct state, memory));
    if (schema < SCHEMA_WITH_MEMORY) {
        sddf_memset(&state->memory, 0, sizeof(state->memory));
    }
    tx_buffers_attach(&state->in_flight, takes_over);
    if (takes_over) {
        mend_queues();
    }
    return takes_over;
}

void init(void)
{
    assert(net_config_check_magic(&config));
    assert(config.num_clients >= 1 && config.num_clients <= SDDF_NET_MAX_CLIENTS);
    assert(!tx_policy_uses_time || timer_config_check_magic(&timer_config));

    connection_attach(&driver, &config.driver);
    net_cancel_signal_free(&driver);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        connection_attach(&clients[number].queue, &config.clients[number].conn);
    }
    uint32_t buffers = tx_buffers_init(&config);

    assert(buffers <= driver.capacity);
    bool takes_over = take_over_or_clear();
    uint64_t now = tx_policy_uses_time ? sddf_timer_time_now(timer_config.driver_id) : 0;

    tx_policy_init(config.num_clients, now);
    tx_policy_attach(&state->memory, now);
    handle_all(); /* what was enqueued before this image started */
    if (takes_over) {
        wake_all();
    }
    lions_reload_ready();
}

void notified(sddf_channel channel)
{
    (void)channel; /* one handler for all, so that a stray notification is harmless */
    handle_all();
}
