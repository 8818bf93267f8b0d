/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/broker/broker.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "console/app/interrupt.h"
#include "console/broker/share.h"
#include "host-tools/lib/clock.h"

#define LINGER_MS 2000  /* a script of several commands keeps its broker */
#define FIRST_MS  10000 /* until the first user comes */

/* Holds the lock file for as long as the broker lives. -1: another broker has it. */
static int take_lock(const char *socket_path, struct error_report *error)
{
    char path[200];
    int fd;

    snprintf(path, sizeof(path), "%s.lock", socket_path);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
        error_set(error, errno == EWOULDBLOCK ? STATUS_OK : STATUS_FAILURE, "%s: %s", path,
                strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    return fd;
}

static int listen_on(const char *path, struct error_report *error)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = -1;
    mode_t old_mask;

    if (strlen(path) >= sizeof(address.sun_path)) {
        error_set(error, STATUS_USAGE, "'%s' is too long for a socket", path);
        return -1;
    }
    strcpy(address.sun_path, path);
    unlink(path); /* left by a broker that was killed: we have the lock */
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    old_mask = umask(077);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0
            || listen(fd, SHARE_USERS_MAX) != 0) {
        error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        fd = -1;
    }
    umask(old_mask);
    return fd;
}

static void accept_users(struct share *share, int listener)
{
    int fd;

    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        if (!share_add_user(share, fd)) {
            close(fd);
        }
    }
}

static void serve(struct share *share, int listener)
{
    int64_t end = clock_ms() + FIRST_MS;

    while (!interrupt_seen() && (share_users(share) > 0 || clock_ms() < end)) {
        struct pollfd polled[SHARE_USERS_MAX + 2];
        size_t count = share_poll(share, polled + 1);

        polled[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
        poll(polled, (nfds_t)count + 1, share_wait_ms(share));
        if (polled[0].revents != 0) {
            accept_users(share, listener);
        }
        share_step(share);
        if (share_users(share) > 0) {
            end = clock_ms() + LINGER_MS;
        }
    }
}

bool broker_run(
        const char *place, const char *socket_path, const char *record, struct error_report *error)
{
    int lock = take_lock(socket_path, error);
    int listener;
    struct share *share;

    if (lock < 0) {
        return error->status == STATUS_OK;
    }
    listener = listen_on(socket_path, error);
    if (listener < 0) {
        close(lock);
        return false;
    }
    share = share_new(place, record);
    if (share != NULL) {
        serve(share, listener);
        share_free(share);
    } else {
        error_set(error, STATUS_FAILURE, "out of memory");
    }
    unlink(socket_path);
    close(listener);
    close(lock);
    return share != NULL;
}
