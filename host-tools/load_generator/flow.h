/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One client of the load: a UDP socket or a TCP connection, its messages on their way, and its figures.
 * What differs between the protocols stands in udp_flow.c and tcp_flow.c behind struct flow_ops.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "host-tools/load_generator/histogram.h"
#include "host-tools/load_generator/options.h"
#include "host-tools/load_generator/window.h"

struct flow;

struct flow_ops {
    /*
     * Sends the next message, or what is left of one. False: the socket takes no more now, or it has
     * failed (flow->failure).
     */
    bool (*send)(struct flow *flow, int64_t now);
    /* Takes everything there is to receive. */
    void (*receive)(struct flow *flow, int64_t now);
};

struct flow_figures {
    uint64_t sent; /* messages */
    uint64_t received;
    uint64_t corrupted; /* answers with wrong contents or length; not among `received` */
    uint64_t reordered;
    uint64_t duplicated;
    uint64_t bytes_sent; /* payload */
    uint64_t bytes_received;
    struct histogram latency;
};

struct flow {
    const struct flow_ops *ops;
    const struct options *options;
    const struct target *target;
    int socket;
    uint64_t seed;        /* of its contents, its own */
    const char *failure;  /* what ended it early, or NULL */
    bool socket_is_full;  /* wait until it can be written again */
    int64_t next_send_at; /* ns; with a fixed rate */
    int64_t last_heard;   /* ns; when something came, or the start */
    struct window window;
    struct flow_figures figures;
    uint64_t reported; /* of received messages, in the last line of progress */
    /* TCP: a stream of messages */
    uint64_t stream_sent;     /* bytes, the header-less contents of all messages */
    uint64_t stream_received; /* bytes */
    uint64_t message_end;     /* where in the stream the message that is being sent ends */
    uint64_t answer;          /* number of the message that is being received */
    uint64_t answer_end;      /* where in the stream it ends */
    bool answer_is_corrupted;
    uint32_t out_length; /* contents made but not sent: the last bytes before message_end */
    uint32_t out_done;
    uint8_t *out; /* TCP_SIZE_MAX bytes */
};

extern const struct flow_ops udp_flow_ops;
extern const struct flow_ops tcp_flow_ops;

/* Payload bytes of message `number`. */
uint32_t flow_message_size(const struct flow *flow, uint64_t number);

/* Notes that message `number` has come back whole and unchanged. */
void flow_count_answer(struct flow *flow, uint64_t number, uint32_t size, int64_t now);

/*
 * Opens a socket to `target`, connected, non-blocking; `client` tells clients of a run apart. False
 * after a message on stderr.
 */
bool flow_open(struct flow *flow, const struct options *options, const struct target *target,
        uint32_t client);
void flow_close(struct flow *flow);

/* Neither the number of messages nor of bytes allows another message. */
bool flow_is_at_its_end(const struct flow *flow);
