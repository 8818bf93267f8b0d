/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/reload/wire.h"

#include <microkit.h>

#include <sddf/serial/queue.h>

#include "monitor/protocol/codec.h"
#include "monitor/protocol/crc32c.h"
#include "monitor/protocol/frame.h"
#include "tests/system/reload/output.h"

#define QUIESCE_MS 1000

enum wire_forgery wire_forgery;

#define FORGED_BYTE 0x40u /* of the code */
static serial_queue_handle_t to_monitor;
static serial_queue_handle_t from_monitor;
static struct frame_receiver receiver;
static struct protocol_message request;
static struct protocol_message incoming;
static struct wire_pd *listener;
static uint16_t number; /* of the last request */
static uint16_t sequence;
static bool answered;
static bool refused;
static uint32_t prepared_tail; /* with the request that lies in the queue and is not yet seen */

void wire_init(void)
{
    serial_queue_init(
            &to_monitor, (serial_queue_t *)LINE_TO_QUEUE, LINE_DATA_SIZE, (char *)LINE_TO_DATA);
    serial_queue_init(&from_monitor, (serial_queue_t *)LINE_FROM_QUEUE, LINE_DATA_SIZE,
            (char *)LINE_FROM_DATA);
}

static void on_frame(void *context, const struct frame *frame)
{
    (void)context;
    if (protocol_decode(
                (enum frame_channel)frame->channel, frame->payload, frame->length, &incoming, NULL)
            != PROTOCOL_DECODED) {
        check(false, "a frame of the monitor's is not understood, channel", frame->channel);
    }
    if (incoming.type == MESSAGE_RELOAD_STATE && incoming.reload_state.pd == listener->index) {
        listener->state = incoming.reload_state;
    }
    if (incoming.number == number && number != 0) {
        answered = true;
        refused = incoming.type == MESSAGE_ERROR_REPLY;
    }
}

void wire_receive(struct wire_pd *pd)
{
    static const struct frame_sink sink = { .frame = on_frame };
    char bytes[256];
    uint32_t count;

    listener = pd;
    while ((count = serial_dequeue_batch(&from_monitor, sizeof(bytes), bytes)) != 0) {
        frame_receiver_push(&receiver, (const uint8_t *)bytes, count, &sink);
    }
    if (serial_require_producer_signal(&from_monitor)) {
        serial_cancel_producer_signal(&from_monitor);
        microkit_notify(PLANT_LINE_RECEIVE);
    }
}

static void prepare(uint16_t type)
{
    static uint8_t payload[FRAME_PAYLOAD_MAX];
    static uint8_t frame[FRAME_WIRE_MAX];
    size_t length;

    number = number == UINT16_MAX ? 1 : number + 1;
    request.type = type;
    request.number = number;
    length = protocol_encode(&request, payload, sizeof(payload));
    check(length != 0, "a request cannot be encoded, type", type);
    length = frame_encode(CHANNEL_RELOAD, sequence++, payload, length, frame);
    prepared_tail = to_monitor.queue->tail + (uint32_t)length;
    serial_copy_in(&to_monitor, to_monitor.queue->tail, (const char *)frame, (uint32_t)length);
}

void wire_send_prepared(void)
{
    serial_update_shared_tail(&to_monitor, prepared_tail);
    microkit_notify(PLANT_LINE_SEND);
}

static bool ask(struct wire_pd *pd, uint16_t type)
{
    wire_receive(pd);
    prepare(type);
    answered = false;
    wire_send_prepared();
    wire_receive(pd);
    check(answered, "the monitor has not answered, type", type);
    return !refused;
}

bool wire_ask_state(struct wire_pd *pd)
{
    request.reload_state_request.pd = (uint16_t)pd->index;
    return ask(pd, MESSAGE_RELOAD_STATE_REQUEST);
}

static void forge_begin(struct protocol_reload_begin *body)
{
    switch (wire_forgery) {
    case WIRE_UNSIGNED:
        body->signature.length = 0;
        break;
    case WIRE_OTHER_KEY:
        body->key_id.at[0] ^= 1;
        break;
    case WIRE_OTHER_SIGNATURE:
        body->signature.at[40] ^= 1;
        break;
    case WIRE_OTHER_ENTRY:
        body->entry += 4;
        break;
    default:
        break;
    }
}

