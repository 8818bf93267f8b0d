/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Serial Tx virtualiser PD: many clients' output to one driver.
 *
 * A client's notification lets everything through that is in its queue at that moment (what comes
 * later brings a notification of its own, so no client can keep this PD busy for ever). Clients with
 * output take turns, a piece of at most a line's length each. When the driver has as much as it may
 * have at a time (LINE_WRITER_SHARE), the rest waits in the clients' queues and the driver is asked
 * for a signal: so a handler's work is bounded, and so is what one client's output waits for.
 *
 * A client that corrupts its indices is cut off until it repairs them. Bytes are copied before they
 * are looked at, so later changes by the client have no effect.
 *
 * Another image can take over (lions/reload.h). What is queued lies in the shared queues; the hand-over tells whose
 * unfinished line the terminal shows. Queues that the image before has spoilt are mended.
 */
#include <os/sddf.h>

#include <lions/reload.h>
#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#include "lionsos/components/serial/line_writer.h"

#define CHANNEL_IS_NO_CLIENT 0xff

__attribute__((__section__(".serial_virt_tx_config"), used)) serial_virt_tx_config_t config;

/* Only in a system where it can be reloaded. */
__attribute__((__section__(".reload_client_config"), used)) lions_reload_config_t reload_config;

/*
 * What lives on when another image takes over: how the terminal stands, and behind that how this component's ends of the queues
 * stood when the last handler ended. Schema 2; 1 had no ends.
 */
#define STATE_SCHEMA     2
#define OLDEST_SCHEMA    1
#define SCHEMA_WITH_ENDS 2
#ifndef MODULE_VERSION
#define MODULE_VERSION 1
#endif

LIONS_MODULE("serial_virt_tx", 1, STATE_SCHEMA, OLDEST_SCHEMA, MODULE_VERSION,
        sizeof(serial_virt_tx_config_t));

/* What happened so far; read by debuggers and monitors. */
struct serial_virt_tx_counters {
    uint64_t bytes[SDDF_SERIAL_MAX_CLIENTS]; /* passed on, by client */
    uint64_t waits_for_driver;               /* times the driver had its share */
    uint64_t unknown_channels;               /* notifications from nowhere */
} serial_virt_tx_counters;

static struct client {
    serial_queue_handle_t queue;
    uint32_t due;   /* bytes in the queue when the client last notified, minus those passed on */
    bool has_turn;  /* is in `turns` */
    bool made_room; /* since it was last told so */
} clients[SDDF_SERIAL_MAX_CLIENTS];

/* Clients whose turn is to come, each at most once: a ring of their numbers. */
static struct {
    uint8_t numbers[SDDF_SERIAL_MAX_CLIENTS];
    uint32_t first;
    uint32_t count;
} turns;

static uint8_t client_of_channel[MICROKIT_MAX_CHANNELS];
static serial_queue_handle_t driver_queue;
static struct line_writer writer;

struct queue_ends {
    uint32_t driver_tail;
    uint32_t client_heads[SDDF_SERIAL_MAX_CLIENTS]; /* one for each client there is */
};
static struct {
    struct line_writer_terminal terminal;
    struct queue_ends room_for_ends;
} own_state;
static struct queue_ends *ends; /* right behind the terminal */

static void turns_append(uint32_t client)
{
    if (!clients[client].has_turn) {
        turns.numbers[(turns.first + turns.count) % SDDF_SERIAL_MAX_CLIENTS] = (uint8_t)client;
        turns.count++;
        clients[client].has_turn = true;
    }
}

static void turns_remove_first(void)
{
    clients[turns.numbers[turns.first]].has_turn = false;
    turns.first = (turns.first + 1) % SDDF_SERIAL_MAX_CLIENTS;
    turns.count--;
}

/* Passes on one piece; false if the driver may not have it yet. */
static bool take_turn(uint32_t number)
{
    struct client *client = &clients[number];
    uint32_t head = SHARED_LOAD(&client->queue.queue->head);
    uint32_t available = MIN(client->due, serial_length_from(&client->queue, head));
    char text[LINE_WRITER_LINE_MAX];
    uint32_t size = MIN(available, sizeof(text));

    if (size == 0) {
        client->due = 0; /* corrupted, or taken back by the client: nothing is due any more */
        return true;
    }
    serial_copy_out(&client->queue, head, text, size);
    size = line_writer_piece(&writer, number, text, size, size < available);
    if (!line_writer_put(&writer, number, text, size)) {
        return false;
    }
    serial_update_shared_head(&client->queue, head + size);
    client->due = available - size;
    client->made_room = true;
    serial_virt_tx_counters.bytes[number] += size;
    return true;
}

/* Asks the driver for a signal. True if it will come; false if there is room after all. */
static bool must_wait_for_driver(void)
{
    serial_request_producer_signal(&driver_queue);
    if (line_writer_room(&writer) < LINE_WRITER_ROOM_MAX) {
        return true;
    }
    serial_cancel_producer_signal(&driver_queue);
    return false;
}

static void take_turns(void)
{
    while (turns.count > 0) {
        uint32_t number = turns.numbers[turns.first];

        if (!take_turn(number)) {
            if (must_wait_for_driver()) {
                serial_virt_tx_counters.waits_for_driver++;
                return;
            }
            continue;
        }
        turns_remove_first();
        if (clients[number].due > 0) {
            turns_append(number);
        }
    }
}

static void wake_clients_that_wait_for_room(void)
{
    for (uint32_t number = 0; number < config.num_clients; number++) {
        struct client *client = &clients[number];

        if (client->made_room && serial_require_producer_signal(&client->queue)) {
            serial_cancel_producer_signal(&client->queue);
            sddf_notify(config.clients[number].conn.id);
        }
        client->made_room = false;
    }
}

