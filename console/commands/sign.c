/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope sign: says in a module's file who has made it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "console/commands/all.h"
#include "console/reload/signing_key.h"

static bool write_into(const char *path, size_t place, const struct module_signature *signature,
        struct error_report *error)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool good = file >= 0
            && pwrite(file, signature, sizeof(*signature), (off_t)place)
                    == (ssize_t)sizeof(*signature);

    if (file >= 0 && close(file) != 0) {
        good = false;
    }
    return good || error_set(error, STATUS_FAILURE, "%s: %s", path, strerror(errno));
}

static bool sign_module(const char *key, const char *path, struct error_report *error)
{
    struct protocol_reload_begin begin = { 0 };
    struct module_signature signature;
    struct module_image image;
    size_t place = 0;
    bool good = module_image_open(&image, path, error) && module_describe(&image, &begin, error);

    if (good && (place = module_signature_place(&image)) == 0) {
        good = error_set(error, STATUS_POLICY,
                "%s: has no section %s to put the signature into; link it with lionsos/module.ld",
                path, MODULE_SIGNATURE_SECTION);
    }
    good = good && signing_key_sign(key, &image, &begin, &signature, error)
            && write_into(path, place, &signature, error);
    module_image_free(&image);
    return good;
}

static enum exit_status run_sign(struct command_run *run)
{
    if (run->options->key == NULL) {
        return command_usage(run, "with which key? --key FILE");
    }
    for (size_t i = 0; i < run->options->argument_count; i++) {
        if (!sign_module(run->options->key, run->options->arguments[i], &run->error)) {
            return run->error.status;
        }
    }
    return STATUS_OK;
}

const struct command command_sign = {
    .name = "sign",
    .arguments = "MODULE...",
    .arguments_min = 1,
    .arguments_max = OPTIONS_ARGUMENTS_MAX,
    .completes = COMPLETES_MODULE,
    .summary = "sign modules for a system that takes signed ones only",
    .details =
            "Writes a signature (ECDSA over P-256 with SHA-256) into each module's file, in place of "
            "the one that it may have. It covers code, variables, configuration, kind, interface and "
            "version. A system that is built with the public half of the key (make "
            "MODULE_KEY=FILE.pub) refuses all other modules.",
    .options = "",
    .examples = "lionscope keygen module vendor.pem\n"
                "lionscope sign --key vendor.pem build/modules/virt_tx_token_bucket.elf\n",
    .run = run_sign,
};
