/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages are consecutive pieces of one stream; where each ends follows from its number. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "host-tools/load_generator/flow.h"
#include "host-tools/load_generator/pattern.h"

#define RECEIVE_MAX 65536

/* Writes what is left of the message. True if nothing is. */
static bool flush(struct flow *flow)
{
    while (flow->out_done < flow->out_length) {
        ssize_t written = send(flow->socket, flow->out + flow->out_done,
                flow->out_length - flow->out_done, MSG_NOSIGNAL);

        if (written < 0) {
            flow->socket_is_full = errno == EAGAIN;
            if (errno != EAGAIN && errno != EINTR) {
                flow->failure = strerror(errno);
            }
            return false;
        }
        flow->out_done += (uint32_t)written;
        flow->figures.bytes_sent += (uint64_t)written;
    }
    return true;
}

static bool send_message(struct flow *flow, int64_t now)
{
    if (flow->out_done == flow->out_length) {
        uint64_t number = window_send(&flow->window, now);

        flow->figures.sent++;
        flow->out_length = flow_message_size(flow, number);
        flow->out_done = 0;
        pattern_fill(flow->seed, flow->stream_sent, flow->out, flow->out_length);
        flow->stream_sent += flow->out_length;
    }
    return flush(flow);
}

/* Checks the next bytes, all of one message. */
static void take_piece(struct flow *flow, const uint8_t *bytes, size_t length, int64_t now)
{
    if (!pattern_matches(flow->seed, flow->stream_received, bytes, length)) {
        flow->answer_is_corrupted = true;
    }
    flow->stream_received += length;
    if (flow->stream_received < flow->answer_end) {
        return;
    }
    if (flow->answer_is_corrupted) {
        flow->figures.corrupted++;
        flow->answer_is_corrupted = false;
    } else {
        flow_count_answer(flow, flow->answer, flow_message_size(flow, flow->answer), now);
    }
    flow->answer++;
}

static void take_bytes(struct flow *flow, const uint8_t *bytes, size_t length, int64_t now)
{
    for (size_t done = 0; done < length;) {
        if (flow->stream_received == flow->stream_sent) {
            flow->failure = "more came back than was sent";
            return;
        }
        if (flow->stream_received == flow->answer_end) {
            flow->answer_end += flow_message_size(flow, flow->answer);
        }
        size_t piece = flow->answer_end - flow->stream_received;

        piece = piece < length - done ? piece : length - done;
        take_piece(flow, bytes + done, piece, now);
        done += piece;
    }
}

static void receive_stream(struct flow *flow, int64_t now)
{
    uint8_t bytes[RECEIVE_MAX];

    while (flow->failure == NULL) {
        ssize_t length = recv(flow->socket, bytes, sizeof(bytes), 0);

        if (length < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                flow->failure = strerror(errno);
            }
            return;
        }
        if (length == 0) {
            flow->failure = "the other side has closed the connection";
            return;
        }
        take_bytes(flow, bytes, (size_t)length, now);
    }
}

const struct flow_ops tcp_flow_ops = { .send = send_message, .receive = receive_stream };
