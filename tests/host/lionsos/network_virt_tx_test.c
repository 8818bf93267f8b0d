/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Tx virtualiser: what it hands to the driver, what it refuses, and that a client which writes
 * anything into its queues hurts nobody else. The policy is round robin.
 */
#include <os/sddf.h>
#include <string.h>

#include "lionsos/components/network/virt_tx.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/network_peer.h"
#include "tests/host/lionsos/reload_peer.h"

#define DRIVER          20
#define HOSTILE         0
#define HONEST          1
#define CLIENTS         2
#define CHANNEL(client) (30 + (client))
#define CAPACITY        8
#define DRIVER_CAPACITY (CLIENTS * CAPACITY)
#define IO_BASE(client) (0x40000000 + (uint64_t)(client)*0x100000)
#define LENGTH          100
#define HOSTILE_STEPS   300000

extern net_virt_tx_config_t config;

static net_queue_handle_t driver;
static net_queue_handle_t clients[CLIENTS];
static char *data[CLIENTS];

/* Buffers that the driver has, in the order in which it got them. */
static net_buff_desc_t with_driver[DRIVER_CAPACITY];
static uint32_t with_driver_count;

static int set_up(void **state)
{
    (void)state;
    reload_peer_takes_over = false;
    memset(&config, 0, sizeof(config));
    memcpy(config.magic, (char[])SDDF_NET_MAGIC, SDDF_MAGIC_LEN);
    config.driver = net_peer_connection(DRIVER_CAPACITY, DRIVER);
    config.num_clients = CLIENTS;
    driver = net_peer_handle(&config.driver);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        net_virt_tx_client_config_t *client = &config.clients[i];
        region_resource_t region = net_peer_region(CAPACITY);

        client->conn = net_peer_connection(CAPACITY, (uint8_t)CHANNEL(i));
        client->num_regions = 1;
        client->regions[0].data.region = region;
        client->regions[0].data.io_addr = IO_BASE(i);
        client->regions[0].num_buffers = CAPACITY;
        clients[i] = net_peer_handle(&client->conn);
        data[i] = region.vaddr;
        net_buffers_init(&clients[i], 0);
    }
    with_driver_count = 0;
    memset(&virt_tx_counters, 0, sizeof(virt_tx_counters));
    fake_os_reset();
    init();
    fake_os_reset();
    return 0;
}

static net_buff_desc_t buffer_number(uint32_t number)
{
    return (net_buff_desc_t){ .io_or_offset = number * NET_BUFFER_SIZE, .len = LENGTH };
}

/* Puts a descriptor into a client's queue and wakes the virtualiser. */
static void enqueue(uint32_t client, net_buff_desc_t buffer)
{
    assert_int_equal(net_enqueue_active(&clients[client], buffer), 0);
    notified(CHANNEL(client));
}

static uint64_t refused(uint32_t client, enum tx_refusal reason)
{
    return virt_tx_counters.clients[client].refused[reason];
}

/* ---- What it does for clients that behave ---------------------------------------------------- */

static void a_packet_reaches_the_driver_under_its_address(void **state)
{
    net_buff_desc_t buffer;

    (void)state;
    enqueue(HONEST, buffer_number(3));
    assert_int_equal(net_dequeue_active(&driver, &buffer), 0);
    assert_int_equal(buffer.io_or_offset, IO_BASE(HONEST) + 3 * NET_BUFFER_SIZE);
    assert_int_equal(buffer.len, LENGTH);
    assert_int_equal(fake_os.notified[DRIVER], 1);
    assert_int_equal(net_dequeue_active(&driver, &buffer), -1);
}

static void a_sent_buffer_goes_back_to_its_owner(void **state)
{
    net_buff_desc_t buffer;

    (void)state;
    while (net_dequeue_free(&clients[HONEST], &buffer) == 0) {}
    enqueue(HONEST, buffer_number(5));
    net_dequeue_active(&driver, &buffer);
    net_request_signal_free(&clients[HONEST]);
    net_enqueue_free(&driver, buffer);
    notified(DRIVER);
    assert_int_equal(net_dequeue_free(&clients[HONEST], &buffer), 0);
    assert_int_equal(buffer.io_or_offset, 5 * NET_BUFFER_SIZE);
    assert_int_equal(fake_os.notified[CHANNEL(HONEST)], 1);
    assert_int_equal(net_queue_length(clients[HOSTILE].free), CAPACITY);
}

