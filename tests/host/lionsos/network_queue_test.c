/* SPDX-License-Identifier: BSD-2-Clause */
/* The network queue: order, capacity, wrapping, signalling, and indices that make no sense. */
#include <os/sddf.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/network_peer.h"

#define CAPACITY 8
#define CHANNEL  1

static net_queue_handle_t queue;

static int set_up(void **state)
{
    static net_connection_resource_t connection;

    (void)state;
    if (connection.num_buffers == 0) {
        connection = net_peer_connection(CAPACITY, CHANNEL);
    }
    queue = net_peer_handle(&connection);
    net_peer_reset(&queue);
    return 0;
}

static net_buff_desc_t numbered(uint32_t number)
{
    return (net_buff_desc_t){ .io_or_offset = number, .len = (uint16_t)number };
}

static void what_goes_in_comes_out_in_order(void **state)
{
    net_buff_desc_t out = { 0 };

    (void)state;
    for (uint32_t i = 0; i < CAPACITY; i++) {
        assert_int_equal(net_enqueue_active(&queue, numbered(i)), 0);
    }
    assert_int_equal(net_queue_length(queue.active), CAPACITY);
    assert_true(net_queue_empty_free(&queue));
    for (uint32_t i = 0; i < CAPACITY; i++) {
        assert_int_equal(net_dequeue_active(&queue, &out), 0);
        assert_int_equal(out.io_or_offset, i);
    }
    assert_int_equal(net_dequeue_active(&queue, &out), -1);
}

static void a_full_queue_takes_no_more(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < CAPACITY; i++) {
        assert_false(net_queue_full_free(&queue));
        assert_int_equal(net_enqueue_free(&queue, numbered(i)), 0);
    }
    assert_true(net_queue_full_free(&queue));
    assert_int_equal(net_enqueue_free(&queue, numbered(99)), -1);
    assert_int_equal(queue.free->buffers[0].io_or_offset, 0);
}

static void indices_wrap_without_notice(void **state)
{
    net_buff_desc_t out = { 0 };

    (void)state;
    queue.active->head = queue.active->tail = UINT16_MAX - 2;
    for (uint32_t i = 0; i < 3 * CAPACITY; i++) {
        assert_int_equal(net_enqueue_active(&queue, numbered(i)), 0);
        assert_int_equal(net_enqueue_active(&queue, numbered(i)), 0);
        assert_int_equal(net_dequeue_active(&queue, &out), 0);
        assert_int_equal(net_dequeue_active(&queue, &out), 0);
        assert_int_equal(out.io_or_offset, i);
    }
    assert_int_equal(queue.refused, 0);
}

static void a_signal_is_wanted_after_a_request_only(void **state)
{
    (void)state;
    net_cancel_signal_active(&queue);
    assert_false(net_require_signal_active(&queue));
    net_request_signal_active(&queue);
    assert_true(net_require_signal_active(&queue));
    net_cancel_signal_free(&queue);
    assert_false(net_require_signal_free(&queue));
    net_request_signal_free(&queue);
    assert_true(net_require_signal_free(&queue));
}

static void initial_buffers_are_for_an_unused_queue(void **state)
{
    (void)state;
    net_buffers_init(&queue, 0x1000);
    assert_int_equal(queue.free->buffers[CAPACITY - 1].io_or_offset,
            0x1000 + (CAPACITY - 1) * NET_BUFFER_SIZE);
    net_buffers_init(&queue, 0x2000); /* after a restart: they are where they were */
    assert_int_equal(net_queue_length(queue.free), CAPACITY);
    assert_int_equal(queue.free->buffers[0].io_or_offset, 0x1000);
}

static void corrupted_indices_look_empty_and_full(void **state)
{
    net_buff_desc_t out;

    (void)state;
    queue.active->tail = CAPACITY + 1;
    assert_int_equal(net_dequeue_active(&queue, &out), -1);
    assert_true(net_queue_full_active(&queue));
    assert_int_equal(net_enqueue_active(&queue, numbered(1)), -1);
    assert_int_equal(queue.refused, 3);
    queue.active->head = 1; /* repaired */
    assert_int_equal(net_dequeue_active(&queue, &out), 0);
}

/* Under the address sanitizer: whatever the indices are, nothing beside the queue is touched. */
static void no_index_leads_outside(void **state)
{
    net_buff_desc_t buffer = { 0 };

    (void)state;
    for (uint32_t i = 0; i < 1000000; i++) {
        net_peer_scribble(&queue, CAPACITY);
        net_enqueue_active(&queue, buffer);
        net_dequeue_active(&queue, &buffer);
        net_enqueue_free(&queue, buffer);
        net_dequeue_free(&queue, &buffer);
    }
    assert_true(queue.refused > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_goes_in_comes_out_in_order, set_up),
        cmocka_unit_test_setup(a_full_queue_takes_no_more, set_up),
        cmocka_unit_test_setup(indices_wrap_without_notice, set_up),
        cmocka_unit_test_setup(a_signal_is_wanted_after_a_request_only, set_up),
        cmocka_unit_test_setup(initial_buffers_are_for_an_unused_queue, set_up),
        cmocka_unit_test_setup(corrupted_indices_look_empty_and_full, set_up),
        cmocka_unit_test_setup(no_index_leads_outside, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
