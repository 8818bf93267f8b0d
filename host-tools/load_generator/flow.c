/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/load_generator/flow.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-tools/load_generator/pattern.h"

/* The system's own default drops answers of large windows before we have read them. */
#define SOCKET_BUFFER (4 << 20)

/* Streams of sizes and contents of one flow must differ. */
#define SIZES UINT64_C(0x73697a6573)

uint32_t flow_message_size(const struct flow *flow, uint64_t number)
{
    uint32_t range = flow->options->size_max - flow->options->size_min + 1;

    return flow->options->size_min + (uint32_t)(pattern_hash(flow->seed ^ SIZES, number) % range);
}

void flow_count_answer(struct flow *flow, uint64_t number, uint32_t size, int64_t now)
{
    struct flow_figures *figures = &flow->figures;
    uint64_t latency;

    flow->last_heard = now;
    switch (window_answer(&flow->window, number, now, &latency)) {
    case ANSWER_REORDERED:
        figures->reordered++;
        __attribute__((fallthrough));
    case ANSWER_IN_ORDER:
        figures->received++;
        figures->bytes_received += size;
        histogram_add(&figures->latency, latency);
        break;
    case ANSWER_DUPLICATE:
        figures->duplicated++;
        break;
    case ANSWER_STRANGE:
        figures->corrupted++;
        break;
    }
}

bool flow_is_at_its_end(const struct flow *flow)
{
    const struct options *options = flow->options;

    return (options->count != 0 && flow->window.sent >= options->count)
            || (options->bytes != 0 && flow->figures.bytes_sent >= options->bytes);
}

static bool complain(const struct target *target, const char *what, const char *why)
{
    fprintf(stderr, "load-generator: %s: %s: %s\n", target->text, what, why);
    return false;
}

static void set_socket_options(int fd, enum protocol protocol)
{
    int buffer = SOCKET_BUFFER;
    int on = 1;

    if (protocol == PROTOCOL_TCP) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    } else {
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static int connect_to(const struct target *target)
{
    struct addrinfo hints = {
        .ai_family = AF_INET,
        .ai_socktype = target->protocol == PROTOCOL_TCP ? SOCK_STREAM : SOCK_DGRAM,
    };
    struct addrinfo *address;
    int error = getaddrinfo(target->host, target->port, &hints, &address);

    if (error != 0) {
        complain(target, "no such address", gai_strerror(error));
        return -1;
    }
    int fd = socket(address->ai_family, address->ai_socktype, address->ai_protocol);

    if (fd < 0 || connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        complain(target, "cannot connect", strerror(errno));
        if (fd >= 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(address);
    return fd;
}

bool flow_open(struct flow *flow, const struct options *options, const struct target *target,
        uint32_t client)
{
    flow->ops = target->protocol == PROTOCOL_TCP ? &tcp_flow_ops : &udp_flow_ops;
    flow->options = options;
    flow->target = target;
    flow->seed = pattern_hash(options->seed, client);
    flow->out = malloc(TCP_SIZE_MAX);
    flow->socket = connect_to(target);
    if (flow->socket < 0 || flow->out == NULL) {
        return false;
    }
    set_socket_options(flow->socket, target->protocol);
    return true;
}

void flow_close(struct flow *flow)
{
    free(flow->out);
    if (flow->socket >= 0) {
        close(flow->socket);
    }
}