static void clients_with_packets_take_turns(void **state)
{
    net_buff_desc_t buffer = buffer_number(0);
    uint32_t of_client[CLIENTS] = { 0 };

    (void)state;
    for (uint32_t i = 0; i < CLIENTS * CAPACITY; i++) {
        buffer = buffer_number(i % CAPACITY);
        buffer.len = NET_ETH_MAX_FRAME;
        net_enqueue_active(&clients[i / CAPACITY], buffer);
    }
    notified(CHANNEL(0));
    for (uint32_t i = 0; i < CAPACITY; i++) {
        assert_int_equal(net_dequeue_active(&driver, &buffer), 0);
        of_client[buffer.io_or_offset >= IO_BASE(1)]++;
    }
    assert_int_equal(of_client[0], of_client[1]);
}

/* ---- What it refuses ------------------------------------------------------------------------- */

/* Refused for `reason`; the buffer goes straight back, and nothing to the driver. */
static void check_refused(net_buff_desc_t buffer, enum tx_refusal reason)
{
    net_buff_desc_t back;

    while (net_dequeue_free(&clients[HOSTILE], &back) == 0) {}
    enqueue(HOSTILE, buffer);
    assert_int_equal(refused(HOSTILE, reason), 1);
    assert_true(net_queue_empty_active(&driver));
    assert_int_equal(net_dequeue_free(&clients[HOSTILE], &back), 0);
    assert_int_equal(back.io_or_offset, buffer.io_or_offset);
}

static void an_offset_behind_the_region_is_refused(void **state)
{
    (void)state;
    check_refused(buffer_number(CAPACITY), TX_BAD_OFFSET);
}

static void an_offset_that_wraps_is_refused(void **state)
{
    net_buff_desc_t buffer = buffer_number(0);

    (void)state;
    buffer.io_or_offset = UINT64_MAX - NET_BUFFER_SIZE + 1;
    check_refused(buffer, TX_BAD_OFFSET);
}

static void an_offset_inside_a_buffer_is_refused(void **state)
{
    net_buff_desc_t buffer = buffer_number(1);

    (void)state;
    buffer.io_or_offset += 8;
    check_refused(buffer, TX_BAD_OFFSET);
}

static void a_region_that_does_not_exist_is_refused(void **state)
{
    net_buff_desc_t buffer = buffer_number(1);

    (void)state;
    buffer.oid = 1;
    check_refused(buffer, TX_BAD_OFFSET);
}

static void a_length_beyond_the_buffer_is_refused(void **state)
{
    net_buff_desc_t buffer = buffer_number(1);

    (void)state;
    buffer.len = NET_BUFFER_SIZE + 1;
    check_refused(buffer, TX_BAD_LENGTH);
}

static void a_length_without_a_header_is_refused(void **state)
{
    net_buff_desc_t buffer = buffer_number(1);

    (void)state;
    buffer.len = NET_ETH_HEADER_LEN - 1;
    check_refused(buffer, TX_BAD_LENGTH);
}

static void a_checksum_outside_the_frame_is_refused(void **state)
{
    net_buff_desc_t buffer = buffer_number(1);

    (void)state;
    buffer.flags = NET_BUFF_CSUM_PARTIAL;
    buffer.csum_start = LENGTH - 4;
    buffer.csum_offset = 3;
    check_refused(buffer, TX_BAD_CHECKSUM);
}

static void a_buffer_enqueued_twice_is_sent_once(void **state)
{
    net_buff_desc_t buffer;

    (void)state;
    net_enqueue_active(&clients[HOSTILE], buffer_number(2));
    enqueue(HOSTILE, buffer_number(2));
    assert_int_equal(refused(HOSTILE, TX_IN_FLIGHT), 1);
    assert_int_equal(net_queue_length(driver.active), 1);
    net_dequeue_active(&driver, &buffer);
    net_enqueue_free(&driver, buffer);
    notified(DRIVER);
    enqueue(HOSTILE, buffer_number(2)); /* it is back, so it may be sent again */
    assert_int_equal(net_queue_length(driver.active), 1);
    assert_int_equal(refused(HOSTILE, TX_IN_FLIGHT), 1);
}

