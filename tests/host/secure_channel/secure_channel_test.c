/* SPDX-License-Identifier: BSD-2-Clause */
/* The secure channel against itself, with somebody in between who changes what he likes. */
#include "monitor/secure_channel/secure_channel.h"

#include <string.h>

#include "tests/host/libsel4/cmocka_headers.h"

#define RECORDS 4

static const uint8_t good_key[SECURE_KEY_BYTES] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const uint8_t other_key[SECURE_KEY_BYTES] = { 1, 2, 3, 4, 5, 6, 7, 9 };

static struct secure_channel console;
static struct secure_channel target;

/* What came out of a channel. */
struct heard {
    size_t records;
    size_t length;
    uint8_t bytes[4 * SECURE_PLAIN_MAX];
};

static struct heard heard;

static void hear(void *context, const uint8_t *bytes, size_t length)
{
    struct heard *to = context;

    assert_true(to->length + length <= sizeof(to->bytes));
    memcpy(&to->bytes[to->length], bytes, length);
    to->length += length;
    to->records++;
}

static void fill(uint8_t *random, unsigned seed)
{
    for (unsigned i = 0; i < SECURE_RANDOM_BYTES; i++) {
        seed = seed * 1103515245 + 12345;
        random[i] = (uint8_t)(seed >> 16);
    }
}

static void begin(const uint8_t *console_key, const uint8_t *target_key, unsigned seed)
{
    uint8_t random[SECURE_RANDOM_BYTES];

    fill(random, seed);
    secure_channel_begin(&console, SECURE_INITIATOR, console_key, random);
    fill(random, seed + 1);
    secure_channel_begin(&target, SECURE_RESPONDER, target_key, random);
    memset(&heard, 0, sizeof(heard));
}

static bool give(struct secure_channel *to, const uint8_t *bytes, size_t length)
{
    return secure_channel_receive(to, bytes, length, hear, &heard);
}

/* One step of the handshake; `flip` >= 0: that byte is changed. */
static bool pass(struct secure_channel *from, struct secure_channel *to, int flip)
{
    uint8_t bytes[SECURE_SECOND_BYTES];
    size_t length = secure_channel_take_output(from, bytes);

    if (flip >= 0 && (size_t)flip < length) {
        bytes[flip] ^= 0x10;
    }
    return give(to, bytes, length);
}

static void shake_hands(unsigned seed)
{
    begin(good_key, good_key, seed);
    assert_true(pass(&target, &console, -1));
    assert_true(pass(&console, &target, -1));
    assert_true(secure_channel_is_ready(&target));
    assert_true(pass(&target, &console, -1));
    assert_true(secure_channel_is_ready(&console));
}

static size_t seal(struct secure_channel *from, const char *text, uint8_t *record)
{
    return secure_channel_seal(from, (const uint8_t *)text, strlen(text), record);
}

static void both_directions_work(void **state)
{
    uint8_t record[SECURE_RECORD_MAX];
    size_t length;

    (void)state;
    shake_hands(1);
    length = seal(&console, "request", record);
    assert_int_equal(length, 7 + SECURE_RECORD_MAX - SECURE_PLAIN_MAX);
    assert_null(memmem(record, length, "request", 7));
    assert_true(give(&target, record, length));
    length = seal(&target, "answer", record);
    assert_true(give(&console, record, length));
    assert_int_equal(heard.records, 2);
    assert_memory_equal(heard.bytes, "requestanswer", 13);
}

static void any_pieces_will_do(void **state)
{
    uint8_t bytes[3 * SECURE_RECORD_MAX];
    uint8_t plain[SECURE_PLAIN_MAX];
    size_t length = 0;

    (void)state;
    for (unsigned i = 0; i < sizeof(plain); i++) {
        plain[i] = (uint8_t)(i * 7);
    }
    shake_hands(2);
    length += secure_channel_seal(&console, plain, sizeof(plain), bytes);
    length += secure_channel_seal(&console, plain, 0, &bytes[length]);
    length += secure_channel_seal(&console, plain, 1, &bytes[length]);
    for (size_t i = 0; i < length; i++) {
        assert_true(give(&target, &bytes[i], 1));
    }
    assert_int_equal(heard.records, 3);
    assert_int_equal(heard.length, sizeof(plain) + 1);
    assert_memory_equal(heard.bytes, plain, sizeof(plain));
    assert_int_equal(secure_channel_seal(&console, plain, sizeof(plain) + 1, bytes), 0);
}

