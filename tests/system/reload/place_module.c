/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place-module NAME MODULE CONFIGURED PD NOTIFICATIONS PPS [KEY]
 * place-module KEY
 *
 * Writes to the standard output what the console would send of a module, with the settings filled in: the
 * configuration of the ELF file CONFIGURED, and what the microkit tool writes into PD (masks in hexadecimal). Signed
 * with the private key in file KEY. In the form of tests/system/reload/layout.h. The second form makes such a key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/reload/signing_key.h"
#include "monitor/protocol/crc32c.h"
#include "monitor/signature/public_key.h"
#include "tests/system/reload/layout.h"

#define PAGE 4096u

struct placing {
    struct module_image image;
    struct protocol_reload_begin begin;
    struct module_signature signature; /* magic 0: none */
    const char *pd;
    uint64_t notifications, pps;
    uint8_t *configured;
    size_t configured_size;
};

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "place-module: %s: %s\n", what, why);
    exit(1);
}

static void read_configured(struct placing *placing, const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        give_up(path, "cannot be read");
    }
    placing->configured_size = (size_t)ftell(file);
    placing->configured = malloc(placing->configured_size);
    rewind(file);
    if (fread(placing->configured, 1, placing->configured_size, file) != placing->configured_size) {
        give_up(path, "cannot be read");
    }
    fclose(file);
}

static bool set_variable(
        const struct placing *placing, const char *name, uint8_t *to, uint32_t size)
{
    if (strcmp(name, "microkit_name") == 0) {
        strncpy((char *)to, placing->pd, size - 1);
    } else if (strcmp(name, "microkit_notifications") == 0) {
        memcpy(to, &placing->notifications, size);
    } else if (strcmp(name, "microkit_pps") == 0) {
        memcpy(to, &placing->pps, size);
    }
    return true;
}

static bool set(void *context, const char *name, uint32_t offset, uint32_t size)
{
    struct placing *placing = context;
    uint8_t *to = placing->image.bytes + offset;
    uint64_t address;
    const uint8_t *content;

    if (name[0] != '.') {
        return set_variable(placing, name, to, size);
    }
    address = elf_setting_address(placing->configured, placing->configured_size, name, size);
    content = address != 0
            ? elf_content(placing->configured, placing->configured_size, address, size)
            : NULL;
    if (content != NULL) {
        memcpy(to, content, size);
    }
    return true;
}

static void write_placed(const struct placing *placing, const char *name)
{
    const struct module_image *image = &placing->image;
    uint32_t bytes = (uint32_t)sizeof(struct placed_module) + image->text_bytes + image->data_bytes;
    struct placed_module *placed;

    bytes = (bytes + PAGE - 1) / PAGE * PAGE;
    placed = calloc(1, bytes);
    placed->magic = PLACED_MAGIC;
    strncpy(placed->name, name, sizeof(placed->name) - 1);
    placed->bytes = bytes;
    placed->text_bytes = image->text_bytes;
    placed->data_bytes = image->data_bytes;
    placed->data_memory = image->data_memory;
    placed->entry = image->entry;
    placed->build_id_length = image->build_id_length;
    memcpy(placed->build_id, image->build_id, sizeof(placed->build_id));
    placed->data_offset = image->data;
    placed->relocations = placing->begin.relocations;
    placed->relocation_bytes = placing->begin.relocation_bytes;
    placed->is_signed = placing->signature.magic != 0;
    memcpy(placed->key_id, placing->signature.key_id, sizeof(placed->key_id));
    memcpy(placed->signature, placing->signature.signature, sizeof(placed->signature));
    memcpy(placed->content, image->bytes, image->text_bytes);
    memcpy(placed->content + image->text_bytes, image->bytes + image->data, image->data_bytes);
    placed->text_crc = crc32c_add(0, placed->content, image->text_bytes);
    placed->data_crc = crc32c_add(0, placed->content + image->text_bytes, image->data_bytes);
    fwrite(placed, 1, bytes, stdout);
    free(placed);
}

/* The settings are part of what is sent, and so of what is signed. */
static bool place(struct placing *placing, const char *path, struct error_report *error)
{
    if (!module_image_open(&placing->image, path, error)
            || !module_image_for_each_setting(&placing->image, set, placing)) {
        return false;
    }
    placing->image.data_bytes = placing->image.data_memory;
    if (!module_describe(&placing->image, &placing->begin, error)) {
        return false;
    }
    placing->begin.settings.count = 0;
    return true;
}

/* The public key as initialisers of C, for sections.c. */
static void make_key(const char *path)
{
    uint8_t key[PUBLIC_KEY_BYTES];
    struct error_report error = { 0 };
    char public[1000];

    snprintf(public, sizeof(public), "%s.pub", path);
    if (!signing_key_make(path, &error)) {
        give_up(path, error.text);
    }
    if (public_key_read(public, key) != PUBLIC_KEY_GOOD) {
        give_up(public, "is no public key");
    }
    for (unsigned i = 0; i < sizeof(key); i++) {
        printf("0x%02x,\n", key[i]);
    }
}

int main(int count, char **arguments)
{
    struct error_report error = { 0 };
    struct placing placing = { 0 };

    if (count == 2) {
        make_key(arguments[1]);
        return 0;
    }
    if (count != 7 && count != 8) {
        give_up("arguments", "see the head of place_module.c");
    }
    placing.pd = arguments[4];
    placing.notifications = strtoull(arguments[5], NULL, 16);
    placing.pps = strtoull(arguments[6], NULL, 16);
    read_configured(&placing, arguments[3]);
    if (!place(&placing, arguments[2], &error)
            || (count == 8
                    && !signing_key_sign(arguments[7], &placing.image, &placing.begin,
                            &placing.signature, &error))) {
        give_up(arguments[2], error.text);
    }
    write_placed(&placing, arguments[1]);
    module_image_free(&placing.image);
    free(placing.configured);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
