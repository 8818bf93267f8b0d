/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/lib/transport.h"

#include <stdio.h>
#include <string.h>

static const char *after_prefix(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

static struct transport *open_kind(const char *target, int limit_ms, struct error_report *error)
{
    const char *place;

    if ((place = after_prefix(target, "serial:")) != NULL) {
        return transport_open_serial(place, error);
    }
    if ((place = after_prefix(target, "tcp:")) != NULL) {
        return transport_open_secure(place, limit_ms, error);
    }
    if ((place = after_prefix(target, "serial-tcp:")) != NULL) {
        return transport_open_tcp(place, limit_ms, error);
    }
    if ((place = after_prefix(target, "unix:")) != NULL) {
        return transport_open_unix(place, error);
    }
    if ((place = after_prefix(target, "file:")) != NULL) {
        return transport_open_recording(place, error);
    }
    error_set(error, STATUS_USAGE, "'%s' is no target", target);
    error_advise(error,
            "a target is serial:PATH, tcp:HOST:PORT, unix:PATH, serial-tcp:HOST:PORT, "
            "file:RECORDING, or a name from the configuration");
    return NULL;
}

struct transport *transport_open(const char *target, int limit_ms, struct error_report *error)
{
    struct transport *transport = open_kind(target, limit_ms, error);

    if (transport != NULL) {
        snprintf(transport->name, sizeof(transport->name), "%s", target);
    }
    return transport;
}

ssize_t transport_read(struct transport *transport, void *bytes, size_t size)
{
    return transport->ops->read(transport, bytes, size);
}

ssize_t transport_write(struct transport *transport, const void *bytes, size_t size)
{
    return transport->ops->write(transport, bytes, size);
}

void transport_close(struct transport *transport)
{
    if (transport != NULL) {
        transport->ops->close(transport);
    }
}
