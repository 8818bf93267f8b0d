/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/broker/broker.h"

#include "console/app/interrupt.h"
#include "console/broker/connect.h"
#include "console/commands/all.h"

static enum exit_status run_broker(struct command_run *run)
{
    struct target target;
    char path[200];
    const char *socket = run->options->socket;

    if (!target_find(&target, run->options, &run->error)) {
        return run->error.status;
    }
    if (socket == NULL) {
        if (!broker_socket_path(target.place, path, sizeof(path), &run->error)) {
            return run->error.status;
        }
        socket = path;
    }
    return broker_run(target.place, socket, run->options->record, &run->error) ? STATUS_OK
                                                                               : run->error.status;
}

const struct command command_broker = {
    .name = "broker",
    .arguments = "",
    .summary = "own the link to a target and share it; started as needed",
    .details =
            "Consoles start it by themselves, and it ends two seconds after its last user. Run it "
            "by hand to keep the link, or to record it.",
    .options = "socket record",
    .examples = "lionscope broker --target serial:/dev/ttyUSB0 --record session.lionrec\n",
    .run = run_broker,
};
