/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Serial Rx virtualiser PD: input from one driver to one client at a time.
 *
 * The switch character, a client's number in up to four digits and the terminator choose who gets what
 * follows. The switch character twice is that character itself. Anything else after it changes nothing,
 * and what was typed is dropped. (With a single client there is nothing to choose, and all bytes pass as
 * they are.) A client that does not read loses what it has no room for; that, and what is lost to a
 * queue whose indices a client has corrupted, is counted.
 */
#include <os/sddf.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>
#include <sddf/util/printf.h>
#include <sddf/util/util.h>

#define NUMBER_DIGITS_MAX 4

__attribute__((__section__(".serial_virt_rx_config"), used)) serial_virt_rx_config_t config;

/* What happened so far; read by debuggers and monitors. */
struct serial_virt_rx_counters {
    uint64_t bytes[SDDF_SERIAL_MAX_CLIENTS];   /* passed on, by client */
    uint64_t dropped[SDDF_SERIAL_MAX_CLIENTS]; /* for want of room, by client */
    uint64_t refused_switches;                 /* selections of nobody */
    uint64_t unknown_channels;                 /* notifications from nowhere */
} serial_virt_rx_counters;

static serial_queue_handle_t driver_queue;
static serial_queue_handle_t clients[SDDF_SERIAL_MAX_CLIENTS];
static uint32_t current; /* number of the client that gets the input */
static uint64_t reached; /* bit per client that got input since the last notifications */

/* Where in a selection the input stands. */
static enum {
    NORMAL,
    SWITCH_SEEN,
    IN_NUMBER
} state;
static uint32_t number;
static uint32_t number_digits;

static void deliver(char character)
{
    if (serial_enqueue(&clients[current], character) == 0) {
        serial_virt_rx_counters.bytes[current]++;
        reached |= BIT(current);
    } else {
        serial_virt_rx_counters.dropped[current]++;
    }
}

static void refuse_switch(const char *reason)
{
    serial_virt_rx_counters.refused_switches++;
    sddf_dprintf("%s: input stays with client %u: %s\n", sddf_get_pd_name(), current, reason);
    state = NORMAL;
}

static void finish_switch(void)
{
    if (number >= config.num_clients) {
        refuse_switch("there is no client of that number");
        return;
    }
    current = number;
    state = NORMAL;
    sddf_dprintf("%s: switching to client %u\n", sddf_get_pd_name(), current);
}

static void add_digit(char character)
{
    if (character < '0' || character > '9') {
        refuse_switch("a client's number was expected");
    } else if (number_digits == NUMBER_DIGITS_MAX) {
        refuse_switch("a client's number has at most four digits");
    } else {
        number = number * 10 + (uint32_t)(character - '0');
        number_digits++;
        state = IN_NUMBER;
    }
}

static void take_character(char character)
{
    switch (state) {
    case NORMAL:
        /* With one client there is nothing to choose: it gets every byte as it is. */
        if (character != config.switch_char || config.num_clients == 1) {
            deliver(character);
            return;
        }
        number = 0;
        number_digits = 0;
        state = SWITCH_SEEN;
        return;
    case SWITCH_SEEN:
        if (character != config.switch_char) {
            add_digit(character);
            return;
        }
        deliver(character);
        state = NORMAL;
        return;
    case IN_NUMBER:
        if (character != config.terminate_num_char) {
            add_digit(character);
            return;
        }
        finish_switch();
        return;
    }
}

static void take_input(void)
{
    uint32_t head = SHARED_LOAD(&driver_queue.queue->head);
    uint32_t end = head + serial_length_from(&driver_queue, head);

    for (; head != end; head++) {
        take_character(driver_queue.data_region[serial_slot(&driver_queue, head)]);
    }
    serial_update_shared_head(&driver_queue, head);

    if (serial_require_producer_signal(&driver_queue)) {
        serial_cancel_producer_signal(&driver_queue);
        sddf_notify(config.driver.id);
    }
    while (reached != 0) {
        sddf_channel channel = config.clients[__builtin_ctzl(reached)].id;

        reached &= reached - 1;
        if (reached != 0) {
            sddf_notify(channel);
        } else {
            sddf_deferred_notify(channel);
        }
    }
}

void init(void)
{
    assert(serial_config_check_magic(&config));
    assert(config.num_clients >= 1 && config.num_clients <= SDDF_SERIAL_MAX_CLIENTS);

    serial_queue_init(&driver_queue, config.driver.queue.vaddr, (uint32_t)config.driver.data.size,
            config.driver.data.vaddr);
    for (uint32_t client = 0; client < config.num_clients; client++) {
        const serial_connection_resource_t *connection = &config.clients[client];

        serial_queue_init(&clients[client], connection->queue.vaddr,
                (uint32_t)connection->data.size, connection->data.vaddr);
    }
    take_input(); /* what arrived before this PD started */
}

void notified(sddf_channel channel)
{
    if (channel == config.driver.id) {
        take_input();
    } else {
        /* Clients have nothing to say here; this one only wastes its own time. */
        serial_virt_rx_counters.unknown_channels++;
    }
}
