/* SPDX-License-Identifier: BSD-2-Clause */
/* The Tx virtualiser between a driver and four clients, of which some are hostile. */
#include <os/sddf.h>
#include <stdlib.h>
#include <string.h>

#include "lionsos/components/serial/line_writer.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/lionsos/reload_peer.h"
#include "tests/host/lionsos/serial_peer.h"

#define CLIENTS         4
#define DRIVER          20
#define CHANNEL(client) (10 + (client))
#define CAPACITY        4096
#define DRIVER_CAPACITY 4096

extern serial_virt_tx_config_t config;

static serial_queue_handle_t driver;
static serial_queue_handle_t clients[CLIENTS];

/* What all tests start from: queues at rest, anywhere near the wrap of the indices. */
static void start(bool colour, bool input)
{
    config = (serial_virt_tx_config_t){ .magic = SDDF_SERIAL_MAGIC,
        .driver = peer_connection(DRIVER_CAPACITY, DRIVER),
        .num_clients = CLIENTS,
        .begin_str = "Begin input\r\n",
        .enable_colour = colour,
        .enable_rx = input };
    driver = peer_handle(&config.driver);
    driver.queue->head = driver.queue->tail = UINT32_MAX - 100;
    for (uint32_t i = 0; i < CLIENTS; i++) {
        config.clients[i].conn = peer_connection(CAPACITY, (uint8_t)CHANNEL(i));
        sddf_snprintf(config.clients[i].name, SDDF_NAME_LENGTH, "client%u", i);
        clients[i] = peer_handle(&config.clients[i].conn);
        clients[i].queue->head = clients[i].queue->tail = UINT32_MAX - 50;
        serial_cancel_producer_signal(&clients[i]);
    }
    serial_cancel_producer_signal(&driver);
    fake_os_reset();
    reload_peer_takes_over = false;
    init();
}

static void stop(void)
{
    free(config.driver.queue.vaddr);
    free(config.driver.data.vaddr);
    for (uint32_t i = 0; i < CLIENTS; i++) {
        free(config.clients[i].conn.queue.vaddr);
        free(config.clients[i].conn.data.vaddr);
    }
}

