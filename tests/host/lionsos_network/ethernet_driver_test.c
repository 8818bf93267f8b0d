/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network driver between its two virtualisers and a device that this test plays: the rings lie in
 * memory, and the registers answer as a virtio network device's do.
 */
#include <os/sddf.h>
#include <stdlib.h>
#include <string.h>

#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/resources/device.h>

#include "lionsos/drivers/network/virtio/virtio_mmio.h"
#include "lionsos/drivers/network/virtio/virtio_net.h"
#include "lionsos/drivers/network/virtio/virtqueue.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define IRQ      0
#define RX       1
#define TX       2
#define BUFFERS  256
#define RINGS    0x10000
#define RX_BASE  0x40000000u /* where the device would see the buffers */
#define TX_BASE  0x50000000u
#define RINGS_IO 0x60000000u

extern device_resources_t device_resources;
extern net_driver_config_t config;

static struct virtio_mmio_registers *registers;
static struct virtqueue_memory *rx_ring; /* the first two things in the ring region */
static struct virtqueue_memory *tx_ring;
static net_queue_handle_t rx;
static net_queue_handle_t tx;
static uint16_t rx_seen; /* entries of the available rings that the device has used up */
static uint16_t tx_seen;

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

/* A device with all features; no register changes by itself, which is all that the driver needs. */
static void new_device(void)
{
    region_resource_t block = region(sizeof(*registers));

    registers = block.vaddr;
    registers->magic = VIRTIO_MMIO_MAGIC;
    registers->version = VIRTIO_MMIO_VERSION;
    registers->device_id = VIRTIO_NET_DEVICE_ID;
    registers->device_features = UINT32_MAX;
    registers->queue_size_max = VIRTQUEUE_SIZE;
    device_resources = (device_resources_t){ .magic = DEVICE_RESOURCES_MAGIC,
        .num_regions = 2,
        .num_irqs = 1,
        .regions = { { .region = block }, { .region = region(RINGS), .io_addr = RINGS_IO } },
        .irqs = { { .id = IRQ } } };
    rx_ring = device_resources.regions[1].region.vaddr;
    tx_ring = rx_ring + 1;
    rx_seen = tx_seen = 0;
}

static int set_up(void **state)
{
    (void)state;
    new_device();
    config = (net_driver_config_t){
        .magic = SDDF_NET_MAGIC, .virt_rx = connection(RX), .virt_tx = connection(TX)
    };
    net_queue_init(
            &rx, config.virt_rx.free_queue.vaddr, config.virt_rx.active_queue.vaddr, BUFFERS);
    net_queue_init(
            &tx, config.virt_tx.free_queue.vaddr, config.virt_tx.active_queue.vaddr, BUFFERS);
    net_buffers_init(&rx, RX_BASE);
    fake_os_reset();
    init();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(registers);
    free(device_resources.regions[1].region.vaddr);
    free(config.virt_rx.free_queue.vaddr);
    free(config.virt_rx.active_queue.vaddr);
    free(config.virt_tx.free_queue.vaddr);
    free(config.virt_tx.active_queue.vaddr);
    return 0;
}

/* ---- What the device does -------------------------------------------------------------------- */

/* The next chain that the driver offers in a ring; its buffer in *buffer. There must be one. */
static uint16_t next_chain(
        struct virtqueue_memory *ring, uint16_t *seen, struct virtq_descriptor *buffer)
{
    assert_true(ring->available.index != *seen);
    uint16_t head = ring->available.ring[(*seen)++ % VIRTQUEUE_SIZE];

    assert_true(ring->descriptors[head].flags & VIRTQ_NEXT);
    *buffer = ring->descriptors[ring->descriptors[head].next];
    return head;
}

static void use(struct virtqueue_memory *ring, uint32_t id, uint32_t length)
{
    ring->used.ring[ring->used.index % VIRTQUEUE_SIZE] =
            (struct virtq_used_element){ .id = id, .length = length };
    ring->used.index++;
}

/* A frame of `length` bytes arrives; returns where the device has put it. */
static uint64_t receive(uint32_t length)
{
    struct virtq_descriptor buffer;
    uint16_t head = next_chain(rx_ring, &rx_seen, &buffer);

    use(rx_ring, head, length + (uint32_t)sizeof(struct virtio_net_header));
    return buffer.address;
}

