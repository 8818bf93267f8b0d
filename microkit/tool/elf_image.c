/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/elf_image.h"

#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "microkit/tool/description.h"

static unsigned permissions_of(Elf64_Word flags)
{
    return (flags & PF_R ? PERMISSION_READ : 0) | (flags & PF_W ? PERMISSION_WRITE : 0)
            | (flags & PF_X ? PERMISSION_EXECUTE : 0);
}

static const char *add_segment(
        struct arena *arena, struct elf_image *image, size_t index, const GElf_Phdr *header)
{
    uint64_t end;

    if (header->p_memsz == 0) {
        return NULL;
    }
    if (header->p_filesz > header->p_memsz) {
        return arena_format(arena, "segment %zu is larger in the file than in memory", index);
    }
    if (header->p_offset > image->file.size
            || header->p_filesz > image->file.size - header->p_offset) {
        return arena_format(arena, "segment %zu reaches beyond the end of the file", index);
    }
    if (header->p_memsz > MAX_SEGMENT_MEMORY
            || __builtin_add_overflow(header->p_vaddr, header->p_memsz, &end)) {
        return arena_format(arena, "segment %zu has an impossible size (0x%llx bytes at 0x%llx)",
                index, (unsigned long long)header->p_memsz, (unsigned long long)header->p_vaddr);
    }

    struct elf_segment *segment = list_add(arena, &image->segments);

    segment->vaddr = header->p_vaddr;
    segment->paddr = header->p_paddr;
    segment->memory_size = header->p_memsz;
    segment->file_size = header->p_filesz;
    segment->permissions = permissions_of(header->p_flags);
    segment->bytes = arena_alloc(arena, header->p_memsz);
    if (header->p_filesz != 0) {
        memcpy(segment->bytes, image->file.bytes + header->p_offset, header->p_filesz);
    }
    return NULL;
}

static int compare_segments(const void *left, const void *right)
{
    uint64_t a = ((const struct elf_segment *)left)->vaddr;
    uint64_t b = ((const struct elf_segment *)right)->vaddr;

    return (a > b) - (a < b);
}

static const char *read_segments(struct arena *arena, struct elf_image *image)
{
    size_t count;
    uint64_t total = 0;

    if (elf_getphdrnum(image->handle, &count) != 0 || count == 0) {
        return "it has no program headers, so it is not a program";
    }
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;

        if (gelf_getphdr(image->handle, (int)i, &header) == NULL) {
            return arena_format(arena, "program header %zu cannot be read", i);
        }
        if (header.p_type != PT_LOAD) {
            continue;
        }
        total += header.p_memsz <= MAX_SEGMENT_MEMORY ? header.p_memsz : 0;
        if (total > MAX_SEGMENT_MEMORY) {
            return "its segments together are larger than 1 GiB";
        }

        const char *error = add_segment(arena, image, i, &header);

        if (error != NULL) {
            return error;
        }
    }
    if (image->segments.count == 0) {
        return "it has nothing to load";
    }
    qsort(image->segments.items, image->segments.count, sizeof(struct elf_segment),
            compare_segments);
    return NULL;
}

/* The GNU build-id, from whichever note segment has it. */
static void read_build_id(struct elf_image *image)
{
    Elf_Scn *section = NULL;

    while ((section = elf_nextscn(image->handle, section)) != NULL) {
        GElf_Shdr header;
        GElf_Nhdr note;
        size_t name;
        size_t description;
        Elf_Data *data;
        size_t at = 0;

        if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_NOTE
                || (data = elf_getdata(section, NULL)) == NULL) {
            continue;
        }
        while ((at = gelf_getnote(data, at, &note, &name, &description)) > 0) {
            const char *bytes = data->d_buf;

            if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4
                    && memcmp(bytes + name, "GNU", 4) == 0 && note.n_descsz <= MAX_BUILD_ID) {
                memcpy(image->build_id, bytes + description, note.n_descsz);
                image->build_id_size = note.n_descsz;
                return;
            }
        }
    }
}