static int set_up(void **state)
{
    (void)state;
    start(false, false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stop();
    return 0;
}

static void say(uint32_t client, const char *text)
{
    peer_write(&clients[client], text);
    notified(CHANNEL(client));
}

/* What the driver does: takes everything, and signals if it was asked to. */
static const char *drive(void)
{
    const char *text = peer_read_all(&driver);

    if (serial_require_producer_signal(&driver)) {
        serial_cancel_producer_signal(&driver);
        notified(DRIVER);
    }
    return text;
}

static void one_client_is_passed_on_unchanged(void **state)
{
    (void)state;
    say(0, "prompt> ");
    say(0, "x");
    say(0, "y\nz\r\n\n\x01\x02");
    assert_string_equal(drive(), "prompt> xy\nz\r\n\n\x01\x02");
    assert_int_equal(fake_os.notified[DRIVER], 1 + 3);
}

static void start_is_announced(void **state)
{
    (void)state;
    stop();
    start(true, true);
    assert_string_equal(drive(),
            "Begin input\r\n"
            "\x1b[31m'client0' is client 0\r\n\x1b[0m"
            "\x1b[32m'client1' is client 1\r\n\x1b[0m"
            "\x1b[33m'client2' is client 2\r\n\x1b[0m"
            "\x1b[34m'client3' is client 3\r\n\x1b[0m");
    say(2, "hello\n");
    assert_string_equal(drive(), "\x1b[33mhello\n\x1b[0m");
}

/* A stands in the middle of a line when B speaks: B's line is whole, and in the end A's is. */
static void a_line_is_not_torn_by_another_clients(void **state)
{
    (void)state;
    say(0, "first half, ");
    say(1, "in between\n");
    say(0, "second half\n");
    assert_string_equal(drive(), "first half, \r\nin between\nfirst half, second half\n");
}

/* A new image says nothing of its own, knows whose line stands there, and passes on what nobody was told of. */
static void an_image_that_takes_over_goes_on_with_the_line(void **state)
{
    (void)state;
    stop();
    start(false, true);
    say(0, "first half, ");
    assert_string_equal(drive(), "Begin input\r\nfirst half, ");
    peer_write(&clients[1], "in between\n");
    reload_peer_takes_over = true;
    init();
    say(0, "second half\n");
    assert_string_equal(drive(), "\r\nin between\nfirst half, second half\n");
}

static void send_bytes(uint32_t client, const char *bytes, uint32_t size)
{
    assert_int_equal(serial_enqueue_batch(&clients[client], size, bytes), size);
    notified(CHANNEL(client));
}

/* A frame between two zeros is a line: in one piece it stands alone, cut off it is shown again. */
static void a_frame_of_a_binary_protocol_is_not_torn(void **state)
{
    static const char whole[] = "text\n\0frame\0more text\n";
    static const char resumed[] = "\0fra\r\nin between\n\0frame\0";
    char seen[64];

    (void)state;
    say(1, "text\n");
    send_bytes(0, "\0frame\0", 7);
    say(1, "more text\n");
    assert_int_equal(serial_dequeue_batch(&driver, sizeof(seen), seen), sizeof(whole) - 1);
    assert_memory_equal(seen, whole, sizeof(whole) - 1);

    send_bytes(0, "\0fra", 4);
    say(1, "in between\n");
    send_bytes(0, "me\0", 3);
    assert_int_equal(serial_dequeue_batch(&driver, sizeof(seen), seen), sizeof(resumed) - 1);
    assert_memory_equal(seen, resumed, sizeof(resumed) - 1);
}

/* Of more than a piece's bytes, one is cut at the end of a frame, not at a newline that is a byte of the next one. */
static void a_newline_inside_a_frame_ends_nothing(void **state)
{
    char frames[2 * 400], seen[1000];
    uint32_t between = strlen("in between\n");
    uint32_t length;

    (void)state;
    memset(frames, 'f', sizeof(frames));
    frames[0] = frames[399] = frames[400] = frames[799] = 0;
    frames[403] = '\n';
    peer_write(&clients[1], "in between\n");
    serial_enqueue_batch(&clients[0], sizeof(frames), frames);
    reload_peer_takes_over = true; /* then all who have written have their turns */
    init();
    length = serial_dequeue_batch(&driver, sizeof(seen), seen);
    assert_int_equal(length, 400 + between + 400);
    assert_memory_equal(seen, frames, 400);
    assert_memory_equal(seen + 400 + between, frames + 400, 400);
}

/* Whoever is in step with the zeros only half stays so until two stand in a row. */
static void zeros_in_a_row_all_open_a_frame(void **state)
{
    static const char stray[] = "text\0more\0\0fra\nme\0";
    char seen[100];

    (void)state;
    send_bytes(0, stray, sizeof(stray) - 1);
    say(1, "whole\n");
    send_bytes(0, "\0fra\n", 5);
    say(1, "whole\n");
    send_bytes(0, "me\0", 3);
    say(1, "next\n"); /* the frame was at its end */
    assert_int_equal(serial_dequeue_batch(&driver, sizeof(seen), seen), 18 + 6 + 5 + 2 + 6 + 8 + 5);
    assert_memory_equal(seen, stray, 18);
    assert_memory_equal(seen + 18, "whole\n\0fra\n\r\nwhole\n\0fra\nme\0next\n", 32);
}

static void three_unfinished_lines_all_end_whole(void **state)
{
    (void)state;
    say(0, "a1");
    say(1, "b1");
    say(2, "c1");
    say(0, "a2");
    say(1, "b2\n");
    say(0, "a3\n");
    say(2, "c2\n");
    assert_string_equal(drive(), "a1\r\nb1\r\nc1\r\na1a2\r\nb1b2\na1a2a3\nc1c2\n");
}

/* While the driver is busy everything waits with the clients; whole lines take turns after that. */
static void clients_take_turns_by_lines(void **state)
{
    static char line[LINE_WRITER_LINE_MAX];
    uint32_t seen[2] = { 0, 0 };
    char line_of[2] = { 'A', 'B' };

    (void)state;
    for (uint32_t client = 0; client < 2; client++) {
        memset(line, line_of[client], 300);
        line[300] = '\n';
        line[301] = '\0';
        for (int i = 0; i < 13; i++) {
            peer_write(&clients[client], line);
        }
    }
    notified(CHANNEL(0));
    notified(CHANNEL(1));
    assert_false(SHARED_LOAD(&driver.queue->producer_signalled)); /* there was more than room */

    while (seen[0] + seen[1] < 26) {
        const char *text = drive();

        assert_true(*text != '\0'); /* nothing is lost, nothing stalls */
        for (; *text != '\0'; text += 301) {
            uint32_t client = *text == 'B';

            memset(line, line_of[client], 300);
            assert_memory_equal(text, line, 301);
            seen[client]++;
            assert_in_range(seen[0] + 13 - seen[1], 0, 26);
        }
    }
    assert_int_equal(seen[0], 13);
    assert_int_equal(seen[1], 13);
}

/* The flooder fills everything; the other's line still comes after one piece of the flood. */
static void a_flood_delays_others_by_one_piece(void **state)
{
    static char flood[CAPACITY + 1];

    (void)state;
    memset(flood, 'x', CAPACITY);
    say(0, flood);
    assert_in_range(serial_queue_length(&driver), 1, LINE_WRITER_SHARE); /* the rest waits */
    peer_write(&clients[0], "yyyy");
    notified(CHANNEL(0));
    say(1, "urgent\n");
    drive();
    const char *text = drive();

    assert_non_null(strstr(text, "urgent\n"));
    assert_in_range(strstr(text, "urgent\n") - text, 0, LINE_WRITER_LINE_MAX + 2);
}

static void a_line_too_long_passes_too(void **state)
{
    static char text[3 * LINE_WRITER_LINE_MAX + 2];

    (void)state;
    memset(text, 'x', sizeof(text) - 2);
    text[sizeof(text) - 2] = '\n';
    say(0, text);
    assert_string_equal(drive(), text);
}

/* What is too long to be shown again is not, but the other's line is still whole. */
static void an_overlong_unfinished_line_is_not_shown_again(void **state)
{
    static char text[2 * LINE_WRITER_LINE_MAX];

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    say(0, text);
    drive();
    say(1, "whole\n");
    say(0, "end\n");
    say(0, "new");
    say(1, "whole\n");
    say(0, "\n");
    assert_string_equal(drive(), "\r\nwhole\nend\nnew\r\nwhole\nnew\n");
}

static void a_client_that_waits_for_room_is_told(void **state)
{
    (void)state;
    peer_write(&clients[0], "text\n");
    serial_request_producer_signal(&clients[0]);
    notified(CHANNEL(0));
    assert_int_equal(fake_os.notified[CHANNEL(0)], 1);
    say(0, "more\n");
    assert_int_equal(fake_os.notified[CHANNEL(0)], 1);
}

static void notifications_from_nowhere_are_ignored(void **state)
{
    (void)state;
    notified(40);
    notified(61);
    notified(200);
    notified(DRIVER);
    assert_int_equal(fake_os.notified[DRIVER], 1); /* only the one at the start */
}

static void a_client_with_corrupted_indices_is_cut_off_until_it_repairs_them(void **state)
{
    (void)state;
    uint32_t head = clients[0].queue->head;

    clients[0].queue->tail = head + CAPACITY + 1;
    notified(CHANNEL(0));
    say(1, "fine\n");
    assert_string_equal(drive(), "fine\n");
    clients[0].queue->tail = head;
    say(0, "back\n");
    assert_string_equal(drive(), "back\n");
}

/*
 * Client 0 writes anything into its indices, flag and data, between any two events; the driver reads a
 * random part. Client 1's numbered lines all arrive, whole and in order.
 */
static void a_hostile_client_does_not_hurt_the_other(void **state)
{
    static char seen[4000000];
    uint32_t sent = 0;
    size_t length = 0;
    char line[64];

    (void)state;
    srandom(3);
    for (int round = 0; round < 40000; round++) {
        clients[0].queue->tail = peer_hostile_index(clients[0].queue->head);
        if (random() % 4 == 0) {
            clients[0].queue->head = peer_hostile_index(clients[0].queue->tail);
        }
        clients[0].queue->producer_signalled = (uint32_t)random();
        clients[0].data_region[random() % CAPACITY] = (char)"\n\r\x1b#"[random() % 4];
        notified(CHANNEL(0));

        if (random() % 4 == 0) {
            sddf_snprintf(line, sizeof(line), "line %u of client 1\n", sent);
            uint32_t size = (uint32_t)strlen(line);

            if (serial_queue_free(&clients[1]) >= size) {
                serial_enqueue_batch(&clients[1], size, line);
                notified(CHANNEL(1));
                sent++;
            }
        }
        if (random() % 2 == 0) {
            uint32_t count = serial_dequeue_batch(
                    &driver, (uint32_t)random() % DRIVER_CAPACITY, seen + length);

            length += length < sizeof(seen) / 2 ? count : 0;
            if (serial_require_producer_signal(&driver)) {
                serial_cancel_producer_signal(&driver);
                notified(DRIVER);
            }
        }
        if (length >= sizeof(seen) / 2) {
            break;
        }
    }
    for (uint32_t i = 0; i < 4 * CLIENTS; i++) {
        uint32_t count = serial_dequeue_batch(&driver, DRIVER_CAPACITY, seen + length);

        length += count;
        notified(DRIVER);
    }

    const char *next = seen;

    assert_true(sent > 100);
    seen[length] = '\0';
    for (size_t i = 0; i < length; i++) {
        seen[i] = seen[i] == '\0' ? '0' : seen[i];
    }
    for (uint32_t i = 0; i < sent; i++) {
        sddf_snprintf(line, sizeof(line), "line %u of client 1\n", i);
        next = strstr(next, line);
        assert_non_null(next);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(one_client_is_passed_on_unchanged),
        TEST(start_is_announced),
        TEST(a_line_is_not_torn_by_another_clients),
        TEST(an_image_that_takes_over_goes_on_with_the_line),
        TEST(a_frame_of_a_binary_protocol_is_not_torn),
        TEST(a_newline_inside_a_frame_ends_nothing),
        TEST(zeros_in_a_row_all_open_a_frame),
        TEST(three_unfinished_lines_all_end_whole),
        TEST(clients_take_turns_by_lines),
        TEST(a_flood_delays_others_by_one_piece),
        TEST(a_line_too_long_passes_too),
        TEST(an_overlong_unfinished_line_is_not_shown_again),
        TEST(a_client_that_waits_for_room_is_told),
        TEST(notifications_from_nowhere_are_ignored),
        TEST(a_client_with_corrupted_indices_is_cut_off_until_it_repairs_them),
        TEST(a_hostile_client_does_not_hurt_the_other),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
