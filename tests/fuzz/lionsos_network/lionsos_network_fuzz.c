/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the network queue and the Tx virtualiser, opposite a client that writes what it likes
 * into its shared memory. The input is a list of steps; each is a byte that says what happens and the
 * eight bytes it happens with. Whatever client 0 does, each call ends, nothing outside the regions is
 * touched, the driver gets each buffer once, and all packets of client 1 reach it in order.
 */
#include <os/sddf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sddf/network/config.h>
#include <sddf/network/queue.h>
#include <sddf/util/cache.h>

#define DRIVER          20
#define HOSTILE         0
#define HONEST          1
#define CLIENTS         2
#define CHANNEL(client) (10 + (client))
#define CAPACITY        8
#define DRIVER_CAPACITY (CLIENTS * CAPACITY)
#define IO_BASE(client) (0x40000000 + (uint64_t)(client)*0x100000)
#define STEP_SIZE       9

extern net_virt_tx_config_t config;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static net_queue_handle_t driver;
static net_queue_handle_t clients[CLIENTS];
static char *buffers[CLIENTS];
static net_buff_desc_t with_driver[DRIVER_CAPACITY];
static uint32_t with_driver_count;
static uint32_t sent; /* packets of client 1 */
static uint32_t seen;

static void require(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (packet %u of %u)\n", what, seen, sent);
        abort();
    }
}

/* Instead of lib/util/cache.c: the sanitizer sees which range it is. */
void cache_clean(unsigned long start, unsigned long end)
{
    for (unsigned long address = start; address < end; address++) {
        (void)*(volatile const char *)address;
    }
}

static region_resource_t new_region(size_t size)
{
    return (region_resource_t){ calloc(1, size), size };
}

static net_connection_resource_t new_connection(uint16_t count, uint8_t channel)
{
    size_t size = sizeof(net_queue_t) + count * sizeof(net_buff_desc_t);

    return (net_connection_resource_t){
        .free_queue = new_region(size),
        .active_queue = new_region(size),
        .num_buffers = count,
        .id = channel,
    };
}

static net_queue_handle_t open_connection(const net_connection_resource_t *connection)
{
    net_queue_handle_t handle;

    net_queue_init(&handle, connection->free_queue.vaddr, connection->active_queue.vaddr,
            connection->num_buffers);
    return handle;
}

static void add_client(uint32_t number)
{
    net_virt_tx_client_config_t *client = &config.clients[number];

    client->conn = new_connection(CAPACITY, (uint8_t)CHANNEL(number));
    client->num_regions = 1;
    client->regions[0].data.region = new_region(CAPACITY * NET_BUFFER_SIZE);
    client->regions[0].data.io_addr = IO_BASE(number);
    client->regions[0].num_buffers = CAPACITY;
    buffers[number] = client->regions[0].data.region.vaddr;
    clients[number] = open_connection(&client->conn);
    net_buffers_init(&clients[number], 0);
}

static void start_once(void)
{
    if (config.num_clients != 0) {
        return;
    }
    memcpy(config.magic, (char[])SDDF_NET_MAGIC, SDDF_MAGIC_LEN);
    config.num_clients = CLIENTS;
    config.driver = new_connection(DRIVER_CAPACITY, DRIVER);
    driver = open_connection(&config.driver);
    add_client(HOSTILE);
    add_client(HONEST);
    init();
}

static void send_honestly(uint32_t length)
{
    net_buff_desc_t buffer;

    if (net_dequeue_free(&clients[HONEST], &buffer) != 0) {
        return;
    }
    buffer.len = (uint16_t)(NET_ETH_HEADER_LEN + length % 1500);
    buffer.flags = 0;
    memcpy(buffers[HONEST] + buffer.io_or_offset, &sent, sizeof(sent));
    sent++;
    require(net_enqueue_active(&clients[HONEST], buffer) == 0, "there is room for each buffer");
    if (net_require_signal_active(&clients[HONEST])) {
        net_cancel_signal_active(&clients[HONEST]);
        notified(CHANNEL(HONEST));
    }
}

