/* SPDX-License-Identifier: BSD-2-Clause */
/* tcp:HOST:PORT,key=FILE: a socket with a secure channel over it (monitor/secure_channel). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "host-tools/lib/clock.h"
#include "host-tools/lib/transport.h"
#include "monitor/secure_channel/key_file.h"
#include "monitor/secure_channel/secure_channel.h"

#define HANDSHAKE_MS 2000
#define RECORD_MS    2000 /* from a record's first byte to its last */
#define KEY_OPTION   ",key="

struct secure_transport {
    struct transport base;
    struct transport *socket;
    struct secure_channel channel;
    uint8_t plain[2 * SECURE_RECORD_MAX]; /* received, not read yet */
    size_t plain_at, plain_length;
    uint8_t record[SECURE_RECORD_MAX]; /* sealed, not sent yet */
    size_t record_at, record_length;
    size_t record_plain; /* bytes of the caller that are in it */
};

/* ---- reading and writing ---- */

/* Room for all that one read can complete: what was incomplete before, and a record's length more. */
static void keep(void *context, const uint8_t *bytes, size_t length)
{
    struct secure_transport *secure = context;

    memcpy(&secure->plain[secure->plain_length], bytes, length);
    secure->plain_length += length;
}

static ssize_t give(struct secure_transport *secure, void *bytes, size_t size)
{
    size_t left = secure->plain_length - secure->plain_at;
    size_t count = left < size ? left : size;

    memcpy(bytes, &secure->plain[secure->plain_at], count);
    secure->plain_at += count;
    return (ssize_t)count;
}

static ssize_t secure_read(struct transport *transport, void *bytes, size_t size)
{
    struct secure_transport *secure = (struct secure_transport *)transport;
    uint8_t sealed[SECURE_RECORD_MAX];

    while (secure->plain_at == secure->plain_length) {
        ssize_t got = transport_read(secure->socket, sealed, sizeof(sealed));

        if (got == 0 && !secure_channel_check(&secure->channel, (uint64_t)clock_ms(), RECORD_MS)) {
            errno = EPROTO;
            return -1;
        }
        if (got <= 0) {
            return got;
        }
        secure->plain_at = secure->plain_length = 0;
        if (!secure_channel_receive(&secure->channel, sealed, (size_t)got, keep, secure)) {
            errno = EPROTO;
            return -1;
        }
    }
    return give(secure, bytes, size);
}

/*
 * The caller's bytes count as taken once their record has gone: until then it offers them again, and polls
 * for room.
 */
static ssize_t secure_write(struct transport *transport, const void *bytes, size_t size)
{
    struct secure_transport *secure = (struct secure_transport *)transport;

    if (secure->record_length == 0) {
        secure->record_plain = size < SECURE_PLAIN_MAX ? size : SECURE_PLAIN_MAX;
        secure->record_at = 0;
        secure->record_length =
                secure_channel_seal(&secure->channel, bytes, secure->record_plain, secure->record);
        if (secure->record_length == 0) {
            errno = EPROTO;
            return -1;
        }
    }
    while (secure->record_at < secure->record_length) {
        ssize_t sent = transport_write(secure->socket, &secure->record[secure->record_at],
                secure->record_length - secure->record_at);

        if (sent <= 0) {
            return sent;
        }
        secure->record_at += (size_t)sent;
    }
    secure->record_length = 0;
    return (ssize_t)secure->record_plain;
}

static void secure_close(struct transport *transport)
{
    struct secure_transport *secure = (struct secure_transport *)transport;

    secure_channel_end(&secure->channel);
    transport_close(secure->socket);
    free(secure);
}

static const struct transport_ops secure_ops = {
    .read = secure_read,
    .write = secure_write,
    .close = secure_close,
};

/* ---- opening ---- */

static bool refused(const struct secure_transport *secure, const char *place, bool key_shown,
        struct error_report *error)
{
    switch (secure->channel.refusal) {
    case SECURE_NO_GREETING:
        error_set(error, STATUS_UNREACHABLE,
                "tcp:%s: who answers there is no network listener of a "
                "monitor",
                place);
        error_advise(error, "for a serial line that QEMU offers, use serial-tcp:HOST:PORT");
        return false;
    case SECURE_BUSY:
        return error_set(error, STATUS_UNREACHABLE,
                "tcp:%s: the key is right, but another console has the link", place);
    case SECURE_NOT_REFUSED:
        if (!key_shown) {
            error_set(error, STATUS_UNREACHABLE,
                    "tcp:%s: the connection was closed before a word was said", place);
            error_advise(error,
                    "was the system built with a key? Without one it has no network "
                    "listener");
            return false;
        }
        error_set(error, STATUS_REFUSED, "tcp:%s: the target has refused the key", place);
        break;
    default:
        error_set(error, STATUS_REFUSED,
                "tcp:%s: the target does not have the key, or somebody is in between", place);
        break;
    }
    error_advise(error, "it has to be the key that the system was built with");
    return false;
}