static void note_ends(void)
{
    ends->driver_tail = SHARED_LOAD(&driver_queue.queue->tail);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        ends->client_heads[number] = SHARED_LOAD(&clients[number].queue.queue->head);
    }
}

/* All turns that can be taken now, then one signal to whom it concerns. */
static void pass_on_output(void)
{
    uint32_t before = SHARED_LOAD(&driver_queue.queue->tail);

    take_turns();
    wake_clients_that_wait_for_room();
    note_ends();
    if (SHARED_LOAD(&driver_queue.queue->tail) != before) {
        sddf_deferred_notify(config.driver.id);
    }
}

static void let_through(uint32_t number)
{
    clients[number].due = serial_queue_length_consumer(&clients[number].queue);
    if (clients[number].due > 0) {
        turns_append(number);
    }
}

static void announce_client(uint32_t number)
{
    char line[SDDF_NAME_LENGTH + 32];
    int length = sddf_snprintf(line, sizeof(line), "'%.*s' is client %u\r\n", SDDF_NAME_LENGTH,
            config.clients[number].name, number);

    line_writer_put(&writer, number, line, (uint32_t)length);
}

static void announce(void)
{
    if (config.enable_rx) {
        uint32_t length = (uint32_t)sddf_strnlen(config.begin_str, sizeof(config.begin_str));

        serial_enqueue_batch(&driver_queue, length, config.begin_str);
    }
    if (config.enable_colour) {
        for (uint32_t number = 0; number < config.num_clients; number++) {
            announce_client(number);
        }
    }
}

/* An index that makes no sense becomes what it was noted to be; if that makes none either, `other`: nothing is queued. */
static void mend(uint32_t *index, uint32_t noted, uint32_t other, bool is_tail, uint32_t capacity)
{
    uint32_t now = SHARED_LOAD(index);

    if ((is_tail ? now - other : other - now) > capacity) {
        bool noted_is_possible = (is_tail ? noted - other : other - noted) <= capacity;

        SHARED_STORE_RELEASE(index, noted_is_possible ? noted : other);
    }
}

/* The image before may have gone wrong. Changes nothing if all is well. */
static void mend_queues(void)
{
    mend(&driver_queue.queue->tail, ends->driver_tail,
            SHARED_LOAD_ACQUIRE(&driver_queue.queue->head), true, driver_queue.capacity);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        serial_queue_handle_t *queue = &clients[number].queue;

        mend(&queue->queue->head, ends->client_heads[number],
                SHARED_LOAD_ACQUIRE(&queue->queue->tail), false, queue->capacity);
    }
}

/* Also flags of theirs may have been spoilt: each looks for itself whether there is room. */
static void wake_clients(void)
{
    for (uint32_t number = 0; number < config.num_clients; number++) {
        sddf_notify(config.clients[number].conn.id);
    }
}

/* True if another image has been here. */
static bool take_over_or_begin(void)
{
    bool takes_over;
    uint32_t schema;
    uint32_t before_ends = line_writer_terminal_bytes(config.num_clients);
    uint32_t bytes = before_ends
            + (uint32_t)(offsetof(struct queue_ends, client_heads)
                    + config.num_clients * sizeof(ends->client_heads[0]));
    struct line_writer_terminal *terminal = lions_reload_attach(
            &reload_config, &lions_module_header, &own_state, bytes, &takes_over, &schema);

    lions_reload_live(bytes); /* what an image has put out stays out */
    ends = (struct queue_ends *)((char *)terminal + before_ends);
    line_writer_init(&writer, &driver_queue, config.enable_colour, terminal);
    if (!takes_over) {
        line_writer_clear(terminal, config.num_clients);
        announce();
        return false;
    }
    if (schema < SCHEMA_WITH_ENDS) {
        note_ends(); /* nobody has; they are as they stand */
    }
    line_writer_mend(terminal, config.num_clients);
    mend_queues();
    return true;
}

void init(void)
{
    assert(serial_config_check_magic(&config));
    assert(config.num_clients <= SDDF_SERIAL_MAX_CLIENTS);

    sddf_memset(client_of_channel, CHANNEL_IS_NO_CLIENT, sizeof(client_of_channel));
    serial_queue_init(&driver_queue, config.driver.queue.vaddr, (uint32_t)config.driver.data.size,
            config.driver.data.vaddr);
    for (uint32_t number = 0; number < config.num_clients; number++) {
        const serial_connection_resource_t *connection = &config.clients[number].conn;

        assert(connection->id < MICROKIT_MAX_CHANNELS);
        client_of_channel[connection->id] = (uint8_t)number;
        serial_queue_init(&clients[number].queue, connection->queue.vaddr,
                (uint32_t)connection->data.size, connection->data.vaddr);
    }
    bool takes_over = take_over_or_begin();

    for (uint32_t number = 0; number < config.num_clients; number++) {
        let_through(number); /* what was queued before this image started */
    }
    pass_on_output();
    sddf_notify(config.driver.id);
    if (takes_over) {
        wake_clients();
    }
    lions_reload_ready();
}

void notified(sddf_channel channel)
{
    uint8_t number =
            channel < MICROKIT_MAX_CHANNELS ? client_of_channel[channel] : CHANNEL_IS_NO_CLIENT;

    if (number != CHANNEL_IS_NO_CLIENT) {
        let_through(number);
    } else if (channel != config.driver.id) {
        serial_virt_tx_counters.unknown_channels++;
        return;
    }
    pass_on_output();
}
