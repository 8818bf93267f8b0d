/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection's data waits in a chain of pbufs until it has been written back. Only then is the window
 * opened for as much again, so a peer that sends without reading stops itself.
 */
#include <lwip/tcp.h>

#include "echo.h"

/* Connections at once; further ones wait in the backlog or are refused. */
#define CONNECTIONS 32

struct connection {
    bool used;
    bool peer_is_done;    /* it has closed its side */
    struct pbuf *waiting; /* received, not written back yet */
    u16_t offset;         /* into the first pbuf */
};

static struct connection connections[CONNECTIONS];

static struct connection *new_connection(void)
{
    for (int i = 0; i < CONNECTIONS; i++) {
        if (!connections[i].used) {
            connections[i] = (struct connection){ .used = true };
            return &connections[i];
        }
    }
    return NULL;
}

static void release(struct connection *connection)
{
    if (connection->waiting != NULL) {
        pbuf_free(connection->waiting);
    }
    connection->used = false;
}

/* Takes `length` bytes off the front of the chain, all within its first pbuf. */
static void consume(struct connection *connection, u16_t length)
{
    struct pbuf *first = connection->waiting;

    connection->offset = (u16_t)(connection->offset + length);
    if (connection->offset == first->len) {
        connection->waiting = first->next;
        if (first->next != NULL) {
            pbuf_ref(first->next);
        }
        pbuf_free(first);
        connection->offset = 0;
    }
}

/* Writes back as much as the connection takes. */
static void write_back(struct tcp_pcb *pcb, struct connection *connection)
{
    u32_t written = 0;

    while (connection->waiting != NULL) {
        struct pbuf *first = connection->waiting;
        u32_t length = LWIP_MIN((u32_t)(first->len - connection->offset), tcp_sndbuf(pcb));

        if (length == 0
                || tcp_write(pcb, (char *)first->payload + connection->offset, (u16_t)length,
                           TCP_WRITE_FLAG_COPY)
                        != ERR_OK) {
            break;
        }
        consume(connection, (u16_t)length);
        written += length;
    }
    while (written > 0) {
        u16_t step = (u16_t)LWIP_MIN(written, 0xffffu);

        tcp_recved(pcb, step);
        written -= step;
    }
    tcp_output(pcb);
}

/* Closes our side once everything is written back. ERR_ABRT if that took the hard way. */
static err_t close_if_done(struct tcp_pcb *pcb, struct connection *connection)
{
    if (!connection->peer_is_done || connection->waiting != NULL) {
        return ERR_OK;
    }
    release(connection);
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

static err_t received(void *argument, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct connection *connection = argument;

    (void)error;
    if (p == NULL) {
        connection->peer_is_done = true;
    } else if (connection->waiting == NULL) {
        connection->waiting = p;
    } else {
        pbuf_cat(connection->waiting, p);
    }
    write_back(pcb, connection);
    return close_if_done(pcb, connection);
}

static err_t sent(void *argument, struct tcp_pcb *pcb, u16_t length)
{
    (void)length;
    write_back(pcb, argument);
    return close_if_done(pcb, argument);
}

/* Now and then: tries again what found no memory. */
static err_t poll(void *argument, struct tcp_pcb *pcb)
{
    return sent(argument, pcb, 0);
}

/* lwIP has already freed the connection's control block. */
static void failed(void *argument, err_t error)
{
    (void)error;
    release(argument);
}

static err_t accepted(void *unused, struct tcp_pcb *pcb, err_t error)
{
    struct connection *connection = error == ERR_OK ? new_connection() : NULL;

    (void)unused;
    if (connection == NULL) {
        return ERR_MEM; /* lwIP resets it */
    }
    tcp_nagle_disable(pcb);
    tcp_arg(pcb, connection);
    tcp_recv(pcb, received);
    tcp_sent(pcb, sent);
    tcp_poll(pcb, poll, 1);
    tcp_err(pcb, failed);
    return ERR_OK;
}

bool tcp_echo_start(void)
{
    struct tcp_pcb *pcb = tcp_new();

    if (pcb == NULL || tcp_bind(pcb, IP_ADDR_ANY, TCP_ECHO_PORT) != ERR_OK) {
        return false;
    }
    pcb = tcp_listen(pcb);
    if (pcb == NULL) {
        return false;
    }
    tcp_accept(pcb, accepted);
    return true;
}
