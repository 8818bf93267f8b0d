/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/secure_channel/secure_channel.h"

#include <string.h>

#define PROTOCOL "Noise_NNpsk0_25519_ChaChaPoly_SHA256"

enum answer {
    ANSWER_WELCOME = 0,
    ANSWER_BUSY = 1,
};

static const uint8_t greeting_head[4] = { 'L', 'S', 'C', 1 };

static bool refuse(struct secure_channel *channel, enum secure_refusal refusal)
{
    secure_channel_end(channel);
    channel->refusal = refusal;
    return false;
}

void secure_channel_end(struct secure_channel *channel)
{
    noise_wipe(channel->key, sizeof(channel->key));
    noise_wipe(channel->secret, sizeof(channel->secret));
    noise_wipe(&channel->transcript, sizeof(channel->transcript));
    noise_wipe(&channel->sending, sizeof(channel->sending));
    noise_wipe(&channel->receiving, sizeof(channel->receiving));
    noise_wipe(channel->in, sizeof(channel->in));
    channel->in_length = 0;
    channel->state = SECURE_REFUSED;
}

void secure_channel_begin(struct secure_channel *channel, enum secure_role role,
        const uint8_t key[SECURE_KEY_BYTES], const uint8_t random[SECURE_RANDOM_BYTES])
{
    noise_wipe(channel, sizeof(*channel));
    channel->role = role;
    memcpy(channel->key, key, SECURE_KEY_BYTES);
    memcpy(channel->secret, random, NOISE_KEY_BYTES);
    if (role == SECURE_INITIATOR) {
        channel->state = SECURE_AWAITS_GREETING;
        return;
    }
    channel->state = SECURE_AWAITS_FIRST;
    memcpy(channel->greeting, greeting_head, sizeof(greeting_head));
    memcpy(&channel->greeting[sizeof(greeting_head)], &random[NOISE_KEY_BYTES],
            sizeof(channel->greeting) - sizeof(greeting_head));
    memcpy(channel->out, channel->greeting, sizeof(channel->greeting));
    channel->out_length = sizeof(channel->greeting);
}

size_t secure_channel_take_output(struct secure_channel *channel, uint8_t *out)
{
    size_t length = channel->out_length;

    memcpy(out, channel->out, length);
    channel->out_length = 0;
    return length;
}

/* ---- handshake ---- */

static void begin_transcript(struct secure_channel *channel)
{
    noise_begin(&channel->transcript, PROTOCOL, channel->greeting, sizeof(channel->greeting));
    noise_mix_key_and_hash(&channel->transcript, channel->key);
}

/* Token e of a pattern with a pre-shared key: the public key is hashed, and mixed in (9.2). */
static void mix_point(struct secure_channel *channel, const uint8_t *point)
{
    noise_mix_hash(&channel->transcript, point, NOISE_POINT_BYTES);
    noise_mix_key(&channel->transcript, point);
}

static bool mix_agreement(struct secure_channel *channel, const uint8_t *other)
{
    uint8_t shared[NOISE_KEY_BYTES];
    bool good = noise_agree(channel->secret, other, shared);

    noise_mix_key(&channel->transcript, shared);
    noise_wipe(shared, sizeof(shared));
    noise_wipe(channel->secret, sizeof(channel->secret));
    return good;
}

static void split(struct secure_channel *channel)
{
    bool initiator = channel->role == SECURE_INITIATOR;

    noise_split(&channel->transcript, initiator ? &channel->sending : &channel->receiving,
            initiator ? &channel->receiving : &channel->sending);
    noise_wipe(channel->key, sizeof(channel->key));
    channel->state = SECURE_READY;
}

/* Initiator: -> psk, e */
static bool take_greeting(struct secure_channel *channel, const uint8_t *message)
{
    uint8_t *out = channel->out;

    if (memcmp(message, greeting_head, sizeof(greeting_head)) != 0) {
        return refuse(channel, SECURE_NO_GREETING);
    }
    memcpy(channel->greeting, message, sizeof(channel->greeting));
    begin_transcript(channel);
    noise_public_key(channel->secret, out);
    mix_point(channel, out);
    noise_encrypt_and_hash(
            &channel->transcript, &out[NOISE_POINT_BYTES], 0, &out[NOISE_POINT_BYTES]);
    channel->out_length = SECURE_FIRST_BYTES;
    channel->state = SECURE_AWAITS_SECOND;
    return true;
}

