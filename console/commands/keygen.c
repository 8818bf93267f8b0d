/* SPDX-License-Identifier: BSD-2-Clause */
/* New keys: for the network listener of a system, in a file that only its owner can read; and for its modules. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/commands/all.h"
#include "console/reload/signing_key.h"
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

static enum exit_status make_link_key(struct command_run *run, const char *path)
{
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

static enum exit_status run_keygen(struct command_run *run)
{
    const char *const *arguments = run->options->arguments;

    if (run->options->argument_count == 1) {
        return make_link_key(run, arguments[0]);
    }
    if (strcmp(arguments[0], "module") != 0) {
        return command_usage(run, "a key for what? keygen FILE, or keygen module FILE");
    }
    return signing_key_make(arguments[1], &run->error) ? STATUS_OK : run->error.status;
}

const struct command command_keygen = {
    .name = "keygen",
    .arguments = "[module] FILE",
    .arguments_min = 1,
    .arguments_max = 2,
    .summary = "make a key for the network listener of a system, or for its modules",
    .details =
            "Writes 32 random bytes into a new file that only you can read. The system is built "
            "with it (make LINK_KEY=FILE), and who has it may connect: lionscope --target "
            "tcp:HOST:PORT --key FILE. The system's images hold the key, too. "
            "With 'module': a pair of keys, the private one in FILE for 'lionscope sign', the "
            "public one in FILE.pub, with which a system is built that takes signed modules only "
            "(make MODULE_KEY=FILE.pub). Both are PEM files of a key of P-256, as openssl has "
            "them.",
    .options = "",
    .examples = "lionscope keygen board.key\nlionscope keygen module vendor.pem\n",
    .run = run_keygen,
};