static void a_wrong_key_is_refused_by_the_target(void **state)
{
    (void)state;
    begin(other_key, good_key, 3);
    assert_true(pass(&target, &console, -1));
    assert_false(pass(&console, &target, -1));
    assert_int_equal(target.refusal, SECURE_BAD_HANDSHAKE);
    assert_int_equal(target.out_length, 0); /* and it says nothing */
}

/* Whoever answers without the key: a target that takes every first message. */
static void a_wrong_key_is_refused_by_the_console(void **state)
{
    uint8_t second[SECURE_SECOND_BYTES];

    (void)state;
    begin(good_key, good_key, 4);
    assert_true(pass(&target, &console, -1));
    for (unsigned i = 0; i < sizeof(second); i++) {
        second[i] = (uint8_t)(3 * i + 9);
    }
    assert_false(give(&console, second, sizeof(second)));
    assert_int_equal(console.refusal, SECURE_BAD_HANDSHAKE);
}

static void points_that_make_a_known_secret_are_refused(void **state)
{
    static const uint8_t zero[NOISE_POINT_BYTES];
    uint8_t shared[NOISE_KEY_BYTES];

    (void)state;
    assert_false(noise_agree(good_key, zero, shared));
}

static void anything_changed_in_the_handshake_is_refused(void **state)
{
    (void)state;
    for (int flip = 0; flip < SECURE_GREETING_BYTES; flip++) {
        begin(good_key, good_key, 5);
        if (pass(&target, &console, flip)) {
            assert_false(pass(&console, &target, -1));
            assert_int_equal(target.refusal, SECURE_BAD_HANDSHAKE);
        } else {
            assert_true(flip < 4);
            assert_int_equal(console.refusal, SECURE_NO_GREETING);
        }
    }
    for (int flip = 0; flip < SECURE_FIRST_BYTES; flip++) {
        begin(good_key, good_key, 6);
        assert_true(pass(&target, &console, -1));
        assert_false(pass(&console, &target, flip));
        assert_int_equal(target.refusal, SECURE_BAD_HANDSHAKE);
    }
    for (int flip = 0; flip < SECURE_SECOND_BYTES; flip++) {
        begin(good_key, good_key, 7);
        assert_true(pass(&target, &console, -1));
        assert_true(pass(&console, &target, -1));
        assert_false(pass(&target, &console, flip));
        assert_int_equal(console.refusal, SECURE_BAD_HANDSHAKE);
    }
}

/* The console's whole side of a good session, played again to the same target. */
static void a_replayed_session_is_refused(void **state)
{
    uint8_t first[SECURE_SECOND_BYTES];
    uint8_t record[SECURE_RECORD_MAX];
    uint8_t random[SECURE_RANDOM_BYTES];
    size_t first_length, record_length;

    (void)state;
    begin(good_key, good_key, 8);
    assert_true(pass(&target, &console, -1));
    first_length = secure_channel_take_output(&console, first);
    assert_true(give(&target, first, first_length));
    assert_true(pass(&target, &console, -1));
    record_length = seal(&console, "reboot", record);
    assert_true(give(&target, record, record_length));
    assert_int_equal(heard.records, 1);

    fill(random, 99);
    secure_channel_begin(&target, SECURE_RESPONDER, good_key, random);
    assert_false(give(&target, first, first_length));
    assert_false(give(&target, record, record_length));
    assert_int_equal(target.refusal, SECURE_BAD_HANDSHAKE);
    assert_int_equal(heard.records, 1);
}

/* Sends RECORDS records of the session `seed` into `bytes`; starts[i] is where each begins. */
static size_t make_records(unsigned seed, uint8_t *bytes, size_t starts[RECORDS + 1])
{
    char text[] = "record 0";

    shake_hands(seed);
    starts[0] = 0;
    for (unsigned i = 0; i < RECORDS; i++) {
        text[7] = (char)('0' + i);
        starts[i + 1] = starts[i] + seal(&console, text, &bytes[starts[i]]);
    }
    return starts[RECORDS];
}

