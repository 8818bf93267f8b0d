/* SPDX-License-Identifier: BSD-2-Clause */
/* The services of a client of the echo server; each is started once, after sddf_lwip_init(). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Section .echo_config. All zero, as without one: DHCP, and no way to crash. */
struct echo_config {
    uint32_t address; /* static, in network byte order like the next two; 0: DHCP */
    uint32_t netmask;
    uint32_t gateway;
    uint16_t crash_port; /* a datagram to this UDP port is a fatal bug; 0: none */
};

#define UDP_ECHO_PORT 1235
#define TCP_ECHO_PORT 1236
#define IPBENCH_PORT  1237

/* Sends each datagram back to where it came from. False if lwIP has no memory for it. */
bool udp_echo_start(void);

/* Sends everything back on the connection it came from, any number of connections at once. */
bool tcp_echo_start(void);

/* The control protocol of ipbench: START and STOP bracket a measurement of the idle time. */
bool ipbench_start(void);

/* For trying what becomes of a client that crashes: it does so when a datagram comes to `port`. */
bool crash_port_start(uint16_t port);
