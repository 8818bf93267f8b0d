/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Network driver PD: translates between the device's two virtqueues and the two connections to the
 * virtualisers. It sees addresses and lengths only; no packet data is mapped here.
 *
 * Receiving: the Rx virtualiser's empty buffers go into the receive ring, filled ones to its active
 * queue. The driver asks for empty buffers only when less than half of the ring has one: otherwise
 * the next interrupt comes anyway, and the ring is filled up then.
 *
 * Sending: sent buffers are given back whenever the driver is awake for some other reason. The device
 * interrupts for them only if packets wait for a slot, if the Tx virtualiser asks for buffers, or
 * if most of the ring is in flight.
 */
#include <os/sddf.h>

#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/resources/device.h>
#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "lionsos/drivers/network/virtio/virtio_mmio.h"
#include "lionsos/drivers/network/virtio/virtio_net.h"
#include "lionsos/drivers/network/virtio/virtqueue.h"

__attribute__((__section__(".device_resources"), used)) device_resources_t device_resources;
__attribute__((__section__(".net_driver_config"), used)) net_driver_config_t config;

/* Regions in the order of config.json. */
#define REGION_REGISTERS 0
#define REGION_RINGS     1

#define WANTED_FEATURES                                                        \
    (UINT64_C(1) << VIRTIO_NET_F_CSUM | UINT64_C(1) << VIRTIO_NET_F_GUEST_CSUM \
            | UINT64_C(1) << VIRTIO_NET_F_STATUS)

#define RX_SLOTS_WANTED      (VIRTQUEUE_SLOTS / 2)
#define TX_IN_FLIGHT_AT_EASE (VIRTQUEUE_SLOTS * 3 / 4)

/* What the ring region holds. */
struct ring_region {
    struct virtqueue_memory rx_queue;
    struct virtqueue_memory tx_queue;
    struct virtio_net_header rx_headers[VIRTQUEUE_SLOTS]; /* by slot */
    struct virtio_net_header tx_headers[VIRTQUEUE_SLOTS];
};

/* What happened so far; read by debuggers and monitors. */
struct net_driver_counters {
    uint64_t interrupts;
    uint64_t received;
    uint64_t sent;
    uint64_t bad_lengths;   /* received frames without a header or longer than a buffer */
    uint64_t rx_queue_full; /* received frames for which the virtualiser had no room */
    uint64_t link_changes;
    uint64_t unknown_channels; /* notifications from nowhere */
} net_driver_counters;

static volatile struct virtio_mmio_registers *registers;
static struct ring_region *rings;
static struct virtqueue rx_ring;
static struct virtqueue tx_ring;
static net_queue_handle_t rx;
static net_queue_handle_t tx;
static uint8_t offload_flag; /* NET_BUFF_CSUM_OFFLOAD if the device completes checksums */

static void publish(struct virtqueue *ring, uint32_t number)
{
    if (virtqueue_publish(ring)) {
        registers->queue_notify = number;
    }
}

/* Hands one received frame on. False if its buffer has to go back into the ring. */
static bool pass_up(const struct virtqueue_used *used)
{
    uint32_t length = used->length - (uint32_t)sizeof(struct virtio_net_header);
    uint8_t header_flags = rings->rx_headers[used->slot].flags;
    net_buff_desc_t frame = { .io_or_offset = used->address, .len = (uint16_t)length };

    if (length < NET_ETH_HEADER_LEN || length > NET_BUFFER_SIZE) {
        net_driver_counters.bad_lengths++;
        return false;
    }
    if (header_flags & (VIRTIO_NET_NEEDS_CSUM | VIRTIO_NET_DATA_VALID)) {
        frame.flags = NET_BUFF_CSUM_VALID;
    }
    if (net_enqueue_active(&rx, frame) != 0) {
        net_driver_counters.rx_queue_full++;
        return false;
    }
    return true;
}

