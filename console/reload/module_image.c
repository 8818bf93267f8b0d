/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/reload/module_image.h"

#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/lib/whole_file.h"

#define FILE_MAX (16u << 20)

/* What the microkit tool writes into every program (microkit.md, section 6). */
static const char *const tool_variables[] = { "microkit_name", "microkit_passive", "microkit_irqs",
    "microkit_notifications", "microkit_pps" };
#define TOOL_VARIABLES (sizeof(tool_variables) / sizeof(tool_variables[0]))

/* ---- reading ---- */

/* Modules for other machines are read on: their other faults are of interest, too. */
static bool check_kind(
        const struct module_image *image, GElf_Ehdr *header, struct module_findings *findings)
{
    struct module_finding *finding;
    Elf *elf = image->elf;

    if (elf == NULL || elf_kind(elf) != ELF_K_ELF || gelf_getehdr(elf, header) == NULL
            || gelf_getclass(elf) != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
        module_findings_add(findings, "file", "no_elf", "no ELF file, or a damaged one%s",
                elf != NULL && elf_kind(elf) == ELF_K_ELF
                        ? ", or not of 64 bits, little-endian: build it for AArch64"
                        : "");
        return false;
    }
    if (header->e_machine != EM_AARCH64) {
        finding = module_findings_add(findings, "machine", "other_machine",
                "not for AArch64: build it with aarch64-linux-gnu-gcc, as lionsos.mk does");
        module_finding_found(finding, "machine %u", header->e_machine);
        module_finding_wanted(finding, "machine %u", EM_AARCH64);
    }
    if (header->e_type != ET_DYN) {
        module_findings_add(findings, "layout", "not_relocatable",
                "not position-independent: link it with lionsos/module.ld and -static-pie "
                "(lionsos.mk: lions_module)");
        return false;
    }
    return true;
}

/* Without its sections a module would go unrelocated and without settings: libelf does not mind. */
static bool check_sections(
        const struct module_image *image, const GElf_Ehdr *header, struct module_findings *findings)
{
    size_t sections = 0;

    if (header->e_shoff >= image->file_size || elf_getshdrnum(image->elf, &sections) != 0
            || sections == 0 || header->e_shentsize != sizeof(Elf64_Shdr)
            || sections > (image->file_size - header->e_shoff) / sizeof(Elf64_Shdr)) {
        module_findings_add(findings, "file", "damaged",
                "damaged: it ends before its table of sections; copy or build it again");
        return false;
    }
    return true;
}

static bool segment_is_good(
        const struct module_image *image, const GElf_Phdr *segment, size_t number)
{
    return segment->p_filesz <= segment->p_memsz && segment->p_memsz != 0
            && segment->p_memsz <= FILE_MAX && segment->p_offset <= image->file_size
            && segment->p_filesz <= image->file_size - segment->p_offset
            && segment->p_vaddr <= FILE_MAX && (number != 0 || segment->p_vaddr == 0)
            && (number != 1 || segment->p_vaddr >= image->text_bytes);
}

static bool load_segment(struct module_image *image, const GElf_Phdr *segment, size_t number,
        struct module_findings *findings)
{
    size_t begin = image->text_bytes; /* of what is new */

    if (!segment_is_good(image, segment, number)) {
        module_findings_add(findings, "segments", "bad_segment",
                "segment %zu is damaged, or overlaps another: link it with lionsos/module.ld",
                number);
        return false;
    }
    if (number == 0) {
        image->text_bytes = (uint32_t)segment->p_memsz;
    } else {
        image->data = (uint32_t)segment->p_vaddr;
        image->data_memory = (uint32_t)segment->p_memsz;
    }
    image->bytes = realloc(image->bytes, (size_t)(segment->p_vaddr + segment->p_memsz));
    memset(image->bytes + begin, 0, (size_t)(segment->p_vaddr + segment->p_memsz) - begin);
    memcpy(image->bytes + segment->p_vaddr, (uint8_t *)image->file + segment->p_offset,
            segment->p_filesz);
    return true;
}

