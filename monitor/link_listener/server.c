/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/link_listener/server.h"

#include <lwip/tcp.h>
#include <os/sddf.h>
#include <string.h>

#include <lions/tcp_server.h>
#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>

#include "monitor/link_listener/random.h"
#include "monitor/pd/clock.h"
#include "monitor/secure_channel/secure_channel.h"

#define CONNECTIONS      4  /* at once: one console, the others shake hands */
#define HANDSHAKE_LIMIT  10 /* seconds */
#define SILENCE_LIMIT    4  /* seconds; a console asks something every second */
#define RECORD_LIMIT     2  /* seconds from a record's first byte to its last */
#define POLL_HALF_SECOND 1  /* tcp_poll() counts in these */
#define PIECE            1024

struct connection {
    struct tcp_pcb *pcb; /* NULL: free */
    struct secure_channel channel;
    struct pbuf *waiting; /* received, not taken yet */
    u16_t offset;         /* into the first of them */
    uint8_t out[SECURE_RECORD_MAX];
    size_t out_length;
    uint64_t begun; /* ticks */
    uint64_t heard; /* ticks: the last good record */
};

static const link_listener_config_t *config;
static struct link_listener_counters *counters;
static serial_queue_handle_t from_monitor;
static serial_queue_handle_t to_monitor;
static struct connection connections[CONNECTIONS];
static struct connection *console; /* the one that is let in; NULL: none */
static bool must_notify;
static uint64_t last_words; /* ticks: the last line about a refusal */

static bool older(uint64_t since, unsigned seconds)
{
    return clock_now() - since >= seconds * clock_hz();
}

/* ---- who was refused ---- */

/* One line a second at most: who floods us shall not flood the log. */
static void say_refused(const struct connection *connection, const char *why)
{
    if (last_words == 0 || older(last_words, 1)) {
        last_words = clock_now();
        sddf_printf("%s: refused %s: %s\n", sddf_get_pd_name(),
                ipaddr_ntoa(&connection->pcb->remote_ip), why);
    }
}

static void count_refusal(const struct connection *connection)
{
    switch (connection->channel.refusal) {
    case SECURE_NOT_REFUSED: /* lwIP had no memory for the handshake */
        return;
    case SECURE_BUSY:
        counters->refused_busy++;
        break;
    case SECURE_BAD_HANDSHAKE:
        counters->refused_handshakes++;
        break;
    default:
        counters->refused_records++;
        break;
    }
    say_refused(connection, secure_refusal_words(connection->channel.refusal));
}

/* ---- the life of a connection ---- */

/* What is left when lwIP has freed its part. */
static void forget(struct connection *connection)
{
    if (connection->waiting != NULL) {
        pbuf_free(connection->waiting);
    }
    if (connection == console) {
        console = NULL;
    }
    secure_channel_end(&connection->channel);
    memset(connection, 0, sizeof(*connection));
}

/* ERR_ABRT if the connection was torn down, as lwIP wants to know in its callbacks. */
static err_t end(struct connection *connection)
{
    struct tcp_pcb *pcb = connection->pcb;

    forget(connection);
    return tcp_server_close(pcb);
}

/* The console is let in; one that has fallen silent makes way. */
static void let_in(struct connection *connection)
{
    if (console != NULL) {
        end(console);
    }
    console = connection;
    connection->heard = clock_now();
    counters->accepted++;
    sddf_printf("%s: a console has connected from %s\n", sddf_get_pd_name(),
            ipaddr_ntoa(&connection->pcb->remote_ip));
}

/* ---- from the network ---- */

static void pass_to_monitor(void *context, const uint8_t *bytes, size_t length)
{
    struct connection *connection = context;

    connection->heard = clock_now();
    counters->records++;
    serial_enqueue_batch(&to_monitor, (uint32_t)length, (const char *)bytes);
    must_notify = true;
}

/* True if all that a piece can complete fits; else the monitor will notify us. */
static bool monitor_has_room(void)
{
    if (serial_queue_free(&to_monitor) >= SECURE_RECORD_MAX + PIECE) {
        return true;
    }
    serial_request_producer_signal(&to_monitor);
    if (serial_queue_free(&to_monitor) >= SECURE_RECORD_MAX + PIECE) {
        serial_cancel_producer_signal(&to_monitor);
        return true;
    }
    return false;
}

static bool send_handshake(struct connection *connection)
{
    uint8_t bytes[SECURE_SECOND_BYTES];
    size_t length = secure_channel_take_output(&connection->channel, bytes);

    return length == 0
            || (tcp_write(connection->pcb, bytes, (u16_t)length, TCP_WRITE_FLAG_COPY) == ERR_OK
                    && tcp_output(connection->pcb) == ERR_OK);
}

static bool somebody_else_is_here(const struct connection *connection)
{
    return console != NULL && console != connection && !older(console->heard, SILENCE_LIMIT);
}

/* Takes one piece of what waits. False if the connection is refused. */
static bool take_piece(struct connection *connection)
{
    struct pbuf *first = connection->waiting;
    u16_t length = (u16_t)LWIP_MIN(first->len - connection->offset, PIECE);
    bool was_ready = secure_channel_is_ready(&connection->channel);
    bool good;

    connection->channel.busy = somebody_else_is_here(connection);
    good = secure_channel_receive(&connection->channel,
            (const uint8_t *)first->payload + connection->offset, length, pass_to_monitor,
            connection);
    tcp_server_consume(&connection->waiting, &connection->offset, length);
    tcp_recved(connection->pcb, length);
    if (!send_handshake(connection)) {
        return false;
    }
    if (good && !was_ready && secure_channel_is_ready(&connection->channel)) {
        let_in(connection);
    }
    return good;
}

