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
#include "console/gdb/host_libraries.h"
#include "console/gdb/host_memory.h"
#include "console/gdb/packet_tap.h"
#include "console/gdb/stub_line.h"

#define OUT_MAX (256 * 1024)

struct user {
    struct bridge *bridge;
    int fd; /* -1: none */
    struct stub_line line;
    struct packet_tap from_debugger;
    struct packet_tap from_target;
    struct host_files files;
    struct host_libraries libraries;
    struct host_memory memory;
    uint8_t out[OUT_MAX]; /* to the debugger */
    size_t out_length;
};

struct bridge {
    struct session *session;
    int listener;
    unsigned port;
    struct user users[GDB_FRAME_SESSIONS];
};

static void end_user(struct user *user)
{
    stub_line_close(&user->line);
    host_files_close(&user->files);
    close(user->fd);
    user->fd = -1;
}

/* ---- from the target ---- */

static void queue_out(void *context, const uint8_t *bytes, size_t length)
{
    struct user *user = context;

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

/* Sends a reply that was made here. */
static void reply(struct user *user, const uint8_t *payload, size_t length)
{
    static uint8_t framed[2 * HOST_ANSWER_MAX + 4];

    queue_out(user, framed, tap_frame(payload, length, framed));
}

static bool answer_arrives(void *context, const uint8_t *payload, size_t length)
{
    struct user *user = context;
    static struct host_answer answer;

    enum host_memory_way way = host_memory_reply(&user->memory, payload, length, &answer);

    if (way == HOST_PASS && host_libraries_reply(&user->libraries, payload, length, &answer)) {
        way = HOST_ANSWERED;
    }
    if (way == HOST_ANSWERED) {
        reply(user, answer.bytes, answer.length);
    }
    return way != HOST_PASS;
}

static void from_target(void *context, const struct frame *frame)
{
    struct bridge *bridge = context;

    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        struct user *user = &bridge->users[i];
        const struct tap_events events = { user, answer_arrives, queue_out };
        const uint8_t *bytes;

        if (user->fd >= 0) {
            size_t length = stub_line_take(&user->line, frame, &bytes);

            tap_push(&user->from_target, bytes, length, &events);
        }
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

    if (user->fd >= 0 && !stub_line_send(&user->line, bytes, length)) {
        end_user(user); /* the target takes nothing any more */
    }
}

static void ask(struct user *user, const struct host_answer *request)
{
    uint8_t framed[2 * HOST_REQUEST_MAX + 4];

    pass_on(user, framed, tap_frame(request->bytes, request->length, framed));
}

static bool answer_here(void *context, const uint8_t *payload, size_t length)
{
    struct user *user = context;
    static struct host_answer answer;
    enum host_memory_way way;

    if (host_files_answer(&user->files, payload, length, &answer)) {
        reply(user, answer.bytes, answer.length);
        return true;
    }
    way = host_memory_request(&user->memory, payload, length, &answer);
    if (way == HOST_PASS && host_libraries_request(&user->libraries, payload, length, &answer)) {
        way = HOST_ASKS_OTHERWISE;
    }
    if (way == HOST_ANSWERED) {
        reply(user, answer.bytes, answer.length);
    } else if (way == HOST_ASKS_OTHERWISE) {
        ask(user, &answer);
    }
    if (way != HOST_PASS && host_memory_ahead(&user->memory, &answer)) {
        ask(user, &answer);
    }
    return way != HOST_PASS;
}

static void read_in(struct user *user)
{
    const struct tap_events events = { user, answer_here, pass_on };
    uint8_t bytes[16384];
    ssize_t got = recv(user->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (got > 0) {
        tap_push(&user->from_debugger, bytes, (size_t)got, &events);
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
            user->out_length = 0;
            memset(&user->from_debugger, 0, sizeof(user->from_debugger));
            memset(&user->from_target, 0, sizeof(user->from_target));
            memset(&user->files, 0, sizeof(user->files));
            memset(&user->libraries, 0, sizeof(user->libraries));
            user->files.model = bridge->session->model;
            host_memory_init(&user->memory, bridge->session->model);
            stub_line_open(&user->line, bridge->session, (uint8_t)i);
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

static bool has_room(const struct user *user)
{
    return user->bridge->session->client != NULL && stub_line_has_room(&user->line);
}

size_t bridge_poll(const struct bridge *bridge, struct pollfd *polled)
{
    size_t count = 0;

    polled[count++] = (struct pollfd){ .fd = bridge->listener, .events = POLLIN };
    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        const struct user *user = &bridge->users[i];

        polled[count++] = (struct pollfd){ .fd = user->fd,
            .events =
                    (short)((has_room(user) ? POLLIN : 0) | (user->out_length > 0 ? POLLOUT : 0)) };
    }
    return count;
}

static void step_user(struct user *user)
{
    if (user->fd >= 0 && has_room(user)) {
        read_in(user);
    }
    if (user->fd >= 0) {
        stub_line_step(&user->line);
    }
    if (user->fd >= 0 && user->out_length > 0) {
        write_out(user);
    }
    if (user->fd >= 0 && user->line.ended) {
        end_user(user); /* breakpoints are gone: better GDB hears of it */
    }
}

void bridge_step(struct bridge *bridge)
{
    accept_user(bridge);
    for (unsigned i = 0; i < GDB_FRAME_SESSIONS; i++) {
        step_user(&bridge->users[i]);
    }
}
