/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/client.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/clock.h"

#define OUT_MAX          (512 * 1024)
#define READ_SIZE        16384
#define READS_AT_ONCE    16 /* then the owner gets a turn, however fast the other side sends */
#define FIRST_RETRY_MS   400
#define LAST_RETRY_MS    800
#define TEXT_IDLE_MS     100
#define FRAME_ABANDON_MS 1000
#define QUALITY_MS       500 /* how often the line's losses are looked at */
#define QUALITY_LOST     3   /* frames in that time: a bad line */
#define GOOD_ROUNDS      40  /* without a loss: it has become a good one */
#define PAYLOAD_LARGEST  FRAME_PAYLOAD_MAX
#define PAYLOAD_SMALLEST 48

struct pending {
    bool used;
    uint16_t number;
    unsigned attempts;
    int64_t retry_at; /* ms */
    int64_t wait_ms;
    uint8_t channel;
    size_t length;
    uint8_t payload[CLIENT_REQUEST_MAX];
    client_reply_fn reply;
    void *context;
};

struct client {
    struct transport *transport;
    struct client_events events;
    struct frame_receiver receiver;
    struct pending pending[CLIENT_PENDING_MAX];
    uint16_t last_number;
    uint16_t sequence;
    uint8_t *out;
    size_t out_start, out_end;
    int64_t last_byte_ms;
    bool text_idle_done, abandon_done;
    struct client_statistics statistics;
    int64_t next_quality;   /* ms */
    uint64_t losses_before; /* at the last look */
    unsigned good_rounds;
    uint16_t payload_limit; /* what the other side was asked for */
};

struct client *client_new(struct transport *transport, const struct client_events *events)
{
    struct client *client = calloc(1, sizeof(*client));

    if (client == NULL || (client->out = malloc(OUT_MAX)) == NULL) {
        free(client);
        return NULL;
    }
    client->transport = transport;
    client->events = *events;
    /* A second console on the same line must not begin with the numbers the first has used. */
    client->last_number = (uint16_t)clock_us();
    client->last_byte_ms = clock_ms();
    client->payload_limit = PAYLOAD_LARGEST;
    return client;
}

void client_free(struct client *client)
{
    if (client == NULL) {
        return;
    }
    for (size_t i = 0; i < CLIENT_PENDING_MAX; i++) {
        struct pending *pending = &client->pending[i];

        if (pending->used && pending->reply != NULL) {
            pending->used = false;
            pending->reply(pending->context, NULL);
        }
    }
    transport_close(client->transport);
    free(client->out);
    free(client);
}

struct transport *client_transport(const struct client *client)
{
    return client->transport;
}

size_t client_payload_limit(const struct client *client)
{
    return client->payload_limit;
}

const struct client_statistics *client_statistics(const struct client *client)
{
    return &client->statistics;
}

const struct frame_statistics *client_frame_statistics(const struct client *client)
{
    return &client->receiver.statistics;
}

size_t client_backlog(const struct client *client)
{
    return client->out_end - client->out_start;
}

/* --- sending --- */

static bool queue_frame(
        struct client *client, uint8_t channel, const uint8_t *payload, size_t length)
{
    size_t wire;

    if (client->out_start > 0 && OUT_MAX - client->out_end < FRAME_WIRE_MAX) {
        memmove(client->out, client->out + client->out_start, client_backlog(client));
        client->out_end -= client->out_start;
        client->out_start = 0;
    }
    if (OUT_MAX - client->out_end < FRAME_WIRE_MAX) {
        return false;
    }
    wire = frame_encode((enum frame_channel)channel, client->sequence, payload, length,
            client->out + client->out_end);
    if (wire == 0) {
        return false;
    }
    client->sequence++;
    client->out_end += wire;
    client->statistics.frames_out++;
    return true;
}

bool client_send(struct client *client, const struct protocol_message *message)
{
    uint8_t payload[FRAME_PAYLOAD_MAX];
    size_t length = protocol_encode(message, payload, sizeof(payload));

    return length > 0
            && queue_frame(client, (uint8_t)protocol_channel(message->type), payload, length);
}

bool client_send_frame(
        struct client *client, enum frame_channel channel, const void *bytes, size_t length)
{
    return queue_frame(client, (uint8_t)channel, bytes, length);
}