static bool load(struct module_image *image, struct module_findings *findings)
{
    size_t headers = 0, loaded = 0;
    GElf_Phdr segment;

    elf_getphdrnum(image->elf, &headers);
    for (size_t i = 0; i < headers; i++) {
        if (gelf_getphdr(image->elf, (int)i, &segment) == NULL || segment.p_type != PT_LOAD) {
            continue;
        }
        if (loaded == 2) {
            module_findings_add(findings, "segments", "bad_segment",
                    "more than two segments: link it with lionsos/module.ld");
            return false;
        }
        if (!load_segment(image, &segment, loaded, findings)) {
            return false;
        }
        loaded++;
    }
    if (loaded != 2 || image->text_bytes == 0
            || image->data_memory < sizeof(struct lions_module_header)) {
        module_findings_add(findings, "segments", "bad_segment",
                "code and variables are not two segments: link it with lionsos/module.ld");
        return false;
    }
    return true;
}

static void find_build_id(struct module_image *image)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;

    while ((section = elf_nextscn(image->elf, section)) != NULL) {
        Elf_Data *data;
        GElf_Nhdr note;
        size_t name, value;

        if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_NOTE
                || (data = elf_getdata(section, NULL)) == NULL
                || gelf_getnote(data, 0, &note, &name, &value) == 0
                || note.n_type != NT_GNU_BUILD_ID || note.n_descsz > sizeof(image->build_id)) {
            continue;
        }
        image->build_id_length = (uint16_t)note.n_descsz;
        memcpy(image->build_id, (uint8_t *)data->d_buf + value, note.n_descsz);
        return;
    }
}

static void trim_zeros(struct module_image *image)
{
    image->data_bytes = image->data_memory;
    while (image->data_bytes > sizeof(struct lions_module_header)
            && image->bytes[image->data + image->data_bytes - 1] == 0) {
        image->data_bytes--;
    }
}

static void check_entry(
        struct module_image *image, const GElf_Ehdr *header, struct module_findings *findings)
{
    struct module_finding *finding;

    image->entry = (uint32_t)header->e_entry;
    if (header->e_entry % 4 == 0 && header->e_entry < image->text_bytes) {
        return;
    }
    image->entry = 0;
    finding = module_findings_add(findings, "entry", "bad_entry",
            "begins outside its code: link it with lionsos/module.ld");
    module_finding_found(finding, "0x%llx", (unsigned long long)header->e_entry);
    module_finding_wanted(finding, "a multiple of 4 below 0x%x", image->text_bytes);
}

/* What the module says of itself. */
static bool read_header(struct module_image *image, struct module_findings *findings)
{
    memcpy(&image->header, image->bytes + image->data, sizeof(image->header));
    image->header.kind[LIONS_MODULE_KIND_MAX - 1] = '\0';
    if (image->header.magic != LIONS_MODULE_MAGIC) {
        module_findings_add(findings, "header", "no_module",
                "does not say what component it is (LIONS_MODULE of lions/reload.h)");
        return false;
    }
    return true;
}

bool module_image_read(
        struct module_image *image, const char *path, struct module_findings *findings)
{
    struct error_report error;
    GElf_Ehdr header;

    memset(image, 0, sizeof(*image));
    elf_version(EV_CURRENT);
    image->file = whole_file(path, FILE_MAX, &image->file_size, &error);
    if (image->file == NULL) {
        bool names_it = strncmp(error.text, path, strlen(path)) == 0;

        module_findings_add(findings, "file", "unreadable", "%s",
                error.text + (names_it ? strlen(path) + strlen(": ") : 0));
        findings->unreadable = true;
        return false;
    }
    image->elf = elf_memory(image->file, image->file_size);
    if (!check_kind(image, &header, findings) || !check_sections(image, &header, findings)
            || !load(image, findings)) {
        return false;
    }
    check_entry(image, &header, findings);
    find_build_id(image);
    trim_zeros(image);
    return read_header(image, findings);
}

bool module_image_open(struct module_image *image, const char *path, struct error_report *error)
{
    struct module_findings findings = { .count = 0 };

    module_image_read(image, path, &findings);
    return findings.count == 0 || module_findings_error(&findings, path, error);
}

void module_image_free(struct module_image *image)
{
    elf_end(image->elf);
    free(image->file);
    free(image->bytes);
    memset(image, 0, sizeof(*image));
}

/* ---- settings ---- */

static bool is_setting_section(const char *name)
{
    size_t length = name != NULL ? strlen(name) : 0;

    return length > 7 && strcmp(name + length - 7, "_config") == 0;
}

