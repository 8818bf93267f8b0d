/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets: TCP and local ones. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host-tools/lib/descriptor.h"

struct transport *transport_from_socket(int fd, const char *name)
{
    struct transport *transport = descriptor_transport(fd);

    if (transport != NULL) {
        snprintf(transport->name, sizeof(transport->name), "%s", name);
    }
    return transport;
}

static struct transport *wrap(int fd, struct error_report *error)
{
    struct transport *transport = descriptor_transport(fd);

    if (transport == NULL) {
        close(fd);
        error_set(error, STATUS_FAILURE, "out of memory");
    }
    return transport;
}

/* "HOST:PORT" or "[HOST]:PORT". */
static bool split(
        const char *place, char *host, char *port, size_t size, struct error_report *error)
{
    const char *colon = strrchr(place, ':');
    size_t length = colon != NULL ? (size_t)(colon - place) : 0;

    if (length == 0 || length >= size || strlen(colon + 1) >= size || colon[1] == '\0') {
        error_set(error, STATUS_USAGE, "'tcp:%s' is no host and port", place);
        error_advise(error, "write tcp:HOST:PORT, for example tcp:localhost:4321");
        return false;
    }
    if (place[0] == '[' && place[length - 1] == ']') {
        place++;
        length -= 2;
    }
    memcpy(host, place, length);
    host[length] = '\0';
    strcpy(port, colon + 1);
    return true;
}

/* Connects within the limit; 0 or the reason. */
static int connect_in_time(int fd, const struct addrinfo *address, int limit_ms)
{
    struct pollfd ready = { .fd = fd, .events = POLLOUT };
    int reason = 0;
    socklen_t size = sizeof(reason);

    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) {
        return 0;
    }
    if (errno != EINPROGRESS) {
        return errno;
    }
    if (poll(&ready, 1, limit_ms) <= 0) {
        return ETIMEDOUT;
    }
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &size);
    return reason;
}

struct transport *transport_open_tcp(const char *place, int limit_ms, struct error_report *error)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *addresses = NULL;
    char host[128], port[128];
    int reason = ENOENT;

    if (!split(place, host, port, sizeof(host), error)) {
        return NULL;
    }
    int resolved = getaddrinfo(host, port, &hints, &addresses);

    if (resolved != 0) {
        error_set(error, STATUS_UNREACHABLE, "tcp:%s: %s", place, gai_strerror(resolved));
        return NULL;
    }
    for (const struct addrinfo *address = addresses; address != NULL; address = address->ai_next) {
        int on = 1;
        int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

        reason = fd < 0 ? errno : connect_in_time(fd, address, limit_ms);
        if (fd >= 0 && reason == 0) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            freeaddrinfo(addresses);
            return wrap(fd, error);
        }
        if (fd >= 0) {
            close(fd);
        }
    }
    freeaddrinfo(addresses);
    error_set(error, STATUS_UNREACHABLE, "tcp:%s: %s", place, strerror(reason));
    error_advise(error, "is the target running? Without a key it has no network listener");
    return NULL;
}

struct transport *transport_open_unix(const char *place, struct error_report *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd;

    if (strlen(place) == 0 || strlen(place) >= sizeof(address.sun_path)) {
        error_set(error, STATUS_USAGE, "'unix:%s' is no path of a socket (1 to %zu characters)",
                place, sizeof(address.sun_path) - 1);
        return NULL;
    }
    strcpy(address.sun_path, place);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        error_set(error, STATUS_UNREACHABLE, "%s: %s", place, strerror(errno));
        error_advise(error, "is the target running?");
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    return wrap(fd, error);
}
