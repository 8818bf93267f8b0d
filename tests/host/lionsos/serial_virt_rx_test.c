/* SPDX-License-Identifier: BSD-2-Clause */
/* The Rx virtualiser: who gets the input, how that is changed, and clients that do not read. */
#include <os/sddf.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/serial_peer.h"

#define CLIENTS         12
#define DRIVER          20
#define CHANNEL(client) (30 + (client))
#define CAPACITY        64
#define SWITCH          "\x1c"

extern serial_virt_rx_config_t config;

static serial_queue_handle_t driver;
static serial_queue_handle_t clients[CLIENTS];

static int set_up_group(void **state)
{
    (void)state;
    config = (serial_virt_rx_config_t){ .magic = SDDF_SERIAL_MAGIC,
        .driver = peer_connection(256, DRIVER),
        .num_clients = CLIENTS,
        .switch_char = 28,
        .terminate_num_char = '\r' };
    driver = peer_handle(&config.driver);
    serial_cancel_producer_signal(&driver);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        config.clients[i] = peer_connection(CAPACITY, (uint8_t)CHANNEL(i));
        clients[i] = peer_handle(&config.clients[i]);
    }
    init();
    return 0;
}

static void type(const char *text)
{
    peer_write(&driver, text);
    notified(DRIVER);
}

/* Back to client 0, all queues empty. */
static int set_up(void **state)
{
    (void)state;
    type("\r" SWITCH "0\r");
    for (uint32_t i = 0; i < CLIENTS; i++) {
        clients[i].queue->head = clients[i].queue->tail = 0;
    }
    fake_os_reset();
    return 0;
}

static void client_0_is_the_first_to_get_input(void **state)
{
    (void)state;
    type("hello");
    assert_string_equal(peer_read_all(&clients[0]), "hello");
    assert_int_equal(fake_os.notified[CHANNEL(0)], 1);
    assert_int_equal(serial_queue_length(&clients[1]), 0);
}

static void input_is_switched_in_the_middle_of_a_batch(void **state)
{
    (void)state;
    type("a" SWITCH "3\rb" SWITCH "11\rc");
    assert_string_equal(peer_read_all(&clients[0]), "a");
    assert_string_equal(peer_read_all(&clients[3]), "b");
    assert_string_equal(peer_read_all(&clients[11]), "c");
    assert_int_equal(fake_os.notified[CHANNEL(0)], 1);
    assert_int_equal(fake_os.notified[CHANNEL(3)], 1);
    assert_int_equal(fake_os.notified[CHANNEL(11)], 1);
}

static void a_selection_may_arrive_in_pieces(void **state)
{
    (void)state;
    type(SWITCH);
    type("1");
    type("0");
    type("\r");
    type("x");
    assert_string_equal(peer_read_all(&clients[10]), "x");
}

static void the_switch_character_twice_is_itself(void **state)
{
    (void)state;
    type(SWITCH SWITCH "x");
    assert_string_equal(peer_read_all(&clients[0]), SWITCH "x");
}

static void wrong_selections_change_nothing(void **state)
{
    const char *const wrong[] = { SWITCH "x", SWITCH "\r", SWITCH "12\r", SWITCH "1x",
        SWITCH "9999\r", SWITCH "00001", SWITCH "1" SWITCH };

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        type(wrong[i]);
        type("y");
        assert_string_equal(peer_read_all(&clients[0]), "y");
    }
    for (uint32_t i = 1; i < CLIENTS; i++) {
        assert_int_equal(serial_queue_length(&clients[i]), 0);
    }
}

static void leading_zeros_are_allowed(void **state)
{
    (void)state;
    type(SWITCH "0002\rx");
    assert_string_equal(peer_read_all(&clients[2]), "x");
}

static void a_client_that_does_not_read_loses_its_own_input_only(void **state)
{
    (void)state;
    for (int i = 0; i < CAPACITY; i++) {
        type("0123456789");
    }
    assert_int_equal(serial_queue_length(&clients[0]), CAPACITY);
    type(SWITCH "1\rok");
    assert_string_equal(peer_read_all(&clients[1]), "ok");
}

static void the_driver_is_told_when_it_waits_for_room(void **state)
{
    (void)state;
    peer_write(&driver, "x");
    serial_request_producer_signal(&driver);
    notified(DRIVER);
    assert_int_equal(fake_os.notified[DRIVER], 1);
    type("x");
    assert_int_equal(fake_os.notified[DRIVER], 1);
}

static void hostile_indices_hurt_only_their_client(void **state)
{
    (void)state;
    srandom(5);
    for (int round = 0; round < 50000; round++) {
        clients[0].queue->tail = peer_hostile_index(clients[0].queue->head);
        clients[0].queue->head = peer_hostile_index(clients[0].queue->tail);
        type("some input");
        type(SWITCH "1\rok" SWITCH "0\r");
        assert_string_equal(peer_read_all(&clients[1]), "ok");
        notified(CHANNEL(0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(client_0_is_the_first_to_get_input, set_up),
        cmocka_unit_test_setup(input_is_switched_in_the_middle_of_a_batch, set_up),
        cmocka_unit_test_setup(a_selection_may_arrive_in_pieces, set_up),
        cmocka_unit_test_setup(the_switch_character_twice_is_itself, set_up),
        cmocka_unit_test_setup(wrong_selections_change_nothing, set_up),
        cmocka_unit_test_setup(leading_zeros_are_allowed, set_up),
        cmocka_unit_test_setup(a_client_that_does_not_read_loses_its_own_input_only, set_up),
        cmocka_unit_test_setup(the_driver_is_told_when_it_waits_for_room, set_up),
        cmocka_unit_test_setup(hostile_indices_hurt_only_their_client, set_up),
    };

    return cmocka_run_group_tests(tests, set_up_group, NULL);
}
