/* SPDX-License-Identifier: BSD-2-Clause */
/* A message is a datagram: header, then contents that depend on flow and number. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "host-tools/load_generator/flow.h"
#include "host-tools/load_generator/pattern.h"

#define MAGIC UINT64_C(0x4c6f616447656e31)

struct header {
    uint64_t magic;
    uint64_t flow; /* seed */
    uint64_t number;
    uint64_t size; /* of the datagram */
};

_Static_assert(sizeof(struct header) <= UDP_SIZE_MIN, "every datagram has room for it");

/* What is larger than any answer shows as a wrong length. */
#define RECEIVE_MAX 2048

static uint64_t contents_seed(const struct flow *flow, uint64_t number)
{
    return pattern_hash(flow->seed, number);
}

/* True if the socket only wants to be asked again: the error is of an earlier datagram, or passes. */
static bool is_harmless(int error)
{
    return error == ECONNREFUSED || error == EINTR || error == ENOBUFS;
}

static bool send_datagram(struct flow *flow, int64_t now)
{
    uint64_t number = flow->window.sent;
    uint32_t size = flow_message_size(flow, number);
    struct header header = { .magic = MAGIC, .flow = flow->seed, .number = number, .size = size };

    memcpy(flow->out, &header, sizeof(header));
    pattern_fill(contents_seed(flow, number), 0, flow->out + sizeof(header), size - sizeof(header));
    if (send(flow->socket, flow->out, size, 0) < 0) {
        flow->socket_is_full = errno == EAGAIN;
        if (errno != EAGAIN && !is_harmless(errno)) {
            flow->failure = strerror(errno);
        }
        return false;
    }
    window_send(&flow->window, now);
    flow->figures.sent++;
    flow->figures.bytes_sent += size;
    return true;
}

/* True if the datagram is one of ours, as it was sent. */
static bool is_unchanged(
        const struct flow *flow, const struct header *header, const uint8_t *bytes, uint32_t size)
{
    return size >= sizeof(*header) && header->magic == MAGIC && header->flow == flow->seed
            && header->size == size && size == flow_message_size(flow, header->number)
            && pattern_matches(contents_seed(flow, header->number), 0, bytes + sizeof(*header),
                    size - sizeof(*header));
}

static void receive_datagrams(struct flow *flow, int64_t now)
{
    uint8_t bytes[RECEIVE_MAX];
    struct header header;

    for (;;) {
        ssize_t size = recv(flow->socket, bytes, sizeof(bytes), 0);

        if (size < 0) {
            if (errno != EAGAIN && !is_harmless(errno)) {
                flow->failure = strerror(errno);
            }
            return;
        }
        memcpy(&header, bytes, sizeof(header));
        if (is_unchanged(flow, &header, bytes, (uint32_t)size)) {
            flow_count_answer(flow, header.number, (uint32_t)size, now);
        } else {
            flow->figures.corrupted++;
        }
    }
}

const struct flow_ops udp_flow_ops = { .send = send_datagram, .receive = receive_datagrams };