/*
 * Responder: <- e, ee, and one byte that says whether the link is free. Who has no key is refused before
 * anything costly is done; who repeats an earlier handshake has the wrong challenge in it.
 */
static bool take_first(struct secure_channel *channel, uint8_t *message)
{
    uint8_t *out = channel->out;
    uint8_t *payload = &out[NOISE_POINT_BYTES];

    begin_transcript(channel);
    mix_point(channel, message);
    if (!noise_decrypt_and_hash(&channel->transcript, &message[NOISE_POINT_BYTES], 0,
                &message[NOISE_POINT_BYTES])) {
        return refuse(channel, SECURE_BAD_HANDSHAKE);
    }
    noise_public_key(channel->secret, out);
    mix_point(channel, out);
    if (!mix_agreement(channel, message)) {
        return refuse(channel, SECURE_BAD_HANDSHAKE);
    }
    payload[0] = channel->busy ? ANSWER_BUSY : ANSWER_WELCOME;
    noise_encrypt_and_hash(&channel->transcript, payload, 1, &payload[1]);
    channel->out_length = SECURE_SECOND_BYTES;
    if (channel->busy) {
        return refuse(channel, SECURE_BUSY);
    }
    split(channel);
    return true;
}

static bool take_second(struct secure_channel *channel, uint8_t *message)
{
    uint8_t *payload = &message[NOISE_POINT_BYTES];

    mix_point(channel, message);
    if (!mix_agreement(channel, message)
            || !noise_decrypt_and_hash(&channel->transcript, payload, 1, &payload[1])) {
        return refuse(channel, SECURE_BAD_HANDSHAKE);
    }
    if (payload[0] != ANSWER_WELCOME) {
        return refuse(channel, SECURE_BUSY);
    }
    split(channel);
    return true;
}

/* ---- records ---- */

static size_t record_length(const uint8_t *header)
{
    return (size_t)header[0] | (size_t)header[1] << 8;
}

static bool take_record(struct secure_channel *channel,
        void (*plain)(void *context, const uint8_t *bytes, size_t length), void *context)
{
    uint8_t *bytes = &channel->in[SECURE_HEADER_BYTES];
    size_t length = record_length(channel->in) - NOISE_TAG_BYTES;

    if (!noise_decrypt(&channel->receiving, channel->in, SECURE_HEADER_BYTES, bytes, length,
                &bytes[length])) {
        return refuse(channel, SECURE_BAD_RECORD);
    }
    if (++channel->records_in % SECURE_REKEY_RECORDS == 0) {
        noise_rekey(&channel->receiving);
    }
    plain(context, bytes, length);
    return channel->state == SECURE_READY;
}

size_t secure_channel_seal(
        struct secure_channel *channel, const uint8_t *plain, size_t length, uint8_t *out)
{
    size_t wire_length = length + NOISE_TAG_BYTES;

    if (channel->state != SECURE_READY || length > SECURE_PLAIN_MAX) {
        return 0;
    }
    memmove(&out[SECURE_HEADER_BYTES], plain, length);
    out[0] = (uint8_t)wire_length;
    out[1] = (uint8_t)(wire_length >> 8);
    if (!noise_encrypt(&channel->sending, out, SECURE_HEADER_BYTES, &out[SECURE_HEADER_BYTES],
                length, &out[SECURE_HEADER_BYTES + length])) {
        refuse(channel, SECURE_EXHAUSTED);
        return 0;
    }
    if (++channel->records_out % SECURE_REKEY_RECORDS == 0) {
        noise_rekey(&channel->sending);
    }
    return SECURE_HEADER_BYTES + wire_length;
}

/* ---- receiving ---- */

