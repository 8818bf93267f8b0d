/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/gdb/bridge.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console/gdb/host_files.h"
#include "console/gdb/packet_tap.h"
#include "host-tools/lib/clock.h"
#include "monitor/protocol/gdb_frame.h"

/* Bytes in a frame: as many as go through a serial virtualiser in one piece. */
#define PIECE       480
#define OUT_MAX     (256 * 1024)
#define BACKLOG_MAX (128 * 1024) /* towards the target; then the debugger has to wait */

struct user {
    struct bridge *bridge;
    int fd; /* -1: none */
    uint8_t generation;
    struct packet_tap tap;
    struct host_files files;
    uint8_t out[OUT_MAX]; /* to the debugger */
    size_t out_length;
};

struct bridge {
    struct session *session;
    int listener;
    unsigned port;
    int64_t next_alive;
    struct user users[GDB_FRAME_SESSIONS];
};

static uint8_t number_of(const struct user *user)
{
    return (uint8_t)(user - user->bridge->users);
}

static void send_control(struct user *user, enum gdb_frame_kind kind)
{
    uint8_t frame[2] = { GDB_FRAME_HEADER(kind, number_of(user)), user->generation };

    session_send_frame(user->bridge->session, CHANNEL_GDB, frame, kind == GDB_FRAME_ALIVE ? 2 : 1);
}

static void end_user(struct user *user)
{
    send_control(user, GDB_FRAME_CLOSE);
    close(user->fd);
    user->fd = -1;
}

/* ---- from the target ---- */

static void queue_out(struct user *user, const uint8_t *bytes, size_t length)
{
    if (user->fd < 0) {
        return;
    }
    if (length > sizeof(user->out) - user->out_length) {
        end_user(user); /* a debugger that does not read what it has asked for */
        return;
    }
    memcpy(user->out + user->out_length, bytes, length);
    user->out_length += length;
}

static void from_target(void *context, const struct frame *frame)
{
    struct bridge *bridge = context;

    if (frame->channel == CHANNEL_GDB && frame->length > 1
            && GDB_FRAME_KIND(frame->payload[0]) == GDB_FRAME_DATA
            && GDB_FRAME_SESSION(frame->payload[0]) < GDB_FRAME_SESSIONS) {
        queue_out(&bridge->users[GDB_FRAME_SESSION(frame->payload[0])], frame->payload + 1,
                frame->length - 1);
    }
}

static void write_out(struct user *user)
{
    ssize_t written = send(user->fd, user->out, user->out_length, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (written > 0) {
        memmove(user->out, user->out + written, user->out_length - (size_t)written);
        user->out_length -= (size_t)written;
    } else if (written < 0 && errno != EAGAIN && errno != EINTR) {
        end_user(user);
    }
}

/* ---- from the debugger ---- */

static void pass_on(void *context, const uint8_t *bytes, size_t length)
{
    struct user *user = context;
    uint8_t frame[PIECE + 1];

    frame[0] = GDB_FRAME_HEADER(GDB_FRAME_DATA, number_of(user));
    while (length > 0) {
        size_t part = length < PIECE ? length : PIECE;

        memcpy(frame + 1, bytes, part);
        session_send_frame(user->bridge->session, CHANNEL_GDB, frame, part + 1);
        bytes += part;
        length -= part;
    }
}

static bool answer_here(void *context, const uint8_t *payload, size_t length)
{
    struct user *user = context;
    static struct host_answer answer;
    static uint8_t framed[2 * sizeof(answer.bytes) + 4];

    if (!host_files_answer(&user->files, payload, length, &answer)) {
        return false;
    }
    queue_out(user, framed, tap_frame(answer.bytes, answer.length, framed));
    return true;
}

static void read_in(struct user *user)
{
    const struct tap_events events = { user, answer_here, pass_on };
    uint8_t bytes[16384];
    ssize_t got = recv(user->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (got > 0) {
        tap_push(&user->tap, bytes, (size_t)got, &events);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        end_user(user);
    }
}

/* ---- coming and going ---- */

static void accept_user(struct bridge *bridge)
{
    int fd = accept4(bridge->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    int on = 1;

    for (unsigned i = 0; fd >= 0 && i < GDB_FRAME_SESSIONS; i++) {
        struct user *user = &bridge->users[i];

        if (user->fd < 0) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            user->fd = fd;
            user->generation++;
            user->out_length = 0;
            memset(&user->tap, 0, sizeof(user->tap));
            memset(&user->files, 0, sizeof(user->files));
            user->files.model = bridge->session->model;
            send_control(user, GDB_FRAME_ALIVE);
            return;
        }
    }
    if (fd >= 0) {
        close(fd); /* all stubs are taken */
    }
}

static int listen_on(unsigned *port, struct error_report *error)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_port = htons((uint16_t)*port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0
            || listen(fd, GDB_FRAME_SESSIONS) != 0
            || getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        error_set(error, STATUS_FAILURE, "port %u: %s", *port, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

struct bridge *bridge_open(struct session *session, unsigned port, struct error_report *error)
{
    struct bridge *bridge = calloc(1, sizeof(*bridge));

    if (bridge == NULL) {
        error_set(error, STATUS_FAILURE, "out of memory");
        return NULL;
    }
    bridge->port = port;
    bridge->listener = listen_on(&bridge->port, error);
    if (bridge->listener < 0) {
        free(bridge);
        return NULL;
    }
    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        bridge->users[i].bridge = bridge;
        bridge->users[i].fd = -1;
        /* Not what the console before this one may have used last. */
        bridge->users[i].generation = (uint8_t)clock_us();
    }
    bridge->session = session;
    session->context = bridge;
    session->on_frame = from_target;
    return bridge;
}

void bridge_close(struct bridge *bridge)
{
    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        if (bridge->users[i].fd >= 0) {
            end_user(&bridge->users[i]);
        }
    }
    bridge->session->on_frame = NULL;
    session_step(bridge->session);
    close(bridge->listener);
    free(bridge);
}

unsigned bridge_port(const struct bridge *bridge)
{
    return bridge->port;
}

unsigned bridge_users(const struct bridge *bridge)
{
    unsigned count = 0;

    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        count += bridge->users[i].fd >= 0;
    }
    return count;
}

static bool has_room(const struct bridge *bridge)
{
    return bridge->session->client != NULL && client_backlog(bridge->session->client) < BACKLOG_MAX;
}

size_t bridge_poll(const struct bridge *bridge, struct pollfd *polled)
{
    size_t count = 0;

    polled[count++] = (struct pollfd){ .fd = bridge->listener, .events = POLLIN };
    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        const struct user *user = &bridge->users[i];

        polled[count++] = (struct pollfd){ .fd = user->fd,
            .events = (short)((has_room(bridge) ? POLLIN : 0)
                    | (user->out_length > 0 ? POLLOUT : 0)) };
    }
    return count;
}

static void step_user(struct user *user)
{
    if (user->fd >= 0 && has_room(user->bridge)) {
        read_in(user);
    }
    if (user->fd >= 0 && user->out_length > 0) {
        write_out(user);
    }
}

void bridge_step(struct bridge *bridge)
{
    int64_t now = clock_ms();
    bool alive_due = now >= bridge->next_alive;

    accept_user(bridge);
    if (alive_due) {
        bridge->next_alive = now + GDB_FRAME_ALIVE_MS;
    }
    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        if (alive_due && bridge->users[i].fd >= 0) {
            send_control(&bridge->users[i], GDB_FRAME_ALIVE);
        }
        step_user(&bridge->users[i]);
    }
}