/* Moves received frames up; returns how many. */
static uint32_t receive(void)
{
    struct virtqueue_used used;
    uint32_t count = 0;
    bool put_back = false;

    while (virtqueue_take(&rx_ring, &used)) {
        if (pass_up(&used)) {
            count++;
        } else {
            virtqueue_add(&rx_ring, used.address, NET_BUFFER_SIZE);
            put_back = true;
        }
    }
    if (put_back) {
        publish(&rx_ring, VIRTIO_NET_QUEUE_RX);
    }
    net_driver_counters.received += count;
    return count;
}

/* Fills the receive ring as far as there are empty buffers. */
static void refill(void)
{
    net_buff_desc_t buffer;
    bool added = false;

    while (rx_ring.free_count > 0 && net_dequeue_free(&rx, &buffer) == 0) {
        virtqueue_add(&rx_ring, buffer.io_or_offset, NET_BUFFER_SIZE);
        added = true;
    }
    if (added) {
        publish(&rx_ring, VIRTIO_NET_QUEUE_RX);
    }
}

/* Asks for empty buffers if the ring is short of them. True if some have come meanwhile. */
static bool buffers_came_after_request(void)
{
    if (virtqueue_in_flight(&rx_ring) >= RX_SLOTS_WANTED) {
        return false;
    }
    net_request_signal_free(&rx);
    if (net_queue_empty_free(&rx)) {
        return false;
    }
    net_cancel_signal_free(&rx);
    return true;
}

static void handle_rx(void)
{
    uint32_t count = 0;

    do {
        virtqueue_interrupts(&rx_ring, false);
        count += receive();
        do {
            refill();
        } while (buffers_came_after_request());
        virtqueue_interrupts(&rx_ring, true);
    } while (virtqueue_has_used(&rx_ring));

    if (count > 0 && net_require_signal_active(&rx)) {
        net_cancel_signal_active(&rx);
        sddf_notify(config.virt_rx.id);
    }
}

/* Gives sent buffers back. The free queue has room for all that exist. */
static void give_back_sent(void)
{
    struct virtqueue_used used;
    bool any = false;

    while (virtqueue_take(&tx_ring, &used)) {
        net_buff_desc_t buffer = { .io_or_offset = used.address, .flags = offload_flag };

        net_enqueue_free(&tx, buffer);
        net_driver_counters.sent++;
        any = true;
    }
    if (any && net_require_signal_free(&tx)) {
        net_cancel_signal_free(&tx);
        sddf_notify(config.virt_tx.id);
    }
}

static void add_to_send(net_buff_desc_t frame)
{
    struct virtio_net_header *header = &rings->tx_headers[virtqueue_next_slot(&tx_ring)];

    if (offload_flag && (frame.flags & NET_BUFF_CSUM_PARTIAL)) {
        header->flags = VIRTIO_NET_NEEDS_CSUM;
        header->csum_start = frame.csum_start;
        header->csum_offset = frame.csum_offset;
    } else {
        header->flags = 0;
        header->csum_start = 0;
        header->csum_offset = 0;
    }
    virtqueue_add(&tx_ring, frame.io_or_offset, frame.len);
}

/* Fills the send ring; returns with the active queue empty or the ring full. */
static void send(void)
{
    net_buff_desc_t frame;
    bool added = false;

    while (tx_ring.free_count > 0 && net_dequeue_active(&tx, &frame) == 0) {
        add_to_send(frame);
        added = true;
    }
    if (added) {
        publish(&tx_ring, VIRTIO_NET_QUEUE_TX);
    }
}

/* Whether somebody waits for the device to finish sending. */
static bool want_tx_interrupt(void)
{
    uint32_t in_flight = virtqueue_in_flight(&tx_ring);

    return tx_ring.free_count == 0 || in_flight >= TX_IN_FLIGHT_AT_EASE
            || (in_flight > 0 && net_require_signal_free(&tx));
}

/* Asks for packets, or for the device's interrupt. True if there is something to do after all. */
static bool tx_work_came_after_request(void)
{
    bool wait_for_device = want_tx_interrupt();

    virtqueue_interrupts(&tx_ring, wait_for_device);
    if (wait_for_device && virtqueue_has_used(&tx_ring)) {
        return true;
    }
    if (tx_ring.free_count == 0) {
        return false; /* new packets could not be sent anyway */
    }
    net_request_signal_active(&tx);
    if (net_queue_empty_active(&tx)) {
        return false;
    }
    net_cancel_signal_active(&tx);
    return true;
}

