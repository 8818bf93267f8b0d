/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rx virtualiser PD, mechanics: takes received frames from the driver, gives each to the clients that
 * rx_demux() names, and returns a buffer to the driver when the last of them has returned it.
 *
 * For each buffer the clients that hold it are noted, as bits in the metadata region: the reference
 * count of a broadcast is the number of bits. So a client that returns a buffer it does not hold, or
 * returns one twice, is refused and counted, and cannot touch anybody else's.
 *
 * How many buffers a client may hold is the policy's business (rx_policy.h), which leaves the driver a share of
 * its own. Therefore the device never runs dry because of clients, and frames keep waking this PD; buffers
 * are collected then. It never needs a signal for them.
 *
 * Another image can take over (lions/reload.h): who holds which buffer stands in the metadata region, which
 * outlives an image as the queues do. Queues that the image before has spoilt are mended.
 */
#include "lionsos/components/network/virt_rx.h"

#include <os/sddf.h>

#include <lions/reload.h>
#include <lions/rx_policy.h>
#include <sddf/network/config.h>
#include <sddf/network/mac802.h>
#include <sddf/network/queue.h>
#include <sddf/util/cache.h>
#include <sddf/util/util.h>

#include "lionsos/components/network/connection.h"
#include "lionsos/components/network/notify.h"
#include "lionsos/components/network/queue_end.h"
#include "lionsos/components/network/rx_demux.h"

__attribute__((__section__(".net_virt_rx_config"), used)) net_virt_rx_config_t config;

/* Only in a system where it can be reloaded. */
__attribute__((__section__(".reload_client_config"), used)) lions_reload_config_t reload_config;

/*
 * What lives on when another image takes over, besides the metadata region. Schema 2; 1 had no queue ends. All of it tells how
 * the queues stand.
 */
#define SCHEMA_WITH_ENDS 2
struct state {
    uint32_t buffers;
    struct queue_end driver;
    struct queue_end clients[SDDF_NET_MAX_CLIENTS];
};

struct client {
    net_queue_handle_t queue;
    uint32_t holds; /* buffers */
};

struct virt_rx_counters virt_rx_counters;

static net_queue_handle_t driver;
static struct client clients[SDDF_NET_MAX_CLIENTS];
static uint64_t *holders; /* by buffer: bit per client that has it; 0: the driver has it */
static uint32_t buffer_count;
static uint32_t held; /* buffers that clients hold */
static struct state own_state;
static struct state *state;
static bool gave_back; /* buffers went to the driver, which has not been told yet */

static void give_back(uint32_t buffer)
{
    net_buff_desc_t desc = { .io_or_offset =
                                     config.data.io_addr + (uint64_t)buffer * NET_BUFFER_SIZE };

    if (net_enqueue_free(&driver, desc) != 0) {
        /* Cannot happen with a sane driver: its queue has room for every buffer there is. */
        virt_rx_counters.lost_at_driver++;
        return;
    }
    gave_back = true;
}

/* ---- From clients back to the driver --------------------------------------------------------- */

/* True if the client holds the buffer, which it then no longer does. */
static bool release(uint32_t number, const net_buff_desc_t *desc)
{
    uint64_t bit = UINT64_C(1) << number;
    uint64_t buffer = desc->io_or_offset / NET_BUFFER_SIZE;

    if (!is_buffer_offset(desc->io_or_offset, buffer_count) || !(holders[buffer] & bit)) {
        return false;
    }
    clients[number].holds--;
    holders[buffer] &= ~bit;
    if (holders[buffer] == 0) {
        held--;
        give_back((uint32_t)buffer);
    }
    return true;
}

static void collect(uint32_t number)
{
    net_queue_handle_t *queue = &clients[number].queue;
    net_buff_desc_t desc;

    for (uint32_t looks = queue->capacity; looks > 0; looks--) {
        if (net_dequeue_free(queue, &desc) != 0) {
            return;
        }
        if (!release(number, &desc)) {
            virt_rx_counters.clients[number].refused++;
        }
    }
}

static void collect_from_all(void)
{
    for (uint32_t number = 0; number < config.num_clients; number++) {
        collect(number);
    }
}

/* ---- From the driver to clients -------------------------------------------------------------- */

/* Gives the frame to one client, which may be unable to take it. */
static void hand_over(uint32_t number, uint32_t buffer, net_buff_desc_t desc)
{
    struct virt_rx_client_counters *counters = &virt_rx_counters.clients[number];
    struct client *client = &clients[number];

    if (!rx_policy_may_hold(client->holds, held)) {
        counters->dropped_share++;
    } else if (net_enqueue_active(&client->queue, desc) != 0) {
        counters->dropped_queue_full++;
    } else {
        held += holders[buffer] == 0;
        holders[buffer] |= UINT64_C(1) << number;
        client->holds++;
        counters->packets++;
    }
}