static void a_descriptor_changed_after_it_was_taken_changes_nothing(void **state)
{
    net_buff_desc_t buffer;

    (void)state;
    enqueue(HOSTILE, buffer_number(1));
    memset(clients[HOSTILE].active->buffers, 0xff, CAPACITY * sizeof(net_buff_desc_t));
    assert_int_equal(net_dequeue_active(&driver, &buffer), 0);
    assert_int_equal(buffer.io_or_offset, IO_BASE(HOSTILE) + NET_BUFFER_SIZE);
    assert_int_equal(buffer.len, LENGTH);
}

static void a_buffer_that_the_driver_did_not_have_is_counted(void **state)
{
    net_buff_desc_t buffer = { .io_or_offset = IO_BASE(HONEST) };

    (void)state;
    net_enqueue_free(&driver, buffer);
    buffer.io_or_offset = 0x1234;
    net_enqueue_free(&driver, buffer);
    notified(DRIVER);
    assert_int_equal(virt_tx_counters.strange_from_driver, 2);
    assert_int_equal(net_queue_length(clients[HONEST].free), CAPACITY);
}

/* A new image knows from the state it finds what the driver has. */
static void an_image_that_takes_over_knows_what_is_in_flight(void **state)
{
    net_buff_desc_t buffer;

    (void)state;
    enqueue(HONEST, buffer_number(2));
    net_dequeue_active(&driver, &buffer);
    reload_peer_takes_over = true;
    init();
    enqueue(HONEST, buffer_number(2));
    assert_int_equal(refused(HONEST, TX_IN_FLIGHT), 1);
    net_enqueue_free(&driver, buffer);
    notified(DRIVER);
    assert_int_equal(virt_tx_counters.strange_from_driver, 0);
}

/* What an image has left that went wrong. */
static void an_image_that_takes_over_mends_indices(void **state)
{
    net_buff_desc_t buffer;

    (void)state;
    enqueue(HONEST, buffer_number(1));
    driver.active->tail += 1000;
    clients[HONEST].active->head -= 1000;
    clients[HONEST].free->tail += 1000;
    driver.free->head += 1000;
    reload_peer_takes_over = true;
    init();
    assert_true(net_queue_length(driver.active) <= DRIVER_CAPACITY);
    while (net_dequeue_active(&driver, &buffer) == 0) {}
    enqueue(HONEST, buffer_number(2));
    assert_int_equal(net_dequeue_active(&driver, &buffer), 0);
    assert_int_equal(buffer.io_or_offset, IO_BASE(HONEST) + 2 * NET_BUFFER_SIZE);
    assert_int_equal(net_enqueue_free(&driver, buffer), 0);
    notified(DRIVER);
    assert_int_equal(virt_tx_counters.strange_from_driver, 0);
    assert_int_equal(net_queue_length(clients[HONEST].free), 1);
}

/* One handler ends even if the client's queue never seems to get empty. */
static void a_handler_refuses_a_bounded_number(void **state)
{
    (void)state;
    clients[HOSTILE].active->consumer_signalled = 1;
    for (uint32_t i = 0; i < CAPACITY; i++) {
        net_enqueue_active(&clients[HOSTILE], buffer_number(CAPACITY + i));
    }
    notified(CHANNEL(HOSTILE));
    assert_true(refused(HOSTILE, TX_BAD_OFFSET) <= 2 * CAPACITY);
    assert_int_equal(refused(HOSTILE, TX_BAD_OFFSET), CAPACITY);
}

/* ---- Beside a client that writes anything ---------------------------------------------------- */

static uint32_t sent;
static uint32_t seen;

static void send_honestly(void)
{
    net_buff_desc_t buffer;

    if (net_dequeue_free(&clients[HONEST], &buffer) != 0) {
        return;
    }
    buffer.len = (uint16_t)(NET_ETH_HEADER_LEN + net_peer_random(1500));
    buffer.flags = 0;
    memcpy(data[HONEST] + buffer.io_or_offset, &sent, sizeof(sent));
    sent++;
    assert_int_equal(net_enqueue_active(&clients[HONEST], buffer), 0);
    if (net_require_signal_active(&clients[HONEST])) {
        net_cancel_signal_active(&clients[HONEST]);
        notified(CHANNEL(HONEST));
    }
}

