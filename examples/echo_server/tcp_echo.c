/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A connection's data waits in a chain of pbufs until it has been written back. Only then is the window
 * opened for as much again, so a peer that sends without reading stops itself.
 */
#include <lwip/tcp.h>

#include <lions/tcp_server.h>

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
        tcp_server_consume(&connection->waiting, &connection->offset, (u16_t)length);
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
    return tcp_server_close(pcb);
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
    return tcp_server_listen(TCP_ECHO_PORT, accepted);
}
