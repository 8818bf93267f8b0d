/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP as network clients use it: single-threaded, raw API, IPv4, TCP and UDP, DHCP. The meaning of
 * each option stands in lwip/opt.h; here stands why it differs from the default.
 */
#pragma once

/* One thread, no operating system underneath, and nobody else who could interrupt. */
#define NO_SYS                     1
#define SYS_LIGHTWEIGHT_PROT       0
#define LWIP_NETCONN               0
#define LWIP_SOCKET                0
#define LWIP_SINGLE_NETIF          1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_NETIF_LINK_CALLBACK   1

/*
 * Memory: pools of fixed size. What is sent comes from pools of a few sizes too (lwippools.h): taking and
 * giving back is a few instructions, and nothing fragments.
 */
#define MEM_ALIGNMENT                 8
#define MEM_USE_POOLS                 1
#define MEMP_USE_CUSTOM_POOLS         1
#define MEM_USE_POOLS_TRY_BIGGER_POOL 1
#define MEMP_NUM_PBUF                 1024 /* heads that refer to data elsewhere */
#define MEMP_NUM_UDP_PCB              16
#define MEMP_NUM_TCP_PCB              64
#define MEMP_NUM_TCP_PCB_LISTEN       16
#define MEMP_NUM_TCP_SEG              2048
#define MEMP_NUM_REASSDATA            8
#define MEMP_NUM_SYS_TIMEOUT          16
#define PBUF_POOL_SIZE                16 /* received frames live in sDDF buffers, not here */

/* Protocols. */
#define LWIP_IPV4                     1
#define LWIP_IPV6                     0
#define LWIP_DHCP                     1
#define DHCP_DOES_ARP_CHECK           0 /* would delay the address by seconds */
#define LWIP_DHCP_DOES_ACD_CHECK      0
#define LWIP_ICMP                     1
#define LWIP_UDP                      1
#define LWIP_TCP                      1
#define LWIP_DNS                      0
#define LWIP_IGMP                     0
#define IP_REASS_MAX_PBUFS            64
#define ETHARP_SUPPORT_STATIC_ENTRIES 1
/* Answers to a burst wait together until the other side's address is known; the default keeps one. */
#define ARP_QUEUEING       1
#define ARP_QUEUE_LEN      256
#define MEMP_NUM_ARP_QUEUE 512

/* TCP: windows that fill the buffers of a client with the default 512. */
#define TCP_MSS          1460
#define LWIP_WND_SCALE   1
#define TCP_RCV_SCALE    3
#define TCP_WND          (128 * TCP_MSS)
#define TCP_SND_BUF      (128 * TCP_MSS)
#define TCP_SND_QUEUELEN 1024
#define TCP_SNDLOWAT     (0xffff - 4 * TCP_MSS - 1)
/* The check compares the window with lwIP's own pool, which holds no received frames here. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1
#define TCP_SNDQUEUELOWAT              (TCP_SND_QUEUELEN / 2)
#define TCP_QUEUE_OOSEQ                1
#define LWIP_TCP_SACK_OUT              1
#define TCP_LISTEN_BACKLOG             1

/* Checksums can be switched per interface: the device may do them (lib_sddf_lwip.c). */
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1

#define LWIP_STATS          0
#define LWIP_NETIF_HOSTNAME 1
