/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/stub_client.h"

#include <string.h>

#include "console/gdb/packet_tap.h"
#include "host-tools/lib/clock.h"
#include "monitor/protocol/gdb_frame.h"

#define ANSWER_SECONDS 5
#define PACKET_MAX     400

static void send_frame(
        struct stub_client *client, enum gdb_frame_kind kind, const uint8_t *bytes, size_t length)
{
    uint8_t frame[1 + 2 * PACKET_MAX + 4];

    frame[0] = GDB_FRAME_HEADER(kind, 0);
    memcpy(frame + 1, bytes, length);
    session_send_frame(client->session, CHANNEL_GDB, frame, length + 1);
}

static void from_target(void *context, const struct frame *frame)
{
    struct stub_client *client = context;

    if (frame->channel == CHANNEL_GDB && frame->length > 1
            && GDB_FRAME_KIND(frame->payload[0]) == GDB_FRAME_DATA
            && frame->length - 1 <= sizeof(client->raw) - client->raw_length) {
        memcpy(client->raw + client->raw_length, frame->payload + 1, frame->length - 1);
        client->raw_length += frame->length - 1;
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
    client->length = 0;
    for (const uint8_t *at = begin + 1; at < end; at++) {
        client->answer[client->length++] = *at == '}' && at + 1 < end ? *++at ^ 0x20 : *at;
    }
    client->answer[client->length] = '\0';
    client->raw_length = 0;
    return true;
}

/* Says now and then that we are still here. */
static bool is_answered(const struct session *session, void *context)
{
    struct stub_client *client = context;
    int64_t now = clock_ms();

    (void)session;
    if (now >= client->next_alive) {
        client->next_alive = now + GDB_FRAME_ALIVE_MS;
        send_frame(client, GDB_FRAME_ALIVE, &client->generation, 1);
    }
    return take_answer(client);
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
    send_frame(client, GDB_FRAME_DATA, framed, length);
    return session_wait(client->session, is_answered, client, ANSWER_SECONDS, error);
}

bool stub_client_open(
        struct stub_client *client, struct session *session, struct error_report *error)
{
    memset(client, 0, sizeof(*client));
    client->session = session;
    client->generation = (uint8_t)clock_us();
    session->context = client;
    session->on_frame = from_target;
    send_frame(client, GDB_FRAME_ALIVE, &client->generation, 1);
    return stub_client_ask(client, "QStartNoAckMode", error) && stub_client_ask(client, "!", error);
}

void stub_client_close(struct stub_client *client)
{
    send_frame(client, GDB_FRAME_CLOSE, NULL, 0);
    client->session->on_frame = NULL;
    session_step(client->session);
}