static bool is_tool_variable(const char *name)
{
    for (size_t i = 0; name != NULL && i < TOOL_VARIABLES; i++) {
        if (strcmp(name, tool_variables[i]) == 0) {
            return true;
        }
    }
    return false;
}

typedef bool place_fn(void *context, const char *name, uint64_t address, uint64_t size);

static bool visit_symbols(
        Elf *elf, Elf_Scn *section, const GElf_Shdr *header, place_fn *visit, void *context)
{
    Elf_Data *data = elf_getdata(section, NULL);
    GElf_Sym symbol;

    for (size_t i = 0; data != NULL && i < header->sh_size / header->sh_entsize; i++) {
        const char *name;

        if (gelf_getsym(data, (int)i, &symbol) == NULL) {
            break; /* fewer than the header says */
        }
        if (GELF_ST_TYPE(symbol.st_info) != STT_OBJECT) {
            continue;
        }
        name = elf_strptr(elf, header->sh_link, symbol.st_name);
        if (is_tool_variable(name) && !visit(context, name, symbol.st_value, symbol.st_size)) {
            return false;
        }
    }
    return true;
}

static bool visit_settings(Elf *elf, place_fn *visit, void *context)
{
    Elf_Scn *section = NULL;
    GElf_Shdr header;
    size_t names = 0;

    elf_getshdrstrndx(elf, &names);
    while ((section = elf_nextscn(elf, section)) != NULL) {
        const char *name;

        if (gelf_getshdr(section, &header) == NULL) {
            continue;
        }
        name = elf_strptr(elf, names, header.sh_name);
        if ((header.sh_flags & SHF_ALLOC) != 0 && is_setting_section(name)
                && !visit(context, name, header.sh_addr, header.sh_size)) {
            return false;
        }
        if (header.sh_type == SHT_SYMTAB && header.sh_entsize != 0
                && !visit_symbols(elf, section, &header, visit, context)) {
            return false;
        }
    }
    return true;
}

struct settings_of_module {
    const struct module_image *image;
    module_section_fn *visit;
    void *context;
};

static bool visit_in_module(void *context, const char *name, uint64_t address, uint64_t size)
{
    const struct settings_of_module *settings = context;
    uint64_t end = settings->image->data + settings->image->data_memory;

    if (address < settings->image->data || address > end || size > end - address) {
        return true; /* not a variable of this image */
    }
    return settings->visit(settings->context, name, (uint32_t)address, (uint32_t)size);
}

bool module_image_for_each_setting(
        const struct module_image *image, module_section_fn *visit, void *context)
{
    struct settings_of_module settings = { image, visit, context };

    return visit_settings(image->elf, visit_in_module, &settings);
}

struct search {
    const char *name;
    uint32_t size;
    uint64_t address;
};

static bool visit_in_elf(void *context, const char *name, uint64_t address, uint64_t size)
{
    struct search *search = context;

    if (strcmp(name, search->name) == 0 && size == search->size) {
        search->address = address;
        return false;
    }
    return true;
}

uint64_t elf_setting_address(
        const void *bytes, size_t size, const char *name, uint32_t setting_size)
{
    struct search search = { name, setting_size, 0 };
    Elf *elf;

    elf_version(EV_CURRENT);
    elf = elf_memory((char *)(uintptr_t)bytes, size);
    if (elf != NULL) {
        visit_settings(elf, visit_in_elf, &search);
        elf_end(elf);
    }
    return search.address;
}

const uint8_t *elf_content(const void *bytes, size_t size, uint64_t address, uint32_t length)
{
    const uint8_t *content = NULL;
    size_t headers = 0;
    GElf_Phdr segment;
    Elf *elf;

    elf_version(EV_CURRENT);
    elf = elf_memory((char *)(uintptr_t)bytes, size);
    if (elf == NULL) {
        return NULL;
    }
    elf_getphdrnum(elf, &headers);
    for (size_t i = 0; i < headers && content == NULL; i++) {
        if (gelf_getphdr(elf, (int)i, &segment) == NULL || segment.p_type != PT_LOAD
                || address < segment.p_vaddr || segment.p_offset > size
                || segment.p_filesz > size - segment.p_offset
                || address - segment.p_vaddr > segment.p_filesz
                || length > segment.p_filesz - (address - segment.p_vaddr)) {
            continue;
        }
        content = (const uint8_t *)bytes + segment.p_offset + (address - segment.p_vaddr);
    }
    elf_end(elf);
    return content;
}