static const char *check_header(const struct elf_image *image)
{
    GElf_Ehdr header;

    if (elf_kind(image->handle) != ELF_K_ELF || gelf_getehdr(image->handle, &header) == NULL) {
        return "it is not an ELF file";
    }
    if (header.e_ident[EI_CLASS] != ELFCLASS64) {
        return "it is a 32-bit ELF file; 64-bit is needed";
    }
    if (header.e_ident[EI_DATA] != ELFDATA2LSB) {
        return "it is a big-endian ELF file; little-endian is needed";
    }
    if (header.e_machine != EM_AARCH64) {
        return "it is an ELF file for another architecture; AArch64 is needed";
    }
    if (header.e_type != ET_EXEC && header.e_type != ET_DYN) {
        return "it is not a linked program (an object file, perhaps?)";
    }
    return NULL;
}

const char *elf_image_open(struct arena *arena, const char *path, struct elf_image *image)
{
    struct file file;

    if (!file_read(arena, path, &file)) {
        *image = (struct elf_image){ .path = path };
        return strerror(errno);
    }
    return elf_image_read(arena, &file, image);
}

const char *elf_image_read(struct arena *arena, const struct file *file, struct elf_image *image)
{
    const char *error;
    GElf_Ehdr header;

    *image = (struct elf_image){ .path = file->path, .file = *file };
    elf_version(EV_CURRENT);
    image->handle = elf_memory(image->file.bytes, image->file.size);
    if (image->handle == NULL) {
        return "it is not an ELF file";
    }
    error = check_header(image);
    if (error == NULL) {
        error = read_segments(arena, image);
    }
    if (error != NULL) {
        elf_image_close(image);
        return error;
    }
    image->entry = gelf_getehdr(image->handle, &header)->e_entry;
    read_build_id(image);
    return NULL;
}

void elf_image_close(struct elf_image *image)
{
    elf_end(image->handle);
    image->handle = NULL;
}

static Elf_Data *symbol_table(const struct elf_image *image, GElf_Shdr *header)
{
    Elf_Scn *section = NULL;

    while ((section = elf_nextscn(image->handle, section)) != NULL) {
        if (gelf_getshdr(section, header) != NULL && header->sh_type == SHT_SYMTAB) {
            return elf_getdata(section, NULL);
        }
    }
    return NULL;
}

bool elf_image_has_symbols(const struct elf_image *image)
{
    GElf_Shdr header;

    return symbol_table(image, &header) != NULL;
}

enum symbol_result elf_image_symbol(
        const struct elf_image *image, const char *name, struct elf_symbol *symbol)
{
    GElf_Shdr header;
    Elf_Data *data = symbol_table(image, &header);
    enum symbol_result result = SYMBOL_MISSING;

    if (data == NULL || header.sh_entsize == 0) {
        return SYMBOL_MISSING;
    }
    for (int i = 0; i < (int)(data->d_size / header.sh_entsize); i++) {
        GElf_Sym entry;
        const char *entry_name;

        if (gelf_getsym(data, i, &entry) == NULL || entry.st_shndx == SHN_UNDEF) {
            continue;
        }
        entry_name = elf_strptr(image->handle, header.sh_link, entry.st_name);
        if (entry_name == NULL || strcmp(entry_name, name) != 0) {
            continue;
        }
        if (result == SYMBOL_FOUND) {
            return SYMBOL_AMBIGUOUS;
        }
        *symbol = (struct elf_symbol){ entry.st_value, entry.st_size };
        result = SYMBOL_FOUND;
    }
    return result;
}

bool elf_image_write(struct elf_image *image, uint64_t vaddr, const void *bytes, uint64_t size)
{
    list_for_each(segment, &image->segments) {
        if (vaddr >= segment->vaddr && vaddr - segment->vaddr <= segment->memory_size
                && size <= segment->memory_size - (vaddr - segment->vaddr)) {
            memcpy(segment->bytes + (vaddr - segment->vaddr), bytes, size);
            return true;
        }
    }
    return false;
}
