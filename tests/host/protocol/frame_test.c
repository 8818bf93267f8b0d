/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames on a line that loses, changes and adds bytes, and that carries text as well. */
#include "monitor/protocol/frame.h"

#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/crc32c.h"
#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/protocol/fill.h"

/* What a receiver passed on. */
struct received {
    size_t frames;
    struct {
        uint8_t channel;
        uint16_t sequence;
        size_t length;
        uint8_t payload[FRAME_PAYLOAD_MAX];
    } frame[8];
    char text[16384];
    size_t text_length;
};

static struct received received;
static struct frame_receiver receiver;

static void take_frame(void *context, const struct frame *frame)
{
    struct received *all = context;

    if (all->frames < 8) {
        all->frame[all->frames].channel = frame->channel;
        all->frame[all->frames].sequence = frame->sequence;
        all->frame[all->frames].length = frame->length;
        memcpy(all->frame[all->frames].payload, frame->payload, frame->length);
    }
    all->frames++;
}

static void take_text(void *context, const char *text, size_t length)
{
    struct received *all = context;

    assert_true(all->text_length + length < sizeof(all->text));
    memcpy(all->text + all->text_length, text, length);
    all->text_length += length;
    all->text[all->text_length] = '\0';
}

static const struct frame_sink sink = { &received, take_frame, take_text };

static int reset(void **state)
{
    (void)state;
    memset(&received, 0, sizeof(received));
    memset(&receiver, 0, sizeof(receiver));
    return 0;
}

static void push(const void *bytes, size_t length)
{
    frame_receiver_push(&receiver, bytes, length, &sink);
}

static void push_text(const char *text)
{
    push(text, strlen(text));
}

static size_t make_frame(uint16_t sequence, size_t length, uint8_t *wire)
{
    uint8_t payload[FRAME_PAYLOAD_MAX];
    uint64_t random = sequence + 1u;

    for (size_t i = 0; i < length; i++) {
        payload[i] = (uint8_t)(i % 3 == 0 ? 0 : fill_next(&random));
    }
    return frame_encode(CHANNEL_INSPECT, sequence, payload, length, wire);
}

static void the_check_sum_is_crc_32c(void **state)
{
    static const uint8_t zeros[32];

    (void)state;
    assert_int_equal(0xe3069283, crc32c_add(0, (const uint8_t *)"123456789", 9));
    assert_int_equal(0x8a9136aa, crc32c_add(0, zeros, sizeof(zeros)));
    assert_int_equal(0xe3069283,
            crc32c_add(crc32c_add(0, (const uint8_t *)"1234", 4), (const uint8_t *)"56789", 5));
}

static void stuffing_comes_back_and_has_no_zero(void **state)
{
    uint8_t in[1100], out[COBS_ENCODED_MAX(1100)], back[COBS_ENCODED_MAX(1100)];
    struct cobs_writer writer;
    uint64_t random = 9;

    (void)state;
    for (size_t length = 0; length < sizeof(in); length++) {
        for (unsigned kind = 0; kind < 3; kind++) {
            size_t encoded;

            for (size_t i = 0; i < length; i++) {
                in[i] = kind == 0 ? 0 : kind == 1 ? 0xff : (uint8_t)(fill_next(&random) % 4);
            }
            cobs_begin(&writer, out);
            cobs_add(&writer, in, length / 2);
            cobs_add(&writer, in + length / 2, length - length / 2);
            encoded = cobs_end(&writer);
            assert_in_range(encoded, 1, COBS_ENCODED_MAX(length));
            assert_null(memchr(out, 0, encoded));
            assert_int_equal(length, cobs_decode(out, encoded, back));
            assert_memory_equal(in, back, length);
            assert_int_equal(length, cobs_decode(out, encoded, out)); /* in place */
        }
    }
    assert_int_equal(COBS_INVALID, cobs_decode((const uint8_t *)"", 0, back));
    assert_int_equal(COBS_INVALID, cobs_decode((const uint8_t *)"\x05xx", 3, back));
    assert_int_equal(COBS_INVALID, cobs_decode((const uint8_t *)"\x03x\0", 3, back));
    assert_int_equal(COBS_INVALID, cobs_decode((const uint8_t *)"\x01\0", 2, back));
}

