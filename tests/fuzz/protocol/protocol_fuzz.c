/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: what comes from the wire. The input is fed to the frame receiver in pieces, and its
 * frames, and the input itself as a payload, to the decoder. What decodes must encode again, to no more
 * bytes, and then decode to the same.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/protocol/codec.h"

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void decode_and_encode(uint8_t channel, const uint8_t *bytes, size_t length)
{
    static struct protocol_message first, second;
    uint8_t encoded[FRAME_PAYLOAD_MAX];
    size_t offset = SIZE_MAX;
    size_t encoded_length;

    memset(&first, 0, sizeof(first));
    memset(&second, 0, sizeof(second));
    if (protocol_decode((enum frame_channel)channel, bytes, length, &first, &offset)
            != PROTOCOL_DECODED) {
        require(offset <= length);
        return;
    }
    require(offset == length);
    encoded_length = protocol_encode(&first, encoded, sizeof(encoded));
    require(encoded_length > 0 && encoded_length <= length);
    require(protocol_decode((enum frame_channel)channel, encoded, encoded_length, &second, NULL)
            == PROTOCOL_DECODED);
    require(memcmp(&first, &second, sizeof(first)) == 0);
}

static void take_frame(void *context, const struct frame *frame)
{
    (*(size_t *)context)++;
    require(frame->channel < FRAME_CHANNELS && frame->length <= FRAME_PAYLOAD_MAX);
    decode_and_encode(frame->channel, frame->payload, frame->length);
}

static void take_text(void *context, const char *text, size_t length)
{
    (void)context;
    require(length > 0 && memchr(text, '\0', length) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct frame_receiver receiver;
    uint8_t wire[FRAME_WIRE_MAX];
    size_t frames = 0;
    const struct frame_sink sink = { &frames, take_frame, take_text };
    size_t piece = size > 0 ? data[0] % 64 + 1u : 1;
    size_t length;

    memset(&receiver, 0, sizeof(receiver));
    for (size_t at = 0; at < size; at += piece) {
        frame_receiver_push(&receiver, data + at, size - at < piece ? size - at : piece, &sink);
        if (at % 7 == 6) {
            frame_receiver_idle(&receiver, at % 2 == 0, &sink);
        }
    }
    require(receiver.statistics.bytes == size && receiver.statistics.text_bytes <= size);

    for (uint8_t channel = 0; channel < FRAME_CHANNELS; channel++) {
        decode_and_encode(channel, data, size);
    }
    /* Whatever came before, two good frames are understood. */
    frames = 0;
    length = frame_encode(CHANNEL_GDB, 1, data, size < FRAME_PAYLOAD_MAX ? size : 10, wire);
    frame_receiver_push(&receiver, wire, length, &sink);
    frame_receiver_push(&receiver, wire, length, &sink);
    require(frames >= 2); /* and one that only lacked its last zero */
    return 0;
}
