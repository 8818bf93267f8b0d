/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Rx virtualiser: who gets which frame, when a buffer goes back to the device, and that a client
 * which returns anything hurts nobody else.
 */
#include <os/sddf.h>
#include <string.h>

#include "lionsos/components/network/virt_rx.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/network_peer.h"
#include "tests/host/lionsos/reload_peer.h"

#define DRIVER          20
#define HOSTILE         0
#define HONEST          1
#define CLIENTS         2
#define CHANNEL(client) (30 + (client))
#define CAPACITY        16
#define SHARE           (CAPACITY / (CLIENTS + 1))
#define IO_BASE         0x50000000ull
#define LENGTH          100
#define HOSTILE_STEPS   300000

extern net_virt_rx_config_t config;

static net_queue_handle_t driver;
static net_queue_handle_t clients[CLIENTS];
static char *data;
static uint64_t holders[CAPACITY];

static const uint8_t macs[CLIENTS][ETH_HWADDR_LEN] = {
    { 0x52, 0x54, 0, 0, 0, 1 },
    { 0x52, 0x54, 0, 0, 0, 2 },
};
static const uint8_t broadcast[ETH_HWADDR_LEN] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t stranger[ETH_HWADDR_LEN] = { 0x52, 0x54, 0, 0, 0, 99 };
static const uint8_t multicast[ETH_HWADDR_LEN] = { 0x01, 0, 0x5e, 0, 0, 1 };

static int set_up(void **state)
{
    (void)state;
    memset(&config, 0, sizeof(config));
    memcpy(config.magic, (char[])SDDF_NET_MAGIC, SDDF_MAGIC_LEN);
    config.driver = net_peer_connection(CAPACITY, DRIVER);
    config.data.region = net_peer_region(CAPACITY);
    config.data.io_addr = IO_BASE;
    config.buffer_metadata.size = sizeof(holders);
    config.buffer_metadata.vaddr = holders;
    memset(holders, 0, sizeof(holders));
    config.num_clients = CLIENTS;
    data = config.data.region.vaddr;
    driver = net_peer_handle(&config.driver);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        config.clients[i].conn = net_peer_connection(CAPACITY, (uint8_t)CHANNEL(i));
        config.clients[i].num_macs = 1;
        memcpy(config.clients[i].mac_addrs[0], macs[i], ETH_HWADDR_LEN);
        clients[i] = net_peer_handle(&config.clients[i].conn);
    }
    memset(&virt_rx_counters, 0, sizeof(virt_rx_counters));
    fake_os_reset();
    reload_peer_takes_over = false;
    init();
    fake_os_reset();
    return 0;
}

/* A frame arrives. False if the driver has no empty buffer. */
static bool receive(const uint8_t *destination, uint32_t number, uint16_t length)
{
    net_buff_desc_t buffer;

    if (net_dequeue_free(&driver, &buffer) != 0) {
        return false;
    }
    uint64_t offset = buffer.io_or_offset - IO_BASE;

    assert_int_equal(offset % NET_BUFFER_SIZE, 0);
    assert_true(offset / NET_BUFFER_SIZE < CAPACITY);
    memcpy(data + offset, destination, ETH_HWADDR_LEN);
    memcpy(data + offset + NET_ETH_HEADER_LEN, &number, sizeof(number));
    buffer.len = length;
    assert_int_equal(net_enqueue_active(&driver, buffer), 0);
    if (net_require_signal_active(&driver)) {
        net_cancel_signal_active(&driver);
        notified(DRIVER);
    }
    return true;
}

static uint32_t number_in(const net_buff_desc_t *frame)
{
    uint32_t number;

    memcpy(&number, data + frame->io_or_offset + NET_ETH_HEADER_LEN, sizeof(number));
    return number;
}

static net_buff_desc_t take(uint32_t client)
{
    net_buff_desc_t frame = { 0 };

    assert_int_equal(net_dequeue_active(&clients[client], &frame), 0);
    return frame;
}

/* ---- What it does for clients that behave ---------------------------------------------------- */

static void all_buffers_start_with_the_driver(void **state)
{
    (void)state;
    assert_int_equal(net_queue_length(driver.free), CAPACITY);
}

static void a_frame_reaches_the_client_with_its_address(void **state)
{
    (void)state;
    assert_true(receive(macs[1], 7, LENGTH));
    net_buff_desc_t frame = take(1);

    assert_int_equal(number_in(&frame), 7);
    assert_int_equal(frame.len, LENGTH);
    assert_int_equal(fake_os.notified[CHANNEL(1)], 1);
    assert_true(net_queue_empty_active(&clients[0]));
}

