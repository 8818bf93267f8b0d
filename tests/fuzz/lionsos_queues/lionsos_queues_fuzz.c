/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the serial queue and the Tx virtualiser, opposite a client that writes what it likes
 * into its shared memory. The input is a list of steps; each is a byte that says what happens and the
 * four bytes it happens with. Whatever client 0 does, each call ends, nothing outside the regions is
 * touched, and all lines of client 1 reach the driver whole and in order.
 */
#include <os/sddf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sddf/serial/config.h>
#include <sddf/serial/queue.h>

#define DRIVER          20
#define HOSTILE         10
#define HONEST          11
#define DRIVER_CAPACITY 2048
#define CAPACITY        1024
#define STEP_SIZE       5
#define LINE_FORMAT     "<line %u of the honest client>\n"
#define LINE_SIZE_MAX   48

extern serial_virt_tx_config_t config;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static serial_queue_handle_t driver;
static serial_queue_handle_t hostile;
static serial_queue_handle_t honest;

/* Lines of client 1: written, and seen by the driver. */
static uint32_t lines_sent;
static uint32_t lines_seen;

/* What the driver has got since the last whole line of client 1. */
static char seen[64 * 1024];
static size_t seen_size;

static void require(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "not so: %s (line %u of %u)\n", what, lines_seen, lines_sent);
        abort();
    }
}

static serial_connection_resource_t new_connection(uint32_t size, uint8_t channel)
{
    return (serial_connection_resource_t){
        .queue = { calloc(1, sizeof(serial_queue_t)), sizeof(serial_queue_t) },
        .data = { calloc(1, size), size },
        .id = channel,
    };
}

static serial_queue_handle_t open_connection(const serial_connection_resource_t *connection)
{
    serial_queue_handle_t handle;

    serial_queue_init(&handle, connection->queue.vaddr, (uint32_t)connection->data.size,
            connection->data.vaddr);
    return handle;
}

static void start_once(void)
{
    static bool started;

    if (started) {
        return;
    }
    started = true;
    config = (serial_virt_tx_config_t){ .magic = SDDF_SERIAL_MAGIC,
        .driver = new_connection(DRIVER_CAPACITY, DRIVER),
        .num_clients = 2,
        .clients = { { .conn = new_connection(CAPACITY, HOSTILE) },
                { .conn = new_connection(CAPACITY, HONEST) } } };
    driver = open_connection(&config.driver);
    hostile = open_connection(&config.clients[0].conn);
    honest = open_connection(&config.clients[1].conn);
    init();
}

/* Looks for the next lines of client 1 and forgets what stands before them. */
static void match_lines(void)
{
    char line[LINE_SIZE_MAX];

    for (; lines_seen < lines_sent; lines_seen++) {
        size_t line_size = (size_t)snprintf(line, sizeof(line), LINE_FORMAT, lines_seen);
        char *found = memmem(seen, seen_size, line, line_size);

        if (found == NULL) {
            break;
        }
        seen_size -= (size_t)(found + line_size - seen);
        memmove(seen, found + line_size, seen_size);
    }
    if (lines_seen == lines_sent || seen_size > sizeof(seen) / 2) {
        require(lines_seen == lines_sent || seen_size < sizeof(seen) - DRIVER_CAPACITY,
                "a line of the honest client comes before 60 KB of the other's");
        seen_size = lines_seen == lines_sent ? 0 : seen_size;
    }
}

static void drive(uint32_t wanted)
{
    seen_size += serial_dequeue_batch(&driver, wanted % (DRIVER_CAPACITY + 1), seen + seen_size);
    require(driver.refused == 0, "the driver's queue stays sound");
    match_lines();
    if (serial_require_producer_signal(&driver)) {
        serial_cancel_producer_signal(&driver);
        notified(DRIVER);
    }
}

static void say_line(void)
{
    char line[LINE_SIZE_MAX];
    uint32_t size = (uint32_t)snprintf(line, sizeof(line), LINE_FORMAT, lines_sent);

    if (serial_queue_free(&honest) >= size) {
        serial_enqueue_batch(&honest, size, line);
        lines_sent++;
        notified(HONEST);
    }
}

static void step(uint8_t what, uint32_t value)
{
    char scratch[CAPACITY];

    switch (what % 12) {
    case 0:
        hostile.queue->tail = value;
        break;
    case 1:
        hostile.queue->head = value;
        break;
    case 2:
        hostile.queue->tail = hostile.queue->head + value % (2 * CAPACITY);
        break;
    case 3:
        hostile.queue->producer_signalled = value;
        break;
    case 4:
        hostile.data_region[value % CAPACITY] = (char)(value >> 16);
        break;
    case 5:
        memset(hostile.data_region, (int)(value & 0xff), CAPACITY);
        break;
    case 6:
        notified(value % 64);
        break;
    case 7:
        say_line();
        break;
    case 8:
        drive(value);
        break;
    case 9:
        memset(scratch, '\r', sizeof(scratch));
        serial_enqueue_batch(&hostile, value % sizeof(scratch), scratch);
        break;
    case 10:
        serial_dequeue_batch(&hostile, value % sizeof(scratch), scratch);
        break;
    default:
        notified(HOSTILE);
        break;
    }
}

/* Back to rest, so that an input does not depend on the one before. */
static void come_to_rest(void)
{
    hostile.queue->head = hostile.queue->tail = 0;
    for (int i = 0; i < 64 && (lines_seen < lines_sent || serial_queue_length(&driver) > 0); i++) {
        drive(DRIVER_CAPACITY);
    }
    require(lines_seen == lines_sent, "every line of the honest client arrives");
    require(honest.refused == 0 && serial_queue_length(&honest) == 0,
            "its queue is empty and sound");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    start_once();
    for (; size >= STEP_SIZE; data += STEP_SIZE, size -= STEP_SIZE) {
        uint32_t value;

        memcpy(&value, data + 1, sizeof(value));
        step(data[0], value);
    }
    come_to_rest();
    return 0;
}
