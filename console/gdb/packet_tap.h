/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks at packets on their way between GDB and target: whole ones are offered to the owner, who may answer
 * or change them; all else passes as it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TAP_PACKET_MAX  40000 /* as sent, escapes included; what is longer passes in pieces */
#define TAP_PAYLOAD_MAX 65536 /* runs written out */

struct packet_tap {
    uint8_t raw[TAP_PACKET_MAX]; /* from '$' on */
    size_t length;
    int digits_left; /* of the check sum; 0: still before '#' */
};

struct tap_events {
    void *context;
    /* A packet's payload, runs and escapes taken out. True: it has been seen to, and goes no further. */
    bool (*packet)(void *context, const uint8_t *payload, size_t length);
    void (*pass)(void *context, const uint8_t *bytes, size_t length);
};

/* Zero the tap before the first call. */
void tap_push(struct packet_tap *tap, const uint8_t *bytes, size_t length,
        const struct tap_events *events);

/*
 * What stands between '$' and '#', runs written out and escapes taken out, as far as it fits. Returns the
 * bytes put into `out`.
 */
size_t tap_unpack(const uint8_t *raw, size_t length, uint8_t *out, size_t room);

/*
 * Frames a payload: '$', escapes, check sum. `out` has room for 2 * length + 4. Returns the bytes to
 * send.
 */
size_t tap_frame(const uint8_t *payload, size_t length, uint8_t *out);
