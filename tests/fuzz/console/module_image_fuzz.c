/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Module files, from the first byte to an image that could be sent. Not only must nothing break: an image
 * that is accepted must lie where it says.
 */
#include "console/reload/module_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SLOT 0x4000000u

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

static void use(struct module_image *image, const uint8_t *input, size_t size)
{
    struct error_report error = { .status = STATUS_OK };
    volatile uint8_t sum = 0;

    if (image->entry >= image->text_bytes || image->data < image->text_bytes
            || image->data_bytes > image->data_memory
            || image->build_id_length > sizeof(image->build_id)) {
        abort();
    }
    for (size_t i = 0; i < (size_t)image->data + image->data_memory; i++) {
        sum = (uint8_t)(sum + image->bytes[i]);
    }
    if (module_image_relocate(image, SLOT, &error)) {
        module_image_for_each_setting(image, overwrite, image);
    } else if (error.status == STATUS_OK) {
        abort(); /* a refusal has a reason */
    }
    elf_content(input, size, elf_setting_address(input, size, "microkit_name", 64), 64);
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
    close(file);
    return 0;
}
