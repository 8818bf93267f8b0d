/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plan of a system: every object with its place in memory and its slot in the initialiser's
 * CSpace, every capability and mapping, and the operations that bring all that about.
 */
#pragma once

#include "microkit/tool/boot_model.h"
#include "microkit/tool/description.h"
#include "microkit/tool/elf_image.h"
#include "microkit/tool/sdk.h"
#include "microkit/tool/spec_writer.h"

/* Types of Untyped_Retype (sel4-abi.md, 3.1). */
enum object_type {
    OBJECT_UNTYPED = 0,
    OBJECT_TCB = 1,
    OBJECT_ENDPOINT = 2,
    OBJECT_NOTIFICATION = 3,
    OBJECT_CNODE = 4,
    OBJECT_SCHED_CONTEXT = 5,
    OBJECT_REPLY = 6,
    OBJECT_VSPACE = 8,
    OBJECT_SMALL_PAGE = 9,
    OBJECT_LARGE_PAGE = 10,
    OBJECT_PAGE_TABLE = 11,
};

/* A part of a run of objects that lies together in memory. */
struct object_piece {
    uint64_t first; /* index in the run */
    uint64_t count;
    uint64_t paddr;
};

/* `count` objects of one kind, in consecutive slots. */
struct object {
    enum object_type type;
    const char *name;
    uint64_t size_bits; /* argument of Retype */
    unsigned bits;      /* size of one */
    uint64_t count;
    uint64_t slot; /* first; of the initialiser's CSpace */
    bool contiguous;
    bool fixed; /* at paddr */
    uint64_t paddr;
    const struct memory_region *region; /* for messages; NULL if none */
    LIST(struct object_piece) pieces;
};

/* Frames in consecutive slots that appear somewhere at consecutive addresses. */
struct chunk {
    uint64_t slot;
    uint64_t count;
    unsigned page_bits;
    uint64_t offset;      /* of the first in its region, or its virtual address in its program */
    bool embedded;        /* frames of the initial task's image */
    uint64_t data_page;   /* the first, if embedded */
    bool mapped;          /* the capabilities are used by a mapping: another one needs copies */
    unsigned permissions; /* of a program's segment */
};

typedef LIST(struct chunk) chunk_list;

/* One 4 KiB page of data that goes into the boot image; unset parts are zero. */
struct data_page {
    const char *source;
    unsigned offset; /* in the page */
    unsigned size;
};

/* A memory region's frames. */
struct region_plan {
    chunk_list chunks;
    size_t object;      /* index of the object run that decides paddr; NONE: embedded only */
    uint64_t data_page; /* first data page, if the initialiser copies the prefill */
    bool copied;
};

/* Pages of a PD's address space: `count` frames at consecutive addresses. */
struct mapping {
    const char *what;         /* for messages and the report */
    struct position position; /* line 0: not from the description */
    uint64_t vaddr;
    uint64_t slot; /* of the first frame's capability */
    uint64_t count;
    unsigned page_bits;
    unsigned permissions;
    bool cached;
};

/* A protection domain or the fault monitor, with the slots of its objects. */
struct program {
    const char *name;
    const struct protection_domain *pd; /* NULL: the monitor */
    size_t index;                       /* of the PD */
    struct elf_image image;
    struct elf_image symbols; /* of path_for_symbols, if given */
    bool separate_symbols;
    uint64_t image_low; /* pages of the image: [low, high) */
    uint64_t image_high;
    chunk_list chunks;
    chunk_list stack;
    LIST(struct mapping) mappings;
    uint64_t priority;
    uint64_t budget;
    uint64_t period;
    uint64_t stack_size;
    uint64_t tcb;
    uint64_t sched_context;
    uint64_t vspace;
    uint64_t root_cnode; /* 0: the monitor has only one level */
    uint64_t cnode;
    uint64_t notification; /* 0: none */
    uint64_t endpoint;     /* 0: none */
    uint64_t reply;
    uint64_t ipc_frame;
    uint64_t fault_endpoint; /* badged; 0: none */
};

/* Where an image window lies in the viewer: the stack's part begins a page behind the image's. */
struct window_plan {
    uint64_t image_size;
    uint64_t stack_vaddr;
    uint64_t end;
};

