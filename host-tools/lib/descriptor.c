/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static bool try_again(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static ssize_t descriptor_read(struct transport *transport, void *bytes, size_t size)
{
    ssize_t got = read(transport->fd, bytes, size);

    if (got == 0) {
        errno = 0;
        return -1;
    }
    return got < 0 && try_again() ? 0 : got;
}

static ssize_t descriptor_write(struct transport *transport, const void *bytes, size_t size)
{
    ssize_t written = send(transport->fd, bytes, size, MSG_NOSIGNAL);

    if (written < 0 && errno == ENOTSOCK) {
        written = write(transport->fd, bytes, size);
    }
    return written < 0 && try_again() ? 0 : written;
}

static void descriptor_close(struct transport *transport)
{
    close(transport->fd);
    free(transport);
}

static const struct transport_ops descriptor_ops = {
    .read = descriptor_read,
    .write = descriptor_write,
    .close = descriptor_close,
};

struct transport *descriptor_transport(int fd)
{
    struct transport *transport = calloc(1, sizeof(*transport));

    if (transport == NULL) {
        return NULL;
    }
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    transport->ops = &descriptor_ops;
    transport->fd = fd;
    return transport;
}