/* Passes one frame on; returns the bits of clients that got it. */
static uint64_t deliver(const net_buff_desc_t *received)
{
    uint64_t offset = received->io_or_offset - config.data.io_addr;
    uint32_t buffer = (uint32_t)(offset / NET_BUFFER_SIZE);

    if (!is_buffer_offset(offset, buffer_count) || holders[buffer] != 0) {
        virt_rx_counters.strange_from_driver++;
        return 0;
    }

    uint64_t to = 0;
    if (is_frame_length(received->len)) {
        const uint8_t *frame = (const uint8_t *)config.data.region.vaddr + offset;

        if (!config.dma_coherent) {
            cache_clean_and_invalidate((uintptr_t)frame, (uintptr_t)frame + received->len);
        }
        to = rx_demux(frame);
        virt_rx_counters.broadcasts += mac802_addr_eq_bcast(frame);
    }
    virt_rx_counters.received++;
    virt_rx_counters.unknown_destination += to == 0;

    net_buff_desc_t desc = {
        .io_or_offset = offset, .len = received->len, .flags = received->flags & NET_BUFF_CSUM_VALID
    };
    for (uint64_t rest = to; rest != 0; rest &= rest - 1) {
        hand_over((uint32_t)__builtin_ctzll(rest), buffer, desc);
    }
    if (holders[buffer] == 0) {
        give_back(buffer);
    }
    return holders[buffer];
}

/* Passes on all frames there are; returns the bits of clients that got some. */
static uint64_t deliver_all(void)
{
    uint64_t reached = 0;
    net_buff_desc_t received;

    do {
        net_cancel_signal_active(&driver);
        while (net_dequeue_active(&driver, &received) == 0) {
            reached |= deliver(&received);
        }
        net_request_signal_active(&driver);
    } while (!net_queue_empty_active(&driver));
    return reached;
}

static void note_queues(void)
{
    queue_end_note(&state->driver, driver.active, driver.free);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        net_queue_handle_t *queue = &clients[number].queue;

        queue_end_note(&state->clients[number], queue->free, queue->active);
    }
}

static void handle_all(void)
{
    collect_from_all();
    for (uint64_t reached = deliver_all(); reached != 0; reached &= reached - 1) {
        uint32_t number = (uint32_t)__builtin_ctzll(reached);

        if (net_require_signal_active(&clients[number].queue)) {
            net_cancel_signal_active(&clients[number].queue);
            network_notify(config.clients[number].conn.id);
        }
    }
    if (gave_back && net_require_signal_free(&driver)) {
        net_cancel_signal_free(&driver);
        network_notify(config.driver.id);
    }
    gave_back = false;
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
    queue_end_mend(&state->driver, driver.active, driver.free, driver.capacity);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        net_queue_handle_t *queue = &clients[number].queue;

        queue_end_mend(&state->clients[number], queue->free, queue->active, queue->capacity);
    }
}

/* Whose buffers they are stands in the metadata region. */
static void count_holders(void)
{
    for (uint32_t buffer = 0; buffer < buffer_count; buffer++) {
        holders[buffer] &= UINT64_MAX >> (64 - config.num_clients); /* others do not exist */
        for (uint32_t number = 0; number < config.num_clients; number++) {
            clients[number].holds += holders[buffer] >> number & 1;
        }
        held += holders[buffer] != 0;
    }
}

/* From nothing all buffers are the driver's; else each is where the image before has left it. True if there was one. */
static bool take_over_or_begin(void)
{
    bool takes_over;
    uint32_t schema;

    state = lions_reload_attach(&reload_config, &lions_module_header, &own_state, sizeof(own_state),
            &takes_over, &schema);
    lions_reload_live(sizeof(*state));
    state->buffers = buffer_count;
    if (!takes_over) {
        net_buffers_init(&driver, config.data.io_addr);
        return false;
    }
    if (schema < SCHEMA_WITH_ENDS) {
        note_queues(); /* nobody has; they are as they stand */
    }
    mend_queues();
    count_holders();
    return true;
}

void init(void)
{
    assert(net_config_check_magic(&config));
    assert(config.num_clients >= 1 && config.num_clients <= SDDF_NET_MAX_CLIENTS);
    bool addresses_are_unique = rx_demux_init(&config);
    assert(addresses_are_unique);

    connection_attach(&driver, &config.driver);
    buffer_count = driver.capacity;
    assert(config.data.region.size / NET_BUFFER_SIZE >= buffer_count);
    assert(ROUND_UP(config.buffer_metadata.size, 0x1000) / sizeof(*holders) >= buffer_count);
    holders = config.buffer_metadata.vaddr;
    rx_policy_init(buffer_count, config.num_clients);

    for (uint32_t number = 0; number < config.num_clients; number++) {
        connection_attach(&clients[number].queue, &config.clients[number].conn);
        clients[number].holds = 0;
        net_cancel_signal_free(&clients[number].queue);
    }
    bool takes_over = take_over_or_begin();

    gave_back = true;
    handle_all();
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
