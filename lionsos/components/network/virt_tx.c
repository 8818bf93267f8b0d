/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tx virtualiser PD, mechanics: takes packets from clients' queues, checks them, turns offsets into
 * addresses and hands them to the driver; hands sent buffers back to their owners. Which client comes
 * next is the policy's business (tx_policy.h).
 *
 * Clients are hostile. Each buffer is noted as in flight while the driver has it, so one that is
 * enqueued twice is refused, and the driver's queue never holds more than exist. One handler
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
#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/util/cache.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "lionsos/components/network/connection.h"
#include "lionsos/components/network/notify.h"
#include "lionsos/components/network/tx_policy.h"

__attribute__((__section__(".net_virt_tx_config"), used)) net_virt_tx_config_t config;
/* Needed only with a policy that uses time. */
__attribute__((__section__(".timer_client_config"), used)) timer_client_config_t timer_config;

/* Only in a system where it can be reloaded. */
__attribute__((__section__(".reload_client_config"), used)) lions_reload_config_t reload_config;

/* Buffers of all clients together: as many as the driver's queue can ever hold. */
#define BUFFERS_MAX NET_QUEUE_CAPACITY_MAX

/* What lives on when another image takes over: which buffers the driver has. */
#define STATE_SCHEMA 1
struct state {
    uint64_t in_flight[BUFFERS_MAX / 64]; /* bit per buffer */
};

LIONS_MODULE("net_virt_tx", 1, STATE_SCHEMA, STATE_SCHEMA, 1, sizeof(net_virt_tx_config_t));

struct client {
    net_queue_handle_t queue;
    uint32_t first_buffer; /* number of the first buffer of its first region */
    uint32_t buffers;
    uint32_t in_flight;
    uint32_t refusals_left; /* entries that this handler may still refuse */
};

struct virt_tx_counters virt_tx_counters;

static net_queue_handle_t driver;
static struct client clients[SDDF_NET_MAX_CLIENTS];
static struct state own_state;
static struct state *state = &own_state;
static uint32_t in_flight_total;
static bool handed_over;   /* packets went to the driver in this handler */
static uint64_t postponed; /* clients whose packets have to wait for the policy's time */

/* ---- Buffers --------------------------------------------------------------------------------- */

static bool is_in_flight(uint32_t buffer)
{
    return state->in_flight[buffer / 64] >> (buffer % 64) & 1;
}

static void set_in_flight(struct client *client, uint32_t buffer)
{
    state->in_flight[buffer / 64] |= UINT64_C(1) << (buffer % 64);
    client->in_flight++;
    in_flight_total++;
}

static void clear_in_flight(struct client *client, uint32_t buffer)
{
    state->in_flight[buffer / 64] &= ~(UINT64_C(1) << (buffer % 64));
    client->in_flight--;
    in_flight_total--;
}

/* What a client's descriptor names, after all checks. */
struct packet {
    uint64_t io_address;
    uintptr_t vaddr;
    uint32_t buffer;
};

/* True if the checksum that the device is to complete lies within the frame. */
static bool checksum_is_inside(const net_buff_desc_t *desc)
{
    return (uint32_t)desc->csum_start + desc->csum_offset + sizeof(uint16_t) <= desc->len;
}

/* Decides whether a client may send this; changes nothing. `desc` is a private copy. */
static enum tx_refusal check(uint32_t number, const net_buff_desc_t *desc, struct packet *packet)
{
    const net_virt_tx_client_config_t *client = &config.clients[number];
    uint32_t buffer = clients[number].first_buffer;

    if (desc->oid >= client->num_regions) {
        return TX_BAD_OFFSET;
    }
    for (uint32_t region = 0; region < desc->oid; region++) {
        buffer += client->regions[region].num_buffers;
    }
    const net_virt_tx_region_config_t *region = &client->regions[desc->oid];

