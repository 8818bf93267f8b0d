/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pack-root-task LOADER.elf KERNEL.elf ROOT_TASK.elf OUTPUT.img
 *
 * Makes a raw boot image of a kernel and one initial task (format: loader_image.h). The task goes to
 * the first page behind the kernel.
 */
#include <fcntl.h>
#include <libelf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "microkit/include/microkit/loader_image.h"

#define PAGE        UINT64_C(4096)
#define MAX_REGIONS 32

struct elf {
    const char *path;
    Elf *handle;
    Elf64_Ehdr *header;
    Elf64_Phdr *segments;
    char *bytes;
    size_t size;
};

struct image {
    struct loader_image header;
    struct loader_region regions[MAX_REGIONS];
    const char *sources[MAX_REGIONS];
    uint64_t data_size;
};

static _Noreturn void fail(const char *path, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "pack-root-task: error: %s: ", path);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static struct elf elf_read(const char *path)
{
    struct elf elf = { .path = path };
    int fd = open(path, O_RDONLY);

    if (fd < 0) {
        fail(path, "cannot be opened");
    }
    elf.handle = elf_begin(fd, ELF_C_READ, NULL);
    if (elf.handle == NULL || (elf.header = elf64_getehdr(elf.handle)) == NULL
            || (elf.segments = elf64_getphdr(elf.handle)) == NULL) {
        fail(path, "is not a 64-bit ELF program");
    }
    elf.bytes = elf_rawfile(elf.handle, &elf.size);
    if (elf.header->e_machine != EM_AARCH64) {
        fail(path, "is not for AArch64");
    }
    for (int i = 0; i < elf.header->e_phnum; i++) {
        const Elf64_Phdr *segment = &elf.segments[i];

        if (segment->p_offset > elf.size || segment->p_filesz > elf.size - segment->p_offset
                || segment->p_filesz > segment->p_memsz) {
            fail(path, "segment %d reaches beyond the end of the file", i);
        }
    }
    return elf;
}

static void add_region(struct image *image, uint64_t address, uint64_t size, const char *source)
{
    struct loader_region *region = &image->regions[image->header.region_count];

    if (size == 0) {
        return;
    }
    if (image->header.region_count == MAX_REGIONS) {
        fail("image", "too many segments (at most %d)", MAX_REGIONS);
    }
    *region = (struct loader_region){ address, size, image->data_size,
        source != NULL ? LOADER_REGION_DATA : LOADER_REGION_ZERO };
    image->sources[image->header.region_count++] = source;
    if (source != NULL) {
        image->data_size += (size + 15) & ~UINT64_C(15);
    }
}

/* offset: physical - virtual */
static void add_segments(struct image *image, const struct elf *elf, uint64_t offset)
{
    for (int i = 0; i < elf->header->e_phnum; i++) {
        const Elf64_Phdr *segment = &elf->segments[i];
        uint64_t address = segment->p_vaddr + offset;

        if (segment->p_type != PT_LOAD) {
            continue;
        }
        add_region(image, address, segment->p_filesz, elf->bytes + segment->p_offset);
        add_region(image, address + segment->p_filesz, segment->p_memsz - segment->p_filesz, NULL);
    }
}

struct range {
    uint64_t start;
    uint64_t end;
};

static struct range elf_range(const struct elf *elf)
{
    struct range range = { UINT64_MAX, 0 };

    for (int i = 0; i < elf->header->e_phnum; i++) {
        const Elf64_Phdr *segment = &elf->segments[i];

        if (segment->p_type == PT_LOAD) {
            range.start = segment->p_vaddr < range.start ? segment->p_vaddr : range.start;
            range.end = segment->p_vaddr + segment->p_memsz > range.end
                    ? segment->p_vaddr + segment->p_memsz
                    : range.end;
        }
    }
    if (range.end == 0) {
        fail(elf->path, "has nothing to load");
    }
    range.start &= ~(PAGE - 1);
    range.end = (range.end + PAGE - 1) & ~(PAGE - 1);
    return range;
}

static void write_bytes(FILE *out, const char *path, const void *bytes, size_t size)
{
    if (size != 0 && fwrite(bytes, 1, size, out) != size) {
        fail(path, "cannot be written");
    }
}

static void write_zeroes(FILE *out, const char *path, uint64_t size)
{
    static const char zeroes[64];

    for (; size > 0; size -= size < sizeof(zeroes) ? size : sizeof(zeroes)) {
        write_bytes(out, path, zeroes, size < sizeof(zeroes) ? size : sizeof(zeroes));
    }
}

static void write_image(const char *path, const struct elf *loader, const struct image *image)
{
    const Elf64_Phdr *segment = &loader->segments[0];
    FILE *out = fopen(path, "wb");

    if (out == NULL) {
        fail(path, "cannot be created");
    }
    write_bytes(out, path, loader->bytes + segment->p_offset, segment->p_filesz);
    write_zeroes(out, path, segment->p_memsz - segment->p_filesz);
    write_bytes(out, path, &image->header, sizeof(image->header));
    write_bytes(out, path, image->regions, image->header.region_count * sizeof(image->regions[0]));
    for (uint64_t i = 0; i < image->header.region_count; i++) {
        if (image->sources[i] != NULL) {
            write_bytes(out, path, image->sources[i], image->regions[i].size);
            write_zeroes(out, path, -image->regions[i].size & 15);
        }
    }
    if (fclose(out) != 0) {
        fail(path, "cannot be written");
    }
}

int main(int argc, char **argv)
{
    static struct image image;

    if (argc != 5) {
        fprintf(stderr, "usage: pack-root-task LOADER.elf KERNEL.elf ROOT_TASK.elf OUTPUT.img\n");
        return 2;
    }
    elf_version(EV_CURRENT);

    struct elf loader = elf_read(argv[1]);
    struct elf kernel = elf_read(argv[2]);
    struct elf task = elf_read(argv[3]);
    uint64_t kernel_offset = kernel.segments[0].p_paddr - kernel.segments[0].p_vaddr;
    struct range kernel_range = elf_range(&kernel);
    struct range task_range = elf_range(&task);
    uint64_t task_physical = kernel_range.end + kernel_offset;

    image.header = (struct loader_image){
        .magic = LOADER_IMAGE_MAGIC,
        .kernel_entry = kernel.header->e_entry,
        .ui_p_reg_start = task_physical,
        .ui_p_reg_end = task_physical + task_range.end - task_range.start,
        .pv_offset = task_physical - task_range.start,
        .v_entry = task.header->e_entry,
    };
    add_segments(&image, &kernel, kernel_offset);
    add_segments(&image, &task, image.header.pv_offset);
    image.header.size = sizeof(image.header) + image.header.region_count * sizeof(image.regions[0])
            + image.data_size;
    write_image(argv[4], &loader, &image);
    return 0;
}
