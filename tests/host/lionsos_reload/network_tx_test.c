/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images of net_virt_tx, with all policies, replace each other at any moment between two handlers, while two clients send
 * through a driver. Whoever is not notified sleeps; a notification that has not been handled when the image is replaced is
 * gone. When nobody has anything to do any more, each packet must have been sent, once, unchanged and in order.
 */
#include <string.h>

#include <lions/tx_policy.h>
#include <sddf/timer/config.h>
#include <sddf/timer/protocol.h>

#include "lionsos/components/network/token_bucket_config.h"
#include "lionsos/components/network/virt_tx.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/network_peer.h"
#include "tests/host/lionsos_reload/image.h"
#include "tests/host/lionsos_reload/replacements.h"

#define DRIVER          20
#define TIMER           21
#define CLIENTS         2
#define CHANNEL(client) (30 + (client))
#define CAPACITY        8
#define DRIVER_CAPACITY (CLIENTS * CAPACITY)
#define RING            4 /* packets that the device has at a time */
#define IO_BASE(client) (0x40000000 + (uint64_t)(client)*0x100000)
#define PACKETS         40 /* of each client, in each run */
#define NO_TIMEOUT      UINT64_MAX

static const char *const policies[] = { "tx_round_robin", "tx_strict_priority", "tx_token_bucket" };

static net_virt_tx_config_t config;
static timer_client_config_t timer_config = { .magic = SDDF_TIMER_MAGIC, .driver_id = TIMER };
static token_bucket_config_t bucket_config = { .magic = SDDF_NET_MAGIC,
    .clients = { { 20000000, 4000 }, { 90000000, 9000 } } };
static const struct image_setting settings[] = {
    { "config", &config, sizeof(config) },
    { "timer_config", &timer_config, sizeof(timer_config) },
    { "token_bucket_config", &bucket_config, sizeof(bucket_config) },
    { "reload_config", NULL, sizeof(lions_reload_config_t) },
    { NULL, NULL, 0 },
};

static struct client {
    net_queue_handle_t queue;
    char *data;
    uint32_t sent;                 /* packets put into its queue */
    uint32_t arrived;              /* seen by the device */
    net_buff_desc_t own[CAPACITY]; /* buffers in its hands */
    uint32_t own_count;
    uint32_t heard; /* notifications */
    bool awake;
} clients[CLIENTS];

static struct {
    net_queue_handle_t queue;
    net_buff_desc_t ring[RING];
    uint32_t in_ring, done; /* the first `done` of them have been sent */
    uint32_t heard;
    bool awake;
    bool wants_interrupt;
} driver;

static uint64_t pending; /* notifications for the virtualiser, by channel */
static uint64_t now, timeout;

/* The timer driver; nobody else is called here. */
microkit_msginfo protected(sddf_channel channel, microkit_msginfo request)
{
    assert_int_equal(channel, TIMER);
    if (request.label == SDDF_TIMER_SET_TIMEOUT) {
        timeout = now + sddf_get_mr(0);
    }
    sddf_set_mr(0, now);
    return request;
}

/* ---- the image ---- */

static void check_counters(void)
{
    const struct virt_tx_counters *counters = image_symbol("virt_tx_counters");

    assert_int_equal(counters->lost_at_driver, 0);
    assert_int_equal(counters->strange_from_driver, 0);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        for (int reason = TX_ACCEPTED + 1; reason < TX_REFUSALS; reason++) {
            assert_int_equal(counters->clients[i].refused[reason], 0);
        }
        assert_int_equal(counters->clients[i].not_returned, 0);
    }
}

static void start_policy(const char *name)
{
    struct image_setting with_region[sizeof(settings) / sizeof(*settings)];

    memcpy(with_region, settings, sizeof(settings));
    with_region[3].value = image_reload_config();
    image_start(name, with_region);
}

static void start_image(void)
{
    start_policy(policies[image_random(3)]);
}

/* All that an image can write, and nobody could believe. */
static void spoil(net_queue_handle_t *queue, net_queue_t *taken_from, net_queue_t *put_into)
{
    taken_from->head += (uint16_t)(1000 + image_random(20000));
    put_into->tail += (uint16_t)(1000 + image_random(20000));
    queue->active->consumer_signalled = image_random(2);
    queue->free->consumer_signalled = image_random(2);
}

