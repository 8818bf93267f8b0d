/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/packet_tap.h"

#include <stdio.h>
#include <string.h>

static bool needs_escape(uint8_t byte)
{
    return byte == '$' || byte == '#' || byte == '}' || byte == '*';
}

size_t tap_frame(const uint8_t *payload, size_t length, uint8_t *out)
{
    size_t at = 0;
    uint8_t sum = 0;

    out[at++] = '$';
    for (size_t i = 0; i < length; i++) {
        if (needs_escape(payload[i])) {
            out[at++] = '}';
            out[at++] = payload[i] ^ 0x20;
        } else {
            out[at++] = payload[i];
        }
    }
    for (size_t i = 1; i < at; i++) {
        sum = (uint8_t)(sum + out[i]);
    }
    out[at++] = '#';
    out[at++] = (uint8_t) "0123456789abcdef"[sum >> 4];
    out[at++] = (uint8_t) "0123456789abcdef"[sum & 15];
    return at;
}

#define RUN_BIAS 29 /* of the character that says how often the one before '*' is repeated */

size_t tap_unpack(const uint8_t *raw, size_t length, uint8_t *out, size_t room)
{
    size_t done = 0;
    uint8_t flip = 0;

    for (size_t i = 0; i < length && done < room; i++) {
        if (raw[i] == '*' && i + 1 < length && done > 0) {
            for (int left = raw[++i] - RUN_BIAS; left > 0 && done < room; left--, done++) {
                out[done] = out[done - 1];
            }
        } else if (raw[i] == '}') {
            flip = 0x20;
        } else {
            out[done++] = raw[i] ^ flip;
            flip = 0;
        }
    }
    return done;
}

static void finish(struct packet_tap *tap, const struct tap_events *events)
{
    static uint8_t payload[TAP_PAYLOAD_MAX];
    size_t length = tap_unpack(tap->raw + 1, tap->length - 4, payload, sizeof(payload));

    if (!events->packet(events->context, payload, length)) {
        events->pass(events->context, tap->raw, tap->length);
    }
    tap->length = 0;
}

static void push_byte(struct packet_tap *tap, uint8_t byte, const struct tap_events *events)
{
    if (tap->length == 0 && byte != '$') {
        events->pass(events->context, &byte, 1);
        return;
    }
    tap->raw[tap->length++] = byte;
    if (tap->digits_left > 0) {
        if (--tap->digits_left == 0) {
            finish(tap, events);
        }
    } else if (byte == '#') {
        tap->digits_left = 2;
    } else if (tap->length == TAP_PACKET_MAX - 4) {
        events->pass(events->context, tap->raw, tap->length);
        tap->length = 0;
    }
}

void tap_push(struct packet_tap *tap, const uint8_t *bytes, size_t length,
        const struct tap_events *events)
{
    for (size_t i = 0; i < length; i++) {
        push_byte(tap, bytes[i], events);
    }
}
