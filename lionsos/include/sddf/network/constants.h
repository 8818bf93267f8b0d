/* SPDX-License-Identifier: BSD-2-Clause */
/* Sizes of Ethernet frames and of the buffers they travel in. */
#pragma once

/* One buffer of a data region. A frame starts at its first byte and never crosses its end. */
#define NET_BUFFER_SIZE 2048

/* IEEE 802.3: bytes of a MAC address, of the frame header, and of the longest untagged frame (no FCS). */
#define ETH_HWADDR_LEN     6
#define NET_ETH_HEADER_LEN 14
#define NET_ETH_MAX_FRAME  1514

/* Offsets in the frame header. */
#define NET_ETH_DESTINATION 0
#define NET_ETH_SOURCE      6
#define NET_ETH_TYPE        12
