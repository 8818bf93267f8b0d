/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs: segments with their bytes, symbols, build-id. 64-bit little-endian AArch64 ELF only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "microkit/tool/arena.h"
#include "microkit/tool/files.h"

#define MAX_BUILD_ID       64
#define MAX_SEGMENT_MEMORY (UINT64_C(1) << 30)

/* A segment to load, with its bytes; sizes in bytes. */
struct elf_segment {
    uint64_t vaddr;
    uint64_t paddr;
    uint64_t memory_size;
    uint64_t file_size;
    unsigned permissions; /* enum permission */
    char *bytes;          /* memory_size of them; what the file does not give is zero */
};

/* Where a symbol is and how long. */
struct elf_symbol {
    uint64_t value;
    uint64_t size;
};

/* What a search for a symbol finds. */
enum symbol_result {
    SYMBOL_FOUND,
    SYMBOL_MISSING,
    SYMBOL_AMBIGUOUS
};

/* A program. */
struct elf_image {
    const char *path;
    struct file file;
    uint64_t entry;
    LIST(struct elf_segment) segments; /* the ones to load, ascending */
    unsigned char build_id[MAX_BUILD_ID];
    size_t build_id_size; /* 0: it has none */
    void *handle;         /* libelf's */
};

/*
 * Reads and checks a program. NULL if it is good, otherwise what is wrong with it, in words. The
 * caller releases a good one with elf_image_close.
 */
const char *elf_image_open(struct arena *arena, const char *path, struct elf_image *image);
/* The same for a file in memory, which has to stay there. libelf may write to its bytes. */
const char *elf_image_read(struct arena *arena, const struct file *file, struct elf_image *image);
/* Releases what libelf holds; segments and names stay with the arena. */
void elf_image_close(struct elf_image *image);

/* A symbol by name; it must be defined exactly once. */
enum symbol_result elf_image_symbol(
        const struct elf_image *image, const char *name, struct elf_symbol *symbol);
/* False if the file has no symbol table. */
bool elf_image_has_symbols(const struct elf_image *image);

/* Writes into the segment that contains [vaddr, vaddr + size). False if there is none. */
bool elf_image_write(struct elf_image *image, uint64_t vaddr, const void *bytes, uint64_t size);
