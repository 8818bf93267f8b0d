/* SPDX-License-Identifier: BSD-2-Clause */
/* The ARP responder: answers for who has registered, for nobody else, and nobody can steal an address. */
#include <os/sddf.h>
#include <stdlib.h>
#include <string.h>

#include <sddf/network/arp.h>
#include <sddf/network/config.h>
#include <sddf/network/queue.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define BUFFERS   8
#define RX        1
#define TX        2
#define CLIENT    5
#define OTHER     6
#define ADDRESS   0x0f02000au /* 10.0.2.15 in network order */
#define ARP_BYTES 42

extern net_client_config_t config;

static const uint8_t mac[] = { 0x52, 0x54, 1, 0, 0, 1 };
static const uint8_t asker[] = { 0x52, 0x55, 10, 0, 2, 2 };
static net_queue_handle_t rx;
static net_queue_handle_t tx;

static region_resource_t region(size_t size)
{
    return (region_resource_t){ calloc(1, size), size };
}

static net_connection_resource_t connection(uint8_t channel)
{
    size_t size = sizeof(net_queue_t) + BUFFERS * sizeof(net_buff_desc_t);

    return (net_connection_resource_t){ .free_queue = region(size),
        .active_queue = region(size),
        .num_buffers = BUFFERS,
        .id = channel };
}

static int set_up(void **state)
{
    (void)state;
    config = (net_client_config_t){ .magic = SDDF_NET_MAGIC,
        .rx = connection(RX),
        .rx_data = region(BUFFERS * NET_BUFFER_SIZE),
        .tx = connection(TX),
        .tx_data = region(BUFFERS * NET_BUFFER_SIZE) };
    net_queue_init(&rx, config.rx.free_queue.vaddr, config.rx.active_queue.vaddr, BUFFERS);
    net_queue_init(&tx, config.tx.free_queue.vaddr, config.tx.active_queue.vaddr, BUFFERS);
    fake_os_reset();
    init();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (sddf_channel channel = 0; channel < MICROKIT_MAX_CHANNELS; channel++) {
        static const uint8_t nobody[] = { 2, 0, 0, 0, 0, 0 };

        /* An address of its own each, so that no test sees those of the one before. */
        sddf_net_arp_register_ip(channel, 0x0a | (channel + 1) << 24, nobody);
    }
    free(config.rx.free_queue.vaddr);
    free(config.rx.active_queue.vaddr);
    free(config.rx_data.vaddr);
    free(config.tx.free_queue.vaddr);
    free(config.tx.active_queue.vaddr);
    free(config.tx_data.vaddr);
    return 0;
}

/* A request of `length` bytes for `address` arrives. */
static void ask(uint32_t address, uint16_t length)
{
    uint8_t frame[ARP_BYTES] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

    memcpy(frame + 6, asker, 6);
    memcpy(frame + 12, (const uint8_t[]){ 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 }, 10);
    memcpy(frame + 22, asker, 6);
    memcpy(frame + 28, (const uint8_t[]){ 10, 0, 2, 2 }, 4);
    memcpy(frame + 38, &address, 4);
    memcpy(config.rx_data.vaddr, frame, sizeof(frame));
    net_enqueue_active(&rx, (net_buff_desc_t){ .io_or_offset = 0, .len = length });
    notified(RX);
}

/* The answer that is sent; NULL if there is none. */
static const uint8_t *answer(void)
{
    net_buff_desc_t sent;
    net_buff_desc_t returned;

    assert_int_equal(net_dequeue_free(&rx, &returned), 0); /* the buffer is back in any case */
    if (net_dequeue_active(&tx, &sent) != 0) {
        return NULL;
    }
    assert_in_range(sent.len, 60, NET_BUFFER_SIZE);
    return (const uint8_t *)config.tx_data.vaddr + sent.io_or_offset;
}

static void who_has_registered_is_answered_for(void **state)
{
    (void)state;
    assert_true(sddf_net_arp_register_ip(CLIENT, ADDRESS, mac));
    ask(ADDRESS, ARP_BYTES);
    const uint8_t *frame = answer();

    assert_non_null(frame);
    assert_memory_equal(frame, asker, 6);
    assert_memory_equal(frame + 6, mac, 6);
    assert_int_equal(frame[21], 2); /* a reply */
    assert_memory_equal(frame + 22, mac, 6);
    assert_memory_equal(frame + 28, &(uint32_t){ ADDRESS }, 4);
    assert_memory_equal(frame + 32, asker, 6);
    assert_int_equal(fake_os.notified[TX], 1);
}

static void unknown_addresses_and_short_frames_are_not_answered(void **state)
{
    (void)state;
    sddf_net_arp_register_ip(CLIENT, ADDRESS, mac);
    ask(ADDRESS + (1 << 24), ARP_BYTES);
    assert_null(answer());
    ask(0, ARP_BYTES);
    assert_null(answer());
    ask(ADDRESS, ARP_BYTES - 1);
    assert_null(answer());
    assert_int_equal(fake_os.notified[TX], 0);
}

static void an_address_of_another_cannot_be_taken(void **state)
{
    static const uint8_t thief[] = { 2, 0, 0, 0, 0, 9 };

    (void)state;
    assert_true(sddf_net_arp_register_ip(CLIENT, ADDRESS, mac));
    assert_false(sddf_net_arp_register_ip(OTHER, ADDRESS, thief));
    ask(ADDRESS, ARP_BYTES);
    assert_memory_equal(answer() + 22, mac, 6);
    assert_true(sddf_net_arp_register_ip(CLIENT, ADDRESS, mac)); /* its own, again */
}

static void groups_and_nonsense_cannot_be_registered(void **state)
{
    static const uint8_t group[] = { 1, 0, 0x5e, 0, 0, 1 };
    static const uint8_t zero[6];

    (void)state;
    assert_false(sddf_net_arp_register_ip(CLIENT, ADDRESS, group));
    assert_false(sddf_net_arp_register_ip(CLIENT, ADDRESS, zero));
    assert_false(sddf_net_arp_register_ip(CLIENT, 0, mac));
    assert_false(sddf_net_arp_register_ip(CLIENT, 0x010000e0, mac)); /* 224.0.0.1 */
    assert_int_equal(microkit_msginfo_get_label(protected(CLIENT, microkit_msginfo_new(9, 2))),
            SDDF_NET_ARP_ERROR);
    assert_int_equal(microkit_msginfo_get_label(protected(CLIENT, microkit_msginfo_new(0, 1))),
            SDDF_NET_ARP_ERROR);
}

static void without_buffers_requests_are_dropped(void **state)
{
    net_buff_desc_t buffer;

    (void)state;
    sddf_net_arp_register_ip(CLIENT, ADDRESS, mac);
    while (net_dequeue_free(&tx, &buffer) == 0) {}
    ask(ADDRESS, ARP_BYTES);
    assert_null(answer());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_has_registered_is_answered_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                unknown_addresses_and_short_frames_are_not_answered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_address_of_another_cannot_be_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                groups_and_nonsense_cannot_be_registered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_buffers_requests_are_dropped, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
