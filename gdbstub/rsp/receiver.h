/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes to packets: `$payload#hh`, escapes taken out, check sum verified. Any bytes may come; a packet
 * that is too long or damaged is dropped as a whole.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Payload of the longest packet either side sends, in bytes; qSupported says it as PacketSize. */
#define RSP_PACKET_MAX 16384

enum rsp_event {
    RSP_NOTHING,   /* inside a packet, or noise between packets */
    RSP_PACKET,    /* receiver.payload is a whole packet, until the next byte */
    RSP_DAMAGED,   /* a packet with a wrong check sum, or too long */
    RSP_INTERRUPT, /* the byte 3 outside packets */
    RSP_RESEND,    /* '-' outside packets: the last packet did not arrive whole */
};

struct rsp_receiver {
    uint8_t payload[RSP_PACKET_MAX];
    size_t length;
    uint8_t state;
    uint8_t sum;
    uint8_t announced; /* the check sum behind the packet */
    bool escaped;
    bool too_long;
};

/* Takes one byte. A zeroed receiver is ready. */
enum rsp_event rsp_receive(struct rsp_receiver *receiver, uint8_t byte);
