/* SPDX-License-Identifier: BSD-2-Clause */
/* The stub over the simulated machine on a Unix socket, for one GDB: serve SOCKET PDS FIRST-PROCESS */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/host/gdbstub/simulated.h"

static struct simulated simulated;
static struct gdbstub stub;

static int listen_at(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    unlink(path);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0
            || listen(listener, 1) != 0) {
        perror(path);
        exit(1);
    }
    return listener;
}

static bool send_output(int client)
{
    const uint8_t *bytes;
    size_t length = gdbstub_output(&stub, &bytes);
    ssize_t sent = length == 0 ? 0 : write(client, bytes, length);

    if (sent < 0) {
        return false;
    }
    gdbstub_sent(&stub, (size_t)sent);
    return true;
}

static void serve(int client)
{
    uint8_t bytes[4096];
    struct pollfd waiting = { .fd = client, .events = POLLIN };

    gdbstub_connect(&stub);
    while (send_output(client)) {
        poll(&waiting, 1, 1);
        if (waiting.revents != 0) {
            ssize_t got = read(client, bytes, sizeof(bytes));

            if (got <= 0) {
                break;
            }
            gdbstub_input(&stub, bytes, (size_t)got);
        }
        simulated_run(&simulated, 1000);
    }
    gdbstub_disconnect(&stub);
}

int main(int argc, char **argv)
{
    int listener;

    if (argc != 4) {
        fprintf(stderr, "usage: %s SOCKET PDS FIRST-PROCESS\n", argv[0]);
        return 2;
    }
    simulated_init(&simulated, (unsigned)atoi(argv[2]), (uint32_t)strtoul(argv[3], NULL, 0));
    gdbstub_init(&stub, &simulated.target);
    simulated.stub = &stub;
    listener = listen_at(argv[1]);
    serve(accept(listener, NULL, NULL));
    return 0;
}
