/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Building a packet's payload, and the queue of framed packets on their way out. What does not fit
 * is left out and remembered in `too_long`; nothing is written past the end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gdbstub/rsp/receiver.h"

struct rsp_builder {
    uint8_t bytes[RSP_PACKET_MAX + 2]; /* so that half of it, as binary, has room after a letter */
    size_t length;
    bool too_long;
};

void rsp_put_byte(struct rsp_builder *builder, uint8_t byte);
void rsp_put(struct rsp_builder *builder, const char *text);
/* A number in hexadecimal, without leading zeros. */
void rsp_put_number(struct rsp_builder *builder, uint64_t number);
/* Bytes as pairs of digits. */
void rsp_put_hex(struct rsp_builder *builder, const void *bytes, size_t length);
/* Bytes as they are, the four that would disturb the framing escaped; none if they might not fit. */
void rsp_put_binary(struct rsp_builder *builder, const void *bytes, size_t length);
/* How many bytes are sure to fit as rsp_put_binary. */
size_t rsp_room_for_binary(const struct rsp_builder *builder);

/* Room for one packet being sent, its answer-to-be and a notification. */
#define RSP_QUEUE_MAX (2 * RSP_PACKET_MAX + 4096)

struct rsp_queue {
    uint8_t bytes[RSP_QUEUE_MAX];
    size_t start;
    size_t end;
    size_t last; /* where the packet that was queued last begins; valid while nothing is added */
};

/* Appends `kind` ('$' or '%'), payload and check sum; false, and nothing changed, without room. */
bool rsp_queue_packet(struct rsp_queue *queue, uint8_t kind, const uint8_t *payload, size_t length);
/* Appends an acknowledgement ('+' or '-') if there is room. */
void rsp_queue_byte(struct rsp_queue *queue, uint8_t byte);
/* Queues the last packet once more; everything before has been sent. */
void rsp_queue_resend(struct rsp_queue *queue);
