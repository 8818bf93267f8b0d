/* SPDX-License-Identifier: BSD-2-Clause */
/* A new key for the network listener of a system, in a file that only its owner can read. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/commands/all.h"
#include "monitor/secure_channel/secure_channel.h"

static bool write_key(int fd, struct error_report *error, const char *path)
{
    uint8_t key[SECURE_KEY_BYTES];
    bool good = getrandom(key, sizeof(key), 0) == sizeof(key);

    for (size_t i = 0; good && i < sizeof(key); i++) {
        good = dprintf(fd, "%02x", key[i]) == 2;
    }
    good = good && dprintf(fd, "\n") == 1;
    noise_wipe(key, sizeof(key));
    return good || error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
}

static enum exit_status run_keygen(struct command_run *run)
{
    const char *path = run->options->arguments[0];
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good;

    if (fd < 0) {
        return command_failed(run, STATUS_FAILURE, "%s: %s%s", path, strerror(errno),
                errno == EEXIST ? "; a key that is in use is not overwritten" : "");
    }
    good = write_key(fd, &run->error, path);
    if (close(fd) != 0 || !good) {
        unlink(path);
        return STATUS_FAILURE;
    }
    return STATUS_OK;
}

const struct command command_keygen = {
    .name = "keygen",
    .arguments = "FILE",
    .arguments_min = 1,
    .arguments_max = 1,
    .summary = "make a key for the network listener of a system",
    .details = "Writes 32 random bytes into a new file that only you can read. The system is built "
               "with it (make LINK_KEY=FILE), and who has it may connect: lionscope --target "
               "tcp:HOST:PORT --key FILE. The system's images hold the key, too.",
    .options = "",
    .examples = "lionscope keygen board.key\n",
    .run = run_keygen,
};
