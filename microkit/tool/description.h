/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A system description as the user means it: the `.system` file after parsing, with names resolved
 * to indices. Limits and defaults: microkit.md, section 3.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "microkit/tool/arena.h"
#include "microkit/tool/diagnostics.h"

#define MAX_PDS            63
#define MAX_CHANNEL_ID     61
#define MAX_PRIORITY       254
#define MAX_NAME           63
#define MAX_CSPACE_SLOT    63
#define MIN_STACK_SIZE     0x1000
#define MAX_STACK_SIZE     0x1000000
#define DEFAULT_STACK_SIZE 0x2000
#define DEFAULT_BUDGET_US  1000
#define SMALL_PAGE         UINT64_C(0x1000)
#define LARGE_PAGE         UINT64_C(0x200000)
/* Refused by the kernel outside: sel4-abi.md, 6.6. The upper limit is that of a timer of 1 GHz. */
#define MIN_BUDGET_US 20
#define MAX_PERIOD_US (UINT64_MAX / 1000000 / 8)

#define NONE SIZE_MAX /* no index */

/* Letters of `perms`, as bits. */
enum permission {
    PERMISSION_READ = 1,
    PERMISSION_WRITE = 2,
    PERMISSION_EXECUTE = 4
};

/* <memory_region>; positions are of the attributes, for messages. */
struct memory_region {
    const char *name;
    struct position position;
    uint64_t size; /* 0 until the prefill file is known, if it decides */
    struct position size_position;
    uint64_t page_size;
    bool page_size_given;
    bool has_paddr; /* fixed by the user, or chosen by the tool for setvar region_paddr */
    bool paddr_wanted;
    uint64_t paddr;
    struct position paddr_position;
    const char *prefill_path; /* NULL: starts zeroed */
    struct position prefill_position;
    const char *prefill_found; /* where the file is */
    const char *prefill;
    uint64_t prefill_size;
    bool bootinfo; /* prefill_bootinfo="fdt": stays empty, no device tree is passed on */
    unsigned users;
};

/* <map>. */
struct map {
    const char *region_name;
    struct position position; /* of the mr attribute */
    size_t region;
    uint64_t vaddr;
    struct position vaddr_position;
    unsigned permissions; /* enum permission */
    bool cached;
};

/* What a symbol of the program image is set to. */
enum setvar_kind {
    SETVAR_VADDR,
    SETVAR_SIZE,
    SETVAR_PREFILL_SIZE,
    SETVAR_REGION_PADDR,
    SETVAR_ID,     /* channel, irq or child: value */
    SETVAR_WINDOW, /* places of an image window: value, known when the child's image is */
};

/* Which place of an image window a symbol receives; kept in setvar.value until it is known. */
enum window_value {
    WINDOW_VADDR,
    WINDOW_SIZE,
    WINDOW_IMAGE_BASE,
    WINDOW_STACK_VADDR
};

/* A symbol that receives a value, of <setvar> or of a setvar_... attribute. */
struct setvar {
    enum setvar_kind kind;
    const char *symbol;
    struct position position;
    const char *region_name;
    size_t region;
    size_t window;
    uint64_t value;
};

/* <irq>. */
struct irq {
    uint64_t number; /* INTID */
    uint64_t id;
    bool edge;
    struct position position; /* of the irq attribute */
    struct position id_position;
};

/* Elements of <cspace>. */
enum cap_kind {
    CAP_KIND_TCB,
    CAP_KIND_SC,
    CAP_KIND_VSPACE,
    CAP_KIND_FRAME /* ours: of a memory region's first page */
};

/* An element of <cspace>. */
struct cap_grant {
    enum cap_kind kind;
    uint64_t slot;
    struct position slot_position;
    const char *pd_name; /* whose; NULL for frames */
    size_t pd;
    const char *region_name; /* NULL except for frames */
    size_t region;
    struct position position; /* of the name */
};

/* Ours: a view on another PD's program image and stack. */
struct image_window {
    const char *pd_name;
    struct position position;
    size_t pd;
    uint64_t vaddr;
    struct position vaddr_position;
    unsigned permissions;
};

/* <protection_domain>; times in microseconds. */
struct protection_domain {
    const char *name;
    struct position position;
    uint64_t priority;
    uint64_t budget; /* us */
    uint64_t period;
    bool passive;
    uint64_t stack_size;
    uint64_t cpu;
    bool smc;
    bool fpu;
    const char *domain_name;
    struct position domain_position;
    uint64_t domain;
    size_t parent; /* NONE: top level */
    uint64_t child_id;
    struct position child_id_position;
    const char *image_path;
    struct position image_position;
    const char *symbols_path; /* NULL: image_path */
    struct position symbols_position;
    LIST(struct map) maps;
    LIST(struct irq) irqs;
    LIST(struct setvar) setvars;
    LIST(struct cap_grant) grants;
    LIST(struct image_window) windows;
    bool has_children;
    bool is_called; /* some PD may make protected calls to it */
};

/* <end>. */
struct channel_end {
    const char *pd_name;
    size_t pd;
    uint64_t id;
    bool may_call;   /* pp */
    bool may_notify; /* notify */
    struct position position;
    struct position id_position;
};

/* <channel>. */
struct channel {
    struct position position;
    struct channel_end ends[2];
};

/* <domain>. */
struct domain {
    const char *name;
    struct position position;
    uint64_t id;
};

/* <schedule_entry> or <schedule_end_marker>. */
struct domain_slice {
    uint64_t domain;   /* ignored in an end marker */
    uint64_t duration; /* 0: end marker */
    bool in_ticks;     /* otherwise us */
};

/* The whole description. */
struct system {
    struct position position;           /* of the outermost element */
    LIST(struct protection_domain) pds; /* depth first, parents before their children */
    LIST(struct memory_region) regions;
    LIST(struct channel) channels;
    LIST(struct domain) domains;
    LIST(struct domain_slice) schedule;
    bool has_domains;
    struct position domains_position;
    uint64_t schedule_start;
    uint64_t schedule_shift;
};

/* Facts of the SDK's kernel configuration that decide what a description may say. */
struct description_limits {
    uint64_t cores;
    uint64_t domains;
    uint64_t domain_schedule_entries;
    bool hypervisor;
    bool smc;
};

struct xml_element;

/*
 * Builds the model from the tree. Everything wrong is reported; the result is complete only if
 * nothing was. Lists of PDs, regions and channels keep the file's order.
 */
void description_read(struct system *system, const struct xml_element *root,
        const struct description_limits *limits, struct diagnostics *diagnostics);

/* The checks over the whole system (microkit.md, section 5), after reading. */
void description_check(struct system *system, uint64_t stack_top, struct diagnostics *diagnostics);

/* Index by name; NONE if there is none of that name. */
size_t system_find_pd(const struct system *system, const char *name);
size_t system_find_region(const struct system *system, const char *name);

/* For messages about a name that does not exist: "; did you mean 'x'?", or "". */
const char *system_suggest_pd(const struct system *system, struct arena *arena, const char *name);
const char *system_suggest_region(
        const struct system *system, struct arena *arena, const char *name);
