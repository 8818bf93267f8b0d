/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images of net_virt_rx, with both policies, replace each other at any moment between two handlers, while frames come in for
 * two clients, and broadcasts. Whoever is not notified sleeps; a notification that has not been handled when the image is
 * replaced is gone. As no client has more frames than any policy allows, none may be lost; and in the end each buffer is back.
 */
#include <string.h>

#include "lionsos/components/network/virt_rx.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/network_peer.h"
#include "tests/host/lionsos_reload/image.h"
#include "tests/host/lionsos_reload/replacements.h"

#define DRIVER          20
#define CLIENTS         2
#define CHANNEL(client) (30 + (client))
#define CAPACITY        16
#define SHARE           (CAPACITY / (CLIENTS + 1))
#define RING            6 /* buffers that the device has at a time */
#define IO_BASE         UINT64_C(0x50000000)
#define FRAMES          60 /* in each run */
#define BROADCAST       CLIENTS
#define LENGTH          100

static const char *const policies[] = { "rx_shares", "rx_pool" };
static const uint8_t addresses[CLIENTS + 1][ETH_HWADDR_LEN] = {
    { 0x52, 0x54, 0, 0, 0, 1 },
    { 0x52, 0x54, 0, 0, 0, 2 },
    { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
};

static net_virt_rx_config_t config;
static uint64_t holders[CAPACITY];

static struct client {
    net_queue_handle_t queue;
    uint32_t sent; /* frames for it that the device has received */
    uint32_t seen;
    net_buff_desc_t own[CAPACITY]; /* frames in its hands */
    uint32_t own_count;
    uint32_t heard; /* notifications */
    bool awake;
} clients[CLIENTS];

static struct {
    net_queue_handle_t queue;
    net_buff_desc_t ring[RING];
    uint32_t in_ring, done; /* the first `done` of them hold a frame */
    uint32_t heard;
    bool awake;
} driver;

static uint64_t pending; /* notifications for the virtualiser, by channel */
static uint32_t frames;

/* ---- the image ---- */

static void check_counters(void)
{
    const struct virt_rx_counters *counters = image_symbol("virt_rx_counters");

    assert_int_equal(counters->lost_at_driver, 0);
    assert_int_equal(counters->strange_from_driver, 0);
    assert_int_equal(counters->unknown_destination, 0);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(counters->clients[i].refused, 0);
        assert_int_equal(counters->clients[i].dropped_share, 0);
        assert_int_equal(counters->clients[i].dropped_queue_full, 0);
    }
}

static void start_image(void)
{
    const struct image_setting settings[] = {
        { "config", &config, sizeof(config) },
        { "reload_config", image_reload_config(), sizeof(lions_reload_config_t) },
        { NULL, NULL, 0 },
    };

    image_start(policies[image_random(2)], settings);
}

/* All that an image can write, and nobody could believe. */
static void spoil(net_queue_handle_t *queue, net_queue_t *taken_from, net_queue_t *put_into)
{
    taken_from->head += (uint16_t)(1000 + image_random(20000));
    put_into->tail += (uint16_t)(1000 + image_random(20000));
    queue->active->consumer_signalled = image_random(2);
    queue->free->consumer_signalled = image_random(2);
}

static void leave(void)
{
    struct lions_hand_over *hand_over = image_hand_over();

    if (left == LEFT_BY_OLDER) { /* which had nothing but the number of buffers */
        hand_over->schema = 1;
        memset(hand_over->state + 4, 0x5a, hand_over->bytes - 4);
    } else if (left == LEFT_SPOILT) {
        memset(hand_over->state, 0x5a, 4);
        spoil(&driver.queue, driver.queue.active, driver.queue.free);
        for (uint32_t i = 0; i < CLIENTS; i++) {
            spoil(&clients[i].queue, clients[i].queue.free, clients[i].queue.active);
            holders[image_random(CAPACITY)] |= UINT64_C(1) << (CLIENTS + image_random(60));
        }
    }
}