static void frames_for_nobody_go_straight_back(void **state)
{
    (void)state;
    assert_true(receive(stranger, 0, LENGTH));
    assert_true(receive(multicast, 0, LENGTH));
    assert_true(receive(macs[0], 0, NET_ETH_HEADER_LEN - 1)); /* no whole header */
    assert_int_equal(virt_rx_counters.unknown_destination, 3);
    assert_int_equal(net_queue_length(driver.free), CAPACITY);
    assert_true(net_queue_empty_active(&clients[0]));
}

static void a_broadcast_goes_back_when_all_have_returned_it(void **state)
{
    (void)state;
    assert_true(receive(broadcast, 1, LENGTH));
    for (uint32_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(net_queue_length(driver.free), CAPACITY - 1);
        assert_int_equal(net_enqueue_free(&clients[i], take(i)), 0);
        notified(CHANNEL(i));
    }
    assert_int_equal(net_queue_length(driver.free), CAPACITY);
    assert_int_equal(virt_rx_counters.broadcasts, 1);
}

static void a_client_holds_no_more_than_its_share(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < CAPACITY; i++) {
        assert_true(receive(macs[0], i, LENGTH)); /* the driver never runs out */
    }
    assert_int_equal(net_queue_length(clients[0].active), SHARE);
    assert_int_equal(virt_rx_counters.clients[0].dropped_share, CAPACITY - SHARE);
    assert_true(receive(macs[1], 7, LENGTH));
    assert_int_equal(net_queue_length(clients[1].active), 1);
}

/* ---- What it refuses ------------------------------------------------------------------------- */

/* A new image finds in the metadata region who has what, and passes on what has come meanwhile. */
static void an_image_that_takes_over_knows_who_holds_what(void **state)
{
    (void)state;
    receive(macs[HONEST], 1, LENGTH);
    receive(broadcast, 2, LENGTH);
    net_buff_desc_t first = take(HONEST);

    net_cancel_signal_active(&driver); /* so that nobody notices */
    receive(macs[HONEST], 3, LENGTH);
    reload_peer_takes_over = true;
    init();
    assert_int_equal(net_queue_length(driver.free), CAPACITY - 3);
    assert_int_equal(net_enqueue_free(&clients[HONEST], first), 0);
    notified(CHANNEL(HONEST));
    assert_int_equal(net_queue_length(driver.free), CAPACITY - 2);
    for (uint32_t number = 2; number <= 3; number++) {
        net_buff_desc_t frame = take(HONEST);

        assert_int_equal(number_in(&frame), number);
        assert_int_equal(net_enqueue_free(&clients[HONEST], frame), 0);
    }
    notified(CHANNEL(HONEST));
    assert_int_equal(
            net_queue_length(driver.free), CAPACITY - 1); /* the other holds the broadcast */
    assert_int_equal(net_enqueue_free(&clients[HOSTILE], take(HOSTILE)), 0);
    notified(CHANNEL(HOSTILE));
    assert_int_equal(net_queue_length(driver.free), CAPACITY);
    assert_int_equal(virt_rx_counters.clients[HONEST].refused, 0);
    assert_int_equal(virt_rx_counters.clients[HOSTILE].refused, 0);
}

static void check_return_is_refused(net_buff_desc_t buffer)
{
    uint16_t before = net_queue_length(driver.free);

    net_enqueue_free(&clients[HOSTILE], buffer);
    notified(CHANNEL(HOSTILE));
    assert_int_equal(virt_rx_counters.clients[HOSTILE].refused, 1);
    assert_int_equal(net_queue_length(driver.free), before);
}

static void a_buffer_that_does_not_exist_is_refused(void **state)
{
    (void)state;
    check_return_is_refused((net_buff_desc_t){ .io_or_offset = CAPACITY * NET_BUFFER_SIZE });
}

static void an_offset_inside_a_buffer_is_refused(void **state)
{
    (void)state;
    check_return_is_refused((net_buff_desc_t){ .io_or_offset = 1 });
}

static void a_buffer_of_the_driver_is_refused(void **state)
{
    (void)state;
    check_return_is_refused((net_buff_desc_t){ .io_or_offset = 0 });
}

static void a_buffer_of_another_client_is_refused(void **state)
{
    (void)state;
    assert_true(receive(macs[HONEST], 3, LENGTH));
    check_return_is_refused(take(HONEST));
}

static void a_buffer_returned_twice_is_refused_once(void **state)
{
    (void)state;
    assert_true(receive(broadcast, 3, LENGTH));
    net_buff_desc_t frame = take(HOSTILE);

    net_enqueue_free(&clients[HOSTILE], frame);
    check_return_is_refused(frame); /* the honest one still holds it */
}