static void a_bit_flipped_anywhere_ends_it(void **state)
{
    uint8_t bytes[RECORDS * 64];
    size_t starts[RECORDS + 1];
    size_t length = make_records(9, bytes, starts);
    struct secure_channel fresh = target;

    (void)state;
    for (size_t byte = 0; byte < length; byte++) {
        size_t record = 0;

        while (starts[record + 1] <= byte) {
            record++;
        }
        for (unsigned bit = 0; bit < 8; bit++) {
            target = fresh;
            memset(&heard, 0, sizeof(heard));
            bytes[byte] ^= (uint8_t)(1u << bit);
            /* A longer length waits for more, but not for ever. */
            assert_false(give(&target, bytes, length) && secure_channel_check(&target, 10, 5)
                    && secure_channel_check(&target, 15, 5));
            assert_true(target.refusal == SECURE_BAD_RECORD || target.refusal == SECURE_BAD_LENGTH
                    || target.refusal == SECURE_STALLED);
            assert_int_equal(heard.records, record); /* those before it, and nothing of it */
            bytes[byte] ^= (uint8_t)(1u << bit);
        }
    }
}

/* And whatever comes for it ends it earlier. */
static void a_record_that_has_become_longer_fails_when_it_is_full(void **state)
{
    uint8_t bytes[RECORDS * 64];
    size_t starts[RECORDS + 1];
    size_t length = make_records(20, bytes, starts);
    uint8_t more[SECURE_RECORD_MAX] = { 0 };

    (void)state;
    bytes[1] ^= 4;
    assert_true(give(&target, bytes, length));
    assert_false(give(&target, more, sizeof(more)));
    assert_int_equal(target.refusal, SECURE_BAD_RECORD);
    assert_int_equal(heard.records, 0);
}

static void a_slow_record_is_waited_for(void **state)
{
    uint8_t bytes[RECORDS * 64];
    size_t starts[RECORDS + 1];
    uint64_t now = 1000;

    (void)state;
    make_records(21, bytes, starts);
    assert_true(secure_channel_check(&target, now, 5)); /* silence between records is none in one */
    assert_true(secure_channel_check(&target, now + 100, 5));
    for (size_t i = 0; i < RECORDS; i++) {
        now += 100;
        assert_true(give(&target, &bytes[starts[i]], 1));
        assert_true(secure_channel_check(&target, now, 5));
        assert_true(give(&target, &bytes[starts[i] + 1], 4));
        assert_true(secure_channel_check(&target, now + 4, 5));
        assert_true(give(&target, &bytes[starts[i] + 5], starts[i + 1] - starts[i] - 5));
        assert_int_equal(heard.records, i + 1);
    }
    assert_true(give(&target, bytes, 1));
    assert_true(secure_channel_check(&target, now + 5, 5)); /* another record than before */
    assert_true(secure_channel_check(&target, now + 9, 5));
    assert_false(secure_channel_check(&target, now + 10, 5));
    assert_int_equal(target.refusal, SECURE_STALLED);
    assert_false(secure_channel_check(&target, now + 11, 5));
}

static void reordered_repeated_and_missing_records_end_it(void **state)
{
    static const unsigned orders[][RECORDS] = { { 1, 0, 2, 3 }, { 0, 0, 1, 2 }, { 0, 2, 1, 3 },
        { 0, 1, 3, 3 }, { 3, 2, 1, 0 } };
    uint8_t bytes[RECORDS * 64];
    size_t starts[RECORDS + 1];
    struct secure_channel fresh;

    (void)state;
    make_records(10, bytes, starts);
    fresh = target;
    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        bool good = true;
        size_t in_order = 0;

        target = fresh;
        memset(&heard, 0, sizeof(heard));
        while (in_order < RECORDS && orders[i][in_order] == in_order) {
            in_order++;
        }
        for (unsigned place = 0; place < RECORDS; place++) {
            unsigned record = orders[i][place];

            good = give(&target, &bytes[starts[record]], starts[record + 1] - starts[record]);
        }
        assert_false(good);
        assert_int_equal(target.refusal, SECURE_BAD_RECORD);
        assert_int_equal(heard.records, in_order);
    }
}

static void a_record_cut_short_is_not_passed_on(void **state)
{
    uint8_t bytes[RECORDS * 64];
    size_t starts[RECORDS + 1];
    struct secure_channel fresh;

    (void)state;
    make_records(11, bytes, starts);
    fresh = target;
    for (size_t length = 0; length < starts[1]; length++) {
        target = fresh;
        memset(&heard, 0, sizeof(heard));
        assert_true(give(&target, bytes, length));
        assert_int_equal(heard.records, 0);
        /* The rest of the connection is another record. */
        if (length > 0) {
            give(&target, &bytes[starts[1]], starts[RECORDS] - starts[1]);
            assert_int_equal(heard.records, 0);
        }
    }
}

