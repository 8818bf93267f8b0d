/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/reload/packets.h"

#include <microkit.h>

#include <sddf/network/queue.h>
#include <sddf/util/string.h>

#include "monitor/pd/clock.h"
#include "tests/system/reload/layout.h"
#include "tests/system/reload/output.h"

#define ETHERNET_BYTES 14
#define IP_BYTES       20
#define UDP_BYTES      8
#define HEADER_BYTES   (ETHERNET_BYTES + IP_BYTES + UDP_BYTES)
#define IP_AT          ETHERNET_BYTES
#define UDP_AT         (ETHERNET_BYTES + IP_BYTES)
#define PROTOCOL_UDP   17
#define PAYLOAD_MIN    16 /* a number, and the number again in another form */
#define PAYLOAD_SPREAD 240
#define SCRAMBLER      0x9e3779b97f4a7c15ull

struct packets_seen packets_seen;

static struct {
    net_queue_handle_t queue;
    uint64_t next;     /* number of the next packet sent */
    uint64_t expected; /* of the next one that arrives */
} clients[CLIENTS];

static net_queue_handle_t driver;

/* ---- frames ---- */

static void put_16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Of the internet protocols: the sum of 16-bit words, with end-around carry. In either byte order. */
static uint32_t sum(const uint8_t *bytes, uint32_t length, uint64_t start)
{
    uint64_t total = start;

    for (; length >= 4; length -= 4, bytes += 4) {
        total += *(const uint16_t *)bytes + (uint64_t) * (const uint16_t *)(bytes + 2);
    }
    for (; length >= 2; length -= 2, bytes += 2) {
        total += *(const uint16_t *)bytes;
    }
    if (length == 1) {
        total += *bytes;
    }
    while (total >> 16 != 0) {
        total = (total & 0xffff) + (total >> 16);
    }
    return (uint32_t)total;
}

/* With the pseudo header: 0xffff over a packet with a right checksum. */
static uint32_t udp_sum(const uint8_t *frame, uint32_t bytes)
{
    uint8_t pseudo[4] = { 0, PROTOCOL_UDP };
    uint32_t start;

    put_16(pseudo + 2, bytes);
    start = sum(frame + IP_AT + 12, 8, sum(pseudo, sizeof(pseudo), 0));
    return sum(frame + UDP_AT, bytes, start);
}

static uint32_t payload_bytes(uint64_t number)
{
    return PAYLOAD_MIN + (uint32_t)(number * SCRAMBLER >> 40) % PAYLOAD_SPREAD;
}

static uint32_t write_frame(uint8_t *frame, uint32_t client, uint64_t number)
{
    uint32_t payload = payload_bytes(number);
    uint32_t udp = UDP_BYTES + payload;
    uint64_t word = number;

    sddf_memset(frame, 0, HEADER_BYTES);
    frame[5] = 2;                      /* to 00:00:00:00:00:02 */
    frame[11] = (uint8_t)(client + 3); /* from */
    put_16(frame + 12, 0x0800);        /* IPv4 */
    frame[IP_AT] = 0x45;
    put_16(frame + IP_AT + 2, IP_BYTES + udp);
    frame[IP_AT + 8] = 64;
    frame[IP_AT + 9] = PROTOCOL_UDP;
    put_16(frame + IP_AT + 12, 0x0a00);
    put_16(frame + IP_AT + 14, 0x0003 + client);
    put_16(frame + IP_AT + 16, 0x0a00);
    put_16(frame + IP_AT + 18, 0x0002);
    *(uint16_t *)(frame + IP_AT + 10) = (uint16_t)~sum(frame + IP_AT, IP_BYTES, 0);
    put_16(frame + UDP_AT, 1235);
    put_16(frame + UDP_AT + 2, 1235);
    put_16(frame + UDP_AT + 4, udp);
    for (uint32_t at = 0; at < payload; at += 8, word *= SCRAMBLER) {
        sddf_memcpy(frame + HEADER_BYTES + at, &word, MIN(8, payload - at));
    }
    *(uint16_t *)(frame + UDP_AT + 6) = (uint16_t)~udp_sum(frame, udp);
    return HEADER_BYTES + payload;
}

