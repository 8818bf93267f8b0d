/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client as somebody would write it who knows sDDF 0.7 and nothing else: its headers, types,
 * sections, functions and signalling protocol, on serial, timer and network at once. It must compile
 * and work as it is.
 *
 * Each tick of the timer it asks the gateway of QEMU's user network for its address (ARP) until it
 * knows it, then sends it a ping (ICMP). What is typed comes back when a line is complete.
 */
#include <os/sddf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <microkit.h>

#include <sddf/network/config.h>
#include <sddf/network/constants.h>
#include <sddf/network/mac802.h>
#include <sddf/network/queue.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/timer/client.h>
#include <sddf/timer/config.h>
#include <sddf/timer/protocol.h>
#include <sddf/util/fence.h>
#include <sddf/util/printf.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

__attribute__((__section__(".serial_client_config"))) serial_client_config_t serial_config;
__attribute__((__section__(".timer_client_config"))) timer_client_config_t timer_config;
__attribute__((__section__(".net_client_config"))) net_client_config_t net_config;

#define TICK      (50 * NS_IN_MS)
#define PINGS     600 /* more than there are buffers, so each comes round */
#define PER_TICK  40
#define DATA_SIZE 64
#define LINE_MAX  64

struct __attribute__((packed)) ethernet {
    uint8_t destination[6];
    uint8_t source[6];
    uint16_t type;
};

struct __attribute__((packed)) arp_frame {
    struct ethernet ethernet;
    uint16_t hardware, protocol;
    uint8_t hardware_length, protocol_length;
    uint16_t operation;
    uint8_t sender_mac[6];
    uint8_t sender[4];
    uint8_t target_mac[6];
    uint8_t target[4];
};

struct __attribute__((packed)) ping_frame {
    struct ethernet ethernet;
    uint8_t version, service;
    uint16_t length, identification, fragment;
    uint8_t hops, protocol;
    uint16_t ip_checksum;
    uint8_t source[4];
    uint8_t destination[4];
    uint8_t type, code;
    uint16_t checksum, identifier, sequence;
    uint8_t data[DATA_SIZE];
};

static const uint8_t own_address[4] = { 10, 0, 2, 15 };
static const uint8_t gateway_address[4] = { 10, 0, 2, 2 };

static serial_queue_handle_t serial_rx_queue_handle;
static serial_queue_handle_t serial_tx_queue_handle;
static net_queue_handle_t net_rx_handle;
static net_queue_handle_t net_tx_handle;

static uint8_t gateway_mac[6];
static bool gateway_known;
static uint32_t pings_sent;
static uint32_t pongs;
static uint64_t started;

static char line[LINE_MAX];
static uint32_t line_length;

static uint16_t checksum(const void *bytes, uint32_t size)
{
    const uint8_t *byte = bytes;
    uint32_t sum = 0;

    for (uint32_t i = 0; i < size; i += 2) {
        sum += (uint32_t)byte[i] << 8 | (i + 1 < size ? byte[i + 1] : 0);
    }
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return HTONS((uint16_t)~sum);
}

/* ---- Sending --------------------------------------------------------------------------------- */

static bool send_frame(const void *frame, uint16_t length)
{
    net_buff_desc_t buffer;

    if (net_queue_empty_free(&net_tx_handle) || net_dequeue_free(&net_tx_handle, &buffer) != 0) {
        return false;
    }
    sddf_memcpy((char *)net_config.tx_data.vaddr + buffer.io_or_offset, frame, length);
    buffer.len = length;
    return net_enqueue_active(&net_tx_handle, buffer) == 0;
}

static void notify_tx(void)
{
    if (net_require_signal_active(&net_tx_handle)) {
        net_cancel_signal_active(&net_tx_handle);
        sddf_notify(net_config.tx.id);
    }
}

static void ask_for_gateway(void)
{
    struct arp_frame frame = {
        .ethernet = { .type = HTONS(0x0806) },
        .hardware = HTONS(1),
        .protocol = HTONS(0x0800),
        .hardware_length = 6,
        .protocol_length = 4,
        .operation = HTONS(1),
    };

    sddf_memset(frame.ethernet.destination, 0xff, 6);
    sddf_memcpy(frame.ethernet.source, net_config.mac_addr, 6);
    sddf_memcpy(frame.sender_mac, net_config.mac_addr, 6);
    sddf_memcpy(frame.sender, own_address, 4);
    sddf_memcpy(frame.target, gateway_address, 4);
    send_frame(&frame, sizeof(frame));
}

static bool send_ping(void)
{
    struct ping_frame frame = {
        .ethernet = { .type = HTONS(0x0800) },
        .version = 0x45,
        .length = HTONS(sizeof(frame) - sizeof(frame.ethernet)),
        .hops = 64,
        .protocol = 1,
        .type = 8,
        .sequence = HTONS((uint16_t)pings_sent),
    };

    sddf_memcpy(frame.ethernet.destination, gateway_mac, 6);
    sddf_memcpy(frame.ethernet.source, net_config.mac_addr, 6);
    sddf_memcpy(frame.source, own_address, 4);
    sddf_memcpy(frame.destination, gateway_address, 4);
    sddf_memset(frame.data, (int)pings_sent, DATA_SIZE);
    frame.ip_checksum = checksum(&frame.version, 20);
    frame.checksum = checksum(&frame.type, 8 + DATA_SIZE);
    return send_frame(&frame, sizeof(frame));
}

