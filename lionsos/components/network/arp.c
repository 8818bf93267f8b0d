/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ARP responder PD: a network client that gets the broadcasts (behind a copier) and answers requests
 * for addresses that other clients have registered with it.
 */
#include "lionsos/components/network/arp.h"

#include <os/sddf.h>

#include <sddf/network/arp.h>
#include <sddf/network/config.h>
#include <sddf/network/mac802.h>
#include <sddf/network/queue.h>
#include <sddf/util/string.h>
#include <sddf/util/util.h>

#include "lionsos/components/network/arp_frame.h"
#include "lionsos/components/network/connection.h"
#include "lionsos/components/network/notify.h"

__attribute__((__section__(".net_client_config"), used)) net_client_config_t config;

struct arp_counters arp_counters;

/* By channel of the client that registered it; ip 0: none. */
static struct registration {
    uint32_t ip;
    uint64_t mac;
} registrations[MICROKIT_MAX_CHANNELS];

static net_queue_handle_t rx;
static net_queue_handle_t tx;

/* ---- Registering ----------------------------------------------------------------------------- */

static const struct registration *find(uint32_t ip)
{
    for (uint32_t i = 0; i < MICROKIT_MAX_CHANNELS; i++) {
        if (registrations[i].ip == ip) {
            return &registrations[i];
        }
    }
    return NULL;
}

/* Unicast only: an answer for a group or for 0.0.0.0 would mislead the whole network. */
static bool is_acceptable(sddf_channel channel, uint32_t ip, uint64_t mac)
{
    uint8_t first_byte = (uint8_t)ip; /* network order, so the lowest */
    const struct registration *other = find(ip);

    return ip != 0 && first_byte < 224 && mac != 0 && mac <= MAC802_BROADCAST_NUMBER && !(mac & 1)
            && (other == NULL || other == &registrations[channel]);
}

microkit_msginfo protected(sddf_channel channel, microkit_msginfo request)
{
    uint64_t ip = sddf_get_mr(0);
    uint64_t mac = sddf_get_mr(1);

    if (microkit_msginfo_get_label(request) != SDDF_NET_ARP_REGISTER_IP
            || microkit_msginfo_get_count(request) < 2 || channel >= MICROKIT_MAX_CHANNELS
            || ip > UINT32_MAX || !is_acceptable(channel, (uint32_t)ip, mac)) {
        arp_counters.refused_calls++;
        return microkit_msginfo_new(SDDF_NET_ARP_ERROR, 0);
    }
    registrations[channel] = (struct registration){ .ip = (uint32_t)ip, .mac = mac };
    return microkit_msginfo_new(SDDF_NET_ARP_OK, 0);
}

/* ---- Answering ------------------------------------------------------------------------------- */

static uint16_t read_16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t read_ip(const uint8_t *bytes)
{
    uint32_t ip;

    sddf_memcpy(&ip, bytes, sizeof(ip));
    return ip;
}

static bool is_request(const struct arp_frame *frame)
{
    return read_16(frame->type) == ETH_TYPE_ARP && read_16(frame->hardware) == ARP_HARDWARE_ETH
            && read_16(frame->protocol) == ETH_TYPE_IPV4 && frame->hardware_length == ETH_HWADDR_LEN
            && frame->protocol_length == sizeof(frame->target_ip)
            && read_16(frame->operation) == ARP_OPERATION_ASK
            && !mac802_addr_is_group(frame->sender_mac);
}

/* The answer to `request`; `mac` belongs to the address it asks for. */
static void make_answer(struct arp_frame *answer, const struct arp_frame *request, uint64_t mac)
{
    *answer = *request;
    sddf_memcpy(answer->destination, request->sender_mac, ETH_HWADDR_LEN);
    sddf_memcpy(answer->source, &mac, ETH_HWADDR_LEN);
    answer->operation[1] = ARP_OPERATION_SAY;
    sddf_memcpy(answer->sender_mac, &mac, ETH_HWADDR_LEN);
    sddf_memcpy(answer->sender_ip, request->target_ip, sizeof(answer->sender_ip));
    sddf_memcpy(answer->target_mac, request->sender_mac, ETH_HWADDR_LEN);
    sddf_memcpy(answer->target_ip, request->sender_ip, sizeof(answer->target_ip));
}

static bool send_answer(const struct arp_frame *request, uint64_t mac)
{
    net_buff_desc_t buffer;

    if (net_dequeue_free(&tx, &buffer) != 0) {
        arp_counters.dropped++;
        return false;
    }
    uint8_t *frame = (uint8_t *)config.tx_data.vaddr + buffer.io_or_offset;

    sddf_memset(frame, 0, ETH_FRAME_MIN);
    make_answer((struct arp_frame *)frame, request, mac);
    buffer.len = ETH_FRAME_MIN;
    buffer.flags = 0;
    net_enqueue_active(&tx, buffer);
    arp_counters.answers++;
    return true;
}

/* True if an answer is on its way. */
static bool answer(const net_buff_desc_t *received)
{
    struct arp_frame frame;

    if (received->len < sizeof(frame)) {
        return false;
    }
    sddf_memcpy(&frame, (const char *)config.rx_data.vaddr + received->io_or_offset, sizeof(frame));
    if (!is_request(&frame)) {
        return false;
    }
    uint32_t ip = read_ip(frame.target_ip);
    const struct registration *owner = ip != 0 ? find(ip) : NULL;

    return owner != NULL && send_answer(&frame, owner->mac);
}

static void answer_all(void)
{
    net_buff_desc_t received;
    bool sent = false;
    bool returned = false;

    do {
        net_cancel_signal_active(&rx);
        while (net_dequeue_active(&rx, &received) == 0) {
            sent |= answer(&received);
            net_enqueue_free(&rx, received);
            returned = true;
        }
        net_request_signal_active(&rx);
    } while (!net_queue_empty_active(&rx));

    if (returned && net_require_signal_free(&rx)) {
        net_cancel_signal_free(&rx);
        network_notify(config.rx.id);
    }
    if (sent && net_require_signal_active(&tx)) {
        net_cancel_signal_active(&tx);
        network_notify(config.tx.id);
    }
}

void init(void)
{
    assert(net_config_check_magic(&config));
    connection_attach(&rx, &config.rx);
    connection_attach(&tx, &config.tx);
    net_cancel_signal_free(&tx); /* an answer that finds no buffer is dropped: they ask again */
    net_buffers_init(&tx, 0);
    answer_all();
}

void notified(sddf_channel channel)
{
    (void)channel;
    answer_all();
}
