/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system archive: what the microkit tool knows about a system, in one file beside its image,
 * for the console and other host tools.
 *
 * offset 0   "LIONARC1"
 *        8   size of the description in bytes, 64 bits, little endian
 *       16   the description, JSON (ARCHIVE.md says what is in it)
 *        .   zero bytes up to a multiple of 8
 *        .   files, one after the other; the description has their offsets, counted from here
 *
 * Host code only; plain C11 and jansson.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARCHIVE_MAGIC   "LIONARC1"
#define ARCHIVE_VERSION 1
#define ARCHIVE_MAX_PDS 64
#define ARCHIVE_MAX_ID  61 /* of channels and interrupts */

/* A file inside an archive. Pointers are valid until archive_close, as in all structures here. */
struct archive_file {
    const char *name; /* as in the description, without folders */
    const unsigned char *bytes;
    uint64_t size;
    const char *build_id; /* hexadecimal; "" if the file has none */
};

/* A part of a PD's address space. */
struct archive_mapping {
    const char *what; /* name of the memory region, or what else it is */
    uint64_t vaddr;
    uint64_t size;
    char permissions[4]; /* some of r, w, x */
    bool cached;
};

/* An interrupt that a PD receives. */
struct archive_interrupt {
    unsigned number; /* INTID */
    unsigned id;
    bool edge;
};

/* A capability that the description grants (<cspace>), beyond those that every PD has. */
struct archive_capability {
    unsigned slot;
    const char *kind; /* "thread", "scheduling context", "address space", "frame" */
    const char *of;   /* whose, or of which memory region */
};

/* A protection domain. Addresses are virtual, in the PD. */
struct archive_pd {
    const char *name;
    unsigned index;
    unsigned priority;
    uint64_t budget_us;
    uint64_t period_us;
    bool passive;
    bool fpu;
    int parent;        /* index of a PD, -1: top level */
    unsigned child_id; /* of the parent */
    uint64_t entry;
    uint64_t stack_bottom;
    uint64_t stack_top;
    uint64_t ipc_buffer;
    uint64_t image_low; /* pages of the program image: [low, high) */
    uint64_t image_high;
    struct archive_file elf;
    struct archive_mapping *mappings;
    size_t mapping_count;
    struct archive_interrupt *interrupts;
    size_t interrupt_count;
    struct archive_capability *capabilities;
    size_t capability_count;
    bool capabilities_known; /* archives of older tools do not say */
};

/* A memory region; sizes in bytes, addresses physical. */
struct archive_region {
    const char *name;
    uint64_t size;
    uint64_t page_size;
    uint64_t paddr;  /* of the first byte */
    bool contiguous; /* the rest follows in physical memory */
};

/* One side of a channel: index of the PD, its id for the channel, what it may do. */
struct archive_channel_end {
    unsigned pd;
    unsigned id;
    bool may_notify;
    bool may_call;
};

/* Two PDs that may notify or call each other. */
struct archive_channel {
    struct archive_channel_end ends[2];
};

/* A whole archive. PDs are in the order of their index. */
struct system_archive {
    char *bytes;
    void *description; /* json_t */
    const char *board;
    const char *config;
    const char *system;    /* file name of the system description */
    const char *system_id; /* hexadecimal: the image says the same if it is of this archive */
    struct archive_file kernel;
    struct archive_pd *pds;
    size_t pd_count;
    struct archive_region *regions;
    size_t region_count;
    struct archive_channel *channels;
    size_t channel_count;
};

/*
 * Reads an archive. NULL if it is good, otherwise what is wrong with it, in words (valid until the
 * next call). A good one is released with archive_close.
 */
const char *archive_open(const char *path, struct system_archive *archive);
/* The same from memory, which is copied. */
const char *archive_parse(const void *bytes, size_t size, struct system_archive *archive);
/* Releases what archive_open or archive_parse made, once; not for archives that were refused. */
void archive_close(struct system_archive *archive);

/*
 * The archive's bytes for a description (json_t) and the files in the order of their offsets: each
 * at the sum of the sizes before it, rounded up to 8. Allocated with malloc; NULL without memory.
 */
void *archive_build(
        const void *description, const struct archive_file *files, size_t count, size_t *size);