static void interrupt(void)
{
    registers->interrupt_status = 1;
    notified(IRQ);
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void the_ring_is_full_of_buffers_before_the_device_runs(void **state)
{
    (void)state;
    assert_int_equal(rx_ring->available.index, VIRTQUEUE_SLOTS);
    assert_true(registers->status & VIRTIO_STATUS_DRIVER_OK);
}

static void frames_go_up_in_order_with_their_lengths(void **state)
{
    net_buff_desc_t frame;

    (void)state;
    for (uint32_t round = 0; round < 1000; round++) {
        uint64_t first = receive(60 + round);
        uint64_t second = receive(1514);

        interrupt();
        assert_int_equal(net_dequeue_active(&rx, &frame), 0);
        assert_int_equal(frame.io_or_offset, first);
        assert_int_equal(frame.len, 60 + round);
        net_enqueue_free(&rx, frame);
        assert_int_equal(net_dequeue_active(&rx, &frame), 0);
        assert_int_equal(frame.io_or_offset, second);
        net_enqueue_free(&rx, frame);
        assert_int_equal(net_dequeue_active(&rx, &frame), -1);
    }
    assert_int_equal(fake_os.acknowledged[IRQ], 1000);
}

static void one_notification_for_many_frames_and_none_unasked(void **state)
{
    (void)state;
    for (int frame = 0; frame < 20; frame++) {
        receive(100);
    }
    interrupt();
    assert_int_equal(fake_os.notified[RX], 1);
    receive(100);
    interrupt(); /* the virtualiser has not asked again */
    assert_int_equal(fake_os.notified[RX], 1);
}

static void impossible_lengths_keep_their_buffer_in_the_ring(void **state)
{
    const uint32_t lengths[] = { 0, 13, NET_BUFFER_SIZE + 1, UINT32_MAX - 100 };
    net_buff_desc_t frame;

    (void)state;
    for (int i = 0; i < 4; i++) {
        uint64_t buffer = receive(lengths[i]);
        struct virtq_descriptor again = { 0 };

        interrupt();
        assert_int_equal(net_dequeue_active(&rx, &frame), -1);
        for (int slot = 0; slot < VIRTQUEUE_SLOTS && again.address != buffer; slot++) {
            uint16_t head = next_chain(rx_ring, &rx_seen, &again);

            use(rx_ring, head, 0); /* goes round */
        }
        assert_int_equal(again.address, buffer);
        interrupt();
    }
}

static void a_device_that_names_chains_it_does_not_have_is_not_believed(void **state)
{
    net_buff_desc_t frame;
    uint32_t up = 0;

    (void)state;
    for (uint32_t id = 0; id < 600; id++) {
        use(rx_ring, id, 100); /* odd ones and those beyond the ring among them */
        use(rx_ring, UINT32_MAX - id, 100);
        use(tx_ring, id, 0); /* nothing was sent */
        interrupt();
        while (net_dequeue_active(&rx, &frame) == 0) {
            up++;
        }
    }
    assert_int_equal(up, VIRTQUEUE_SLOTS); /* each buffer once: none is left to refill the ring */
    assert_int_equal(net_dequeue_free(&tx, &frame), -1);
}

static void packets_are_sent_in_order_and_come_back(void **state)
{
    struct virtq_descriptor buffer;
    net_buff_desc_t sent;

    (void)state;
    for (uint32_t round = 0; round < 1000; round++) {
        uint64_t address = TX_BASE + round % BUFFERS * NET_BUFFER_SIZE;

        net_enqueue_active(&tx, (net_buff_desc_t){ .io_or_offset = address, .len = 77 });
        notified(TX);
        uint16_t head = next_chain(tx_ring, &tx_seen, &buffer);

        assert_int_equal(buffer.address, address);
        assert_int_equal(buffer.length, 77);
        use(tx_ring, head, 0);
        notified(TX);
        assert_int_equal(net_dequeue_free(&tx, &sent), 0);
        assert_int_equal(sent.io_or_offset, address);
        assert_true(sent.flags & NET_BUFF_CSUM_OFFLOAD);
    }
}

static void what_does_not_fit_the_ring_waits_for_the_devices_interrupt(void **state)
{
    struct virtq_descriptor buffer;
    uint32_t sent = 0;

    (void)state;
    for (uint32_t packet = 0; packet < BUFFERS; packet++) {
        net_enqueue_active(&tx,
                (net_buff_desc_t){ .io_or_offset = TX_BASE + packet * NET_BUFFER_SIZE, .len = 60 });
    }
    notified(TX);
    assert_int_equal(tx_ring->available.index, VIRTQUEUE_SLOTS);
    assert_false(tx_ring->available.flags & VIRTQ_NO_INTERRUPT);
    while (sent < BUFFERS) {
        use(tx_ring, next_chain(tx_ring, &tx_seen, &buffer), 0);
        assert_int_equal(buffer.address, TX_BASE + sent * NET_BUFFER_SIZE);
        sent++;
        interrupt();
    }
    assert_true(net_queue_empty_active(&tx));
}

static void checksums_are_left_to_the_device_where_the_packet_says_so(void **state)
{
    struct virtq_descriptor buffer;
    const struct virtio_net_header *headers = (const void *)((const char *)rx_ring
            + 2 * sizeof(*rx_ring) + VIRTQUEUE_SLOTS * sizeof(struct virtio_net_header));

    (void)state;
    net_enqueue_active(&tx,
            (net_buff_desc_t){ .io_or_offset = TX_BASE,
                    .len = 100,
                    .flags = NET_BUFF_CSUM_PARTIAL,
                    .csum_start = 34,
                    .csum_offset = 6 });
    net_enqueue_active(
            &tx, (net_buff_desc_t){ .io_or_offset = TX_BASE + NET_BUFFER_SIZE, .len = 100 });
    notified(TX);
    const struct virtio_net_header *header = &headers[next_chain(tx_ring, &tx_seen, &buffer) / 2];

    assert_int_equal(header->flags, VIRTIO_NET_NEEDS_CSUM);
    assert_int_equal(header->csum_start, 34);
    assert_int_equal(header->csum_offset, 6);
    header = &headers[next_chain(tx_ring, &tx_seen, &buffer) / 2];
    assert_int_equal(header->flags, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
                the_ring_is_full_of_buffers_before_the_device_runs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                frames_go_up_in_order_with_their_lengths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                one_notification_for_many_frames_and_none_unasked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                impossible_lengths_keep_their_buffer_in_the_ring, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                a_device_that_names_chains_it_does_not_have_is_not_believed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(packets_are_sent_in_order_and_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                what_does_not_fit_the_ring_waits_for_the_devices_interrupt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
                checksums_are_left_to_the_device_where_the_packet_says_so, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
