/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/lib/lwip/offload.h"

#include <lwip/netif.h>
#include <lwip/prot/ip.h>

#include "lionsos/lib/lwip/checksum.h"

/* Offsets in the IPv4 header (RFC 791), which follows the Ethernet header. */
#define IP_LENGTH   2
#define IP_FRAGMENT 6
#define IP_PROTOCOL 9
#define IP_SOURCE   12
#define IP_HEADER   20 /* bytes without options */

#define IP_MORE_OR_OFFSET 0x3fff /* of the fragment field: more fragments, or not the first */

/* Where the checksum stands in UDP (RFC 768) and TCP (RFC 9293) headers. */
#define UDP_CHECKSUM 6
#define TCP_CHECKSUM 16

#define ETHERTYPE_IPV4 0x0800

void offload_start(struct netif *netif)
{
    netif->chksum_flags &= (u16_t) ~(NETIF_CHECKSUM_GEN_UDP | NETIF_CHECKSUM_GEN_TCP);
}

void offload_set_checks(struct netif *netif, bool check)
{
    u16_t checks = NETIF_CHECKSUM_CHECK_UDP | NETIF_CHECKSUM_CHECK_TCP;

    netif->chksum_flags = (u16_t)((netif->chksum_flags & ~checks) | (check ? checks : 0));
}

static uint32_t read_16(const uint8_t *at)
{
    return (uint32_t)at[0] << 8 | at[1];
}

/* Offset of the checksum from the transport header's start; 0 if we do not provide it. */
static uint16_t checksum_offset(const uint8_t *frame, uint16_t length)
{
    const uint8_t *ip = frame + NET_ETH_HEADER_LEN;

    if (length < NET_ETH_HEADER_LEN + IP_HEADER || read_16(frame + NET_ETH_TYPE) != ETHERTYPE_IPV4
            || (read_16(ip + IP_FRAGMENT) & IP_MORE_OR_OFFSET) != 0) {
        return 0;
    }
    return ip[IP_PROTOCOL] == IP_PROTO_UDP    ? UDP_CHECKSUM
            : ip[IP_PROTOCOL] == IP_PROTO_TCP ? TCP_CHECKSUM
                                              : 0;
}

/* Where the parts of a UDP or TCP frame are. */
struct transport {
    uint8_t protocol;
    uint16_t start;    /* of the transport header, from the frame's first byte */
    uint16_t length;   /* of header and data */
    uint16_t checksum; /* where it is, from the transport header's start */
};

/* False if the frame is something else, or if its lengths do not fit together. */
static bool find_transport(const uint8_t *frame, uint16_t length, struct transport *transport)
{
    const uint8_t *ip = frame + NET_ETH_HEADER_LEN;

    transport->checksum = checksum_offset(frame, length);
    if (transport->checksum == 0) {
        return false;
    }
    uint32_t header = (ip[0] & 0xfu) * 4;
    uint32_t total = read_16(ip + IP_LENGTH);

    if (header < IP_HEADER || total < header + transport->checksum + sizeof(uint16_t)
            || total + NET_ETH_HEADER_LEN > length) {
        return false;
    }
    transport->protocol = ip[IP_PROTOCOL];
    transport->start = (uint16_t)(NET_ETH_HEADER_LEN + header);
    transport->length = (uint16_t)(total - header);
    return true;
}

/* Sum of the pseudo header: addresses, protocol, length. */
static uint16_t pseudo_sum(const uint8_t *frame, const struct transport *transport)
{
    uint32_t addresses[2];

    __builtin_memcpy(addresses, frame + NET_ETH_HEADER_LEN + IP_SOURCE, sizeof(addresses));
    uint64_t sum = (uint64_t)addresses[0] + addresses[1] + lwip_htons((uint16_t)transport->protocol)
            + lwip_htons(transport->length);

    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

bool offload_is_intact(const uint8_t *frame, uint16_t length)
{
    struct transport transport;

    if (!find_transport(frame, length, &transport)) {
        return false;
    }
    uint16_t sum = sddf_lwip_checksum(frame + transport.start, transport.length);

    return checksum_add(sum, pseudo_sum(frame, &transport)) == 0xffff;
}

static void store_checksum(uint8_t *frame, const struct transport *transport, uint16_t sum)
{
    __builtin_memcpy(frame + transport->start + transport->checksum, &sum, sizeof(sum));
}

void offload_prepare(uint8_t *frame, net_buff_desc_t *buffer)
{
    struct transport transport;

    if (find_transport(frame, buffer->len, &transport)) {
        store_checksum(frame, &transport, pseudo_sum(frame, &transport));
        buffer->flags |= NET_BUFF_CSUM_PARTIAL;
        buffer->csum_start = transport.start;
        buffer->csum_offset = transport.checksum;
    }
}

void offload_complete(uint8_t *frame, uint16_t length, uint16_t sum)
{
    struct transport transport;

    if (!find_transport(frame, length, &transport)
            || transport.start + transport.length != length) {
        return; /* nothing else comes from lwIP */
    }
    sum = checksum_subtract(sum, sddf_lwip_checksum(frame, transport.start));
    sum = (uint16_t)~checksum_add(sum, pseudo_sum(frame, &transport));
    if (sum == 0 && transport.protocol == IP_PROTO_UDP) {
        sum = 0xffff; /* 0 would mean "none given" */
    }
    store_checksum(frame, &transport, sum);
}
