/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/pd/link.h"

#include <os/sddf.h>

#include <sddf/serial/queue.h>

#define READ_AT_A_TIME    256
#define PAYLOAD_LIMIT_MIN 48

struct link_statistics link_statistics;

static const monitor_config_t *link_config;
static serial_queue_handle_t rx_queue;
static serial_queue_handle_t tx_queue;
static struct frame_receiver receiver;
static struct protocol_message incoming;
static const struct link_handlers *handlers;
static uint16_t next_sequence;
static bool must_notify;
static size_t payload_limit = LINK_PAYLOAD_MAX;

static void refuse_undecodable(enum protocol_decoding decoding, size_t offset)
{
    link_statistics.malformed++;
    if (incoming.number == 0) {
        return; /* nobody waits for an answer */
    }
    if (decoding == PROTOCOL_UNKNOWN_TYPE) {
        link_refuse(&incoming, PROTOCOL_ERROR_UNKNOWN_MESSAGE, incoming.type);
    } else {
        link_refuse(&incoming, PROTOCOL_ERROR_MALFORMED, offset);
    }
}

static void on_frame(void *context, const struct frame *frame)
{
    size_t offset = 0;
    enum protocol_decoding decoding;

    (void)context;
    if (frame->channel == CHANNEL_GDB) {
        handlers->gdb(frame->payload, frame->length);
        return;
    }
    if (frame->channel != CHANNEL_INSPECT && frame->channel != CHANNEL_LOG
            && frame->channel != CHANNEL_RELOAD && frame->channel != CHANNEL_PROFILE) {
        return;
    }
    decoding = protocol_decode(
            (enum frame_channel)frame->channel, frame->payload, frame->length, &incoming, &offset);
    if (decoding == PROTOCOL_DECODED) {
        handlers->message(&incoming);
    } else {
        refuse_undecodable(decoding, offset);
    }
}

void link_init(const monitor_config_t *config)
{
    const serial_client_config_t *serial = &config->serial;

    link_config = config;
    serial_queue_init(&rx_queue, serial->rx.queue.vaddr, (uint32_t)serial->rx.data.size,
            serial->rx.data.vaddr);
    serial_queue_init(&tx_queue, serial->tx.queue.vaddr, (uint32_t)serial->tx.data.size,
            serial->tx.data.vaddr);
}

void link_receive(const struct link_handlers *to)
{
    static const struct frame_sink sink = { .frame = on_frame };
    char bytes[READ_AT_A_TIME];
    /* What comes in the meantime brings a notification of its own. */
    uint32_t left = serial_queue_length_consumer(&rx_queue);

    handlers = to;
    while (left > 0) {
        uint32_t count = serial_dequeue_batch(&rx_queue, MIN(left, sizeof(bytes)), bytes);

        if (count == 0) {
            break;
        }
        left -= count;
        link_statistics.bytes_in += count;
        frame_receiver_push(&receiver, (const uint8_t *)bytes, count, &sink);
    }
    if (serial_require_producer_signal(&rx_queue)) {
        serial_cancel_producer_signal(&rx_queue);
        sddf_notify(link_config->serial.rx.id);
    }
}

static size_t encode(const struct protocol_message *message, uint8_t payload[LINK_PAYLOAD_MAX])
{
    return protocol_encode(message, payload, LINK_PAYLOAD_MAX);
}

bool link_fits(const struct protocol_message *message)
{
    static uint8_t payload[LINK_PAYLOAD_MAX];
    size_t length = encode(message, payload);

    return length != 0 && length <= payload_limit;
}

size_t link_set_limit(size_t bytes)
{
    payload_limit = MAX(MIN(bytes, LINK_PAYLOAD_MAX), PAYLOAD_LIMIT_MIN);
    return payload_limit;
}

static bool send_payload(enum frame_channel channel, const uint8_t *payload, size_t length)
{
    static uint8_t wire[FRAME_WIRE_MAX];
    size_t wire_length = frame_encode(channel, next_sequence, payload, length, wire);

    if (wire_length == 0 || serial_queue_free(&tx_queue) < wire_length) {
        return false;
    }
    serial_enqueue_batch(&tx_queue, (uint32_t)wire_length, (const char *)wire);
    next_sequence++;
    link_statistics.frames_out++;
    link_statistics.bytes_out += wire_length;
    must_notify = true;
    return true;
}

bool link_send(const struct protocol_message *message)
{
    static uint8_t payload[LINK_PAYLOAD_MAX];
    size_t length = encode(message, payload);
    int channel = protocol_channel(message->type);

    if (length == 0 || channel < 0 || !send_payload((enum frame_channel)channel, payload, length)) {
        link_statistics.dropped++;
        return false;
    }
    return true;
}

bool link_send_frame(enum frame_channel channel, const uint8_t *payload, size_t length)
{
    if (send_payload(channel, payload, length)) {
        return true;
    }
    /* Room that comes between the two would bring no notification. */
    serial_request_producer_signal(&tx_queue);
    if (send_payload(channel, payload, length)) {
        serial_cancel_producer_signal(&tx_queue);
        return true;
    }
    return false;
}

void link_flush(void)
{
    if (must_notify) {
        must_notify = false;
        sddf_notify(link_config->serial.tx.id);
    }
}

const struct frame_statistics *link_frame_statistics(void)
{
    return &receiver.statistics;
}

void link_refuse(
        const struct protocol_message *request, enum protocol_error_code code, uint64_t detail)
{
    static struct protocol_message reply;

    reply.type = MESSAGE_ERROR_REPLY;
    reply.number = request->number;
    reply.error_reply.code = (uint8_t)code;
    reply.error_reply.request = request->type;
    reply.error_reply.detail = detail;
    link_statistics.refused++;
    link_send(&reply);
}