static void swap(void)
{
    check_counters();
    leave();
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

/* ---- clients: copiers, which return what they have seen ---- */

static char *frame_at(uint64_t offset)
{
    return (char *)config.data.region.vaddr + offset;
}

static void client_takes(struct client *client)
{
    net_buff_desc_t *frame = &client->own[client->own_count];
    uint32_t number;

    while (net_dequeue_active(&client->queue, frame) == 0) {
        memcpy(&number,
                frame_at(frame->io_or_offset) + NET_ETH_HEADER_LEN
                        + sizeof(number) * (uint32_t)(client - clients),
                sizeof(number));
        assert_int_equal(number, client->seen);
        client->seen++;
        frame = &client->own[++client->own_count];
    }
}

static void client_returns(struct client *client, uint32_t count)
{
    for (; count > 0 && client->own_count > 0; count--) {
        assert_int_equal(net_enqueue_free(&client->queue, client->own[--client->own_count]), 0);
    }
    if (net_require_signal_free(&client->queue)) {
        net_cancel_signal_free(&client->queue);
        pending |= UINT64_C(1) << CHANNEL(client - clients);
    }
}

static void client_runs(struct client *client)
{
    client_takes(client);
    client_returns(client, 1 + image_random(3));
    net_request_signal_active(&client->queue);
    client->awake = client->own_count > 0 || !net_queue_empty_active(&client->queue);
}

/* ---- driver and device ---- */

static void pass_received(void)
{
    for (; driver.done > 0; driver.done--) {
        assert_int_equal(net_enqueue_active(&driver.queue, driver.ring[0]), 0);
        driver.in_ring--;
        memmove(driver.ring, driver.ring + 1, driver.in_ring * sizeof(driver.ring[0]));
    }
    if (net_require_signal_active(&driver.queue) && !net_queue_empty_active(&driver.queue)) {
        net_cancel_signal_active(&driver.queue);
        pending |= UINT64_C(1) << DRIVER;
    }
}

static void refill(void)
{
    do {
        net_cancel_signal_free(&driver.queue);
        while (driver.in_ring < RING
                && net_dequeue_free(&driver.queue, &driver.ring[driver.in_ring]) == 0) {
            assert_int_equal(driver.ring[driver.in_ring].io_or_offset % NET_BUFFER_SIZE, 0);
            for (uint32_t i = 0; i < driver.in_ring; i++) {
                assert_int_not_equal(
                        driver.ring[i].io_or_offset, driver.ring[driver.in_ring].io_or_offset);
            }
            driver.in_ring++;
        }
        if (driver.in_ring == RING) {
            return;
        }
        net_request_signal_free(&driver.queue);
    } while (!net_queue_empty_free(&driver.queue));
}

static void driver_runs(void)
{
    pass_received();
    refill();
    driver.awake = false;
}

/* Frames of a client that are anywhere between the device and its return. */
static bool may_have_more(const struct client *client)
{
    return client->sent - client->seen + client->own_count < SHARE;
}

static bool device_receives(void)
{
    uint32_t to = image_random(CLIENTS + 1);
    char *frame;

    for (uint32_t i = 0; i < CLIENTS; i++) {
        if ((to == i || to == BROADCAST) && !may_have_more(&clients[i])) {
            return false;
        }
    }
    frame = frame_at(driver.ring[driver.done].io_or_offset - IO_BASE);
    memset(frame, 0, LENGTH);
    memcpy(frame, addresses[to], ETH_HWADDR_LEN);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        memcpy(frame + NET_ETH_HEADER_LEN + sizeof(uint32_t) * i, &clients[i].sent,
                sizeof(uint32_t));
        clients[i].sent += to == i || to == BROADCAST;
    }
    driver.ring[driver.done].len = LENGTH;
    driver.done++;
    driver.awake = true; /* its interrupt */
    frames++;
    return true;
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
}

