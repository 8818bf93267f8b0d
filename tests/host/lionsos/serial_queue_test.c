/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial queue by itself: order, wrap-around of slots and indices, and a peer that lies. */
#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/serial_peer.h"

#define CAPACITY 16

struct fixture {
    serial_connection_resource_t connection;
    serial_queue_handle_t producer;
    serial_queue_handle_t consumer;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    fixture->connection = peer_connection(CAPACITY, 0);
    fixture->producer = peer_handle(&fixture->connection);
    fixture->consumer = peer_handle(&fixture->connection);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    free(fixture->connection.queue.vaddr);
    free(fixture->connection.data.vaddr);
    free(fixture);
    return 0;
}

/* Both indices to the same value: an empty queue anywhere in its life. */
static void move_to(struct fixture *fixture, uint32_t index)
{
    fixture->producer.queue->head = index;
    fixture->producer.queue->tail = index;
}

static void bytes_come_out_in_order_and_all_slots_are_usable(void **state)
{
    struct fixture *fixture = *state;
    char character;

    for (char c = 0; c < CAPACITY; c++) {
        assert_int_equal(serial_queue_free(&fixture->producer), CAPACITY - c);
        assert_int_equal(serial_enqueue(&fixture->producer, 'a' + c), 0);
    }
    assert_int_equal(serial_enqueue(&fixture->producer, 'z'), -1);
    assert_int_equal(serial_queue_length(&fixture->consumer), CAPACITY);
    for (char c = 0; c < CAPACITY; c++) {
        assert_int_equal(serial_dequeue(&fixture->consumer, &character), 0);
        assert_int_equal(character, 'a' + c);
    }
    assert_int_equal(serial_dequeue(&fixture->consumer, &character), -1);
    assert_int_equal(fixture->producer.refused + fixture->consumer.refused, 0);
}

/* Indices run freely: nothing special happens at 2^32. */
static void indices_wrap_without_loss(void **state)
{
    struct fixture *fixture = *state;

    move_to(fixture, UINT32_MAX - 5);
    peer_write(&fixture->producer, "0123456789abcdef");
    assert_int_equal(fixture->producer.queue->tail, 10);
    assert_int_equal(serial_queue_free(&fixture->producer), 0);
    assert_string_equal(peer_read_all(&fixture->consumer), "0123456789abcdef");
    assert_int_equal(fixture->producer.refused + fixture->consumer.refused, 0);
}

static void batches_are_cut_at_the_end_of_the_region_but_not_lost(void **state)
{
    struct fixture *fixture = *state;

    for (uint32_t start = 0; start < CAPACITY; start++) {
        move_to(fixture, start);
        peer_write(&fixture->producer, "0123456789");
        assert_int_equal(
                serial_queue_contiguous_length(&fixture->consumer), MIN(10, CAPACITY - start));
        assert_int_equal(serial_queue_contiguous_free(&fixture->producer),
                start + 10 < CAPACITY ? CAPACITY - start - 10 : MIN(6, start));
        assert_string_equal(peer_read_all(&fixture->consumer), "0123456789");
    }
}

static void a_batch_writes_what_fits(void **state)
{
    struct fixture *fixture = *state;

    assert_int_equal(serial_enqueue_batch(&fixture->producer, 20, "0123456789abcdefghij"), 16);
    assert_int_equal(serial_enqueue_batch(&fixture->producer, 1, "x"), 0);
    assert_string_equal(peer_read_all(&fixture->consumer), "0123456789abcdef");
}

/* The local variants show nothing to the peer before the index is published. */
static void local_changes_are_invisible_until_published(void **state)
{
    struct fixture *fixture = *state;
    uint32_t tail = 0;
    uint32_t head = 0;
    char character;

    assert_int_equal(serial_enqueue_local(&fixture->producer, &tail, 'a'), 0);
    assert_true(serial_queue_empty(&fixture->consumer, 0));
    serial_update_shared_tail(&fixture->producer, tail);
    assert_false(serial_queue_empty(&fixture->consumer, 0));

    assert_int_equal(serial_dequeue_local(&fixture->consumer, &head, &character), 0);
    assert_int_equal(serial_queue_free(&fixture->producer), CAPACITY - 1);
    serial_update_shared_head(&fixture->consumer, head);
    assert_int_equal(serial_queue_free(&fixture->producer), CAPACITY);
}

static void transfer_moves_what_is_there_and_fits(void **state)
{
    struct fixture *fixture = *state;
    serial_connection_resource_t other = peer_connection(8, 1);
    serial_queue_handle_t to = peer_handle(&other);

    move_to(fixture, 12);
    to.queue->head = 5;
    to.queue->tail = 5;
    peer_write(&fixture->producer, "0123456789");
    serial_transfer_all(&fixture->consumer, &to);
    assert_string_equal(peer_read_all(&to), "01234567");
    serial_transfer_all(&fixture->consumer, &to);
    assert_string_equal(peer_read_all(&to), "89");
    assert_int_equal(serial_queue_length(&fixture->consumer), 0);

    free(other.queue.vaddr);
    free(other.data.vaddr);
}

