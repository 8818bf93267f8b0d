/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The seam between host programs and what carries their bytes: a serial line, a socket, a recording, or
 * in tests a fake. Nothing blocks except transport_open, and that for its time limit at most.
 *
 *   serial:PATH[,BAUD]   a serial line or a pseudo terminal; 115,200 baud unless told otherwise
 *   tcp:HOST:PORT,key=FILE   the network listener of a monitor; also tcp:[v6 address]:port,key=FILE
 *   unix:PATH            a socket, such as QEMU's
 *   serial-tcp:HOST:PORT a serial line that QEMU or a terminal server offers over TCP: no key, no secrets
 *   file:PATH[,fast]     a recording (recording.h), at its own pace or as fast as it is read
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "host-tools/lib/error_report.h"

struct transport;

/* What an implementation provides. Own data follows struct transport in its own structure. */
struct transport_ops {
    /* Up to `size` bytes; 0: none now; -1: the other side has gone (errno, 0: it closed). */
    ssize_t (*read)(struct transport *transport, void *bytes, size_t size);
    /* How many bytes were taken; 0: none now; -1 as above. */
    ssize_t (*write)(struct transport *transport, const void *bytes, size_t size);
    /* Ends it and frees it. */
    void (*close)(struct transport *transport);
};

struct transport {
    const struct transport_ops *ops;
    int fd;             /* readable when there is something to read; -1: poll by time */
    char name[256];     /* as given to transport_open */
    unsigned byte_rate; /* of a serial line, bytes a second; 0: no limit known */
    bool replay;        /* nobody answers requests: everything in it was said before */
};

/*
 * Opens a target. Waits at most `limit_ms` for a connection. NULL: *error says why.
 * The result is ended with transport_close.
 */
struct transport *transport_open(const char *target, int limit_ms, struct error_report *error);

/* A socket that is already connected; takes it over. */
struct transport *transport_from_socket(int fd, const char *name);

ssize_t transport_read(struct transport *transport, void *bytes, size_t size);
ssize_t transport_write(struct transport *transport, const void *bytes, size_t size);
/* NULL is allowed. */
void transport_close(struct transport *transport);

/* The kinds, for transport_open; each gets what follows the colon. */
struct transport *transport_open_serial(const char *place, struct error_report *error);
struct transport *transport_open_tcp(const char *place, int limit_ms, struct error_report *error);
/* The handshake has two seconds beyond `limit_ms`. */
struct transport *transport_open_secure(
        const char *place, int limit_ms, struct error_report *error);
struct transport *transport_open_unix(const char *place, struct error_report *error);
struct transport *transport_open_recording(const char *place, struct error_report *error);
