/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdbstub/rsp/receiver.h"

#include "gdbstub/rsp/hex.h"

enum {
    BETWEEN,
    INSIDE,
    FIRST_DIGIT,
    SECOND_DIGIT
};

#define INTERRUPT_BYTE 3
#define ESCAPE_FLIP    0x20

static void begin(struct rsp_receiver *receiver)
{
    receiver->state = INSIDE;
    receiver->length = 0;
    receiver->sum = 0;
    receiver->escaped = false;
    receiver->too_long = false;
}

static enum rsp_event outside(struct rsp_receiver *receiver, uint8_t byte)
{
    switch (byte) {
    case '$':
        begin(receiver);
        return RSP_NOTHING;
    case INTERRUPT_BYTE:
        return RSP_INTERRUPT;
    case '-':
        return RSP_RESEND;
    default:
        return RSP_NOTHING;
    }
}

static void inside(struct rsp_receiver *receiver, uint8_t byte)
{
    receiver->sum = (uint8_t)(receiver->sum + byte);
    if (byte == '}' && !receiver->escaped) {
        receiver->escaped = true;
        return;
    }
    if (receiver->length == RSP_PACKET_MAX) {
        receiver->too_long = true;
        return;
    }
    receiver->payload[receiver->length++] = receiver->escaped ? byte ^ ESCAPE_FLIP : byte;
    receiver->escaped = false;
}

static enum rsp_event finish(struct rsp_receiver *receiver, uint8_t byte)
{
    int low = hex_value(byte);

    receiver->state = BETWEEN;
    return low < 0 || (receiver->announced << 4 | low) != receiver->sum || receiver->too_long
            ? RSP_DAMAGED
            : RSP_PACKET;
}

enum rsp_event rsp_receive(struct rsp_receiver *receiver, uint8_t byte)
{
    int digit;

    switch (receiver->state) {
    case BETWEEN:
        return outside(receiver, byte);
    case INSIDE:
        if (byte == '$') {
            begin(receiver); /* the end of the packet before was lost */
        } else if (byte == '#') {
            receiver->state = FIRST_DIGIT;
        } else {
            inside(receiver, byte);
        }
        return RSP_NOTHING;
    case FIRST_DIGIT:
        digit = hex_value(byte);
        receiver->announced = (uint8_t)digit;
        receiver->state = digit < 0 ? BETWEEN : SECOND_DIGIT;
        return digit < 0 ? RSP_DAMAGED : RSP_NOTHING;
    default:
        return finish(receiver, byte);
    }
}
