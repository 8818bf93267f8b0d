/* SPDX-License-Identifier: BSD-2-Clause */
#include "lionsos/lib/lwip/offload.h"

#include <lwip/netif.h>
#include <lwip/prot/ip.h>

#include "lionsos/lib/lwip/checksum.h"

/* Offsets in the IPv4 header (RFC 791), which follows the Ethernet header. */
#define IP_LENGTH    2
#define IP_FRAGMENT  6
#define IP_PROTOCOL  9
#define IP_SOURCE    12
#define IP_HEADER    20 /* bytes without options */
#define IP_ADDRESSES 8  /* bytes of source and destination */

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

/* Sum of the pseudo header: addresses, protocol, length. Folded, in the order in which it is stored. */
static uint16_t pseudo_sum(const uint8_t *ip, uint32_t transport_length)
{
    uint8_t rest[4] = { 0, ip[IP_PROTOCOL], (uint8_t)(transport_length >> 8),
        (uint8_t)transport_length };
    uint32_t sum = sddf_lwip_checksum(ip + IP_SOURCE, IP_ADDRESSES)
            + sddf_lwip_checksum(rest, sizeof(rest));

    return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

void offload_complete(uint8_t *frame, net_buff_desc_t *buffer, bool device_sums)
{
    uint16_t offset = checksum_offset(frame, buffer->len);
    uint8_t *ip = frame + NET_ETH_HEADER_LEN;

    if (offset == 0) {
        return;
    }
    uint32_t header = (ip[0] & 0xfu) * 4;
    uint32_t total = read_16(ip + IP_LENGTH);
    uint8_t *transport = ip + header;
    uint16_t sum;

    if (total < header + offset + sizeof(sum) || total + NET_ETH_HEADER_LEN > buffer->len) {
        return; /* lwIP makes no such frame */
    }
    sum = pseudo_sum(ip, total - header);
    __builtin_memcpy(transport + offset, &sum, sizeof(sum));
    if (device_sums) {
        buffer->flags |= NET_BUFF_CSUM_PARTIAL;
        buffer->csum_start = (uint16_t)(NET_ETH_HEADER_LEN + header);
        buffer->csum_offset = offset;
        return;
    }
    sum = (uint16_t)~sddf_lwip_checksum(transport, (int)(total - header));
    if (sum == 0 && offset == UDP_CHECKSUM) {
        sum = 0xffff; /* 0 would mean "none given" */
    }
    __builtin_memcpy(transport + offset, &sum, sizeof(sum));
}
