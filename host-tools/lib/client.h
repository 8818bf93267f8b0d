/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host's end of the wire: frames on a transport, requests with retry. Never blocks; whoever owns
 * it polls the transport's descriptor and calls client_process.
 */
#pragma once

#include "host-tools/lib/transport.h"
#include "monitor/protocol/codec.h"

#define CLIENT_PENDING_MAX 32  /* requests without a reply */
#define CLIENT_ATTEMPTS    10  /* of a request, then it has failed */
#define CLIENT_REQUEST_MAX 512 /* bytes of an encoded request */

/* A request's end: its reply (may be an error_reply), or NULL: none came. May send more requests. */
typedef void (*client_reply_fn)(void *context, const struct protocol_message *reply);

/* What the owner wants to hear. Any may be NULL. They must not close the client. */
struct client_events {
    void *context;
    /* Every message, replies to requests included (those first go to their client_reply_fn). */
    void (*message)(void *context, const struct protocol_message *message);
    /* Text from outside frames. */
    void (*text)(void *context, const char *text, size_t length);
    /* Frames of channels that carry no messages (none in the table of messages.h). */
    void (*frame)(void *context, const struct frame *frame);
};

struct client_statistics {
    uint64_t frames_out;
    uint64_t bytes_out;
    uint64_t malformed; /* good frames whose message could not be decoded */
    uint64_t retries;
    uint64_t failed;     /* requests without a reply after all attempts */
    uint64_t unexpected; /* replies to nothing: late, doubled or replayed */
};

struct client;

/* Takes the transport over. NULL without memory. */
struct client *client_new(struct transport *transport, const struct client_events *events);
/* Ends the transport, too. Requests that wait get no reply. NULL is allowed. */
void client_free(struct client *client);

struct transport *client_transport(const struct client *client);
/* The longest payload, in bytes, that the other side was asked for: a line that loses bytes wants short ones. */
size_t client_payload_limit(const struct client *client);

/*
 * Sends a request; its number is set. `reply` (unless NULL) is called once, from client_process or
 * client_free, unless the request is refused: false if too many wait or it does not encode.
 */
bool client_request(struct client *client, struct protocol_message *request, client_reply_fn reply,
        void *context);

/* Sends a message as it is. False if there is no room. */
bool client_send(struct client *client, const struct protocol_message *message);

/*
 * Sends bytes on a channel that carries no messages; at most FRAME_PAYLOAD_MAX. They are not sent
 * again when they get lost. False if there is no room.
 */
bool client_send_frame(
        struct client *client, enum frame_channel channel, const void *bytes, size_t length);

/* What to poll the descriptor for. */
short client_poll_events(const struct client *client);
/* Milliseconds until client_process has to be called even without an event; at most 1000. */
int client_wait_ms(const struct client *client);
/* Reads, writes, retries. False: the other side has gone. */
bool client_process(struct client *client);

/* Bytes that wait to be written. */
size_t client_backlog(const struct client *client);
const struct client_statistics *client_statistics(const struct client *client);
const struct frame_statistics *client_frame_statistics(const struct client *client);