/* Length, headers, checksum; the payload's number is in *number. */
static bool is_intact(const uint8_t *frame, uint32_t length, uint32_t client, uint64_t *number)
{
    uint32_t udp = length - UDP_AT;

    if (length < HEADER_BYTES + PAYLOAD_MIN || frame[11] != client + 3
            || sum(frame + IP_AT, IP_BYTES, 0) != 0xffff || udp_sum(frame, udp) != 0xffff) {
        return false;
    }
    sddf_memcpy(number, frame + HEADER_BYTES, sizeof(*number));
    return payload_bytes(*number) == length - HEADER_BYTES;
}

/* ---- the clients ---- */

static void send_all(uint32_t client)
{
    net_queue_handle_t *queue = &clients[client].queue;
    net_buff_desc_t buffer;
    bool any = false;

    while (net_dequeue_free(queue, &buffer) == 0) {
        uint8_t *frame = (uint8_t *)CLIENT_DATA(client) + buffer.io_or_offset;

        buffer.len = (uint16_t)write_frame(frame, client, clients[client].next);
        buffer.flags = 0;
        check(net_enqueue_active(queue, buffer) == 0, "no room for a buffer of client", client);
        clients[client].next++;
        packets_seen.sent++;
        any = true;
    }
    if (any && net_require_signal_active(queue)) {
        net_cancel_signal_active(queue);
        microkit_notify(PLANT_CLIENT(client));
    }
}

/* ---- the driver ---- */

static void look_at(const net_buff_desc_t *buffer)
{
    uint32_t client = buffer->io_or_offset >= IO_ADDRESS(1) ? 1 : 0;
    uint64_t offset = buffer->io_or_offset - IO_ADDRESS(client);
    uint64_t number = 0;

    packets_seen.arrived++;
    if (offset >= DATA_SIZE
            || !is_intact((uint8_t *)CLIENT_DATA(client) + offset, buffer->len, client, &number)) {
        packets_seen.corrupted++;
        return;
    }
    if (number < clients[client].expected) {
        packets_seen.duplicated++;
        return;
    }
    packets_seen.lost += number - clients[client].expected;
    clients[client].expected = number + 1;
}

static void take_all(void)
{
    net_buff_desc_t buffer;
    bool any = false;

    while (net_dequeue_active(&driver, &buffer) == 0) {
        look_at(&buffer);
        check(net_enqueue_free(&driver, buffer) == 0, "no room for a sent buffer", UINT64_MAX);
        any = true;
    }
    if (any && net_require_signal_free(&driver)) {
        net_cancel_signal_free(&driver);
        microkit_notify(PLANT_DRIVER);
    }
}

/* ---- all of it ---- */

void packets_init(void)
{
    for (uint32_t i = 0; i < CLIENTS; i++) {
        net_queue_init(&clients[i].queue, (net_queue_t *)CLIENT_FREE(i),
                (net_queue_t *)CLIENT_ACTIVE(i), BUFFERS);
        net_buffers_init(&clients[i].queue, 0);
    }
    net_queue_init(
            &driver, (net_queue_t *)DRIVER_FREE, (net_queue_t *)DRIVER_ACTIVE, DRIVER_BUFFERS);
}

void packets_round(void)
{
    for (uint32_t i = 0; i < CLIENTS; i++) {
        net_request_signal_free(
                &clients[i].queue); /* asked for, so that the virtualiser gives it */
        send_all(i);
    }
    net_request_signal_active(&driver);
    take_all();
}

static bool all_are_back(void)
{
    for (uint32_t i = 0; i < CLIENTS; i++) {
        if (net_queue_length(clients[i].queue.free) != BUFFERS) {
            return false;
        }
    }
    return true;
}

void packets_drain(void)
{
    uint64_t end = clock_now() + clock_hz(); /* a second of virtual time */

    while (!all_are_back()) {
        take_all();
        microkit_notify(PLANT_DRIVER); /* sent buffers come back when it is awake */
        check(clock_now() < end, "buffers have not come back", UINT64_MAX);
    }
    for (uint32_t i = 0; i < CLIENTS; i++) {
        packets_seen.lost += clients[i].next - clients[i].expected;
        clients[i].expected = clients[i].next;
    }
}
