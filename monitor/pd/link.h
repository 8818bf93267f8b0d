/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's end of the link: messages in and out over a serial virtualiser, or over the network
 * listener if there is one. One console at a time has it: the other way is told so, until the first is
 * silent.
 */
#pragma once

#include <os/sddf.h>

#include "monitor/include/monitor/config.h"
#include "monitor/protocol/codec.h"

/* A frame goes through the virtualiser in one piece if it is no longer than this on the wire. */
#define LINK_WIRE_MAX    500
#define LINK_PAYLOAD_MAX (LINK_WIRE_MAX - 12)

struct link_statistics {
    uint64_t frames_out;
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t malformed;
    uint64_t requests;
    uint64_t refused;
    uint64_t dropped;
};

extern struct link_statistics link_statistics;

void link_init(const monitor_config_t *config);

/* Who hears of what has arrived. */
struct link_handlers {
    void (*message)(const struct protocol_message *message);
    void (*gdb)(const uint8_t *payload, size_t length); /* a frame of the gdb channel */
};

/* True if something may have arrived when this channel is notified. */
bool link_owns(sddf_channel channel);
/* True if what is sent now goes over the network: encrypted, to somebody who has the key. */
bool link_is_network(void);
/* Takes what has arrived; calls a handler for each good message or frame. */
void link_receive(const struct link_handlers *handlers);

/*
 * Sends a message. False, and the message is counted as dropped, if the line's queue has no room or
 * the message is longer than LINK_PAYLOAD_MAX.
 */
bool link_send(const struct protocol_message *message);
/*
 * Sends bytes on a channel without messages, at most LINK_PAYLOAD_MAX. False if the line's queue has
 * no room; then the monitor is notified when it has.
 */
bool link_send_frame(enum frame_channel channel, const uint8_t *payload, size_t length);
/* The longest payload, in bytes, that is sent now. */
size_t link_limit(void);
/* Payloads of at most so many bytes from now on, within sensible limits; returns what holds. */
size_t link_set_limit(size_t bytes);
/* True if the message is within the limit, and so short enough for link_send. */
bool link_fits(const struct protocol_message *message);

/* Wakes the virtualiser if something was sent since the last call. Once per entry point. */
void link_flush(void);

/* Good frames, damaged ones and so on, as the receiver counts them. */
const struct frame_statistics *link_frame_statistics(void);

/* Answers a request with an error. */
void link_refuse(
        const struct protocol_message *request, enum protocol_error_code code, uint64_t detail);
