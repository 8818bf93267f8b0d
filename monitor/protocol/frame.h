/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames: what a byte stream (UART or socket) carries beside text. Both sides use this file.
 *
 *   on the wire   0 | COBS(header, sequence, payload, CRC) | 0
 *   header        1 byte: 0x10 | channel
 *   sequence      2 bytes, counts the frames of this direction, wraps
 *   payload       0..FRAME_PAYLOAD_MAX bytes
 *   CRC           4 bytes, CRC-32C of all before it
 *
 * Numbers are little endian. Text outside frames stays text: no text has a zero, and none has one of the
 * header's control characters as its second character, which is where a frame has its header.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "monitor/protocol/cobs.h"

#define FRAME_PAYLOAD_MAX 2048
#define FRAME_OVERHEAD    7 /* header, sequence, CRC */
#define FRAME_BODY_MAX    (FRAME_PAYLOAD_MAX + FRAME_OVERHEAD)
#define FRAME_WIRE_MAX    (COBS_ENCODED_MAX(FRAME_BODY_MAX) + 2)

enum frame_channel {
    CHANNEL_LOG = 0,
    CHANNEL_INSPECT = 1,
    CHANNEL_GDB = 2,
    CHANNEL_RELOAD = 3,
    CHANNEL_PROFILE = 4,
    CHANNEL_BROKER = 5, /* between broker and console; a target ignores it */
};
#define FRAME_CHANNELS 8

struct frame {
    uint8_t channel; /* enum frame_channel, or one this side does not know; < FRAME_CHANNELS */
    uint16_t sequence;
    const uint8_t *payload; /* valid until the next call on the receiver */
    size_t length;
};

/* What a receiver has seen. All counters wrap at 2^64. */
struct frame_statistics {
    uint64_t frames;     /* good ones */
    uint64_t damaged;    /* something between zeros that is neither a good frame nor text */
    uint64_t lost;       /* missing numbers between good frames */
    uint64_t reordered;  /* frames older than one before them: replayed, or the sender restarted */
    uint64_t text_bytes; /* given out as text */
    uint64_t bytes;      /* all */
};

/* Receives what the wire carries. Owned by one caller; zero it before use. */
struct frame_receiver {
    uint8_t chunk[FRAME_WIRE_MAX];
    size_t length;
    bool damage_counted; /* since the last zero */
    bool any_frame;      /* next_sequence is known */
    uint16_t next_sequence;
    bool reordered_run; /* the last frame was older than expected; next_reordered follows it */
    uint16_t next_reordered;
    uint8_t body[FRAME_WIRE_MAX]; /* the frame being passed on, decoded */
    struct frame_statistics statistics;
};

/* Where frames and text go. Either function may be NULL. They must not call the receiver. */
struct frame_sink {
    void *context;
    void (*frame)(void *context, const struct frame *frame);
    /* `length` bytes without zeros, in the order they came; mostly whole lines. */
    void (*text)(void *context, const char *text, size_t length);
};

/*
 * Wraps a payload. `wire` has room for FRAME_WIRE_MAX. Returns the bytes to send; 0 if the payload is
 * longer than FRAME_PAYLOAD_MAX or there is no such channel.
 */
size_t frame_encode(enum frame_channel channel, uint16_t sequence, const uint8_t *payload,
        size_t length, uint8_t *wire);

/* Takes bytes from the wire, any number at a time, and passes on what they complete. */
void frame_receiver_push(struct frame_receiver *receiver, const uint8_t *bytes, size_t length,
        const struct frame_sink *sink);

/*
 * Nothing has come for a while: text without an end of line, such as a prompt, is passed on (a tenth of
 * a second is good). With `abandon_frame` also a frame that began and did not end is given up, so that
 * the last words of a panic in the middle of it are seen (a second is good).
 */
void frame_receiver_idle(
        struct frame_receiver *receiver, bool abandon_frame, const struct frame_sink *sink);
