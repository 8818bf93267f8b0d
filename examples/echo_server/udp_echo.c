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

bool udp_echo_start(void)
{
    struct udp_pcb *pcb = udp_new();

    if (pcb == NULL || udp_bind(pcb, IP_ADDR_ANY, UDP_ECHO_PORT) != ERR_OK) {
        return false;
    }
    udp_recv(pcb, echo, NULL);
    return true;
}