static void coloured_transfer_is_all_or_nothing(void **state)
{
    struct fixture *fixture = *state;
    serial_connection_resource_t other = peer_connection(16, 1);
    serial_queue_handle_t to = peer_handle(&other);

    peer_write(&fixture->producer, "0123456789");
    peer_write(&to, "x");
    serial_transfer_all_colour(&fixture->consumer, &to, "<<<", ">>>");
    assert_string_equal(peer_read_all(&to), "x");
    serial_transfer_all_colour(&fixture->consumer, &to, "<<<", ">>>");
    assert_string_equal(peer_read_all(&to), "<<<0123456789>>>");

    free(other.queue.vaddr);
    free(other.data.vaddr);
}

static void capacity_is_rounded_down_to_a_power_of_two(void **state)
{
    struct fixture *fixture = *state;
    serial_queue_handle_t handle;
    char nothing;

    serial_queue_init(&handle, fixture->producer.queue, 15, fixture->producer.data_region);
    assert_int_equal(handle.capacity, 8);
    serial_queue_init(&handle, fixture->producer.queue, UINT32_MAX, NULL);
    assert_int_equal(handle.capacity, 1u << 31);
    serial_queue_init(&handle, fixture->producer.queue, 0, &nothing);
    assert_int_equal(serial_enqueue(&handle, 'x'), -1);
    handle.queue->tail = 7;
    assert_int_equal(serial_dequeue(&handle, &nothing), -1);
    assert_int_equal(serial_enqueue_batch(&handle, 5, "abcde"), 0);
}

static void a_request_for_a_signal_is_seen_once(void **state)
{
    struct fixture *fixture = *state;

    serial_cancel_producer_signal(&fixture->producer);
    assert_false(serial_require_producer_signal(&fixture->consumer));
    serial_request_producer_signal(&fixture->producer);
    assert_true(serial_require_producer_signal(&fixture->consumer));
    serial_cancel_producer_signal(&fixture->consumer);
    assert_false(serial_require_producer_signal(&fixture->consumer));
}

static void corrupted_indices_are_refused_and_counted(void **state)
{
    struct fixture *fixture = *state;
    char character;

    fixture->producer.queue->tail = CAPACITY + 1;
    assert_int_equal(serial_dequeue(&fixture->consumer, &character), -1);
    assert_int_equal(fixture->consumer.refused, 1);
    assert_int_equal(serial_enqueue(&fixture->producer, 'x'), -1);
    assert_int_equal(fixture->producer.refused, 1);
    assert_int_equal(serial_queue_free(&fixture->producer), 0);

    /* repaired, it works again */
    fixture->producer.queue->tail = 0;
    peer_write(&fixture->producer, "ok");
    assert_string_equal(peer_read_all(&fixture->consumer), "ok");
}

/* Any indices at any time: the sanitizer watches the region, and each call ends. */
static void no_index_leads_outside_the_region(void **state)
{
    struct fixture *fixture = *state;
    serial_connection_resource_t other = peer_connection(8, 1);
    serial_queue_handle_t to = peer_handle(&other);
    char buffer[2 * CAPACITY];

    srandom(1);
    for (int round = 0; round < 200000; round++) {
        uint32_t head = fixture->producer.queue->head;
        uint32_t local = peer_hostile_index(head);

        fixture->producer.queue->tail = peer_hostile_index(head);
        fixture->producer.queue->head = peer_hostile_index(fixture->producer.queue->tail);
        switch (random() % 8) {
        case 0:
            serial_enqueue(&fixture->producer, 'x');
            break;
        case 1:
            serial_dequeue(&fixture->consumer, buffer);
            break;
        case 2:
            serial_enqueue_batch(&fixture->producer, (uint32_t)random() % sizeof(buffer), buffer);
            break;
        case 3:
            assert_in_range(
                    serial_dequeue_batch(&fixture->consumer, sizeof(buffer), buffer), 0, CAPACITY);
            break;
        case 4:
            serial_transfer_all(&fixture->consumer, &to);
            to.queue->head = to.queue->tail;
            break;
        case 5:
            serial_dequeue_local(&fixture->consumer, &local, buffer);
            break;
        case 6:
            serial_enqueue_local(&fixture->producer, &local, 'y');
            break;
        default:
            assert_in_range(serial_queue_contiguous_length(&fixture->consumer), 0, CAPACITY);
            assert_in_range(serial_queue_contiguous_free(&fixture->producer), 0, CAPACITY);
            break;
        }
    }
    assert_true(fixture->consumer.refused > 0 && fixture->producer.refused > 0);
    free(other.queue.vaddr);
    free(other.data.vaddr);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(bytes_come_out_in_order_and_all_slots_are_usable),
        TEST(indices_wrap_without_loss),
        TEST(batches_are_cut_at_the_end_of_the_region_but_not_lost),
        TEST(a_batch_writes_what_fits),
        TEST(local_changes_are_invisible_until_published),
        TEST(transfer_moves_what_is_there_and_fits),
        TEST(coloured_transfer_is_all_or_nothing),
        TEST(capacity_is_rounded_down_to_a_power_of_two),
        TEST(a_request_for_a_signal_is_seen_once),
        TEST(corrupted_indices_are_refused_and_counted),
        TEST(no_index_leads_outside_the_region),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