    if (!is_buffer_offset(desc->io_or_offset, region->num_buffers)) {
        return TX_BAD_OFFSET;
    }
    if (!is_frame_length(desc->len)) {
        return TX_BAD_LENGTH;
    }
    if ((desc->flags & NET_BUFF_CSUM_PARTIAL) && !checksum_is_inside(desc)) {
        return TX_BAD_CHECKSUM;
    }
    packet->buffer = buffer + (uint32_t)(desc->io_or_offset / NET_BUFFER_SIZE);
    if (is_in_flight(packet->buffer)) {
        return TX_IN_FLIGHT;
    }
    packet->io_address = region->data.io_addr + desc->io_or_offset;
    packet->vaddr = (uintptr_t)region->data.region.vaddr + desc->io_or_offset;
    return TX_ACCEPTED;
}

/* ---- From clients to the driver -------------------------------------------------------------- */

static void refuse(uint32_t number, enum tx_refusal reason, net_buff_desc_t desc)
{
    virt_tx_counters.clients[number].refused[reason]++;
    /* A buffer in flight comes back once; everything else goes straight back, as sDDF has it. */
    if (reason != TX_IN_FLIGHT) {
        net_enqueue_free(&clients[number].queue, desc);
    }
}

static void hand_over(uint32_t number, net_buff_desc_t desc, const struct packet *packet)
{
    if (!config.dma_coherent) {
        cache_clean(packet->vaddr, packet->vaddr + desc.len);
    }
    desc.io_or_offset = packet->io_address;
    desc.flags &= NET_BUFF_CSUM_PARTIAL;
    if (net_enqueue_active(&driver, desc) != 0) {
        /* Cannot happen with a sane driver: its queue has room for every buffer there is. */
        virt_tx_counters.lost_at_driver++;
        return;
    }
    set_in_flight(&clients[number], packet->buffer);
    virt_tx_counters.clients[number].packets++;
    virt_tx_counters.clients[number].bytes += desc.len;
    handed_over = true;
}

