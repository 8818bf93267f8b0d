/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the ELF reader of the microkit tool. Whatever the bytes, there is an error with a text,
 * or segments that can be used.
 */
#include <stdlib.h>
#include <string.h>

#include "microkit/tool/elf_image.h"

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_segments(const struct elf_image *image)
{
    uint64_t total = 0;

    require(image->segments.count != 0);
    list_for_each(segment, &image->segments) {
        require(segment->memory_size != 0 && segment->file_size <= segment->memory_size);
        require(segment->vaddr + segment->memory_size > segment->vaddr);
        require(segment == image->segments.items || segment[-1].vaddr <= segment->vaddr);
        total += segment->memory_size;
        segment->bytes[0] ^= 1; /* all of it is there */
        segment->bytes[segment->memory_size - 1] ^= 1;
    }
    require(total <= MAX_SEGMENT_MEMORY);
    require(image->build_id_size <= MAX_BUILD_ID);
}

/* Symbols are looked up and written to as the tool does, also when they lie nowhere. */
static void check_symbols(struct elf_image *image)
{
    static const char *const names[] = { "microkit_name", "data", "_start", "", "nothing" };
    static const char bytes[64];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct elf_symbol symbol;

        if (elf_image_symbol(image, names[i], &symbol) != SYMBOL_FOUND) {
            continue;
        }
        require(elf_image_has_symbols(image));
        elf_image_write(image, symbol.value, bytes, sizeof(bytes));
        elf_image_write(image, symbol.value, bytes, 8);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct elf_image image;
    struct file file = { .path = "case.elf", .bytes = malloc(size + 1), .size = size };
    const char *error;

    require(file.bytes != NULL);
    if (size != 0) {
        memcpy(file.bytes, data, size);
    }
    error = elf_image_read(&arena, &file, &image);
    if (error != NULL) {
        require(error[0] != 0);
    } else {
        check_segments(&image);
        check_symbols(&image);
        elf_image_close(&image);
    }
    arena_release(&arena);
    free(file.bytes);
    return 0;
}