static void check_packet(const net_buff_desc_t *buffer)
{
    uint32_t owner = buffer->io_or_offset >= IO_BASE(HONEST);
    uint64_t offset = buffer->io_or_offset - IO_BASE(owner);

    require(offset % NET_BUFFER_SIZE == 0 && offset / NET_BUFFER_SIZE < CAPACITY,
            "the driver gets addresses of buffers only");
    require(buffer->len >= NET_ETH_HEADER_LEN && buffer->len <= NET_BUFFER_SIZE,
            "the driver gets lengths of frames only");
    require(!(buffer->flags & NET_BUFF_CSUM_PARTIAL)
                    || buffer->csum_start + buffer->csum_offset + 2 <= buffer->len,
            "checksums lie within frames");
    for (uint32_t i = 0; i < with_driver_count; i++) {
        require(with_driver[i].io_or_offset != buffer->io_or_offset, "the driver has it once");
    }
    if (owner == HONEST) {
        require(memcmp(buffers[HONEST] + offset, &seen, sizeof(seen)) == 0, "packets are in order");
        seen++;
    }
}

static void driver_takes(void)
{
    net_buff_desc_t buffer;

    if (net_dequeue_active(&driver, &buffer) == 0) {
        check_packet(&buffer);
        with_driver[with_driver_count++] = buffer;
    }
}

static void driver_returns(uint32_t which)
{
    if (with_driver_count == 0) {
        return;
    }
    which %= with_driver_count;
    require(net_enqueue_free(&driver, with_driver[which]) == 0, "there is room for each buffer");
    with_driver[which] = with_driver[--with_driver_count];
    if (net_require_signal_free(&driver)) {
        net_cancel_signal_free(&driver);
        notified(DRIVER);
    }
}

static void step(uint8_t what, uint64_t value)
{
    net_queue_handle_t *hostile = &clients[HOSTILE];
    net_queue_t *queue = what & 0x80 ? hostile->free : hostile->active;
    net_buff_desc_t *descriptor = &queue->buffers[value % CAPACITY];

    switch (what % 12) {
    case 0:
        queue->tail = (uint16_t)value;
        break;
    case 1:
        queue->head = (uint16_t)value;
        break;
    case 2:
        queue->tail = (uint16_t)(queue->head + value % (2 * CAPACITY));
        break;
    case 3:
        queue->consumer_signalled = (uint32_t)value;
        break;
    case 4:
        descriptor->io_or_offset = value >> 8;
        break;
    case 5:
        descriptor->len = (uint16_t)(value >> 8);
        descriptor->oid = (uint8_t)(value >> 24) & 0x3f;
        descriptor->flags = (uint8_t)(value >> 32);
        descriptor->csum_start = (uint16_t)(value >> 40);
        descriptor->csum_offset = (uint16_t)(value >> 56);
        break;
    case 6:
        net_enqueue_active(hostile,
                (net_buff_desc_t){ .io_or_offset = value % (CAPACITY + 1) * NET_BUFFER_SIZE,
                        .len = (uint16_t)(value >> 16) });
        break;
    case 7:
        send_honestly((uint32_t)value);
        break;
    case 8:
        driver_takes();
        break;
    case 9:
        driver_returns((uint32_t)value);
        break;
    case 10:
        notified(value % 64);
        break;
    default:
        notified(CHANNEL(HOSTILE));
        break;
    }
}

/* Back to rest, so that an input does not depend on the one before. */
static void come_to_rest(void)
{
    for (uint32_t i = 0; i < 4 * DRIVER_CAPACITY; i++) {
        driver_takes();
        driver_returns(0);
        notified(DRIVER);
    }
    require(seen == sent, "each packet of the honest client is sent");
    require(with_driver_count == 0, "the driver has sent all");
    require(net_queue_length(clients[HONEST].free) == CAPACITY, "its buffers are all back");
    memset(clients[HOSTILE].active, 0, config.clients[HOSTILE].conn.active_queue.size);
    memset(clients[HOSTILE].free, 0, config.clients[HOSTILE].conn.free_queue.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start_once();
    for (; size >= STEP_SIZE; data += STEP_SIZE, size -= STEP_SIZE) {
        uint64_t value;

        memcpy(&value, data + 1, sizeof(value));
        step(data[0], value);
    }
    come_to_rest();
    return 0;
}