static void swap(void)
{
    struct lions_hand_over *hand_over = image_hand_over();

    check_counters();
    if (left == LEFT_BY_OLDER) { /* which had nothing behind what is live */
        hand_over->schema = 2;
        memset(hand_over->state + hand_over->live, 0x5a, hand_over->bytes - hand_over->live);
    } else if (left == LEFT_SPOILT) {
        spoil(&driver.queue, driver.queue.free, driver.queue.active);
        for (uint32_t i = 0; i < CLIENTS; i++) {
            spoil(&clients[i].queue, clients[i].queue.active, clients[i].queue.free);
        }
    }
    pending = 0;
    swaps++;
    start_image();
}

static void virtualiser_runs(void)
{
    sddf_channel channel = (sddf_channel)__builtin_ctzll(pending);

    pending &= pending - 1;
    image_notified(channel);
}

/* ---- clients ---- */

static void fill(struct client *client, net_buff_desc_t *buffer)
{
    buffer->len = (uint16_t)(64 + image_random(1400));
    buffer->flags = 0;
    memcpy(client->data + buffer->io_or_offset, &client->sent, sizeof(client->sent));
}

static void collect(struct client *client)
{
    while (net_dequeue_free(&client->queue, &client->own[client->own_count]) == 0) {
        client->own_count++;
        assert_true(client->own_count <= CAPACITY);
    }
}

static void client_runs(struct client *client, sddf_channel channel)
{
    uint32_t burst = 1 + image_random(CAPACITY);
    bool has_sent = false;

    collect(client);
    while (burst-- > 0 && client->own_count > 0 && client->sent < PACKETS) {
        net_buff_desc_t buffer = client->own[--client->own_count];

        fill(client, &buffer);
        assert_int_equal(net_enqueue_active(&client->queue, buffer), 0);
        client->sent++;
        has_sent = true;
    }
    if (has_sent && net_require_signal_active(&client->queue)) {
        net_cancel_signal_active(&client->queue);
        pending |= UINT64_C(1) << channel;
    }
    client->awake = client->sent < PACKETS;
    if (client->awake && client->own_count == 0) {
        net_request_signal_free(&client->queue);
        client->awake = !net_queue_empty_free(&client->queue);
        if (client->awake) {
            net_cancel_signal_free(&client->queue);
        }
    }
}

/* ---- driver and device ---- */

static void check_packet(net_buff_desc_t packet)
{
    uint32_t owner = packet.io_or_offset >= IO_BASE(1);
    struct client *client = &clients[owner];

    assert_memory_equal(client->data + packet.io_or_offset - IO_BASE(owner), &client->arrived,
            sizeof(client->arrived));
    client->arrived++;
}

static void give_back_sent(void)
{
    for (; driver.done > 0; driver.done--) {
        assert_int_equal(net_enqueue_free(&driver.queue, driver.ring[0]), 0);
        driver.in_ring--;
        memmove(driver.ring, driver.ring + 1, driver.in_ring * sizeof(driver.ring[0]));
    }
    if (net_require_signal_free(&driver.queue) && !net_queue_empty_free(&driver.queue)) {
        net_cancel_signal_free(&driver.queue);
        pending |= UINT64_C(1) << DRIVER;
    }
}

static void take_packets(void)
{
    do {
        net_cancel_signal_active(&driver.queue);
        while (driver.in_ring < RING
                && net_dequeue_active(&driver.queue, &driver.ring[driver.in_ring]) == 0) {
            check_packet(driver.ring[driver.in_ring]);
            driver.in_ring++;
        }
        if (driver.in_ring == RING) {
            return; /* goes on at the device's interrupt */
        }
        net_request_signal_active(&driver.queue);
    } while (!net_queue_empty_active(&driver.queue));
}

static void driver_runs(void)
{
    give_back_sent();
    take_packets();
    driver.wants_interrupt = driver.in_ring == RING || net_require_signal_free(&driver.queue);
    driver.awake = driver.wants_interrupt && driver.done > 0;
}

static void device_sends(void)
{
    driver.done++;
    driver.awake |= driver.wants_interrupt;
}

/* ---- what happens next ---- */