static void a_frame_of_each_length_arrives(void **state)
{
    uint8_t wire[FRAME_WIRE_MAX];

    for (size_t length = 0; length <= FRAME_PAYLOAD_MAX; length += length < 300 ? 1 : 97) {
        size_t bytes = make_frame((uint16_t)length, length, wire);

        reset(state);
        assert_in_range(bytes, 9, FRAME_WIRE_MAX);
        for (size_t i = 0; i < bytes; i++) {
            push(&wire[i], 1);
        }
        assert_int_equal(1, received.frames);
        assert_int_equal(CHANNEL_INSPECT, received.frame[0].channel);
        assert_int_equal(length, received.frame[0].sequence);
        assert_int_equal(length, received.frame[0].length);
        assert_int_equal(0, received.text_length);
        assert_int_equal(0, receiver.statistics.damaged);
    }
    assert_int_equal(0, frame_encode(CHANNEL_LOG, 0, wire, FRAME_PAYLOAD_MAX + 1, wire));
    assert_int_equal(0, frame_encode((enum frame_channel)FRAME_CHANNELS, 0, wire, 1, wire));
}

/* Three frames with text between; `change` is applied to one byte. */
static size_t make_stream(uint8_t *wire, size_t *second, size_t *third)
{
    size_t length = make_frame(0, 40, wire);

    memcpy(wire + length, "hello\n", 6);
    length += 6;
    *second = length;
    length += make_frame(1, 300, wire + length);
    *third = length;
    length += make_frame(2, 40, wire + length);
    return length;
}

static void a_lost_byte_costs_one_frame(void **state)
{
    uint8_t wire[3 * FRAME_WIRE_MAX];
    size_t second, third, length = make_stream(wire, &second, &third);

    for (size_t lost = 0; lost < length; lost++) {
        reset(state);
        push(wire, lost);
        push(wire + lost + 1, length - lost - 1);
        assert_in_range(received.frames, 2, 3);
        assert_in_range(receiver.statistics.damaged + receiver.statistics.lost, 0, 2);
        if (lost > second && lost < third - 1) {
            assert_int_equal(2, received.frames);
            assert_int_equal(0, received.frame[0].sequence);
            assert_int_equal(2, received.frame[1].sequence);
            assert_int_equal(1, receiver.statistics.lost);
            assert_string_equal("hello\n", received.text);
        }
    }
}

static void a_changed_byte_costs_no_more_than_the_frames_it_touches(void **state)
{
    uint8_t wire[3 * FRAME_WIRE_MAX];
    size_t second, third, length = make_stream(wire, &second, &third);

    for (size_t at = 0; at < length; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            reset(state);
            wire[at] ^= (uint8_t)(1 << bit);
            push(wire, length);
            wire[at] ^= (uint8_t)(1 << bit);
            assert_in_range(received.frames, 2, 3);
            for (size_t i = 0; i < received.frames; i++) {
                assert_in_range(received.frame[i].sequence, 0, 2);
            }
        }
    }
}

static void text_between_frames_stays_text(void **state)
{
    uint8_t wire[FRAME_WIRE_MAX];
    size_t length = make_frame(0, 20, wire);

    (void)state;
    push_text("Booting\r\n\n\x1b[31mred\x1b[0m gr\xc3\xbc\xc3\x9f\n");
    assert_string_equal("Booting\r\n\n\x1b[31mred\x1b[0m gr\xc3\xbc\xc3\x9f\n", received.text);
    push_text("no end of line");
    push(wire, length);
    push_text("> ");
    push(wire, length);
    assert_string_equal(
            "Booting\r\n\n\x1b[31mred\x1b[0m gr\xc3\xbc\xc3\x9f\nno end of line> ", received.text);
    assert_int_equal(2, received.frames);
    assert_int_equal(0, receiver.statistics.damaged);
}

/* A kernel's last words must not wait for a frame that never comes. */
static void text_is_passed_on_when_the_line_is_idle(void **state)
{
    uint8_t wire[FRAME_WIRE_MAX];
    size_t length = make_frame(0, 200, wire);

    (void)state;
    push_text("login: ");
    assert_int_equal(0, received.text_length);
    frame_receiver_idle(&receiver, false, &sink);
    assert_string_equal("login: ", received.text);

    push(wire, length / 2);
    push_text("\r\nKERNEL PANIC: assertion failed, caught in the middle of a frame\r\n");
    frame_receiver_idle(&receiver, false, &sink); /* the frame may still come */
    assert_null(strstr(received.text, "PANIC"));
    frame_receiver_idle(&receiver, true, &sink);
    assert_non_null(strstr(received.text, "KERNEL PANIC: assertion failed, caught in"));
    assert_int_equal(1, receiver.statistics.damaged);
    push(wire, length);
    assert_int_equal(1, received.frames);
}

