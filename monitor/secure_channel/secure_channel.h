/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A link that only those share who have one key: mutual authentication, encryption, and each byte in its
 * place. Bytes in, bytes out; sockets are the caller's. Both sides use this file; README.md has the wire.
 *
 * The console is the initiator, the target the responder. Each calls secure_channel_begin() for a new
 * connection, gives all that arrives to secure_channel_receive(), sends what secure_channel_take_output()
 * has, and once secure_channel_is_ready() wraps what it has to say with secure_channel_seal(). After a
 * refusal the connection is to be closed: nothing that came after the last good record was passed on.
 */
#pragma once

#include "monitor/secure_channel/noise.h"

#define SECURE_KEY_BYTES    NOISE_KEY_BYTES
#define SECURE_RANDOM_BYTES 64 /* fresh ones for each connection */

/* A record: length (2 bytes, little endian, of what follows), ciphertext, tag. */
#define SECURE_HEADER_BYTES 2
#define SECURE_PLAIN_MAX    2048
#define SECURE_RECORD_MAX   (SECURE_HEADER_BYTES + SECURE_PLAIN_MAX + NOISE_TAG_BYTES)

#define SECURE_GREETING_BYTES 36 /* "LSC", version, challenge */
#define SECURE_FIRST_BYTES    (NOISE_POINT_BYTES + NOISE_TAG_BYTES)
#define SECURE_SECOND_BYTES   (NOISE_POINT_BYTES + 1 + NOISE_TAG_BYTES)

/* Each direction gets a new key after so many records. */
#define SECURE_REKEY_RECORDS 65536

enum secure_role {
    SECURE_INITIATOR,
    SECURE_RESPONDER,
};

enum secure_refusal {
    SECURE_NOT_REFUSED,
    SECURE_NO_GREETING,   /* the other side does not speak this protocol, or another version */
    SECURE_BAD_HANDSHAKE, /* wrong key, or a handshake that was recorded or changed */
    SECURE_BAD_LENGTH,    /* a record longer or shorter than there are */
    SECURE_BAD_RECORD,    /* changed, replayed, out of order, or not meant for us */
    SECURE_STALLED,       /* a record that did not end: changed length, or cut off */
    SECURE_BUSY,          /* initiator: the key is right, but somebody else has the link */
    SECURE_EXHAUSTED,     /* all nonces used */
    SECURE_REFUSALS
};

enum secure_state {
    SECURE_AWAITS_GREETING,
    SECURE_AWAITS_FIRST,
    SECURE_AWAITS_SECOND,
    SECURE_READY,
    SECURE_REFUSED,
};

struct secure_channel {
    enum secure_role role;
    enum secure_state state;
    enum secure_refusal refusal;
    bool busy; /* responder, set by the caller before the handshake ends: whoever has the key is sent away */
    uint8_t key[SECURE_KEY_BYTES];
    uint8_t secret[NOISE_KEY_BYTES]; /* of this connection only */
    uint8_t greeting[SECURE_GREETING_BYTES];
    struct noise_transcript transcript;
    struct noise_cipher sending;
    struct noise_cipher receiving;
    uint8_t in[SECURE_RECORD_MAX]; /* of the message that is not complete yet */
    size_t in_length;
    uint8_t out[SECURE_SECOND_BYTES]; /* of the handshake, to be sent */
    size_t out_length;
    uint64_t records_in; /* good ones */
    uint64_t records_out;
    bool watched; /* by secure_channel_check(): a record is incomplete */
    uint64_t watched_record;
    uint64_t watched_since;
};

/*
 * A new connection. `random` must never have been used before and be known to nobody. Everything left of
 * an earlier connection is wiped.
 */
void secure_channel_begin(struct secure_channel *channel, enum secure_role role,
        const uint8_t key[SECURE_KEY_BYTES], const uint8_t random[SECURE_RANDOM_BYTES]);

/*
 * Takes bytes from the other side, any number at a time, and passes on what good records hold: `plain`
 * gets 0..SECURE_PLAIN_MAX bytes a record; it may seal, but not receive. False once the channel is refused
 * (channel->refusal says why); bytes after that are ignored.
 */
bool secure_channel_receive(struct secure_channel *channel, const uint8_t *bytes, size_t length,
        void (*plain)(void *context, const uint8_t *bytes, size_t length), void *context);

/*
 * Ends a channel whose other side has begun a record and does not finish it: a changed length would else let it
 * wait for bytes that nobody sends. Call it now and then, once all that has arrived was taken; `now` and `limit`
 * are in any one unit. False, and the channel is refused, if the same record was incomplete at an earlier call
 * at least `limit` ago. Handshakes are not looked at: how long they may take is the caller's matter.
 */
bool secure_channel_check(struct secure_channel *channel, uint64_t now, uint64_t limit);

/* Moves what the handshake has to send to `out`, which has room for SECURE_SECOND_BYTES; how many bytes. */
size_t secure_channel_take_output(struct secure_channel *channel, uint8_t *out);

static inline bool secure_channel_is_ready(const struct secure_channel *channel)
{
    return channel->state == SECURE_READY;
}

/*
 * Makes a record of `length` <= SECURE_PLAIN_MAX bytes in `out`, which has room for as many and
 * SECURE_RECORD_MAX - SECURE_PLAIN_MAX more. Its length; 0 if the channel is not ready or exhausted.
 */
size_t secure_channel_seal(
        struct secure_channel *channel, const uint8_t *plain, size_t length, uint8_t *out);

/* Wipes all keys; the channel is refused from here on. */
void secure_channel_end(struct secure_channel *channel);

/* In words, for a log or an error. */
const char *secure_refusal_words(enum secure_refusal refusal);
