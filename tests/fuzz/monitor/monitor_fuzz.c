/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the monitor PD with two consoles that say anything. The input is a list of steps: raw bytes on a wire, a
 * payload in a good frame, time that passes, memory that changes, reading. Whatever comes, the monitor answers in good
 * frames of good messages, and touches nothing beside its windows.
 */
#include <string.h>

#include "tests/host/monitor/monitor_harness.h"

enum step {
    STEP_PAYLOAD,
    STEP_REQUEST, /* a payload whose type is one of the table's, of the inspect channel */
    STEP_BYTES,
    STEP_WAIT,
    STEP_MEMORY,
    STEP_TAKE,
    STEPS
};

/* Addresses in requests: within the window, or right behind it. */
static void aim(uint8_t *payload, size_t length)
{
    struct protocol_message message;
    uint64_t base = (uint64_t)(uintptr_t)harness_memory;

    if (protocol_decode(CHANNEL_INSPECT, payload, length, &message, NULL) != PROTOCOL_DECODED) {
        harness_send_payload(END_SERIAL, CHANNEL_INSPECT, payload, length);
        return;
    }
    if (message.type == MESSAGE_WATCH_QUEUE_REQUEST) {
        message.watch_queue_request.tail_address =
                base + message.watch_queue_request.tail_address % 5000;
        message.watch_queue_request.head_address =
                base + message.watch_queue_request.head_address % 5000;
        if (message.watch_queue_request.flag_address != 0) {
            message.watch_queue_request.flag_address =
                    base + message.watch_queue_request.flag_address % 5000;
        }
    } else if (message.type == MESSAGE_READ_MEMORY_REQUEST) {
        message.read_memory_request.address = base + message.read_memory_request.address % 5000;
    } else if (message.type == MESSAGE_SCAN_MEMORY_REQUEST) {
        message.scan_memory_request.address = base + message.scan_memory_request.address % 5000;
    }
    harness_send(END_SERIAL, &message);
}

static void do_step(enum step step, enum end end, const uint8_t *bytes, size_t length)
{
    uint8_t copy[256];

    memcpy(copy, bytes, length);
    switch (step) {
    case STEP_PAYLOAD:
        harness_send_payload(end, length > 0 ? copy[0] % FRAME_CHANNELS : 0, copy, length);
        break;
    case STEP_REQUEST:
        aim(copy, length);
        break;
    case STEP_BYTES:
        harness_send_bytes(end, copy, length);
        break;
    case STEP_WAIT:
        harness_wait(length > 0 ? copy[0] * 20u : 1);
        break;
    case STEP_MEMORY:
        for (size_t i = 0; i + 1 < length; i += 2) {
            harness_memory[copy[i] * 16 % HARNESS_MEMORY] = copy[i + 1];
        }
        break;
    default:
        harness_take(end, NULL, NULL);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;

    if (!started) {
        started = true;
        harness_start(0);
    }
    while (size >= 2) {
        size_t length = data[1] < size - 2 ? data[1] : size - 2;

        do_step((enum step)(data[0] % STEPS), data[0] & 0x80 ? END_NETWORK : END_SERIAL, data + 2,
                length);
        data += 2 + length;
        size -= 2 + length;
    }
    harness_take(END_SERIAL, NULL, NULL);
    harness_take(END_NETWORK, NULL, NULL);
    return 0;
}