static void a_pause_inside_a_frame_does_not_cost_it(void **state)
{
    uint8_t wire[FRAME_WIRE_MAX];
    size_t length = make_frame(0, 200, wire);

    (void)state;
    push(wire, 100);
    frame_receiver_idle(&receiver, false, &sink);
    push(wire + 100, length - 100);
    assert_int_equal(1, received.frames);
}

/* A block of nine bytes begins with the code 10, which is also the end of a line. */
static void a_frame_that_begins_like_an_end_of_line_arrives(void **state)
{
    uint8_t payload[12] = "abcdef\0gh";
    uint8_t wire[FRAME_WIRE_MAX];
    size_t length = frame_encode(CHANNEL_INSPECT, 0x0101, payload, sizeof(payload), wire);

    (void)state;
    assert_int_equal('\n', wire[1]);
    push(wire, length);
    assert_int_equal(1, received.frames);
    assert_int_equal(0, received.text_length);
}

static void text_of_any_length_comes_through(void **state)
{
    (void)state;
    for (int i = 0; i < 3 * (int)FRAME_WIRE_MAX; i++) {
        push_text("x");
    }
    frame_receiver_idle(&receiver, false, &sink);
    assert_int_equal(3 * FRAME_WIRE_MAX, received.text_length);
}

static void a_gap_in_the_sequence_is_counted(void **state)
{
    static const uint16_t sequences[] = { 65530, 65531, 3, 4, 5 };
    uint8_t wire[FRAME_WIRE_MAX];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        push(wire, make_frame(sequences[i], 10, wire));
    }
    assert_int_equal(7, receiver.statistics.lost);
    assert_int_equal(0, receiver.statistics.reordered);
    assert_int_equal(5, receiver.statistics.frames);
}

static void a_replayed_frame_does_not_disturb_the_count(void **state)
{
    static const uint16_t sequences[] = { 100, 101, 102, 50, 103, 104 };
    uint8_t wire[FRAME_WIRE_MAX];

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        push(wire, make_frame(sequences[i], 10, wire));
    }
    assert_int_equal(0, receiver.statistics.lost);
    assert_int_equal(1, receiver.statistics.reordered);
}

static void a_sender_that_starts_anew_is_followed(void **state)
{
    static const uint16_t sequences[] = { 1000, 1001, 0, 1, 2, 5 };
    uint8_t wire[FRAME_WIRE_MAX];

    (void)state;
    for (size_t i = 0; i < 6; i++) {
        push(wire, make_frame(sequences[i], 10, wire));
    }
    assert_int_equal(2, receiver.statistics.lost); /* 3 and 4 */
    assert_int_equal(1, receiver.statistics.reordered);
}

/* After whatever noise, the second frame at the latest is understood. */
static void noise_does_not_stop_the_receiver(void **state)
{
    uint8_t wire[FRAME_WIRE_MAX], noise[5000];
    uint64_t random = 77;

    for (int round = 0; round < 300; round++) {
        size_t length = fill_next(&random) % sizeof(noise);

        reset(state);
        for (size_t i = 0; i < length; i++) {
            noise[i] = (uint8_t)fill_next(&random);
        }
        push(noise, length);
        received.frames = 0;
        received.text_length = 0;
        push(wire, make_frame(1, 30, wire));
        push(wire, make_frame(2, 30, wire));
        assert_int_equal(2, received.frames);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_sum_is_crc_32c),
        cmocka_unit_test(stuffing_comes_back_and_has_no_zero),
        cmocka_unit_test(a_frame_of_each_length_arrives),
        cmocka_unit_test(a_lost_byte_costs_one_frame),
        cmocka_unit_test(a_changed_byte_costs_no_more_than_the_frames_it_touches),
        cmocka_unit_test_setup(text_between_frames_stays_text, reset),
        cmocka_unit_test_setup(text_is_passed_on_when_the_line_is_idle, reset),
        cmocka_unit_test_setup(a_pause_inside_a_frame_does_not_cost_it, reset),
        cmocka_unit_test_setup(a_frame_that_begins_like_an_end_of_line_arrives, reset),
        cmocka_unit_test_setup(text_of_any_length_comes_through, reset),
        cmocka_unit_test_setup(a_gap_in_the_sequence_is_counted, reset),
        cmocka_unit_test_setup(a_replayed_frame_does_not_disturb_the_count, reset),
        cmocka_unit_test_setup(a_sender_that_starts_anew_is_followed, reset),
        cmocka_unit_test(noise_does_not_stop_the_receiver),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
