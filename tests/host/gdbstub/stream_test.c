/* SPDX-License-Identifier: BSD-2-Clause */
/* Two ends of a session over a line that loses, repeats and holds up frames: every byte arrives once. */
#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/gdb_stream.h"
#include "tests/host/libsel4/cmocka_headers.h"

#define AMOUNT   100000
#define PIECE    470
#define HELD_MAX 8
#define STEP_MS  20
#define STEPS    200000 /* far more than it takes */

struct held {
    uint8_t payload[GDB_FRAME_HEADER_BYTES + PIECE];
    size_t length;
};

struct end {
    struct gdb_stream stream;
    uint8_t out[AMOUNT];
    uint8_t in[AMOUNT];
    size_t in_length;
    struct held line[HELD_MAX]; /* on its way to the other end */
    size_t held;
};

static struct end ends[2];
static uint32_t chance;

/* One of `of`; always the same sequence. */
static bool happens(unsigned of)
{
    chance = chance * 1664525 + 1013904223;
    return of != 0 && (chance >> 16) % of == 0;
}

static void send(struct end *end, size_t length, uint64_t now, unsigned lost, unsigned repeated)
{
    struct gdb_frame frame = { .kind = GDB_FRAME_DATA, .session = 1, .generation = 7 };
    struct held *held = &end->line[end->held];
    size_t at = end->stream.sent;

    gdb_stream_send(&end->stream, &frame, length, now);
    gdb_frame_write_header(&frame, held->payload);
    memcpy(held->payload + GDB_FRAME_HEADER_BYTES, end->out + at, length);
    held->length = GDB_FRAME_HEADER_BYTES + length;
    if (!happens(lost)) {
        end->held++;
        if (end->held < HELD_MAX && happens(repeated)) {
            end->line[end->held] = *held;
            end->held++;
        }
    }
}

static void receive(struct end *end, struct end *from, uint64_t now)
{
    for (size_t i = 0; i < from->held; i++) {
        struct gdb_frame frame;

        assert_true(gdb_frame_read(from->line[i].payload, from->line[i].length, &frame));
        assert_int_equal(frame.session, 1);
        assert_int_equal(frame.generation, 7);
        gdb_stream_take(&end->stream, &frame, now);
        assert_true(end->in_length + frame.length <= AMOUNT);
        memcpy(end->in + end->in_length, frame.bytes, frame.length);
        end->in_length += frame.length;
    }
    from->held = 0;
}

static void turn(struct end *end, uint64_t now, unsigned lost, unsigned repeated)
{
    gdb_stream_resend_if_due(&end->stream, now, 0);
    while (end->held < HELD_MAX - 1 && end->stream.sent < AMOUNT) {
        size_t left = AMOUNT - end->stream.sent;

        send(end, left < PIECE ? left : PIECE, now, lost, repeated);
    }
    if (end->stream.must_acknowledge && end->held < HELD_MAX) {
        send(end, 0, now, lost, 0);
    }
}

static void run(unsigned lost, unsigned repeated)
{
    uint64_t now = 1000;

    memset(ends, 0, sizeof(ends));
    chance = 1;
    for (size_t i = 0; i < AMOUNT; i++) {
        ends[0].out[i] = (uint8_t)(i * 7 + i / 251);
        ends[1].out[i] = (uint8_t)(i * 13 + i / 241);
    }
    for (unsigned i = 0;
            i < STEPS && ends[0].stream.acknowledged + ends[1].stream.acknowledged < 2 * AMOUNT;
            i++, now += STEP_MS) {
        turn(&ends[0], now, lost, repeated);
        receive(&ends[1], &ends[0], now);
        turn(&ends[1], now, lost, repeated);
        receive(&ends[0], &ends[1], now);
    }
    assert_int_equal(ends[0].in_length, AMOUNT);
    assert_int_equal(ends[1].in_length, AMOUNT);
    assert_memory_equal(ends[0].in, ends[1].out, AMOUNT);
    assert_memory_equal(ends[1].in, ends[0].out, AMOUNT);
}

static void a_good_line_carries_everything_once(void **state)
{
    (void)state;
    run(0, 0);
    assert_int_equal(ends[0].stream.resent + ends[1].stream.resent, 0);
}

static void what_is_lost_is_sent_again(void **state)
{
    (void)state;
    run(10, 0);
    assert_true(ends[0].stream.resent > 0 && ends[1].stream.resent > 0);
    run(3, 0);
}

static void what_comes_twice_is_taken_once(void **state)
{
    (void)state;
    run(0, 3);
    run(5, 3);
}

static void nonsense_is_not_believed(void **state)
{
    struct gdb_stream stream = { .sent = 100, .acknowledged = 50, .received = 30 };
    struct gdb_frame frame = { .offset = 29, .acknowledged = 101, .length = 1 };

    (void)state;
    assert_int_equal(gdb_stream_take(&stream, &frame, 0), 0);
    assert_int_equal(frame.length, 0);
    assert_int_equal(stream.acknowledged, 50);
    frame = (struct gdb_frame){ .offset = 31, .acknowledged = 49, .length = 10 };
    assert_int_equal(gdb_stream_take(&stream, &frame, 0), 0);
    assert_int_equal(frame.length, 0);
    assert_int_equal(stream.received, 30);
    assert_false(gdb_frame_read((const uint8_t *)"123456789", 9, &frame));
}

static void a_slow_line_is_given_time(void **state)
{
    struct gdb_stream stream = { .sent = 1000 };

    (void)state;
    assert_false(gdb_stream_resend_if_due(&stream, GDB_STREAM_RESEND_MS + 100, 1000));
    assert_true(gdb_stream_resend_if_due(&stream, GDB_STREAM_RESEND_MS + 2000, 1000));
    assert_int_equal(stream.sent, 0);
    assert_false(gdb_stream_resend_if_due(&stream, 100000, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_line_carries_everything_once),
        cmocka_unit_test(what_is_lost_is_sent_again),
        cmocka_unit_test(what_comes_twice_is_taken_once),
        cmocka_unit_test(nonsense_is_not_believed),
        cmocka_unit_test(a_slow_line_is_given_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