/* Lets one client send about `bytes`; returns how much it was. */
static uint32_t serve(uint32_t number, uint32_t bytes)
{
    struct client *client = &clients[number];
    uint32_t sent = 0;
    net_buff_desc_t desc;

    while (sent < bytes && in_flight_total < tx_policy_window && client->refusals_left > 0
            && net_dequeue_active(&client->queue, &desc) == 0) {
        struct packet packet;
        enum tx_refusal reason = check(number, &desc, &packet);

        if (reason == TX_ACCEPTED) {
            hand_over(number, desc, &packet);
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
    while (ready != 0 && in_flight_total < tx_policy_window) {
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

/* Finds whose buffer it is. False if it is nobody's. */
static bool find_owner(
        uint64_t io_address, uint32_t *number, uint32_t *buffer, net_buff_desc_t *desc)
{
    for (uint32_t owner = 0; owner < config.num_clients; owner++) {
        const net_virt_tx_client_config_t *client = &config.clients[owner];
        uint32_t first = clients[owner].first_buffer;

        for (uint32_t region = 0; region < client->num_regions; region++) {
            uint64_t offset = io_address - client->regions[region].data.io_addr;

            if (is_buffer_offset(offset, client->regions[region].num_buffers)) {
                *number = owner;
                *buffer = first + (uint32_t)(offset / NET_BUFFER_SIZE);
                desc->io_or_offset = offset;
                desc->oid = region & 0x3f;
                return true;
            }
            first += client->regions[region].num_buffers;
        }
    }
    return false;
}

/* Returns the bits of clients that got buffers back. */
static uint64_t return_sent(void)
{
    uint64_t owners = 0;
    net_buff_desc_t sent;

    while (net_dequeue_free(&driver, &sent) == 0) {
        net_buff_desc_t desc = { .flags = sent.flags & NET_BUFF_CSUM_OFFLOAD };
        uint32_t number, buffer;

        if (!find_owner(sent.io_or_offset, &number, &buffer, &desc) || !is_in_flight(buffer)) {
            virt_tx_counters.strange_from_driver++;
            continue;
        }
        clear_in_flight(&clients[number], buffer);
        if (net_enqueue_free(&clients[number].queue, desc) != 0) {
            virt_tx_counters.clients[number].not_returned++; /* it has spoilt its own queue */
        }
        owners |= UINT64_C(1) << number;
    }
    return owners;
}

/* ---- Signals --------------------------------------------------------------------------------- */

/* True if a client is running out of buffers, or packets wait until the driver has sent others. */
static bool sent_buffers_are_needed(void)
{
    uint64_t waiting = 0;

    for (uint32_t number = 0; number < config.num_clients; number++) {
        if (clients[number].in_flight * 2 > clients[number].buffers) {
            return true;
        }
        waiting |= (uint64_t)!net_queue_empty_active(&clients[number].queue) << number;
    }
    return (waiting & ~postponed) != 0 && in_flight_total > 0;
}

/* Asks clients for signals. True if one has sent something meanwhile that can go on. */
static bool packets_came_after_request(void)
{
    for (uint32_t number = 0; number < config.num_clients; number++) {
        net_request_signal_active(&clients[number].queue);
    }
    if (in_flight_total >= tx_policy_window || (clients_with_packets() & ~postponed) == 0) {
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
}

static void attach_client(uint32_t number, uint32_t first_buffer)
{
    const net_virt_tx_client_config_t *from = &config.clients[number];
    struct client *client = &clients[number];

    assert(from->num_regions >= 1 && from->num_regions <= SDDF_NET_MAX_REGIONS);
    connection_attach(&client->queue, &from->conn);
    client->first_buffer = first_buffer;
    client->buffers = 0;
    client->in_flight = 0;
    for (uint32_t region = 0; region < from->num_regions; region++) {
        uint64_t size = from->regions[region].data.region.size;

        assert(from->regions[region].num_buffers <= size / NET_BUFFER_SIZE);
        client->buffers += from->regions[region].num_buffers;
    }
}

/* What the driver has of each client stands in the state; the counts follow from it. */
static void count_in_flight(void)
{
    for (uint32_t number = 0; number < config.num_clients; number++) {
        struct client *client = &clients[number];

        for (uint32_t buffer = 0; buffer < client->buffers; buffer++) {
            client->in_flight += is_in_flight(client->first_buffer + buffer);
        }
        in_flight_total += client->in_flight;
    }
}

static void take_over_or_clear(void)
{
    bool takes_over;
    uint32_t schema;

    state = lions_reload_attach(
            &reload_config, &lions_module_header, &own_state, sizeof(*state), &takes_over, &schema);
    lions_reload_live(sizeof(*state)); /* who holds which buffer: as the queues are */
    in_flight_total = 0;
    if (takes_over) {
        count_in_flight();
    } else {
        sddf_memset(state, 0, sizeof(*state));
    }
}

void init(void)
{
    uint32_t buffers = 0;

    assert(net_config_check_magic(&config));
    assert(config.num_clients >= 1 && config.num_clients <= SDDF_NET_MAX_CLIENTS);
    assert(!tx_policy_uses_time || timer_config_check_magic(&timer_config));

    connection_attach(&driver, &config.driver);
    net_cancel_signal_free(&driver);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        attach_client(number, buffers);
        buffers += clients[number].buffers;
    }
    assert(buffers <= BUFFERS_MAX && buffers <= driver.capacity);
    take_over_or_clear();
    tx_policy_init(config.num_clients,
            tx_policy_uses_time ? sddf_timer_time_now(timer_config.driver_id) : 0);
    handle_all(); /* what was enqueued before this image started */
    lions_reload_ready();
}

void notified(sddf_channel channel)
{
    (void)channel; /* one handler for all, so that a stray notification is harmless */
    handle_all();
}