static void a_buffer_that_the_driver_did_not_have_is_counted(void **state)
{
    (void)state;
    assert_true(receive(macs[HONEST], 3, LENGTH));
    net_buff_desc_t frame = take(HONEST);

    frame.io_or_offset += IO_BASE;
    net_enqueue_active(&driver, frame);
    frame.io_or_offset = 0x1234;
    net_enqueue_active(&driver, frame);
    notified(DRIVER);
    assert_int_equal(virt_rx_counters.strange_from_driver, 2);
}

/* ---- Beside a client that returns anything --------------------------------------------------- */

static uint32_t sent; /* to the honest client, broadcasts included */
static uint32_t seen;

static void some_frame_arrives(void)
{
    bool for_honest = true;
    bool arrived;

    switch (net_peer_random(3)) {
    case 0:
        arrived = receive(macs[HONEST], sent, LENGTH);
        break;
    case 1:
        arrived = receive(broadcast, sent, LENGTH);
        break;
    default:
        arrived = receive(macs[HOSTILE], 0, LENGTH);
        for_honest = false;
        break;
    }
    assert_true(arrived); /* the device never starves */
    sent += for_honest;
}

static void honest_client_reads(void)
{
    net_buff_desc_t frame;

    while (net_dequeue_active(&clients[HONEST], &frame) == 0) {
        assert_int_equal(number_in(&frame), seen); /* nobody has got its buffer meanwhile */
        seen++;
        assert_int_equal(net_enqueue_free(&clients[HONEST], frame), 0);
    }
    net_request_signal_active(&clients[HONEST]);
    notified(CHANNEL(HONEST));
}

static void step(void)
{
    net_buff_desc_t frame;

    switch (net_peer_random(6)) {
    case 0:
        net_peer_scribble(&clients[HOSTILE], CAPACITY);
        break;
    case 1:
        notified(CHANNEL(HOSTILE));
        break;
    case 2:
        some_frame_arrives();
        break;
    case 3:
        if (net_dequeue_active(&clients[HOSTILE], &frame) == 0) {
            net_enqueue_free(&clients[HOSTILE], frame);
        }
        break;
    case 4:
        net_enqueue_free(&clients[HOSTILE],
                (net_buff_desc_t){ .io_or_offset = net_peer_random(20) * NET_BUFFER_SIZE });
        break;
    default:
        honest_client_reads();
        break;
    }
}

static void a_hostile_client_costs_the_other_nothing(void **state)
{
    (void)state;
    sent = 0;
    seen = 0;
    for (uint32_t i = 0; i < HOSTILE_STEPS; i++) {
        step();
        if (net_queue_length(clients[HONEST].active) == SHARE) {
            honest_client_reads(); /* it reads in time, so it must not lose anything */
        }
    }
    honest_client_reads();
    assert_int_equal(seen, sent);
    assert_true(sent > HOSTILE_STEPS / 20);
    assert_int_equal(virt_rx_counters.lost_at_driver, 0);
    assert_int_equal(virt_rx_counters.strange_from_driver, 0);
    assert_int_equal(virt_rx_counters.clients[HONEST].refused, 0);
    assert_true(virt_rx_counters.clients[HOSTILE].refused > 0);
    assert_true(net_queue_length(driver.free) >= CAPACITY - SHARE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(all_buffers_start_with_the_driver, set_up),
        cmocka_unit_test_setup(a_frame_reaches_the_client_with_its_address, set_up),
        cmocka_unit_test_setup(frames_for_nobody_go_straight_back, set_up),
        cmocka_unit_test_setup(a_broadcast_goes_back_when_all_have_returned_it, set_up),
        cmocka_unit_test_setup(a_client_holds_no_more_than_its_share, set_up),
        cmocka_unit_test_setup(an_image_that_takes_over_knows_who_holds_what, set_up),
        cmocka_unit_test_setup(a_buffer_that_does_not_exist_is_refused, set_up),
        cmocka_unit_test_setup(an_offset_inside_a_buffer_is_refused, set_up),
        cmocka_unit_test_setup(a_buffer_of_the_driver_is_refused, set_up),
        cmocka_unit_test_setup(a_buffer_of_another_client_is_refused, set_up),
        cmocka_unit_test_setup(a_buffer_returned_twice_is_refused_once, set_up),
        cmocka_unit_test_setup(a_buffer_that_the_driver_did_not_have_is_counted, set_up),
        cmocka_unit_test_setup(a_hostile_client_costs_the_other_nothing, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