/* The driver takes a packet: it lies in a region, and nobody else has it. */
static void driver_takes(void)
{
    net_buff_desc_t buffer;

    if (net_dequeue_active(&driver, &buffer) != 0) {
        return;
    }
    uint32_t owner = buffer.io_or_offset >= IO_BASE(HONEST);
    uint64_t offset = buffer.io_or_offset - IO_BASE(owner);

    assert_int_equal(offset % NET_BUFFER_SIZE, 0);
    assert_true(offset / NET_BUFFER_SIZE < CAPACITY);
    assert_in_range(buffer.len, NET_ETH_HEADER_LEN, NET_BUFFER_SIZE);
    for (uint32_t i = 0; i < with_driver_count; i++) {
        assert_int_not_equal(with_driver[i].io_or_offset, buffer.io_or_offset);
    }
    if (owner == HONEST) {
        assert_memory_equal(data[HONEST] + offset, &seen, sizeof(seen));
        seen++;
    }
    with_driver[with_driver_count++] = buffer;
}

static void driver_returns(void)
{
    if (with_driver_count == 0) {
        return;
    }
    assert_int_equal(net_enqueue_free(&driver, with_driver[0]), 0);
    with_driver_count--;
    memmove(with_driver, with_driver + 1, with_driver_count * sizeof(with_driver[0]));
    if (net_require_signal_free(&driver)) {
        net_cancel_signal_free(&driver);
        notified(DRIVER);
    }
}

static void step(void)
{
    switch (net_peer_random(6)) {
    case 0:
        net_peer_scribble(&clients[HOSTILE], CAPACITY);
        break;
    case 1:
        notified(CHANNEL(HOSTILE));
        break;
    case 2:
        send_honestly();
        break;
    case 3:
        driver_takes();
        break;
    case 4:
        driver_returns();
        break;
    default:
        net_enqueue_active(&clients[HOSTILE], buffer_number(net_peer_random(CAPACITY + 1)));
        break;
    }
}

static uint64_t all_refused(uint32_t client)
{
    uint64_t sum = clients[client].refused;

    for (int reason = TX_ACCEPTED + 1; reason < TX_REFUSALS; reason++) {
        sum += refused(client, (enum tx_refusal)reason);
    }
    return sum;
}

static void a_hostile_client_costs_the_other_nothing(void **state)
{
    (void)state;
    sent = 0;
    seen = 0;
    for (uint32_t i = 0; i < HOSTILE_STEPS; i++) {
        step();
    }
    for (uint32_t i = 0; i < 4 * DRIVER_CAPACITY; i++) { /* the hostile one is quiet at last */
        driver_takes();
        driver_returns();
        notified(DRIVER);
    }
    assert_int_equal(seen, sent);
    assert_true(sent > HOSTILE_STEPS / 20);
    assert_int_equal(net_queue_length(clients[HONEST].free), CAPACITY);
    assert_int_equal(virt_tx_counters.lost_at_driver, 0);
    assert_int_equal(virt_tx_counters.strange_from_driver, 0);
    assert_int_equal(all_refused(HONEST), 0);
    assert_true(all_refused(HOSTILE) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_packet_reaches_the_driver_under_its_address, set_up),
        cmocka_unit_test_setup(a_sent_buffer_goes_back_to_its_owner, set_up),
        cmocka_unit_test_setup(clients_with_packets_take_turns, set_up),
        cmocka_unit_test_setup(an_offset_behind_the_region_is_refused, set_up),
        cmocka_unit_test_setup(an_offset_that_wraps_is_refused, set_up),
        cmocka_unit_test_setup(an_offset_inside_a_buffer_is_refused, set_up),
        cmocka_unit_test_setup(a_region_that_does_not_exist_is_refused, set_up),
        cmocka_unit_test_setup(a_length_beyond_the_buffer_is_refused, set_up),
        cmocka_unit_test_setup(a_length_without_a_header_is_refused, set_up),
        cmocka_unit_test_setup(a_checksum_outside_the_frame_is_refused, set_up),
        cmocka_unit_test_setup(a_buffer_enqueued_twice_is_sent_once, set_up),
        cmocka_unit_test_setup(a_descriptor_changed_after_it_was_taken_changes_nothing, set_up),
        cmocka_unit_test_setup(a_buffer_that_the_driver_did_not_have_is_counted, set_up),
        cmocka_unit_test_setup(an_image_that_takes_over_knows_what_is_in_flight, set_up),
        cmocka_unit_test_setup(an_image_that_takes_over_mends_indices, set_up),
        cmocka_unit_test_setup(a_handler_refuses_a_bounded_number, set_up),
        cmocka_unit_test_setup(a_hostile_client_costs_the_other_nothing, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
