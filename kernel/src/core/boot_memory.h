/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot: which memory is whose, and the places of the initial task's objects (17.3, 17.7). */
#pragma once

#include <sel4/bootinfo_types.h>

#include "kernel/src/core/boot.h"

#define MAX_REGIONS 16

struct boot_memory {
    struct physical_region free[MAX_REGIONS]; /* ascending */
    word_t free_count;
    struct physical_region device[MAX_REGIONS]; /* gaps between what is reserved, ascending */
    word_t device_count;
    struct physical_region boot_part; /* of the kernel image, given back */
};
extern struct boot_memory boot_memory;

struct root_objects {
    struct slot *cnode;
    void *vspace;
    struct asid_pool *asid_pool;
    void *ipc_buffer;
    seL4_BootInfo *boot_info;
    void *extra; /* extra BootInfo; NULL if none */
    struct tcb *tcb;
    void *page_tables;
    struct sched_context *sched_context;
};

/* dtb: empty if none. */
void boot_memory_init(struct physical_region task_image, struct physical_region dtb);
/* Takes the objects out of the free memory and clears them. extra_bits 0: no extra BootInfo. */
void boot_memory_place(struct root_objects *objects, word_t extra_bits, word_t page_tables);