static void what_one_side_sent_does_not_fool_it(void **state)
{
    uint8_t record[SECURE_RECORD_MAX];
    size_t length;

    (void)state;
    shake_hands(12);
    length = seal(&console, "mirror", record);
    assert_false(give(&console, record, length));
    assert_int_equal(console.refusal, SECURE_BAD_RECORD);
}

static void impossible_lengths_are_refused_at_once(void **state)
{
    static const uint8_t headers[][2] = { { 0, 0 }, { 15, 0 }, { 0x11, 0x08 }, { 0xff, 0xff } };

    (void)state;
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        shake_hands(13);
        assert_false(give(&target, headers[i], 2));
        assert_int_equal(target.refusal, SECURE_BAD_LENGTH);
    }
}

static void keys_change_on_the_way(void **state)
{
    uint8_t record[SECURE_RECORD_MAX];
    uint8_t before[NOISE_KEY_BYTES];

    (void)state;
    shake_hands(14);
    memcpy(before, console.sending.key, sizeof(before));
    for (unsigned i = 0; i < SECURE_REKEY_RECORDS + 2; i++) {
        assert_true(give(&target, record, seal(&console, "", record)));
    }
    assert_memory_not_equal(before, console.sending.key, sizeof(before));
    assert_memory_equal(console.sending.key, target.receiving.key, sizeof(before));
    assert_int_equal(heard.records, SECURE_REKEY_RECORDS + 2);
}

static void the_last_nonce_is_the_end(void **state)
{
    uint8_t record[SECURE_RECORD_MAX], unused[SECURE_RECORD_MAX];
    size_t length;

    (void)state;
    shake_hands(15);
    console.sending.nonce = target.receiving.nonce = UINT64_MAX - 1;
    length = seal(&console, "last", record);
    assert_true(length > 0 && give(&target, record, length));
    assert_int_equal(seal(&console, "one more", unused), 0);
    assert_int_equal(console.refusal, SECURE_EXHAUSTED);
    assert_false(give(&target, record, length));
}

static void who_comes_second_is_told_so(void **state)
{
    (void)state;
    begin(good_key, good_key, 16);
    target.busy = true;
    assert_true(pass(&target, &console, -1));
    assert_false(pass(&console, &target, -1));
    assert_false(pass(&target, &console, -1));
    assert_int_equal(console.refusal, SECURE_BUSY);

    begin(other_key, good_key, 17); /* but only who has the key */
    target.busy = true;
    assert_true(pass(&target, &console, -1));
    assert_false(pass(&console, &target, -1));
    assert_int_equal(target.out_length, 0);
}

static void another_protocol_is_seen_at_its_first_byte(void **state)
{
    (void)state;
    begin(good_key, good_key, 18);
    assert_false(give(&console, (const uint8_t *)"\0", 1));
    assert_int_equal(console.refusal, SECURE_NO_GREETING);
}

static void nothing_secret_is_left_after_the_end(void **state)
{
    const uint8_t *bytes = (const uint8_t *)&target;
    uint8_t key[NOISE_KEY_BYTES];

    (void)state;
    shake_hands(19);
    memcpy(key, target.sending.key, sizeof(key));
    assert_null(memmem(bytes, sizeof(target), good_key, sizeof(good_key)));
    secure_channel_end(&target);
    assert_null(memmem(bytes, sizeof(target), key, sizeof(key)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_work),
        cmocka_unit_test(any_pieces_will_do),
        cmocka_unit_test(a_wrong_key_is_refused_by_the_target),
        cmocka_unit_test(a_wrong_key_is_refused_by_the_console),
        cmocka_unit_test(points_that_make_a_known_secret_are_refused),
        cmocka_unit_test(anything_changed_in_the_handshake_is_refused),
        cmocka_unit_test(a_replayed_session_is_refused),
        cmocka_unit_test(a_bit_flipped_anywhere_ends_it),
        cmocka_unit_test(a_record_that_has_become_longer_fails_when_it_is_full),
        cmocka_unit_test(a_slow_record_is_waited_for),
        cmocka_unit_test(reordered_repeated_and_missing_records_end_it),
        cmocka_unit_test(a_record_cut_short_is_not_passed_on),
        cmocka_unit_test(what_one_side_sent_does_not_fool_it),
        cmocka_unit_test(impossible_lengths_are_refused_at_once),
        cmocka_unit_test(keys_change_on_the_way),
        cmocka_unit_test(the_last_nonce_is_the_end),
        cmocka_unit_test(who_comes_second_is_told_so),
        cmocka_unit_test(another_protocol_is_seen_at_its_first_byte),
        cmocka_unit_test(nothing_secret_is_left_after_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
