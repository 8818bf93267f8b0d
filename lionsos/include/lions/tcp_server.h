/* SPDX-License-Identifier: BSD-2-Clause */
/* What each TCP server over lwIP's raw API needs (sddf/network/lib_sddf_lwip.h). For its entry points and callbacks. */
#pragma once

#include <lwip/pbuf.h>
#include <lwip/tcp.h>
#include <stdbool.h>

/* Lets peers connect to a port, over all interfaces; `accepted` gets each. False if lwIP has no memory. */
static inline bool tcp_server_listen(u16_t port, tcp_accept_fn accepted)
{
    struct tcp_pcb *pcb = tcp_new();

    if (pcb == NULL || tcp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK) {
        return false;
    }
    pcb = tcp_listen(pcb);
    if (pcb == NULL) {
        return false;
    }
    tcp_accept(pcb, accepted);
    return true;
}

/* Ends a connection, without further callbacks. ERR_ABRT, for lwIP's callbacks to return, if it took the hard way. */
static inline err_t tcp_server_close(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    tcp_err(pcb, NULL);
    if (tcp_close(pcb) != ERR_OK) {
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    return ERR_OK;
}

/*
 * Takes `length` bytes, all within the first pbuf, off the front of a chain of which `*offset` bytes of the first have
 * been taken before.
 */
static inline void tcp_server_consume(struct pbuf **chain, u16_t *offset, u16_t length)
{
    struct pbuf *first = *chain;

    *offset = (u16_t)(*offset + length);
    if (*offset == first->len) {
        *chain = first->next;
        if (first->next != NULL) {
            pbuf_ref(first->next);
        }
        pbuf_free(first);
        *offset = 0;
    }
}