static bool send_handshake(struct secure_transport *secure, bool *key_shown)
{
    uint8_t out[SECURE_SECOND_BYTES];
    size_t length = secure_channel_take_output(&secure->channel, out);

    *key_shown = *key_shown || length > 0;
    return length == 0 || transport_write(secure->socket, out, length) == (ssize_t)length;
}

static bool shake_hands(struct secure_transport *secure, const char *place, int limit_ms,
        struct error_report *error)
{
    int64_t end = clock_ms() + limit_ms;
    bool key_shown = false;

    while (!secure_channel_is_ready(&secure->channel)) {
        struct pollfd ready = { .fd = secure->socket->fd, .events = POLLIN };
        int64_t left = end - clock_ms();
        uint8_t bytes[SECURE_SECOND_BYTES];
        ssize_t got;

        if (left <= 0) {
            error_set(error, STATUS_UNREACHABLE, "tcp:%s: nobody answers in time", place);
            error_advise(error, "is it the network listener of a monitor?");
            return false;
        }
        if (poll(&ready, 1, (int)left) <= 0) {
            continue;
        }
        got = transport_read(secure->socket, bytes, sizeof(bytes));
        if (got < 0 || !secure_channel_receive(&secure->channel, bytes, (size_t)got, keep, secure)
                || !send_handshake(secure, &key_shown)) {
            return refused(secure, place, key_shown, error);
        }
    }
    return true;
}

static bool read_key(const char *path, uint8_t *key, struct error_report *error)
{
    switch (key_file_read(path, key)) {
    case KEY_FILE_UNREADABLE:
        return error_set(error, STATUS_FAILURE, "key file %s: %s", path, strerror(errno));
    case KEY_FILE_OPEN_TO_OTHERS:
        error_set(error, STATUS_POLICY, "key file %s: others can read or write it", path);
        error_advise(error, "chmod 600 it, and think of who may have the key now");
        return false;
    case KEY_FILE_NO_KEY:
        error_set(error, STATUS_FAILURE, "key file %s: this is no key", path);
        error_advise(error, "expected 64 hexadecimal digits; 'lionscope keygen' makes one");
        return false;
    case KEY_FILE_GOOD:
        break;
    }
    return true;
}

static struct secure_transport *make(struct transport *socket, const uint8_t *key)
{
    struct secure_transport *secure = calloc(1, sizeof(*secure));
    uint8_t random[SECURE_RANDOM_BYTES];

    if (secure == NULL || getrandom(random, sizeof(random), 0) != sizeof(random)) {
        free(secure);
        return NULL;
    }
    secure->base.ops = &secure_ops;
    secure->base.fd = socket->fd;
    secure->socket = socket;
    secure_channel_begin(&secure->channel, SECURE_INITIATOR, key, random);
    noise_wipe(random, sizeof(random));
    return secure;
}

static struct transport *open_with_key(
        const char *place, const uint8_t *key, int limit_ms, struct error_report *error)
{
    struct transport *socket = transport_open_tcp(place, limit_ms, error);
    struct secure_transport *secure;

    if (socket == NULL) {
        return NULL;
    }
    secure = make(socket, key);
    if (secure == NULL) {
        transport_close(socket);
        error_set(error, STATUS_FAILURE, "no memory or no random numbers for a secure channel");
        return NULL;
    }
    if (!shake_hands(secure, place, limit_ms + HANDSHAKE_MS, error)) {
        transport_close(&secure->base);
        return NULL;
    }
    return &secure->base;
}

struct transport *transport_open_secure(const char *place, int limit_ms, struct error_report *error)
{
    const char *option = strstr(place, KEY_OPTION);
    uint8_t key[SECURE_KEY_BYTES];
    char address[256];
    struct transport *transport;

    if (option == NULL) {
        error_set(error, STATUS_REFUSED, "tcp:%s: a key is needed", place);
        error_advise(error,
                "use --key FILE with the key that the system was built with, or 'key =' "
                "in the configuration");
        return NULL;
    }
    if ((size_t)(option - place) >= sizeof(address)) {
        error_set(error, STATUS_USAGE, "tcp:%.40s...: the address is too long", place);
        return NULL;
    }
    memcpy(address, place, (size_t)(option - place));
    address[option - place] = '\0';
    if (!read_key(option + strlen(KEY_OPTION), key, error)) {
        return NULL;
    }
    transport = open_with_key(address, key, limit_ms, error);
    noise_wipe(key, sizeof(key));
    return transport;
}