/* ---- Receiving ------------------------------------------------------------------------------- */

static void take_arp(const struct arp_frame *frame)
{
    if (frame->operation == HTONS(2) && sddf_memcmp(frame->sender, gateway_address, 4) == 0) {
        sddf_memcpy(gateway_mac, frame->sender_mac, 6);
        gateway_known = true;
    } else if (frame->operation == HTONS(1) && sddf_memcmp(frame->target, own_address, 4) == 0) {
        struct arp_frame answer = *frame;

        answer.operation = HTONS(2);
        sddf_memcpy(answer.ethernet.destination, frame->sender_mac, 6);
        sddf_memcpy(answer.ethernet.source, net_config.mac_addr, 6);
        sddf_memcpy(answer.target_mac, frame->sender_mac, 6);
        sddf_memcpy(answer.target, frame->sender, 4);
        sddf_memcpy(answer.sender_mac, net_config.mac_addr, 6);
        sddf_memcpy(answer.sender, own_address, 4);
        send_frame(&answer, sizeof(answer));
    }
}

static void take_ping(const struct ping_frame *frame)
{
    if (frame->protocol != 1 || frame->type != 0) {
        return;
    }
    if (frame->sequence != HTONS((uint16_t)pongs) || frame->data[0] != (uint8_t)pongs
            || checksum(&frame->type, 8 + DATA_SIZE) != 0) {
        sddf_printf("foreign: answer %u is wrong\n", pongs);
        return;
    }
    pongs++;
    if (pongs == PINGS) {
        sddf_printf("foreign: %u pings answered after %lu ticks' time\n", pongs,
                (sddf_timer_time_now(timer_config.driver_id) - started) / TICK);
    }
}

static void take_frame(const void *frame, uint16_t length)
{
    const struct ethernet *ethernet = frame;

    if (ethernet->type == HTONS(0x0806) && length >= sizeof(struct arp_frame)) {
        take_arp(frame);
    } else if (ethernet->type == HTONS(0x0800) && length >= sizeof(struct ping_frame)) {
        take_ping(frame);
    }
}

static void process_rx(void)
{
    bool reprocess = true;

    while (reprocess) {
        while (!net_queue_empty_active(&net_rx_handle)) {
            net_buff_desc_t buffer;

            net_dequeue_active(&net_rx_handle, &buffer);
            take_frame((char *)net_config.rx_data.vaddr + buffer.io_or_offset, buffer.len);
            buffer.len = 0;
            net_enqueue_free(&net_rx_handle, buffer);
        }
        net_request_signal_active(&net_rx_handle);
        reprocess = false;
        if (!net_queue_empty_active(&net_rx_handle)) {
            net_cancel_signal_active(&net_rx_handle);
            reprocess = true;
        }
    }
    if (net_require_signal_free(&net_rx_handle)) {
        net_cancel_signal_free(&net_rx_handle);
        sddf_notify(net_config.rx.id);
    }
}

/* ---- Serial and timer ------------------------------------------------------------------------ */

static void process_serial(void)
{
    char character;

    while (serial_dequeue(&serial_rx_queue_handle, &character) == 0) {
        if (character == '\r') {
            sddf_printf("foreign: got '%.*s'\n", (int)line_length, line);
            line_length = 0;
        } else if (line_length < LINE_MAX) {
            line[line_length++] = character;
        }
    }
}

static void process_tick(void)
{
    if (!gateway_known) {
        ask_for_gateway();
    }
    for (uint32_t i = 0; gateway_known && i < PER_TICK && pings_sent < PINGS; i++) {
        if (!send_ping()) {
            break;
        }
        pings_sent++;
    }
    notify_tx();
    sddf_timer_set_timeout(timer_config.driver_id, TICK);
}

void init(void)
{
    assert(serial_config_check_magic(&serial_config));
    assert(timer_config_check_magic(&timer_config));
    assert(net_config_check_magic(&net_config));

    serial_queue_init(&serial_rx_queue_handle, serial_config.rx.queue.vaddr,
            serial_config.rx.data.size, serial_config.rx.data.vaddr);
    serial_queue_init(&serial_tx_queue_handle, serial_config.tx.queue.vaddr,
            serial_config.tx.data.size, serial_config.tx.data.vaddr);
    serial_putchar_init(serial_config.tx.id, &serial_tx_queue_handle);

    net_queue_init(&net_rx_handle, net_config.rx.free_queue.vaddr, net_config.rx.active_queue.vaddr,
            net_config.rx.num_buffers);
    net_queue_init(&net_tx_handle, net_config.tx.free_queue.vaddr, net_config.tx.active_queue.vaddr,
            net_config.tx.num_buffers);
    net_buffers_init(&net_tx_handle, 0);

    sddf_printf("foreign: hello from %s\n", sddf_get_pd_name());
    started = sddf_timer_time_now(timer_config.driver_id);
    sddf_timer_set_timeout(timer_config.driver_id, TICK);
}

void notified(sddf_channel ch)
{
    if (ch == serial_config.rx.id) {
        process_serial();
    } else if (ch == timer_config.driver_id) {
        process_tick();
    } else if (ch == net_config.rx.id) {
        process_rx();
        notify_tx();
    } else if (ch != net_config.tx.id && ch != serial_config.tx.id) {
        sddf_dprintf("foreign: notified on channel %u\n", ch);
    }
}