/* One of those who can do something does it. False: nobody can. */
static bool step(uint32_t swaps_wanted)
{
    hear();
    for (int tries = 0; tries < 200; tries++) {
        uint32_t who = image_random(8);

        if (who < CLIENTS && clients[who].awake) {
            client_runs(&clients[who]);
        } else if (who == 2 && driver.awake) {
            driver_runs();
        } else if (who <= 4 && who > 2 && driver.done < driver.in_ring && frames < FRAMES) {
            if (!device_receives()) {
                continue;
            }
        } else if (who >= 5 && who <= 6 && pending != 0) {
            virtualiser_runs();
        } else if (who == 7 && swaps < swaps_wanted && image_random(6) == 0) {
            swap();
        } else {
            continue;
        }
        return true;
    }
    return false;
}

static void prepare(void)
{
    static bool prepared;

    memset(clients, 0, sizeof(clients));
    memset(&driver, 0, sizeof(driver));
    memset(holders, 0, sizeof(holders));
    fake_os_reset();
    image_clear_hand_over();
    if (!prepared) {
        memcpy(config.magic, (char[])SDDF_NET_MAGIC, SDDF_MAGIC_LEN);
        config.driver = net_peer_connection(CAPACITY, DRIVER);
        config.data.region = net_peer_region(CAPACITY);
        config.data.io_addr = IO_BASE;
        config.buffer_metadata = (region_resource_t){ holders, sizeof(holders) };
        config.num_clients = CLIENTS;
    }
    driver.queue = net_peer_handle(&config.driver);
    net_peer_reset(&driver.queue);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        if (!prepared) {
            config.clients[i].conn = net_peer_connection(CAPACITY, (uint8_t)CHANNEL(i));
            config.clients[i].num_macs = 1;
            memcpy(config.clients[i].mac_addrs[0], addresses[i], ETH_HWADDR_LEN);
        }
        clients[i].queue = net_peer_handle(&config.clients[i].conn);
        net_peer_reset(&clients[i].queue);
        clients[i].awake = true;
    }
    prepared = true;
    pending = 0;
    frames = 0;
}

static void check_end(void)
{
    assert_int_equal(frames, FRAMES);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(clients[i].seen, clients[i].sent);
        assert_int_equal(clients[i].own_count, 0);
    }
    image_notified(DRIVER); /* buffers are collected when frames come: now there are no more */
    assert_int_equal(driver.in_ring + net_queue_length(driver.queue.free), CAPACITY);
    for (uint32_t i = 0; i < CAPACITY; i++) {
        assert_int_equal(holders[i], 0);
    }
    check_counters();
}

const struct plant plant = { prepare, start_image, step, check_end };

/* Both policies count what clients hold when they take over: nobody gets more because of a swap. */
static void shares_hold_across_images(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 100; seed++) {
        image_seed(seed);
        prepare();
        start_image();
        refill();
        for (frames = 0; frames < 200; frames++) { /* nobody returns anything */
            assert_true(driver.in_ring > 0);       /* the device always has a buffer */
            memcpy(frame_at(driver.ring[0].io_or_offset - IO_BASE), addresses[0], ETH_HWADDR_LEN);
            driver.ring[0].len = LENGTH;
            driver.done = 1;
            pass_received();
            if (image_random(3) == 0) {
                pending = 0;
                start_image();
            } else {
                image_notified(DRIVER);
            }
            refill();
        }
        /* The pool's limit is 11 of 16; in shares it is 5. */
        assert_in_range(net_queue_length(clients[0].queue.active), SHARE, CAPACITY - SHARE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_replace_each_other_at_any_moment),
        cmocka_unit_test(images_take_over_from_older_ones),
        cmocka_unit_test(images_mend_what_others_have_spoilt),
        cmocka_unit_test(shares_hold_across_images),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