static void handle_tx(void)
{
    do {
        give_back_sent();
        send();
    } while (tx_work_came_after_request());
}

static void handle_interrupt(void)
{
    uint32_t reasons = virtio_mmio_take_interrupt(registers);

    net_driver_counters.interrupts++;
    if (reasons & VIRTIO_INTERRUPT_CONFIG) {
        net_driver_counters.link_changes++;
    }
    handle_rx();
    if (tx_ring.interrupts) {
        handle_tx();
    }
}

/* The ring's memory is at `offset` of the ring region. */
static bool add_queue(uint32_t number, uint64_t offset)
{
    uint64_t io_address = device_resources.regions[REGION_RINGS].io_addr + offset;
    const struct virtio_mmio_queue queue = { .size = VIRTQUEUE_SIZE,
        .descriptors = io_address,
        .available = io_address + offsetof(struct virtqueue_memory, available),
        .used = io_address + offsetof(struct virtqueue_memory, used) };

    return virtio_mmio_add_queue(registers, number, &queue);
}

static void set_up_device(void)
{
    uint64_t io_address = device_resources.regions[REGION_RINGS].io_addr;
    uint64_t features;
    enum virtio_start started =
            virtio_mmio_start(registers, VIRTIO_NET_DEVICE_ID, WANTED_FEATURES, &features);

    if (started != VIRTIO_STARTED) {
        sddf_dprintf(
                "%s: no modern virtio network device at its registers (reason %d): on QEMU, give "
                "-global virtio-mmio.force-legacy=false and the device's bus\n",
                sddf_get_pd_name(), started);
    }
    assert(started == VIRTIO_STARTED);
    offload_flag = features & (UINT64_C(1) << VIRTIO_NET_F_CSUM) ? NET_BUFF_CSUM_OFFLOAD : 0;

    sddf_memset(
            rings, 0, sizeof(*rings)); /* a region in device memory is not zeroed by the kernel */
    virtqueue_init(&rx_ring, &rings->rx_queue,
            io_address + offsetof(struct ring_region, rx_headers), sizeof(struct virtio_net_header),
            VIRTQ_WRITE);
    virtqueue_init(&tx_ring, &rings->tx_queue,
            io_address + offsetof(struct ring_region, tx_headers), sizeof(struct virtio_net_header),
            0);
    bool has_rx = add_queue(VIRTIO_NET_QUEUE_RX, offsetof(struct ring_region, rx_queue));
    bool has_tx = add_queue(VIRTIO_NET_QUEUE_TX, offsetof(struct ring_region, tx_queue));
    assert(has_rx && has_tx);
}

void init(void)
{
    assert(device_resources_check_magic(&device_resources));
    assert(net_config_check_magic(&config));
    assert(device_resources.num_regions == 2 && device_resources.num_irqs == 1);
    assert(device_resources.regions[REGION_RINGS].region.size >= sizeof(struct ring_region));

    registers = device_resources.regions[REGION_REGISTERS].region.vaddr;
    rings = device_resources.regions[REGION_RINGS].region.vaddr;
    net_queue_init(&rx, config.virt_rx.free_queue.vaddr, config.virt_rx.active_queue.vaddr,
            config.virt_rx.num_buffers);
    net_queue_init(&tx, config.virt_tx.free_queue.vaddr, config.virt_tx.active_queue.vaddr,
            config.virt_tx.num_buffers);
    set_up_device();

    /* The rings must hold buffers before the device runs, or its first frames are lost. */
    virtio_mmio_run(registers);
    handle_rx();
    handle_tx();
}

void notified(sddf_channel channel)
{
    if (channel == device_resources.irqs[0].id) {
        handle_interrupt();
        sddf_deferred_irq_ack(channel);
    } else if (channel == config.virt_rx.id) {
        handle_rx();
    } else if (channel == config.virt_tx.id) {
        handle_tx();
    } else {
        net_driver_counters.unknown_channels++;
    }
}
