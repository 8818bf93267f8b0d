/* SPDX-License-Identifier: BSD-2-Clause */
/* lionscope modules: what can be reloaded; or files whose names are to be known. */
#include "console/commands/all.h"
#include "console/commands/table_output.h"
#include "console/reload/module_image.h"
#include "console/reload/module_store.h"

/* Its symbols can be had from now on, wherever it was loaded from. */
static bool keep_module(const char *path, FILE *out, struct error_report *error)
{
    struct module_image image;
    char id[MODULE_ID_MAX];
    bool good = module_image_open(&image, path, error);

    if (good) {
        module_id_text(image.build_id, image.build_id_length, id);
        good = module_store_put(id, image.file, image.file_size, error);
    }
    if (good) {
        fprintf(out, "%s: version %u of %s, build-id %s, is known\n", path, image.header.version,
                image.header.kind, id);
    }
    module_image_free(&image);
    return good;
}

static enum exit_status run_modules(struct command_run *run)
{
    if (run->options->argument_count == 0) {
        return table_command(run, &module_table, NULL, NULL);
    }
    for (size_t i = 0; i < run->options->argument_count; i++) {
        if (!keep_module(run->options->arguments[i], run->out, &run->error)) {
            return run->error.status;
        }
    }
    return STATUS_OK;
}

const struct command command_modules = {
    .name = "modules",
    .arguments = "[FILE...]",
    .arguments_max = OPTIONS_ARGUMENTS_MAX,
    .completes = COMPLETES_MODULE,
    .summary = "PDs that can be reloaded, and what they run",
    .details =
            "Version, build-id and age of the running image, the version that a rollback brings back, and how the "
            "last transaction ended. Image 0 is the one the system was booted with; 1 and 2 are the slots for "
            "others. With FILE: keeps the module's ELF, so that its variables and functions have names although "
            "it was loaded from elsewhere; reload does so by itself.",
    .options = TABLE_OPTIONS,
    .examples = "lionscope modules\n"
                "lionscope modules --json --fields pd,version,build_id,age_us\n"
                "lionscope modules build/modules/virt_tx_token_bucket.elf\n",
    .run = run_modules,
};