/* Bytes of the message that comes next, as far as that is known; false if there is no such message. */
static bool next_length(const struct secure_channel *channel, size_t *length)
{
    switch (channel->state) {
    case SECURE_AWAITS_GREETING:
        *length = SECURE_GREETING_BYTES;
        return true;
    case SECURE_AWAITS_FIRST:
        *length = SECURE_FIRST_BYTES;
        return true;
    case SECURE_AWAITS_SECOND:
        *length = SECURE_SECOND_BYTES;
        return true;
    case SECURE_READY:
        *length = SECURE_HEADER_BYTES;
        if (channel->in_length >= SECURE_HEADER_BYTES) {
            *length += record_length(channel->in);
            return *length >= SECURE_HEADER_BYTES + NOISE_TAG_BYTES && *length <= SECURE_RECORD_MAX;
        }
        return true;
    case SECURE_REFUSED:
        break;
    }
    return false;
}

static bool take_message(struct secure_channel *channel,
        void (*plain)(void *context, const uint8_t *bytes, size_t length), void *context)
{
    switch (channel->state) {
    case SECURE_AWAITS_GREETING:
        return take_greeting(channel, channel->in);
    case SECURE_AWAITS_FIRST:
        return take_first(channel, channel->in);
    case SECURE_AWAITS_SECOND:
        return take_second(channel, channel->in);
    case SECURE_READY:
        return take_record(channel, plain, context);
    case SECURE_REFUSED:
        break;
    }
    return false;
}

/* A wrong beginning of a greeting is refused at its first wrong byte: the rest may never come. */
static bool greeting_is_wrong(const struct secure_channel *channel)
{
    size_t known =
            channel->in_length < sizeof(greeting_head) ? channel->in_length : sizeof(greeting_head);

    return channel->state == SECURE_AWAITS_GREETING
            && memcmp(channel->in, greeting_head, known) != 0;
}

bool secure_channel_receive(struct secure_channel *channel, const uint8_t *bytes, size_t length,
        void (*plain)(void *context, const uint8_t *bytes, size_t length), void *context)
{
    size_t wanted;

    while (channel->state != SECURE_REFUSED) {
        if (!next_length(channel, &wanted)) {
            return refuse(channel, SECURE_BAD_LENGTH);
        }

        size_t missing = wanted - channel->in_length;
        size_t taken = length < missing ? length : missing;

        memcpy(&channel->in[channel->in_length], bytes, taken);
        channel->in_length += taken;
        bytes += taken;
        length -= taken;
        if (greeting_is_wrong(channel)) {
            return refuse(channel, SECURE_NO_GREETING);
        }
        if (taken < missing || taken == 0) {
            return true;
        }
        if (channel->state == SECURE_READY && wanted == SECURE_HEADER_BYTES) {
            continue; /* now the length is known */
        }
        if (!take_message(channel, plain, context)) {
            return false;
        }
        channel->in_length = 0;
    }
    return false;
}

bool secure_channel_check(struct secure_channel *channel, uint64_t now, uint64_t limit)
{
    if (channel->state != SECURE_READY || channel->in_length == 0) {
        channel->watched = false;
    } else if (!channel->watched || channel->watched_record != channel->records_in) {
        channel->watched = true;
        channel->watched_record = channel->records_in;
        channel->watched_since = now;
    } else if (now - channel->watched_since >= limit) {
        return refuse(channel, SECURE_STALLED);
    }
    return channel->state != SECURE_REFUSED;
}

const char *secure_refusal_words(enum secure_refusal refusal)
{
    static const char *const words[SECURE_REFUSALS] = {
        [SECURE_NOT_REFUSED] = "not refused",
        [SECURE_NO_GREETING] = "the other side speaks another protocol",
        [SECURE_BAD_HANDSHAKE] = "wrong key, or a handshake that was recorded or changed",
        [SECURE_BAD_LENGTH] = "a record of impossible length",
        [SECURE_BAD_RECORD] = "a record that was changed, repeated or reordered",
        [SECURE_STALLED] = "a record that was changed or cut off: it does not end",
        [SECURE_BUSY] = "somebody else has the link",
        [SECURE_EXHAUSTED] = "all nonces are used up",
    };

    return (unsigned)refusal < SECURE_REFUSALS ? words[refusal] : "unknown";
}
