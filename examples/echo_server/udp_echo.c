/* SPDX-License-Identifier: BSD-2-Clause */
#include <lwip/udp.h>

#include "echo.h"

static void echo(
        void *unused, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *address, u16_t port)
{
    (void)unused;
    udp_sendto(pcb, p, address, port); /* without memory the datagram is lost, as datagrams are */
    pbuf_free(p);
}

static void crash(
        void *unused, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *address, u16_t port)
{
    (void)unused, (void)pcb, (void)p, (void)address, (void)port;
    *(volatile int *)0 = 0;
}

static bool listen_on(uint16_t port, udp_recv_fn receive)
{
    struct udp_pcb *pcb = udp_new();

    if (pcb == NULL || udp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK) {
        return false;
    }
    udp_recv(pcb, receive, NULL);
    return true;
}

bool udp_echo_start(void)
{
    return listen_on(UDP_ECHO_PORT, echo);
}

bool crash_port_start(uint16_t port)
{
    return listen_on(port, crash);
}
