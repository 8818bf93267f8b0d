/* SPDX-License-Identifier: BSD-2-Clause */
/* Every message of the table: there and back, cut, stretched, and beyond its limits. */
#include <stdlib.h>
#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"
#include "tests/host/protocol/fill.h"

#define ROUNDS 200

static struct protocol_message message, decoded;
static uint8_t bytes[FRAME_PAYLOAD_MAX + 64];

static enum protocol_decoding decode(const struct protocol_type_info *info, size_t length)
{
    /* A copy of just that size, so that the address sanitizer sees a byte too far. */
    uint8_t *copy = malloc(length > 0 ? length : 1);
    enum protocol_decoding result;

    memcpy(copy, bytes, length);
    memset(&decoded, 0, sizeof(decoded));
    result = protocol_decode((enum frame_channel)info->channel, copy, length, &decoded, NULL);
    free(copy);
    return result;
}

static void each_message_comes_back_as_it_went(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (size_t i = 0; i < protocol_type_count; i++) {
        for (int round = 0; round < ROUNDS; round++) {
            enum fill how = round == 0 ? FILL_EMPTY : round == 1 ? FILL_LARGEST : FILL_RANDOM;
            size_t length;

            fill_message(&message, &protocol_types[i], how, &random);
            length = protocol_encode(&message, bytes, sizeof(bytes));
            assert_true(length > 0);
            assert_int_equal(PROTOCOL_DECODED, decode(&protocol_types[i], length));
            assert_memory_equal(&message, &decoded, sizeof(message));
        }
    }
}

/* Whoever fills a message within the table's limits can also send it. */
static void the_largest_of_each_message_fits_into_a_frame(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (size_t i = 0; i < protocol_type_count; i++) {
        fill_message(&message, &protocol_types[i], FILL_LARGEST, &random);
        assert_in_range(protocol_encode(&message, bytes, sizeof(bytes)), 1, FRAME_PAYLOAD_MAX);
    }
}

static void each_truncation_is_seen(void **state)
{
    uint64_t random = 2;

    (void)state;
    for (size_t i = 0; i < protocol_type_count; i++) {
        for (int round = 0; round < 4; round++) {
            size_t length;

            fill_message(
                    &message, &protocol_types[i], round == 0 ? FILL_LARGEST : FILL_RANDOM, &random);
            length = protocol_encode(&message, bytes, sizeof(bytes));
            for (size_t cut = 0; cut < length; cut++) {
                assert_int_equal(PROTOCOL_CUT_OFF, decode(&protocol_types[i], cut));
            }
            bytes[length] = 0;
            assert_int_equal(PROTOCOL_LEFT_OVER, decode(&protocol_types[i], length + 1));
        }
    }
}

static void a_message_that_does_not_fit_is_not_written(void **state)
{
    uint64_t random = 3;

    (void)state;
    for (size_t i = 0; i < protocol_type_count; i++) {
        size_t length;

        fill_message(&message, &protocol_types[i], FILL_LARGEST, &random);
        length = protocol_encode(&message, bytes, sizeof(bytes));
        for (size_t room = 0; room < length; room++) {
            uint8_t *out = malloc(room > 0 ? room : 1);

            assert_int_equal(0, protocol_encode(&message, out, room));
            free(out);
        }
    }
}

/* A value or count beyond the limit is neither sent nor taken from the wire. */
static void limits_hold_in_both_directions(void **state)
{
    static const uint8_t too_many_windows[] = { MESSAGE_WINDOW_LIST, 0, 1, 0,
        PROTOCOL_WINDOWS_PER_LIST + 1 };
    static const uint8_t too_much_memory[] = { MESSAGE_READ_MEMORY_REPLY, 0, 0, 0x81, 0x0c };

    (void)state;
    memset(&message, 0, sizeof(message));
    message.type = MESSAGE_PD_REPORT;
    message.pd_report.key = 2;
    assert_int_equal(0, protocol_encode(&message, bytes, sizeof(bytes)));
    message.pd_report.key = 1;
    message.pd_report.samples.count = PROTOCOL_PD_SAMPLES_MAX + 1;
    assert_int_equal(0, protocol_encode(&message, bytes, sizeof(bytes)));
    message.type = MESSAGE_RAW_TEXT;
    message.raw_text.text.length = PROTOCOL_TEXT_MAX + 1;
    assert_int_equal(0, protocol_encode(&message, bytes, sizeof(bytes)));

    memcpy(bytes, too_many_windows, sizeof(too_many_windows));
    assert_int_equal(PROTOCOL_OVER_LIMIT,
            decode(protocol_find_type(MESSAGE_WINDOW_LIST), sizeof(too_many_windows)));
    assert_int_equal(0, decoded.window_list.windows.count);
    memcpy(bytes, too_much_memory, sizeof(too_much_memory));
    assert_int_equal(PROTOCOL_OVER_LIMIT,
            decode(protocol_find_type(MESSAGE_READ_MEMORY_REPLY), sizeof(too_much_memory)));
    assert_int_equal(0, decoded.read_memory_reply.data.length);
}

