/* SPDX-License-Identifier: BSD-2-Clause */
/* The copier: frames reach the client whole, and whatever the client does, each buffer goes back. */
#include <os/sddf.h>
#include <string.h>

#include "lionsos/components/network/copy.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/network_peer.h"

#define VIRTUALISER   20
#define CLIENT        30
#define CAPACITY      8
#define LENGTH        100
#define HOSTILE_STEPS 300000

extern net_copy_config_t config;

static net_queue_handle_t virtualiser;
static net_queue_handle_t client;
static char *source;
static char *copies;

static int set_up(void **state)
{
    (void)state;
    memset(&config, 0, sizeof(config));
    memcpy(config.magic, (char[])SDDF_NET_MAGIC, SDDF_MAGIC_LEN);
    config.rx = net_peer_connection(CAPACITY, VIRTUALISER);
    config.rx_data[0] = net_peer_region(CAPACITY);
    config.client = net_peer_connection(CAPACITY, CLIENT);
    config.client_data = net_peer_region(CAPACITY);
    source = config.rx_data[0].vaddr;
    copies = config.client_data.vaddr;
    virtualiser = net_peer_handle(&config.rx);
    client = net_peer_handle(&config.client);
    memset(&net_copy_counters, 0, sizeof(net_copy_counters));
    fake_os_reset();
    init();
    fake_os_reset();
    return 0;
}

static void hand_over(uint32_t buffer, uint32_t number)
{
    net_buff_desc_t frame = { .io_or_offset = buffer * NET_BUFFER_SIZE, .len = LENGTH };

    memcpy(source + frame.io_or_offset + LENGTH - sizeof(number), &number, sizeof(number));
    assert_int_equal(net_enqueue_active(&virtualiser, frame), 0);
    notified(VIRTUALISER);
}

/* The buffer comes back, whatever became of the frame. */
static void check_comes_back(uint32_t buffer)
{
    net_buff_desc_t back = { 0 };

    assert_int_equal(net_dequeue_free(&virtualiser, &back), 0);
    assert_int_equal(back.io_or_offset, buffer * NET_BUFFER_SIZE);
}

static void check_copy(uint32_t number)
{
    net_buff_desc_t frame = { 0 };

    assert_int_equal(net_dequeue_active(&client, &frame), 0);
    assert_int_equal(frame.len, LENGTH);
    assert_memory_equal(
            copies + frame.io_or_offset + LENGTH - sizeof(number), &number, sizeof(number));
    assert_int_equal(net_enqueue_free(&client, frame), 0);
}

static void a_frame_is_copied_and_its_buffer_returned(void **state)
{
    (void)state;
    hand_over(3, 42);
    check_comes_back(3);
    check_copy(42);
    assert_int_equal(fake_os.notified[CLIENT], 1);
    assert_int_equal(net_copy_counters.copied, 1);
}

static void without_an_empty_buffer_a_frame_is_dropped(void **state)
{
    (void)state;
    for (uint32_t i = 0; i <= CAPACITY; i++) {
        hand_over(i % CAPACITY, i);
        check_comes_back(i % CAPACITY);
    }
    assert_int_equal(net_copy_counters.copied, CAPACITY);
    assert_int_equal(net_copy_counters.dropped, 1);
    check_copy(0);
}

static void empty_buffers_that_do_not_exist_are_skipped(void **state)
{
    (void)state;
    client.free->buffers[0].io_or_offset = CAPACITY * NET_BUFFER_SIZE;
    client.free->buffers[1].io_or_offset = NET_BUFFER_SIZE + 1;
    client.free->buffers[2].io_or_offset = UINT64_MAX;
    hand_over(1, 9);
    assert_int_equal(net_copy_counters.refused, 3);
    check_comes_back(1);
    check_copy(9);
}

static void a_frame_outside_the_region_is_counted(void **state)
{
    net_buff_desc_t frame = { .io_or_offset = CAPACITY * NET_BUFFER_SIZE, .len = LENGTH };

    (void)state;
    net_enqueue_active(&virtualiser, frame);
    frame.io_or_offset = 0;
    frame.len = NET_BUFFER_SIZE + 1;
    net_enqueue_active(&virtualiser, frame);
    frame.len = LENGTH;
    frame.oid = 5;
    net_enqueue_active(&virtualiser, frame);
    notified(VIRTUALISER);
    assert_int_equal(net_copy_counters.strange_from_virtualiser, 3);
    assert_true(net_queue_empty_active(&client));
}

static void a_hostile_client_keeps_no_buffer_of_the_device(void **state)
{
    uint32_t handed_over = 0;

    (void)state;
    for (uint32_t i = 0; i < HOSTILE_STEPS; i++) {
        switch (net_peer_random(3)) {
        case 0:
            net_peer_scribble(&client, CAPACITY);
            break;
        case 1:
            notified(CLIENT);
            break;
        default:
            hand_over(handed_over % CAPACITY, handed_over);
            check_comes_back(handed_over % CAPACITY);
            handed_over++;
            break;
        }
    }
    assert_int_equal(net_copy_counters.copied + net_copy_counters.dropped, handed_over);
    assert_true(net_copy_counters.copied > 0);
    assert_true(net_copy_counters.refused > 0);
    assert_int_equal(net_copy_counters.strange_from_virtualiser, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_frame_is_copied_and_its_buffer_returned, set_up),
        cmocka_unit_test_setup(without_an_empty_buffer_a_frame_is_dropped, set_up),
        cmocka_unit_test_setup(empty_buffers_that_do_not_exist_are_skipped, set_up),
        cmocka_unit_test_setup(a_frame_outside_the_region_is_counted, set_up),
        cmocka_unit_test_setup(a_hostile_client_keeps_no_buffer_of_the_device, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