bool wire_begin(struct wire_pd *pd, const struct placed_module *module)
{
    struct protocol_reload_begin *body = &request.reload_begin;

    body->pd = (uint16_t)pd->index;
    body->transaction = ++pd->transaction;
    body->text_bytes = module->text_bytes;
    body->data_bytes = module->data_bytes;
    body->data_memory = module->data_memory;
    body->entry = module->entry;
    body->build_id.length = (uint16_t)module->build_id_length;
    sddf_memcpy(body->build_id.at, module->build_id, sizeof(module->build_id));
    body->data_offset = module->data_offset;
    body->relocations = module->relocations;
    body->relocation_bytes = module->relocation_bytes;
    body->who.length = 0;
    body->what.length = 0;
    body->settings.count = 0; /* they have been filled in */
    body->key_id.length = module->is_signed ? sizeof(module->key_id) : 0;
    sddf_memcpy(body->key_id.at, module->key_id, sizeof(module->key_id));
    body->signature.length = module->is_signed ? sizeof(module->signature) : 0;
    sddf_memcpy(body->signature.at, module->signature, sizeof(module->signature));
    forge_begin(body);
    return ask(pd, MESSAGE_RELOAD_BEGIN);
}

bool wire_chunk(
        struct wire_pd *pd, const struct placed_module *module, uint32_t segment, uint32_t offset)
{
    struct protocol_reload_chunk *body = &request.reload_chunk;
    uint32_t size = segment == 0 ? module->text_bytes : module->data_bytes;
    const uint8_t *from = module->content + (segment == 0 ? 0 : module->text_bytes);

    body->pd = (uint16_t)pd->index;
    body->transaction = pd->transaction;
    body->segment = (uint8_t)segment;
    body->offset = offset;
    body->bytes.length = (uint16_t)MIN(PROTOCOL_CHUNK_MAX, size - offset);
    sddf_memcpy(body->bytes.at, from + offset, body->bytes.length);
    if (wire_forgery == WIRE_OTHER_CODE && segment == 0 && offset == 0) {
        body->bytes.at[FORGED_BYTE] ^= 1;
    }
    return ask(pd, MESSAGE_RELOAD_CHUNK);
}

static uint32_t forged_crc(const struct placed_module *module)
{
    uint8_t forged = module->content[FORGED_BYTE] ^ 1;
    uint32_t crc = crc32c_add(0, module->content, FORGED_BYTE);

    crc = crc32c_add(crc, &forged, 1);
    return crc32c_add(crc, module->content + FORGED_BYTE + 1, module->text_bytes - FORGED_BYTE - 1);
}

bool wire_verify(struct wire_pd *pd, const struct placed_module *module)
{
    struct protocol_reload_verify *body = &request.reload_verify;

    body->pd = (uint16_t)pd->index;
    body->transaction = pd->transaction;
    body->text_crc = wire_forgery == WIRE_OTHER_CODE ? forged_crc(module) : module->text_crc;
    body->data_crc = module->data_crc;
    body->older = 0;
    body->sources.count = 0;
    return ask(pd, MESSAGE_RELOAD_VERIFY);
}

bool wire_rollback(struct wire_pd *pd)
{
    request.reload_rollback.pd = (uint16_t)pd->index;
    request.reload_rollback.swaps = pd->state.swaps;
    request.reload_rollback.who.length = 0;
    return ask(pd, MESSAGE_RELOAD_ROLLBACK);
}

void wire_prepare_swap(struct wire_pd *pd, uint32_t probation)
{
    struct protocol_reload_swap *body = &request.reload_swap;

    wire_receive(pd);
    body->pd = (uint16_t)pd->index;
    body->transaction = pd->transaction;
    body->limit = QUIESCE_MS;
    body->probation = probation;
    prepare(MESSAGE_RELOAD_SWAP);
}
