/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/stub_client.h"

#include <poll.h>
#include <string.h>

#include "console/app/interrupt.h"
#include "console/gdb/packet_tap.h"
#include "host-tools/lib/clock.h"

#define ANSWER_MS  5000
#define PACKET_MAX 400

static void from_target(void *context, const struct frame *frame)
{
    struct stub_client *client = context;
    const uint8_t *bytes;
    size_t length = stub_line_take(&client->line, frame, &bytes);

    if (length > 0 && length <= sizeof(client->raw) - client->raw_length) {
        memcpy(client->raw + client->raw_length, bytes, length);
        client->raw_length += length;
    }
}

/* Takes the answer out of the bytes that have come; false if it is not whole yet. */
static bool take_answer(struct stub_client *client)
{
    const uint8_t *begin = memchr(client->raw, '$', client->raw_length);
    const uint8_t *end = begin == NULL
            ? NULL
            : memchr(begin, '#', client->raw_length - (size_t)(begin - client->raw));

    if (end == NULL || client->raw + client->raw_length < end + 3) {
        return false;
    }
    client->length = tap_unpack(
            begin + 1, (size_t)(end - begin - 1), client->answer, STUB_CLIENT_ANSWER_MAX);
    client->answer[client->length] = '\0';
    client->raw_length = 0;
    return true;
}

static bool wait_for_answer(struct stub_client *client, struct error_report *error)
{
    int64_t end = clock_ms() + ANSWER_MS;

    while (!take_answer(client)) {
        struct pollfd ready = { session_descriptor(client->session),
            session_poll_events(client->session), 0 };
        int wait = session_wait_ms(client->session);

        if (client->line.ended || clock_ms() >= end || interrupt_seen()) {
            return error_set(error, STATUS_UNREACHABLE,
                    client->line.ended ? "the target has given this console up"
                                       : "the target's debugging stub does not answer");
        }
        poll(&ready, 1, wait < STUB_LINE_WAIT_MS ? wait : STUB_LINE_WAIT_MS);
        session_step(client->session);
        stub_line_step(&client->line);
    }
    return true;
}

bool stub_client_ask(struct stub_client *client, const char *packet, struct error_report *error)
{
    uint8_t framed[2 * PACKET_MAX + 4];
    size_t length = strlen(packet);

    if (length > PACKET_MAX) {
        return error_set(error, STATUS_FAILURE, "a packet is too long");
    }
    client->raw_length = 0;
    length = tap_frame((const uint8_t *)packet, length, framed);
    stub_line_send(&client->line, framed, length);
    return wait_for_answer(client, error);
}

bool stub_client_open(
        struct stub_client *client, struct session *session, struct error_report *error)
{
    memset(client, 0, sizeof(*client));
    client->session = session;
    session->context = client;
    session->on_frame = from_target;
    stub_line_open(&client->line, session, 0);
    return stub_client_ask(client, "QStartNoAckMode", error) && stub_client_ask(client, "!", error);
}

void stub_client_close(struct stub_client *client)
{
    stub_line_close(&client->line);
    client->session->on_frame = NULL;
    session_step(client->session);
}
