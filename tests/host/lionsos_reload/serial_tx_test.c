/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images of serial_virt_tx replace each other at any moment between two handlers: one client writes whole lines, one halves of
 * lines, one frames of a binary protocol with any bytes inside. Whoever is not notified sleeps; a notification that has
 * not been handled when the image is replaced is gone. Each line and each frame comes out once, whole and in order.
 */
#include <string.h>

#include "lionsos/components/serial/line_writer.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/serial_peer.h"
#include "tests/host/lionsos_reload/image.h"
#include "tests/host/lionsos_reload/replacements.h"

#define DRIVER          20
#define CHANNEL(client) (10 + (client))
#define CAPACITY        1024
#define DRIVER_CAPACITY 2048
#define ITEMS           60 /* lines or frames of each client, in each run */
#define ITEM_MAX        500
#define OUT_MAX         (1u << 18)

enum writer {
    LINES,
    HALVES,
    FRAMES,
    CLIENTS
};

static serial_virt_tx_config_t config;

static struct client {
    serial_queue_handle_t queue;
    uint32_t item; /* being written */
    uint32_t done; /* bytes of it that are out */
    uint32_t heard;
    bool awake;
} clients[CLIENTS];

static struct {
    serial_queue_handle_t queue;
    uint32_t heard;
    bool awake;
} driver;

static char out[OUT_MAX];
static uint32_t out_length;
static uint64_t pending;

/* ---- what is written ---- */

/* Line or frame `number` of a client; the same each time. Returns its length. */
static uint32_t item(enum writer writer, uint32_t number, char bytes[ITEM_MAX])
{
    uint32_t random = (number * CLIENTS + writer) * 2654435761u + 1;
    uint32_t length = 16 + (random >> 8) % (writer == FRAMES ? 400 : 200);
    bool is_frame = writer == FRAMES;

    for (uint32_t i = 0; i < length; i++) {
        random = random * 1664525u + 1013904223u;
        bytes[i] = is_frame ? (char)(1 + (random >> 24) % 30) : (char)('a' + (random >> 24) % 26);
    }
    bytes[is_frame ? 1 : 0] = (char)('A' + writer);
    bytes[2] = (char)('0' + number / 10);
    bytes[3] = (char)('0' + number % 10);
    bytes[length - 1] = is_frame ? 0 : '\n';
    bytes[0] = is_frame ? 0 : bytes[0];
    return length;
}

/* How much of the item goes out at once. */
static uint32_t part_end(enum writer writer, uint32_t done, uint32_t length)
{
    return writer == HALVES && done == 0 ? 5 + image_random(length - 6) : length;
}

static bool write_part(struct client *client, enum writer writer)
{
    char bytes[ITEM_MAX];
    uint32_t length = item(writer, client->item, bytes);
    uint32_t end = part_end(writer, client->done, length);

    if (serial_queue_free(&client->queue) < end - client->done) {
        return false;
    }
    serial_enqueue_batch(&client->queue, end - client->done, bytes + client->done);
    client->done = end == length ? 0 : end;
    client->item += end == length;
    return true;
}

static void client_runs(struct client *client)
{
    enum writer writer = (enum writer)(client - clients);
    uint32_t parts = 1 + image_random(4);
    bool fits = true;

    while (parts-- > 0 && client->item < ITEMS && fits) {
        fits = write_part(client, writer);
    }
    client->awake = client->item < ITEMS;
    if (!fits) {
        serial_request_producer_signal(&client->queue);
        client->awake = write_part(client, writer);
        if (client->awake) {
            serial_cancel_producer_signal(&client->queue);
            client->awake = client->item < ITEMS;
        }
    }
    pending |= UINT64_C(1) << CHANNEL(writer);
}

/* ---- driver ---- */

static void driver_runs(void)
{
    out_length += serial_dequeue_batch(&driver.queue, 1 + image_random(300), out + out_length);
    assert_true(out_length < OUT_MAX - 1000);
    if (serial_require_producer_signal(&driver.queue)) {
        serial_cancel_producer_signal(&driver.queue);
        pending |= UINT64_C(1) << DRIVER;
    }
    driver.awake = serial_queue_length_consumer(&driver.queue) > 0;
}

/* ---- the image ---- */

static void start_image(void)
{
    const struct image_setting settings[] = {
        { "config", &config, sizeof(config) },
        { "reload_config", image_reload_config(), sizeof(lions_reload_config_t) },
        { NULL, NULL, 0 },
    };

    image_start("serial_virt_tx", settings);
}

static void leave(void)
{
    struct lions_hand_over *hand_over = image_hand_over();

    if (left == LEFT_BY_OLDER) { /* which had nothing behind the terminal */
        uint32_t terminal = line_writer_terminal_bytes(CLIENTS);

        hand_over->schema = 1;
        memset(hand_over->state + terminal, 0x5a, hand_over->bytes - terminal);
    } else if (left == LEFT_SPOILT) { /* all that an image can write, and nobody could believe */
        driver.queue.queue->tail += 10000 + image_random(1000000);
        driver.queue.queue->producer_signalled = image_random(2);
        for (uint32_t i = 0; i < CLIENTS; i++) {
            clients[i].queue.queue->head += 10000 + image_random(1000000);
            clients[i].queue.queue->producer_signalled = image_random(2);
        }
        if (driver.awake && image_random(2) == 0) {
            driver_runs(); /* and finds nothing that it could believe: it sleeps */
        }
    }
}

