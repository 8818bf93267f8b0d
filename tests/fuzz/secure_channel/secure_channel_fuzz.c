/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both sides of the secure channel with bytes of anybody's. The first byte says who listens and how far
 * the connection is; the next ones are cut into pieces. Whoever is fed must never pass on anything that
 * the other side has not sealed: here the other side seals nothing but zeros.
 */
#include "monitor/secure_channel/secure_channel.h"

#include <stdlib.h>
#include <string.h>

#define CONSOLE_LISTENS 1
#define AFTER_HANDSHAKE 2
#define GOOD_RECORD     4 /* a good one goes before, in the middle of the bytes */

static struct secure_channel console;
static struct secure_channel target;
static size_t good;

static void hear(void *context, const uint8_t *bytes, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0) {
            abort();
        }
    }
    if (good == 0) {
        abort(); /* nobody has sealed anything */
    }
    good--;
}

static void pass(struct secure_channel *from, struct secure_channel *to)
{
    uint8_t bytes[SECURE_SECOND_BYTES];
    size_t length = secure_channel_take_output(from, bytes);

    secure_channel_receive(to, bytes, length, hear, NULL);
}

static void begin(bool handshake)
{
    static struct secure_channel ready[2];
    static bool made;
    uint8_t key[SECURE_KEY_BYTES] = { 7 };
    uint8_t random[SECURE_RANDOM_BYTES] = { 1 };

    if (handshake && made) { /* points are costly */
        console = ready[0];
        target = ready[1];
        return;
    }
    secure_channel_begin(&console, SECURE_INITIATOR, key, random);
    random[0] = 2;
    secure_channel_begin(&target, SECURE_RESPONDER, key, random);
    if (handshake) {
        pass(&target, &console);
        pass(&console, &target);
        pass(&target, &console);
        ready[0] = console;
        ready[1] = target;
        made = true;
    }
}

static void give_good_record(struct secure_channel *from, struct secure_channel *to)
{
    static const uint8_t zeros[100];
    uint8_t record[SECURE_RECORD_MAX];
    size_t length = secure_channel_seal(from, zeros, sizeof(zeros), record);

    good += length > 0;
    secure_channel_receive(to, record, length, hear, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool console_listens;
    struct secure_channel *from, *to;
    size_t piece;
    uint8_t out[SECURE_SECOND_BYTES];

    if (size < 2) {
        return 0;
    }
    console_listens = data[0] & CONSOLE_LISTENS;
    from = console_listens ? &target : &console;
    to = console_listens ? &console : &target;
    good = 0;
    begin(data[0] & AFTER_HANDSHAKE);
    piece = (size_t)data[1] + 1;
    if (data[0] & GOOD_RECORD) {
        give_good_record(from, to);
    }
    for (size_t at = 2; at < size; at += piece) {
        size_t length = size - at < piece ? size - at : piece;

        secure_channel_receive(to, &data[at], length, hear, NULL);
        secure_channel_take_output(to, out);
    }
    return 0;
}
