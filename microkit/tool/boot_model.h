/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel will do when it boots: where it puts the initial task's objects, which untyped
 * memory it hands out, in which slots (sel4-abi.md, 17.3 to 17.7). The initialiser compares.
 */
#pragma once

#include "microkit/tool/arena.h"
#include "microkit/tool/elf_image.h"
#include "microkit/tool/sdk.h"

/* An untyped capability, of which the plan gives away the lower part. */
struct untyped {
    uint64_t paddr;
    uint64_t slot;
    uint64_t watermark; /* bytes given away */
    unsigned bits;
    bool device;
};

/* The kernel as it will be when the initial task starts. Slots are of the task's CSpace. */
struct boot_model {
    struct address_range kernel;    /* physical */
    struct address_range boot_part; /* given back after boot */
    struct address_range task;      /* physical; the initial task's image */
    uint64_t task_vaddr;
    uint64_t image_frames; /* first slot of the image's frames */
    uint64_t sched_control;
    uint64_t first_untyped;
    uint64_t first_empty;
    uint64_t
            provided; /* how many of the untypeds the kernel provides; the rest was cut from them */
    LIST(struct untyped) untypeds;
};

/*
 * Kernel ranges from its ELF file, then the boot with an initial task of task_pages at task_vaddr.
 * NULL if it works, otherwise why not.
 */
const char *boot_model_kernel(struct boot_model *model, const struct elf_image *kernel);
const char *boot_model_run(struct arena *arena, struct boot_model *model, const struct sdk *sdk,
        uint64_t task_vaddr, uint64_t task_pages, const struct address_range *loader);
