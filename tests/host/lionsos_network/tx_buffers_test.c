/* SPDX-License-Identifier: BSD-2-Clause */
/* The Tx virtualiser's books: each buffer has one number and one owner, and is in flight or not. */
#include "lionsos/components/network/tx_buffers.h"

#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define CLIENTS 3
#define BUFFERS 40 /* 8 and 16 of client 0, 8 of client 1, 8 of client 2 */

static net_virt_tx_config_t config;
static struct tx_in_flight in_flight;

static void add_region(uint32_t client, uint32_t count, uint64_t io_address)
{
    net_virt_tx_client_config_t *of = &config.clients[client];
    net_virt_tx_region_config_t *region = &of->regions[of->num_regions++];

    region->data.region = (region_resource_t){
        .vaddr = (void *)(uintptr_t)(io_address + 0x1000000),
        .size = count * NET_BUFFER_SIZE,
    };
    region->data.io_addr = io_address;
    region->num_buffers = (uint16_t)count;
}

static int open_books(void **state)
{
    (void)state;
    memset(&config, 0, sizeof(config));
    config.num_clients = CLIENTS;
    add_region(0, 8, 0x40000000);
    add_region(0, 16, 0x50000000);
    add_region(1, 8, 0x40004000); /* right behind the first one of client 0 */
    add_region(2, 8, 0x3fffc000); /* right before it */
    assert_int_equal(tx_buffers_init(&config), BUFFERS);
    tx_buffers_attach(&in_flight, false);
    return 0;
}

static void both_sides_mean_the_same_buffer(void **state)
{
    uint64_t numbers = 0;

    (void)state;
    for (uint32_t client = 0; client < CLIENTS; client++) {
        for (uint32_t region = 0; region < config.clients[client].num_regions; region++) {
            for (uint64_t i = 0; i < config.clients[client].regions[region].num_buffers; i++) {
                struct tx_buffer named = tx_buffer_named(client, region, i * NET_BUFFER_SIZE);
                struct tx_buffer found = tx_buffer_at(tx_buffer_io_address(named));

                assert_true(tx_buffer_exists(named));
                assert_int_equal(found.client, client);
                assert_int_equal(found.region, region);
                assert_int_equal(found.offset, i * NET_BUFFER_SIZE);
                assert_int_equal(found.number, named.number);
                assert_int_equal(tx_buffer_vaddr(named), tx_buffer_io_address(named) + 0x1000000);
                assert_in_range(named.number, 0, BUFFERS - 1);
                assert_false(numbers >> named.number & 1);
                numbers |= UINT64_C(1) << named.number;
            }
        }
    }
    assert_int_equal(numbers, (UINT64_C(1) << BUFFERS) - 1);
}

static void what_does_not_exist_is_not_found(void **state)
{
    (void)state;
    assert_false(tx_buffer_exists(tx_buffer_named(1, 0, 8 * NET_BUFFER_SIZE)));
    assert_false(tx_buffer_exists(tx_buffer_named(1, 0, NET_BUFFER_SIZE - 1)));
    assert_false(tx_buffer_exists(tx_buffer_named(1, 0, UINT64_MAX)));
    assert_false(tx_buffer_exists(tx_buffer_named(1, 0, -(uint64_t)NET_BUFFER_SIZE)));
    assert_false(tx_buffer_exists(tx_buffer_named(1, 1, 0))); /* it has one region */
    assert_false(tx_buffer_exists(tx_buffer_named(0, 2, 0)));
    assert_false(tx_buffer_exists(tx_buffer_named(0, 63, 0)));
    assert_false(tx_buffer_exists(tx_buffer_at(0)));
    assert_false(tx_buffer_exists(tx_buffer_at(0x40000001)));
    assert_false(tx_buffer_exists(tx_buffer_at(0x3fffb800)));
    assert_false(tx_buffer_exists(tx_buffer_at(0x40008000)));
    assert_false(tx_buffer_exists(tx_buffer_at(UINT64_MAX)));
}

static void counts_follow_what_leaves_and_returns(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 8; i++) {
        struct tx_buffer buffer = tx_buffer_named(1, 0, i * NET_BUFFER_SIZE);

        assert_int_equal(tx_buffers_are_short(1), i > 4);
        assert_false(tx_buffer_is_in_flight(buffer));
        tx_buffer_leaves(buffer);
        assert_true(tx_buffer_is_in_flight(buffer));
        assert_int_equal(tx_buffers_in_flight(), i + 1);
    }
    assert_false(tx_buffers_are_short(0)); /* each client for itself */
    for (uint64_t i = 0; i < 8; i++) {
        struct tx_buffer buffer = tx_buffer_at(0x40004000 + i * NET_BUFFER_SIZE);

        tx_buffer_returns(buffer);
        assert_false(tx_buffer_is_in_flight(buffer));
    }
    assert_int_equal(tx_buffers_in_flight(), 0);
    assert_false(tx_buffers_are_short(1));
}

static void books_are_taken_over_or_begun(void **state)
{
    struct tx_buffer first = tx_buffer_named(0, 1, 15 * NET_BUFFER_SIZE);
    struct tx_buffer second = tx_buffer_named(2, 0, 0);

    (void)state;
    tx_buffer_leaves(first);
    tx_buffer_leaves(second);

    struct tx_in_flight moved = in_flight; /* another image starts, elsewhere */

    assert_int_equal(tx_buffers_init(&config), BUFFERS);
    tx_buffers_attach(&moved, true);
    assert_int_equal(tx_buffers_in_flight(), 2);
    assert_true(tx_buffer_is_in_flight(first));
    assert_true(tx_buffer_is_in_flight(second));
    tx_buffer_returns(first);
    assert_int_equal(tx_buffers_in_flight(), 1);
    tx_buffers_attach(&moved, false);
    assert_int_equal(tx_buffers_in_flight(), 0);
    assert_false(tx_buffer_is_in_flight(second));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(both_sides_mean_the_same_buffer, open_books),
        cmocka_unit_test_setup(what_does_not_exist_is_not_found, open_books),
        cmocka_unit_test_setup(counts_follow_what_leaves_and_returns, open_books),
        cmocka_unit_test_setup(books_are_taken_over_or_begun, open_books),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