/* Everything about a system. The caller sets arena to sdk, and description. */
struct plan {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct system *system;
    const struct sdk *sdk;
    struct elf_image kernel;
    struct elf_image loader;
    struct elf_image initialiser;
    struct program *programs; /* as the system's PDs */
    struct program monitor;
    struct region_plan *regions;
    struct boot_model model;
    uint64_t initialiser_pages; /* from its first page to where the specification begins */
    uint64_t spec_pages;
    LIST(struct data_page) data_pages;
    LIST(struct object) objects;
    uint64_t next_slot;
    struct spec_writer retypes; /* come first */
    struct spec_writer setup;
    const struct file *description; /* the .system file */
    unsigned char system_id[16];    /* of this system: description and programs */
    bool failed;                    /* an error was reported */
};

#define PLAN_ROOT_CNODE 2 /* initial capability slots: sel4-abi.md, 17.6 */
#define PLAN_VSPACE     3
#define PLAN_DEPTH      64

/*
 * Loads all programs, patches their symbols and plans everything. Reports what is wrong. After
 * success the task's image can be written.
 */
bool plan_make(struct plan *plan);

/* ---- for the files of the plan ---- */

/* Reports an error at a place of the description, and marks the plan as failed. */
void plan_error(struct plan *plan, struct position position, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

/* A run of objects with slots; memory comes later. Returns the first slot. */
uint64_t plan_object(struct plan *plan, enum object_type type, uint64_t size_bits, uint64_t count,
        const char *name);
/* Reserves `count` consecutive slots of the initialiser's CSpace; the first. */
uint64_t plan_slots(struct plan *plan, uint64_t count);
/* Decides the place of each object; fills plan->retypes. */
void plan_allocate(struct plan *plan);

/* Images of all programs: opened and checked; chunks without slots. */
bool plan_load_programs(struct plan *plan);
/* Values of all symbols but physical addresses. */
void plan_patch_symbols(struct plan *plan);
/* An id from the description's text and all programs. */
void plan_identify_system(struct plan *plan, const char *description, size_t size);
/* What a PD is told about its own capabilities and windows. */
void plan_patch_grants(struct plan *plan, struct program *program);
/* Physical addresses, after plan_allocate. */
void plan_patch_addresses(struct plan *plan);
/* Addresses that are the same in each PD (microkit.md, 6.1). */
uint64_t plan_stack_top(const struct sdk *sdk);
uint64_t plan_ipc_buffer(const struct sdk *sdk);
/* Needs the other PD's program, so after plan_load_programs. */
struct window_plan plan_window(const struct plan *plan, const struct image_window *window);

/* Prefills become data pages; once. */
void plan_regions_data(struct plan *plan);
/* Slot of the frame of a data page: frames of the initial task's image. */
uint64_t plan_data_slot(const struct plan *plan, uint64_t page);
/* Objects and chunks of all memory regions. */
void plan_regions(struct plan *plan);
/* Physical address of a region's first byte, after plan_allocate. */
uint64_t plan_region_paddr(const struct plan *plan, size_t region);
/* Page tables and mappings of all programs. */
void plan_address_spaces(struct plan *plan);
/* What a program maps: its image, stack, IPC buffer, regions, windows; not sorted. */
void plan_collect_mappings(struct plan *plan, struct program *program);
/* Sorts all mappings by address. False after reporting overlaps. */
bool plan_check_mappings(struct plan *plan);

/* The operations that set up and start threads, with CSpaces, channels, interrupts, domains. */
void plan_threads(struct plan *plan);

/* Copies `count` capabilities of the initialiser's CSpace to new slots. */
uint64_t plan_copy(struct plan *plan, uint64_t from, uint64_t count);
/*
 * A copy of a capability with rights and badge, in slot `index` of a CNode that is `depth` bits
 * deep.
 */
void plan_mint(struct plan *plan, uint64_t cnode, uint64_t index, uint64_t depth, uint64_t from,
        uint64_t rights, uint64_t badge);

enum {
    RIGHT_WRITE = 1,
    RIGHT_READ = 2,
    RIGHT_GRANT = 4,
    RIGHTS_ALL = 15
};
