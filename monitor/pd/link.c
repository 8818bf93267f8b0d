/* SPDX-License-Identifier: BSD-2-Clause */
#include "monitor/pd/link.h"

#include <os/sddf.h>

#include <sddf/serial/queue.h>

#include "monitor/pd/clock.h"

#define READ_AT_A_TIME    256
#define PAYLOAD_LIMIT_MIN 48
#define SILENCE_SECONDS   4 /* after which another wire may take over; a console asks every second */

/* One way to a console: the serial line, or the network listener. One of them at a time is in use. */
struct wire {
    const serial_client_config_t *config; /* NULL: there is none */
    serial_queue_handle_t rx_queue;
    serial_queue_handle_t tx_queue;
    struct frame_receiver receiver;
    uint16_t next_sequence;
    bool must_notify;
};

enum wire_kind {
    WIRE_SERIAL,
    WIRE_NETWORK,
    WIRES
};

struct link_statistics link_statistics;

static struct wire wires[WIRES];
static const struct link_listener_counters *listener;
static struct wire *current = &wires[WIRE_SERIAL]; /* all that is sent goes here */
static uint64_t current_heard;                     /* ticks: its last good frame; 0: none yet */
static struct protocol_message incoming;
static const struct link_handlers *handlers;
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

/* Whoever speaks while the other is silent has the link; reports go to one console only. */
static bool may_speak(struct wire *wire)
{
    uint64_t now = clock_now();

    if (wire != current) {
        if (current_heard != 0 && now - current_heard < SILENCE_SECONDS * clock_hz()) {
            return false;
        }
        current = wire;
        payload_limit = LINK_PAYLOAD_MAX;
    }
    current_heard = now;
    return true;
}

/* Answers on a wire that does not have the link, if there is anything to answer. */
static void refuse_busy(struct wire *wire, const struct frame *frame)
{
    struct wire *other = current;
    size_t offset;

    if (protocol_decode((enum frame_channel)frame->channel, frame->payload, frame->length,
                &incoming, &offset)
                    == PROTOCOL_DECODED
            && incoming.number != 0) {
        current = wire;
        link_refuse(&incoming, PROTOCOL_ERROR_BUSY, SILENCE_SECONDS * UINT64_C(1000));
        current = other;
    }
}

static void on_frame(void *context, const struct frame *frame)
{
    size_t offset = 0;
    enum protocol_decoding decoding;

    if (!may_speak(context)) {
        if (frame->channel != CHANNEL_GDB) {
            refuse_busy(context, frame);
        }
        return;
    }
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

/* The queues may be in use, by a monitor that has been restarted since. */
static void init_wire(struct wire *wire, const serial_client_config_t *config)
{
    wire->config = config;
    wire->receiver = (struct frame_receiver){ 0 };
    serial_queue_init(&wire->rx_queue, config->rx.queue.vaddr, (uint32_t)config->rx.data.size,
            config->rx.data.vaddr);
    serial_queue_init(&wire->tx_queue, config->tx.queue.vaddr, (uint32_t)config->tx.data.size,
            config->tx.data.vaddr);
    wire->must_notify = serial_queue_length_producer(&wire->tx_queue) != 0;
}

void link_init(const monitor_config_t *config)
{
    init_wire(&wires[WIRE_SERIAL], &config->serial);
    if (monitor_config_has_network(config)) {
        init_wire(&wires[WIRE_NETWORK], &config->network);
        listener = config->listener.vaddr;
    }
}

bool link_owns(sddf_channel channel)
{
    for (unsigned i = 0; i < WIRES; i++) {
        if (wires[i].config != NULL && wires[i].config->rx.id == channel) {
            return true;
        }
    }
    return false;
}

bool link_is_network(void)
{
    return current == &wires[WIRE_NETWORK];
}

static void receive(struct wire *wire)
{
    const struct frame_sink sink = { .context = wire, .frame = on_frame };
    char bytes[READ_AT_A_TIME];
    /* What comes in the meantime brings a notification of its own. */
    uint32_t left = serial_queue_length_consumer(&wire->rx_queue);

    while (left > 0) {
        uint32_t count = serial_dequeue_batch(&wire->rx_queue, MIN(left, sizeof(bytes)), bytes);

        if (count == 0) {
            break;
        }
        left -= count;
        link_statistics.bytes_in += count;
        frame_receiver_push(&wire->receiver, (const uint8_t *)bytes, count, &sink);
    }
    if (serial_require_producer_signal(&wire->rx_queue)) {
        serial_cancel_producer_signal(&wire->rx_queue);
        sddf_notify(wire->config->rx.id);
    }
}

void link_receive(const struct link_handlers *to)
{
    handlers = to;
    for (unsigned i = 0; i < WIRES; i++) {
        if (wires[i].config != NULL) {
            receive(&wires[i]);
        }
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

size_t link_limit(void)
{
    return payload_limit;
}

size_t link_set_limit(size_t bytes)
{
    payload_limit = MAX(MIN(bytes, LINK_PAYLOAD_MAX), PAYLOAD_LIMIT_MIN);
    return payload_limit;
}

static bool send_payload(enum frame_channel channel, const uint8_t *payload, size_t length)
{
    static uint8_t wire[FRAME_WIRE_MAX];
    size_t wire_length = frame_encode(channel, current->next_sequence, payload, length, wire);

    if (wire_length == 0 || serial_queue_free(&current->tx_queue) < wire_length) {
        return false;
    }
    serial_enqueue_batch(&current->tx_queue, (uint32_t)wire_length, (const char *)wire);
    current->next_sequence++;
    link_statistics.frames_out++;
    link_statistics.bytes_out += wire_length;
    current->must_notify = true;
    return true;
}

/* What the network listener has counted belongs to the link's report; without one it is not known. */
static const struct protocol_message *with_listener(const struct protocol_message *message)
{
    static struct protocol_message full;
    uint64_t *counters = full.link_report.counters.at;

    full.type = message->type;
    full.number = message->number;
    full.link_report = message->link_report;
    full.link_report.counters.present &= (1U << LINK_CONSOLES) - 1;
    if (listener != NULL) {
        full.link_report.counters.present |= 1U << LINK_CONSOLES | 1U << LINK_REFUSED_KEYS
                | 1U << LINK_REFUSED_RECORDS | 1U << LINK_REFUSED_OTHERS;
        counters[LINK_CONSOLES] = listener->accepted;
        counters[LINK_REFUSED_KEYS] = listener->refused_handshakes;
        counters[LINK_REFUSED_RECORDS] = listener->refused_records;
        counters[LINK_REFUSED_OTHERS] =
                listener->refused_busy + listener->refused_late + listener->refused_full;
    }
    return &full;
}

bool link_send(const struct protocol_message *message)
{
    static uint8_t payload[LINK_PAYLOAD_MAX];
    const struct protocol_message *sent =
            message->type == MESSAGE_LINK_REPORT ? with_listener(message) : message;
    size_t length = encode(sent, payload);
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
    serial_request_producer_signal(&current->tx_queue);
    if (send_payload(channel, payload, length)) {
        serial_cancel_producer_signal(&current->tx_queue);
        return true;
    }
    return false;
}

void link_flush(void)
{
    for (unsigned i = 0; i < WIRES; i++) {
        if (wires[i].must_notify) {
            wires[i].must_notify = false;
            sddf_notify(wires[i].config->tx.id);
        }
    }
}

const struct frame_statistics *link_frame_statistics(void)
{
    return &current->receiver.statistics;
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
