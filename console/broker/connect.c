/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/broker/connect.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/app/target.h"
#include "host-tools/lib/clock.h"

#define START_MS 3000
#define LOOK_US  5000

/* FNV-1a, 64 bits: the same name for the same target. */
static uint64_t hash(const char *text)
{
    uint64_t value = UINT64_C(0xcbf29ce484222325);

    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return value;
}

bool broker_socket_path(const char *place, char *path, size_t size, struct error_report *error)
{
    char folder[128];

    if (!target_runtime_folder(folder, sizeof(folder), error)) {
        return false;
    }
    snprintf(path, size, "%s/broker-%016" PRIx64 ".sock", folder, hash(place));
    return true;
}

/* The broker is nobody's child: it outlives the console that started it. */
static void become_broker(const char *place, const char *socket)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    setsid();
    if (fork() != 0) {
        _exit(0);
    }
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    execl("/proc/self/exe", "lionscope", "broker", "--target", place, "--socket", socket,
            (char *)NULL);
    _exit(127);
}

static bool start_broker(const char *place, const char *socket, struct error_report *error)
{
    pid_t child = fork();

    if (child < 0) {
        return error_set(
                error, STATUS_FAILURE, "the broker cannot be started: %s", strerror(errno));
    }
    if (child == 0) {
        become_broker(place, socket);
    }
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    return true;
}

struct transport *broker_connect(const char *place, struct error_report *error)
{
    char path[160];
    struct transport *transport;
    int64_t end = clock_ms() + START_MS;

    if (!broker_socket_path(place, path, sizeof(path), error)) {
        return NULL;
    }
    transport = transport_open_unix(path, error);
    if (transport != NULL) {
        return transport;
    }
    if (!start_broker(place, path, error)) {
        return NULL;
    }
    while (transport == NULL && clock_ms() < end) {
        usleep(LOOK_US);
        transport = transport_open_unix(path, error);
    }
    if (transport == NULL) {
        error_set(error, STATUS_UNREACHABLE, "the broker did not start");
        error_advise(error,
                "try 'lionscope --direct', or run 'lionscope broker --target %.100s' by hand",
                place);
    } else {
        error->status = STATUS_OK; /* that the first look found nobody is no failure */
    }
    return transport;
}
