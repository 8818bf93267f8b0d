/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_description.h"

#include <gelf.h>
#include <libelf.h>
#include <string.h>

/* ---- relocations ---- */

static bool check_relocation(
        const struct module_image *image, const GElf_Rela *rela, struct error_report *error)
{
    uint64_t end = (uint64_t)image->data + image->data_memory;

    if (GELF_R_TYPE(rela->r_info) != R_AARCH64_RELATIVE) {
        return error_set(error, STATUS_POLICY,
                "relocation of type %u at 0x%llx: only RELATIVE is known",
                (unsigned)GELF_R_TYPE(rela->r_info), (unsigned long long)rela->r_offset);
    }
    if (rela->r_offset % 8 != 0 || end < 8 || rela->r_offset > end - 8
            || (rela->r_offset + 8 > image->text_bytes && rela->r_offset < image->data)) {
        return error_set(error, STATUS_POLICY, "relocation at 0x%llx is outside the module",
                (unsigned long long)rela->r_offset);
    }
    return true;
}

static bool check_table(const struct module_image *image, Elf_Scn *section, size_t count,
        struct error_report *error)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Rela rela;

    for (size_t i = 0; i < count; i++) {
        if (data == NULL || gelf_getrela(data, (int)i, &rela) == NULL) {
            return error_set(error, STATUS_POLICY, "the module's relocations are damaged");
        }
        if (!check_relocation(image, &rela, error)) {
            return false;
        }
    }
    return true;
}

/* The target finds the table in the code, where it has to be. */
static bool find_relocations(const struct module_image *image, struct protocol_reload_begin *begin,
        struct error_report *error)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;

    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_RELA
                || (header.sh_flags & SHF_ALLOC) == 0 || header.sh_size == 0) {
            continue;
        }
        if (begin->relocation_bytes != 0 || header.sh_addr > image->text_bytes
                || header.sh_size > image->text_bytes - header.sh_addr || header.sh_addr % 8 != 0
                || header.sh_size % sizeof(Elf64_Rela) != 0) {
            return error_set(error, STATUS_POLICY,
                    "the module's relocations are damaged, or no single table within its code: link "
                    "it with lionsos/module.ld");
        }
        begin->relocations = (uint32_t)header.sh_addr;
        begin->relocation_bytes = (uint32_t)header.sh_size;
        if (!check_table(image, section, header.sh_size / sizeof(Elf64_Rela), error)) {
            return false;
        }
    }
    return true;
}

/* ---- settings ---- */

static bool add_setting(void *context, const char *name, uint32_t offset, uint32_t size)
{
    struct protocol_reload_begin *begin = context;

    (void)name;
    if (begin->settings.count == PROTOCOL_SETTINGS_MAX) {
        return false;
    }
    begin->settings.at[begin->settings.count++] =
            (struct protocol_reload_setting){ .offset = offset, .size = size };
    return true;
}

/* ---- signature ---- */

size_t module_signature_place(const struct module_image *image)
{
    Elf_Scn *section = NULL;
    size_t names = 0;
    GElf_Shdr header;

    elf_getshdrstrndx(image->elf, &names);
    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        const char *name;

        if (gelf_getshdr(section, &header) == NULL || header.sh_type == SHT_NOBITS
                || (name = elf_strptr(image->elf, names, header.sh_name)) == NULL
                || strcmp(name, MODULE_SIGNATURE_SECTION) != 0) {
            continue;
        }
        return header.sh_size == sizeof(struct module_signature)
                        && header.sh_offset <= image->file_size
                        && header.sh_size <= image->file_size - header.sh_offset
                ? header.sh_offset
                : 0;
    }
    return 0;
}

static void find_signature(const struct module_image *image, struct protocol_reload_begin *begin)
{
    size_t place = module_signature_place(image);
    struct module_signature signature;

    if (place == 0) {
        return;
    }
    memcpy(&signature, (const uint8_t *)image->file + place, sizeof(signature));
    if (signature.magic == MODULE_SIGNATURE_MAGIC) {
        begin->key_id.length = sizeof(signature.key_id);
        memcpy(begin->key_id.at, signature.key_id, sizeof(signature.key_id));
        begin->signature.length = sizeof(signature.signature);
        memcpy(begin->signature.at, signature.signature, sizeof(signature.signature));
    }
}

/* ---- the whole ---- */

bool module_describe(const struct module_image *image, struct protocol_reload_begin *begin,
        struct error_report *error)
{
    begin->text_bytes = image->text_bytes;
    begin->data_offset = image->data;
    begin->data_bytes = image->data_bytes;
    begin->data_memory = image->data_memory;
    begin->entry = image->entry;
    begin->build_id.length = image->build_id_length;
    memcpy(begin->build_id.at, image->build_id, image->build_id_length);
    begin->relocations = 0;
    begin->relocation_bytes = 0;
    begin->settings.count = 0;
    begin->key_id.length = 0;
    begin->signature.length = 0;
    find_signature(image, begin);
    if (!module_image_for_each_setting(image, add_setting, begin)) {
        return error_set(error, STATUS_POLICY,
                "the module has more than %d sections of configuration", PROTOCOL_SETTINGS_MAX);
    }
    return find_relocations(image, begin, error);
}