static void a_number_has_one_form_and_64_bits(void **state)
{
    static const struct {
        uint8_t bytes[16];
        size_t length;
        enum protocol_decoding result;
    } cases[] = {
        { { MESSAGE_LINK_REQUEST, 0, 0x00 }, 3, PROTOCOL_DECODED },
        { { MESSAGE_LINK_REQUEST, 0, 0x80, 0x00 }, 4, PROTOCOL_BAD_NUMBER },
        { { MESSAGE_LINK_REQUEST, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1 }, 12,
                PROTOCOL_DECODED },
        { { MESSAGE_LINK_REQUEST, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2 }, 12,
                PROTOCOL_BAD_NUMBER },
        { { MESSAGE_LINK_REQUEST, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x81 },
                12, PROTOCOL_BAD_NUMBER },
        { { MESSAGE_LINK_REQUEST | 0x80, 0, 0, 0 }, 4, PROTOCOL_BAD_NUMBER },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        memcpy(bytes, cases[i].bytes, sizeof(cases[i].bytes));
        assert_int_equal(
                cases[i].result, decode(protocol_find_type(MESSAGE_LINK_REQUEST), cases[i].length));
    }
}

static void unknown_types_and_wrong_channels_are_told_apart(void **state)
{
    static const uint8_t unknown[] = { 0xff, 0x7f, 5 };
    static const uint8_t hello[] = { MESSAGE_HELLO_REQUEST, 7, 1, 0 };

    (void)state;
    assert_int_equal(PROTOCOL_UNKNOWN_TYPE,
            protocol_decode(CHANNEL_INSPECT, unknown, sizeof(unknown), &decoded, NULL));
    assert_int_equal(0x3fff, decoded.type);
    assert_int_equal(5, decoded.number); /* so that an error reply can name it */
    assert_int_equal(PROTOCOL_WRONG_CHANNEL,
            protocol_decode(CHANNEL_LOG, hello, sizeof(hello), &decoded, NULL));
    assert_int_equal(7, decoded.number);
    assert_int_equal(0, protocol_encode(&(struct protocol_message){ .type = 77 }, bytes, 64));
}

/* A newer target may count more; what this side does not know it skips. */
static void unknown_counters_are_skipped(void **state)
{
    static const uint8_t report[] = { MESSAGE_LINK_REPORT, 0, 1, 2, 0x81, 0x80, 0x80, 0x80, 0x08,
        42, 99 };

    (void)state;
    assert_int_equal(PROTOCOL_DECODED,
            protocol_decode(CHANNEL_INSPECT, report, sizeof(report), &decoded, NULL));
    assert_int_equal(1, decoded.link_report.counters.present);
    assert_int_equal(42, decoded.link_report.counters.at[0]);
}

/* What decodes is what the encoder would have written: there is one form of each message. */
static void garbage_is_refused_or_canonical(void **state)
{
    uint64_t random = 4;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        const struct protocol_type_info *info =
                &protocol_types[fill_next(&random) % protocol_type_count];
        size_t length = fill_next(&random) % 40 + 2;

        for (size_t i = 0; i < length; i++) {
            bytes[i] = (uint8_t)(fill_next(&random) % (round % 2 ? 256 : 8));
        }
        bytes[0] = (uint8_t)info->type;
        if (decode(info, length) == PROTOCOL_DECODED) {
            uint8_t again[sizeof(bytes)];
            size_t again_length = protocol_encode(&decoded, again, sizeof(again));

            assert_true(again_length > 0 && again_length <= length);
        }
    }
}

static void the_table_is_consistent(void **state)
{
    (void)state;
    for (size_t i = 0; i < protocol_type_count; i++) {
        assert_true(protocol_types[i].channel < FRAME_CHANNELS);
        assert_ptr_equal(&protocol_types[i], protocol_find_type(protocol_types[i].type));
        assert_int_equal(protocol_types[i].channel, protocol_channel(protocol_types[i].type));
        assert_non_null(protocol_type_name(protocol_types[i].type));
    }
    assert_int_equal(-1, protocol_channel(0));
    assert_null(protocol_type_name(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_message_comes_back_as_it_went),
        cmocka_unit_test(the_largest_of_each_message_fits_into_a_frame),
        cmocka_unit_test(each_truncation_is_seen),
        cmocka_unit_test(a_message_that_does_not_fit_is_not_written),
        cmocka_unit_test(limits_hold_in_both_directions),
        cmocka_unit_test(a_number_has_one_form_and_64_bits),
        cmocka_unit_test(unknown_types_and_wrong_channels_are_told_apart),
        cmocka_unit_test(unknown_counters_are_skipped),
        cmocka_unit_test(garbage_is_refused_or_canonical),
        cmocka_unit_test(the_table_is_consistent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