static struct pending *find_pending(struct client *client, uint16_t number)
{
    for (size_t i = 0; i < CLIENT_PENDING_MAX; i++) {
        if (client->pending[i].used && client->pending[i].number == number) {
            return &client->pending[i];
        }
    }
    return NULL;
}

static struct pending *free_pending(struct client *client)
{
    for (size_t i = 0; i < CLIENT_PENDING_MAX; i++) {
        if (!client->pending[i].used) {
            return &client->pending[i];
        }
    }
    return NULL;
}

/* The time the line needs for what is queued and for an answer of full size comes on top. */
static int64_t line_delay_ms(const struct client *client)
{
    unsigned rate = client->transport->byte_rate;

    return rate == 0 ? 0 : (int64_t)((client_backlog(client) + FRAME_WIRE_MAX) * 1000 / rate);
}

static bool transmit(struct client *client, struct pending *pending)
{
    pending->attempts++;
    pending->retry_at = clock_ms() + pending->wait_ms + line_delay_ms(client);
    pending->wait_ms = pending->wait_ms * 2 < LAST_RETRY_MS ? pending->wait_ms * 2 : LAST_RETRY_MS;
    return queue_frame(client, pending->channel, pending->payload, pending->length);
}

bool client_request(struct client *client, struct protocol_message *request, client_reply_fn reply,
        void *context)
{
    struct pending *pending = free_pending(client);

    if (pending == NULL) {
        return false;
    }
    do {
        client->last_number++;
    } while (client->last_number == 0 || find_pending(client, client->last_number) != NULL);
    request->number = client->last_number;
    pending->length = protocol_encode(request, pending->payload, sizeof(pending->payload));
    if (pending->length == 0) {
        return false;
    }
    pending->used = true;
    pending->number = request->number;
    pending->channel = (uint8_t)protocol_channel(request->type);
    pending->attempts = 0;
    pending->wait_ms = FIRST_RETRY_MS;
    pending->reply = reply;
    pending->context = context;
    transmit(client, pending); /* no room now: the retry will find some */
    return true;
}

/* --- receiving --- */

static void end_request(struct pending *pending, const struct protocol_message *reply)
{
    pending->used = false; /* first: the owner may send the next one from here */
    if (pending->reply != NULL) {
        pending->reply(pending->context, reply);
    }
}

static void take_message(struct client *client, const struct protocol_message *message)
{
    struct pending *pending = message->number != 0 ? find_pending(client, message->number) : NULL;

    if (pending != NULL) {
        end_request(pending, message);
    } else if (message->number != 0 && !client->transport->replay) {
        client->statistics.unexpected++;
    }
    if (client->events.message != NULL) {
        client->events.message(client->events.context, message);
    }
}

static bool carries_messages(uint8_t channel)
{
    for (size_t i = 0; i < protocol_type_count; i++) {
        if (protocol_types[i].channel == channel) {
            return true;
        }
    }
    return false;
}

static void take_frame(void *context, const struct frame *frame)
{
    struct client *client = context;
    static struct protocol_message message;

    if (!carries_messages(frame->channel)) {
        if (client->events.frame != NULL) {
            client->events.frame(client->events.context, frame);
        }
    } else if (protocol_decode((enum frame_channel)frame->channel, frame->payload, frame->length,
                       &message, NULL)
            == PROTOCOL_DECODED) {
        take_message(client, &message);
    } else {
        client->statistics.malformed++;
    }
}

static void take_text(void *context, const char *text, size_t length)
{
    struct client *client = context;

    if (client->events.text != NULL) {
        client->events.text(client->events.context, text, length);
    }
}

static bool read_all(struct client *client)
{
    const struct frame_sink sink = { client, take_frame, take_text };
    uint8_t bytes[READ_SIZE];

    for (int i = 0; i < READS_AT_ONCE; i++) {
        ssize_t got = transport_read(client->transport, bytes, sizeof(bytes));

        if (got < 0) {
            return false;
        }
        if (got == 0) {
            break;
        }
        client->last_byte_ms = clock_ms();
        client->text_idle_done = client->abandon_done = false;
        frame_receiver_push(&client->receiver, bytes, (size_t)got, &sink);
    }
    return true;
}