static void swap(void)
{
    leave();
    pending = 0;
    swaps++;
    start_image();
}

static void virtualiser_runs(void)
{
    sddf_channel channel = (sddf_channel)__builtin_ctzll(pending);

    pending &= pending - 1;
    image_notified(channel);
}

/* ---- what happens next ---- */

static void hear(void)
{
    for (uint32_t i = 0; i < CLIENTS; i++) {
        clients[i].awake |= fake_os.notified[CHANNEL(i)] != clients[i].heard;
        clients[i].awake &= clients[i].item < ITEMS;
        clients[i].heard = fake_os.notified[CHANNEL(i)];
    }
    driver.awake |= fake_os.notified[DRIVER] != driver.heard;
    driver.heard = fake_os.notified[DRIVER];
}

/* One of those who can do something does it. False: nobody can. */
static bool step(uint32_t swaps_wanted)
{
    hear();
    for (int tries = 0; tries < 200; tries++) {
        uint32_t who = image_random(8);

        if (who < CLIENTS && clients[who].awake) {
            client_runs(&clients[who]);
        } else if (who >= 3 && who <= 4 && driver.awake) {
            driver_runs();
        } else if (who >= 5 && who <= 6 && pending != 0) {
            virtualiser_runs();
        } else if (who == 7 && swaps < swaps_wanted && image_random(8) == 0) {
            swap();
        } else {
            continue;
        }
        return true;
    }
    return false;
}

static void connect(serial_connection_resource_t *connection, serial_queue_handle_t *queue,
        uint32_t capacity, uint8_t channel, uint32_t start)
{
    if (connection->queue.vaddr == NULL) {
        *connection = peer_connection(capacity, channel);
    }
    *queue = peer_handle(connection);
    queue->queue->head = queue->queue->tail = start;
    serial_cancel_producer_signal(queue);
}

static void prepare(void)
{
    memset(clients, 0, sizeof(clients));
    memset(&driver, 0, sizeof(driver));
    fake_os_reset();
    image_clear_hand_over();
    memcpy(config.magic, (char[])SDDF_SERIAL_MAGIC, SDDF_MAGIC_LEN);
    config.num_clients = CLIENTS;
    connect(&config.driver, &driver.queue, DRIVER_CAPACITY, DRIVER, UINT32_MAX - 5000);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        connect(&config.clients[i].conn, &clients[i].queue, CAPACITY, (uint8_t)CHANNEL(i),
                UINT32_MAX - 3000);
        clients[i].awake = true;
    }
    out_length = 0;
    pending = 0;
}

/* ---- what has come out ---- */

static void check_frame(uint32_t at, uint32_t length, uint32_t *next)
{
    char expected[ITEM_MAX];
    uint32_t wanted = item(FRAMES, *next, expected);

    assert_int_equal(length, wanted);
    assert_memory_equal(out + at, expected, wanted);
    ++*next;
}

/* A whole line, or the beginning of the next one of the client that writes halves. */
static void check_line(uint32_t at, uint32_t length, uint32_t next[CLIENTS])
{
    enum writer writer = out[at] == 'A' ? LINES : HALVES;
    char expected[ITEM_MAX];
    uint32_t wanted = item(writer, next[writer], expected);
    bool is_part = out[at + length - 2] == '\r';

    length -= is_part ? 2 : 1;
    assert_true(length < wanted);
    assert_memory_equal(out + at, expected, length);
    if (!is_part) {
        assert_int_equal(length, wanted - 1);
        next[writer]++;
    } else {
        assert_int_equal(writer, HALVES);
    }
}

static void check_out(void)
{
    uint32_t next[CLIENTS] = { 0 };

    for (uint32_t at = 0, end; at < out_length; at = end) {
        end = at + 1;
        if (out[at] == 0) {
            while (end < out_length && out[end] != 0) {
                end++;
            }
            end++;
            check_frame(at, end - at, &next[FRAMES]);
        } else {
            while (end < out_length && out[end - 1] != '\n') {
                end++;
            }
            check_line(at, end - at, next);
        }
    }
    for (uint32_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(next[i], ITEMS);
    }
}

const struct plant plant = { prepare, start_image, step, check_out };

/* Whatever the terminal is said to be: what is written from then on comes out whole. */
static void a_spoilt_terminal_is_one_again(void **state)
{
    static const uint32_t lengths[] = { UINT32_MAX, UINT32_MAX - 20, LINE_WRITER_LINE_MAX + 2, 100,
        0 };

    (void)state;
    for (uint32_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        struct line_writer_terminal *terminal = (void *)image_hand_over()->state;

        prepare();
        start_image();
        terminal->owner = i % 2 ? 77 : FRAMES;
        for (uint32_t writer = 0; writer < CLIENTS; writer++) {
            terminal->unfinished[writer].length = lengths[i];
            memset(terminal->unfinished[writer].text, 'x', LINE_WRITER_LINE_MAX);
        }
        start_image();
        for (int round = 0; round < 2; round++) {
            peer_write(&clients[LINES].queue, "half");
            image_notified(CHANNEL(LINES));
            peer_write(&clients[LINES].queue, " a line\n");
            image_notified(CHANNEL(LINES));
            assert_non_null(strstr(peer_read_all(&driver.queue), "half a line\n"));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(images_replace_each_other_at_any_moment),
        cmocka_unit_test(images_take_over_from_older_ones),
        cmocka_unit_test(images_mend_what_others_have_spoilt),
        cmocka_unit_test(a_spoilt_terminal_is_one_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
