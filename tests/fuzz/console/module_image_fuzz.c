/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Module files, from the first byte to an image that could be sent. Not only must nothing break: an image
 * that is accepted must lie where it says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "console/reload/module_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

static bool overwrite(void *context, const char *name, uint32_t offset, uint32_t size)
{
    struct module_image *image = context;

    if (strlen(name) == 0) {
        abort();
    }
    memset(image->bytes + offset, 0x5a, size);
    return true;
}

/* The target is told nothing that lies outside, and nothing passes for signed. */
static void check_description(
        const struct module_image *image, const struct protocol_reload_begin *begin)
{
    static const uint8_t key[PROTOCOL_MODULE_KEY_MAX] = { 4 };
    uint64_t detail;

    if ((uint64_t)begin->relocations + begin->relocation_bytes > image->text_bytes
            || module_signature_place(image) + sizeof(struct module_signature) > image->file_size
            || module_signature_check(begin, image->bytes, image->bytes + image->data, key, &detail)
                    == RELOAD_CAUSE_NONE) {
        abort();
    }
    for (unsigned i = 0; i < begin->settings.count; i++) {
        const struct protocol_reload_setting *setting = &begin->settings.at[i];

        if (setting->offset < image->data
                || (uint64_t)setting->offset + setting->size
                        > (uint64_t)image->data + image->data_memory) {
            abort();
        }
    }
}

static void use(struct module_image *image, const uint8_t *input, size_t size)
{
    struct error_report error = { .status = STATUS_OK };
    struct protocol_reload_begin begin = { 0 };
    volatile uint8_t sum = 0;

    if (image->entry >= image->text_bytes || image->data < image->text_bytes
            || image->data_bytes > image->data_memory
            || image->build_id_length > sizeof(image->build_id)) {
        abort();
    }
    for (size_t i = 0; i < (size_t)image->data + image->data_memory; i++) {
        sum = (uint8_t)(sum + image->bytes[i]);
    }
    if (module_describe(image, &begin, &error)) {
        check_description(image, &begin);
        module_image_for_each_setting(image, overwrite, image);
    } else if (error.status == STATUS_OK) {
        abort(); /* a refusal has a reason */
    }
    elf_content(input, size, elf_setting_address(input, size, "microkit_name", 64), 64);
}

/* Whatever it is, the list of what does not fit it can be made, and ends. */
static void compare(const char *path)
{
    struct module_wants wants = { .config_known = true, .schema_known = true, .schema = 1 };
    struct module_findings findings = { .count = 0 };
    struct protocol_reload_begin begin = { 0 };
    struct error_report error = { .status = STATUS_OK };
    struct module_image image;
    bool good = module_image_read(&image, path, &findings);

    if (!good && findings.count == 0) {
        abort();
    }
    if (good && module_describe(&image, &begin, &error)) {
        module_check(&image, &begin, &wants, &findings);
    }
    for (unsigned i = 0; i < findings.count; i++) {
        if (findings.at[i].text[0] == '\0' || findings.at[i].cause[0] == '\0') {
            abort();
        }
    }
    module_image_free(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    struct error_report error = { .status = STATUS_OK };
    struct module_image image;
    int file = memfd_create("module", MFD_CLOEXEC);
    char path[64];

    if (file < 0 || write(file, input, size) != (ssize_t)size) {
        abort();
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    if (module_image_open(&image, path, &error)) {
        use(&image, input, size);
    } else if (error.status == STATUS_OK) {
        abort();
    }
    module_image_free(&image);
    compare(path);
    close(file);
    return 0;
}