static void notice_idle(struct client *client, int64_t now)
{
    const struct frame_sink sink = { client, take_frame, take_text };
    int64_t idle = now - client->last_byte_ms;

    if (idle >= TEXT_IDLE_MS && !client->text_idle_done) {
        client->text_idle_done = true;
        frame_receiver_idle(&client->receiver, false, &sink);
    }
    if (idle >= FRAME_ABANDON_MS && !client->abandon_done) {
        client->abandon_done = true;
        frame_receiver_idle(&client->receiver, true, &sink);
    }
}

static bool write_all(struct client *client)
{
    while (client_backlog(client) > 0) {
        ssize_t written = transport_write(
                client->transport, client->out + client->out_start, client_backlog(client));

        if (written < 0) {
            return false;
        }
        if (written == 0) {
            return true;
        }
        client->out_start += (size_t)written;
        client->statistics.bytes_out += (uint64_t)written;
    }
    client->out_start = client->out_end = 0;
    return true;
}

static void retry(struct client *client, int64_t now)
{
    for (size_t i = 0; i < CLIENT_PENDING_MAX; i++) {
        struct pending *pending = &client->pending[i];

        if (!pending->used || now < pending->retry_at) {
            continue;
        }
        if (pending->attempts >= CLIENT_ATTEMPTS) {
            client->statistics.failed++;
            end_request(pending, NULL);
        } else {
            client->statistics.retries++;
            transmit(client, pending);
        }
    }
}

static void ask_for_limit(struct client *client, unsigned bytes)
{
    struct protocol_message request = { .type = MESSAGE_FRAME_LIMIT_REQUEST };

    client->payload_limit = (uint16_t)bytes;
    request.frame_limit_request.bytes = client->payload_limit;
    client_request(client, &request, NULL, NULL);
}

/* On a line that loses bytes, the shorter a frame the likelier it comes through. */
static void adapt_to_quality(struct client *client, int64_t now)
{
    uint64_t losses = client->receiver.statistics.damaged + client->receiver.statistics.lost;
    uint64_t more = losses - client->losses_before;
    unsigned limit = client->payload_limit;

    if (now < client->next_quality || client->transport->replay) {
        return;
    }
    client->next_quality = now + QUALITY_MS;
    client->losses_before = losses;
    client->good_rounds = more == 0 ? client->good_rounds + 1 : 0;
    if (more >= QUALITY_LOST && limit > PAYLOAD_SMALLEST) {
        limit = limit > 512 ? 256 : limit / 2;
        ask_for_limit(client, limit > PAYLOAD_SMALLEST ? limit : PAYLOAD_SMALLEST);
    } else if (client->good_rounds >= GOOD_ROUNDS && limit < PAYLOAD_LARGEST) {
        client->good_rounds = 0;
        ask_for_limit(client, limit * 2 < PAYLOAD_LARGEST ? limit * 2 : PAYLOAD_LARGEST);
    }
}

bool client_process(struct client *client)
{
    int64_t now;

    if (!read_all(client)) {
        return false;
    }
    now = clock_ms();
    notice_idle(client, now);
    retry(client, now);
    adapt_to_quality(client, now);
    return write_all(client);
}

short client_poll_events(const struct client *client)
{
    return (short)(POLLIN | (client_backlog(client) > 0 ? POLLOUT : 0));
}

int client_wait_ms(const struct client *client)
{
    int64_t now = clock_ms();
    int64_t wait = 1000;

    for (size_t i = 0; i < CLIENT_PENDING_MAX; i++) {
        if (client->pending[i].used && client->pending[i].retry_at - now < wait) {
            wait = client->pending[i].retry_at - now;
        }
    }
    if (!client->text_idle_done && client->last_byte_ms + TEXT_IDLE_MS - now < wait) {
        wait = client->last_byte_ms + TEXT_IDLE_MS - now;
    }
    if (!client->abandon_done && client->last_byte_ms + FRAME_ABANDON_MS - now < wait) {
        wait = client->last_byte_ms + FRAME_ABANDON_MS - now;
    }
    return wait < 0 ? 0 : (int)wait;
}