static err_t take_waiting(struct connection *connection)
{
    while (connection->waiting != NULL && monitor_has_room()) {
        if (!take_piece(connection)) {
            count_refusal(connection);
            if (connection->waiting != NULL) { /* else lwIP would answer with a reset */
                tcp_recved(connection->pcb,
                        (u16_t)(connection->waiting->tot_len - connection->offset));
            }
            return end(connection);
        }
    }
    return ERR_OK;
}

/* ---- to the network ---- */

/* False if the connection takes no more now. */
static bool send_record(struct connection *connection)
{
    if (connection->out_length == 0) {
        return true;
    }
    if (tcp_sndbuf(connection->pcb) < connection->out_length
            || tcp_write(connection->pcb, connection->out, (u16_t)connection->out_length,
                       TCP_WRITE_FLAG_COPY)
                    != ERR_OK) {
        return false;
    }
    connection->out_length = 0;
    return true;
}

/* Takes from the monitor what fits into one record; without a console it is thrown away. */
static uint32_t take_from_monitor(uint8_t plain[SECURE_PLAIN_MAX])
{
    uint32_t length = serial_dequeue_batch(&from_monitor, SECURE_PLAIN_MAX, (char *)plain);

    if (length > 0 && serial_require_producer_signal(&from_monitor)) {
        serial_cancel_producer_signal(&from_monitor);
        sddf_notify(config->monitor.rx.id);
    }
    return length;
}

static void send_waiting(void)
{
    static uint8_t plain[SECURE_PLAIN_MAX];
    uint32_t length;

    while ((console == NULL || send_record(console)) && (length = take_from_monitor(plain)) > 0) {
        if (console != NULL) {
            console->out_length =
                    secure_channel_seal(&console->channel, plain, length, console->out);
        }
    }
    if (console != NULL) {
        tcp_output(console->pcb);
    }
}

/* ---- lwIP's callbacks ---- */

static err_t received(void *argument, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    struct connection *connection = argument;

    (void)pcb;
    (void)error;
    if (p == NULL) {
        return end(connection);
    }
    if (connection->waiting == NULL) {
        connection->waiting = p;
    } else {
        pbuf_cat(connection->waiting, p);
    }
    return take_waiting(connection);
}

static err_t sent(void *argument, struct tcp_pcb *pcb, u16_t length)
{
    (void)pcb;
    (void)length;
    if (argument == console) {
        send_waiting();
    }
    return ERR_OK;
}

/* False if it waits in vain for the rest of a record. While the monitor has no room nothing is missing. */
static bool records_end(struct connection *connection)
{
    return connection->waiting != NULL
            || secure_channel_check(&connection->channel, clock_now(), RECORD_LIMIT * clock_hz());
}

/* Twice a second: who does not finish the handshake, or a record, goes. */
static err_t poll(void *argument, struct tcp_pcb *pcb)
{
    struct connection *connection = argument;

    (void)pcb;
    if (!records_end(connection)) {
        count_refusal(connection);
        return end(connection);
    }
    if (connection != console && older(connection->begun, HANDSHAKE_LIMIT)) {
        counters->refused_late++;
        say_refused(connection, "the handshake was not finished in time");
        return end(connection);
    }
    if (connection == console) {
        send_waiting();
    }
    return ERR_OK;
}

/* lwIP has already freed the connection's control block. */
static void failed(void *argument, err_t error)
{
    (void)error;
    forget(argument);
}

static struct connection *new_connection(void)
{
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        if (connections[i].pcb == NULL) {
            return &connections[i];
        }
    }
    return NULL;
}

static err_t accepted(void *unused, struct tcp_pcb *pcb, err_t error)
{
    struct connection *connection = error == ERR_OK ? new_connection() : NULL;
    uint8_t random[SECURE_RANDOM_BYTES];

    (void)unused;
    if (connection == NULL) {
        counters->refused_full++;
        return ERR_MEM; /* lwIP resets it */
    }
    counters->connections++;
    connection->pcb = pcb;
    connection->begun = clock_now();
    random_bytes(random, sizeof(random));
    secure_channel_begin(&connection->channel, SECURE_RESPONDER, config->key, random);
    noise_wipe(random, sizeof(random));
    tcp_nagle_disable(pcb);
    tcp_arg(pcb, connection);
    tcp_recv(pcb, received);
    tcp_sent(pcb, sent);
    tcp_poll(pcb, poll, POLL_HALF_SECOND);
    tcp_err(pcb, failed);
    if (!send_handshake(connection)) {
        return end(connection);
    }
    return ERR_OK;
}

/* ---- for the PD ---- */

bool server_start(const link_listener_config_t *listener_config)
{
    const serial_client_config_t *monitor = &listener_config->monitor;

    config = listener_config;
    counters = config->counters.vaddr;
    serial_queue_init(&from_monitor, monitor->rx.queue.vaddr, (uint32_t)monitor->rx.data.size,
            monitor->rx.data.vaddr);
    serial_queue_init(&to_monitor, monitor->tx.queue.vaddr, (uint32_t)monitor->tx.data.size,
            monitor->tx.data.vaddr);
    return tcp_server_listen(config->port, accepted);
}

void server_step(void)
{
    if (config == NULL) {
        return; /* not listening */
    }
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        if (connections[i].waiting != NULL) {
            take_waiting(&connections[i]);
        }
    }
    send_waiting();
}

void server_flush(void)
{
    if (must_notify) {
        must_notify = false;
        sddf_notify(config->monitor.tx.id);
    }
}