static void hear(void)
{
    for (uint32_t i = 0; i < CLIENTS; i++) {
        clients[i].awake |= fake_os.notified[CHANNEL(i)] != clients[i].heard;
        clients[i].heard = fake_os.notified[CHANNEL(i)];
    }
    driver.awake |= fake_os.notified[DRIVER] != driver.heard;
    driver.heard = fake_os.notified[DRIVER];
    if (timeout <= now) {
        timeout = NO_TIMEOUT;
        pending |= UINT64_C(1) << TIMER;
    }
}

/* One of those who can do something does it. False: nobody can, whatever the time. */
static bool step(uint32_t swaps_wanted)
{
    hear();
    for (int tries = 0; tries < 200; tries++) {
        uint32_t who = image_random(8);

        if (who < CLIENTS && clients[who].awake) {
            client_runs(&clients[who], CHANNEL(who));
        } else if (who == 2 && driver.awake) {
            driver_runs();
        } else if (who == 3 && driver.done < driver.in_ring) {
            device_sends();
        } else if (who >= 4 && who <= 5 && pending != 0) {
            virtualiser_runs();
        } else if (who == 6 && swaps < swaps_wanted && image_random(6) == 0) {
            swap();
        } else if (who == 7 && image_random(4) == 0) {
            now += image_random(20000);
        } else {
            continue;
        }
        return true;
    }
    if (timeout != NO_TIMEOUT) {
        now = timeout;
        return true;
    }
    return false;
}

static void prepare(void)
{
    static bool prepared;

    memset(clients, 0, sizeof(clients));
    memset(&driver, 0, sizeof(driver));
    fake_os_reset();
    image_clear_hand_over();
    if (!prepared) {
        memcpy(config.magic, (char[])SDDF_NET_MAGIC, SDDF_MAGIC_LEN);
        config.driver = net_peer_connection(DRIVER_CAPACITY, DRIVER);
        config.num_clients = CLIENTS;
    }
    driver.queue = net_peer_handle(&config.driver);
    net_peer_reset(&driver.queue);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        net_virt_tx_client_config_t *client = &config.clients[i];

        if (!prepared) {
            client->conn = net_peer_connection(CAPACITY, (uint8_t)CHANNEL(i));
            client->num_regions = 1;
            client->regions[0].data.region = net_peer_region(CAPACITY);
            client->regions[0].data.io_addr = IO_BASE(i);
            client->regions[0].num_buffers = CAPACITY;
        }
        clients[i].queue = net_peer_handle(&client->conn);
        net_peer_reset(&clients[i].queue);
        clients[i].data = client->regions[0].data.region.vaddr;
        clients[i].awake = true;
        net_buffers_init(&clients[i].queue, 0);
    }
    prepared = true;
    pending = 0;
    timeout = NO_TIMEOUT;
}

static void check_end(void)
{
    for (uint32_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(clients[i].sent, PACKETS);
        assert_int_equal(clients[i].arrived, PACKETS);
    }
    assert_int_equal(driver.in_ring - driver.done, 0);
    give_back_sent(); /* they were not needed; now they all go home */
    image_notified(DRIVER);
    check_counters();
    for (uint32_t i = 0; i < CLIENTS; i++) {
        collect(&clients[i]);
        assert_int_equal(clients[i].own_count, CAPACITY);
    }
}

const struct plant plant = { prepare, start_image, step, check_end };

/* What stands where schema 3 has the policy's memory is none, even if it looks like one. */
static void an_older_image_leaves_no_memory(void **state)
{
    struct lions_hand_over *hand_over = image_hand_over();
    struct tx_policy_memory *memory;

    (void)state;
    image_seed(0);
    prepare();
    start_policy("tx_round_robin");
    memory = (struct tx_policy_memory *)(hand_over->state + hand_over->bytes
            - sizeof(struct tx_policy_memory));
    hand_over->schema = 2;
    memset(memory->at, 0xff, sizeof(memory->at)); /* everybody in debt */
    strcpy(memory->policy, "token_bucket");
    memory->version = 1;
    start_policy("tx_token_bucket");
    clients[0].sent = PACKETS - 1;
    client_runs(&clients[0], CHANNEL(0));
    image_notified(CHANNEL(0));
    assert_int_equal(net_queue_length(driver.queue.active), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_replace_each_other_at_any_moment),
        cmocka_unit_test(images_take_over_from_older_ones),
        cmocka_unit_test(images_mend_what_others_have_spoilt),
        cmocka_unit_test(an_older_image_leaves_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
