/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SDK's folder for one board and configuration, and the facts of its kernel (microkit.md, 2).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "microkit/tool/arena.h"
#include "microkit/tool/description.h"

/* Physical addresses. */
struct address_range {
    uint64_t start;
    uint64_t end; /* exclusive */
};

/* Labels of the invocations that set a system up. */
struct invocation_labels {
    uint64_t untyped_retype;
    uint64_t tcb_write_registers;
    uint64_t tcb_configure;
    uint64_t tcb_set_sched_params;
    uint64_t tcb_bind_notification;
    uint64_t tcb_set_flags;
    uint64_t tcb_resume;
    uint64_t tcb_suspend;
    uint64_t cnode_copy;
    uint64_t cnode_mint;
    uint64_t irq_get_trigger;
    uint64_t irq_set_notification;
    uint64_t domain_set;
    uint64_t domain_schedule_configure;
    uint64_t domain_schedule_set_start;
    uint64_t sched_control_configure;
    uint64_t page_table_map;
    uint64_t page_map;
    uint64_t page_unmap;
    uint64_t page_clean;
    uint64_t asid_pool_assign;
};

/* Sizes of objects, as powers of two. */
struct object_bits {
    uint64_t tcb;
    uint64_t endpoint;
    uint64_t notification;
    uint64_t small_page;
    uint64_t large_page;
    uint64_t asid_pool;
    uint64_t slot;
    uint64_t min_untyped_bits;
    uint64_t max_untyped_bits;
    uint64_t vspace;
    uint64_t reply;
    uint64_t page_table;
};

/* Path, board and config are the caller's; the rest is read. */
struct sdk {
    const char *path;
    const char *board;
    const char *config;
    const char *config_path; /* board/<board>/<config> */
    const char *kernel_path;
    const char *loader_path;
    const char *monitor_path;
    const char *initialiser_path;
    struct description_limits limits;
    uint64_t user_top; /* highest user address, inclusive */
    uint64_t device_top;
    uint64_t root_cnode_bits;
    uint64_t fan_out;
    uint64_t max_untypeds;
    bool printing;
    bool benchmark; /* PDs hold their own TCB */
    struct invocation_labels labels;
    struct object_bits bits;
    LIST(struct address_range) devices;
    LIST(struct address_range) memory;
};

/* Names below a folder, sorted; NULL at the end. NULL if the folder cannot be read. */
const char *const *list_directories(struct arena *arena, const char *path);

/*
 * The SDK's folder: MICROKIT_SDK, or the parent of the folder the tool is in. NULL after printing
 * what is wrong.
 */
const char *sdk_locate(struct arena *arena);

/* Reads board/<board>/<config>. False after printing what is wrong. */
bool sdk_read(struct arena *arena, struct sdk *sdk);
