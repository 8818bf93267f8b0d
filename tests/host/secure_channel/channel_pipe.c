/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One side of a secure channel on standard input and output, for a peer of another implementation:
 *
 *   secure-channel-pipe initiator|responder KEY RANDOM      (64 and 128 hexadecimal digits)
 *
 * Sends back what it receives, each record as one. Ends at the end of its input; exit status 1 if the
 * channel was refused, and says why on standard error.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/secure_channel/secure_channel.h"

static struct secure_channel channel;

static bool read_hex(const char *text, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned value;

        if (sscanf(&text[2 * i], "%2x", &value) != 1) {
            return false;
        }
        bytes[i] = (uint8_t)value;
    }
    return text[2 * length] == '\0';
}

static void send_all(const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = write(1, bytes, length);

        if (sent <= 0) {
            _exit(2);
        }
        bytes += sent;
        length -= (size_t)sent;
    }
}

static void send_back(void *context, const uint8_t *bytes, size_t length)
{
    uint8_t record[SECURE_RECORD_MAX];

    (void)context;
    send_all(record, secure_channel_seal(&channel, bytes, length, record));
}

static void send_output(void)
{
    uint8_t out[SECURE_SECOND_BYTES];

    send_all(out, secure_channel_take_output(&channel, out));
}

int main(int count, char **arguments)
{
    uint8_t key[SECURE_KEY_BYTES], random[SECURE_RANDOM_BYTES], bytes[700];
    ssize_t length;

    if (count != 4 || !read_hex(arguments[2], key, sizeof(key))
            || !read_hex(arguments[3], random, sizeof(random))) {
        return 2;
    }
    secure_channel_begin(&channel,
            strcmp(arguments[1], "initiator") == 0 ? SECURE_INITIATOR : SECURE_RESPONDER, key,
            random);
    send_output();
    while ((length = read(0, bytes, sizeof(bytes))) > 0) {
        bool good = secure_channel_receive(&channel, bytes, (size_t)length, send_back, NULL);

        send_output();
        if (!good) {
            fprintf(stderr, "%s\n", secure_refusal_words(channel.refusal));
            return 1;
        }
    }
    return 0;
}
