/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PD may know about its own authority: an addition to Microkit. The microkit tool fills
 * these variables in if the program defines them (with these names and types, in a data section);
 * a program without them is treated as ever. MICROKIT_DEFINE_GRANTS defines them all.
 */
#pragma once

#include <stdint.h>

#define MICROKIT_GRANT_SLOTS    64
#define MICROKIT_WINDOWS_MAX    512
#define MICROKIT_SYSTEM_ID_SIZE 16

/* Kinds of capabilities; the names are those of the elements, cap_tcb and so on. */
enum microkit_grant_kind {
    MICROKIT_GRANT_NONE,
    MICROKIT_GRANT_TCB,
    MICROKIT_GRANT_SC,
    MICROKIT_GRANT_VSPACE,
    MICROKIT_GRANT_FRAME, /* of a memory region, its first page; of no PD */
};

/* What a <cspace> element put into a slot of the root CNode. */
struct microkit_grant {
    uint8_t kind; /* enum microkit_grant_kind */
    uint8_t pd;   /* index */
    uint8_t flags;
    uint8_t reserved;
};

#define MICROKIT_GRANT_SELF  1 /* the PD itself */
#define MICROKIT_GRANT_CHILD 2 /* a child of this PD */

/* A part of the address space that the description mapped, readable and cached. */
struct microkit_window {
    uint64_t address;
    uint64_t size;
    uint64_t writable; /* 0 or 1 */
};

#define MICROKIT_DEFINE_GRANTS                                                        \
    __attribute__((section(".data.microkit"),                                         \
            used)) struct microkit_grant microkit_grants[MICROKIT_GRANT_SLOTS];       \
    __attribute__((section(".data.microkit"),                                         \
            used)) struct microkit_window microkit_windows[MICROKIT_WINDOWS_MAX];     \
    __attribute__((section(".data.microkit"), used)) uint64_t microkit_windows_count; \
    __attribute__((section(".data.microkit"), used))                                  \
    uint8_t microkit_system_id[MICROKIT_SYSTEM_ID_SIZE]

extern struct microkit_grant microkit_grants[MICROKIT_GRANT_SLOTS];
extern struct microkit_window microkit_windows[MICROKIT_WINDOWS_MAX];
extern uint64_t microkit_windows_count;
extern uint8_t microkit_system_id[MICROKIT_SYSTEM_ID_SIZE];

/* ---- for a debugger: the PDs of the system, and which of their memory this PD sees where ---- */

#define MICROKIT_PDS_MAX     64
#define MICROKIT_PD_NAME_MAX 64
#define MICROKIT_VIEWS_MAX   512

/* microkit_pds[i] is the PD with index i. */
struct microkit_pd {
    char name[MICROKIT_PD_NAME_MAX]; /* ends with 0 unless it has 64 characters */
    uint64_t entry;                  /* of its program */
    uint8_t is_child;                /* of this PD; then child_id is valid */
    uint8_t child_id;
    uint8_t reserved[6];
};

/*
 * [pd_address, pd_address + size) of a child is [address, ...) of this PD: by an image window, or
 * because both map the same region, cached. In no order.
 */
struct microkit_view {
    uint64_t pd_address;
    uint64_t address;
    uint64_t size;
    uint8_t pd;       /* index */
    uint8_t writable; /* 0 or 1: here, whatever the child may do */
    uint8_t is_stack;
    uint8_t reserved[5];
};

/*
 * Plus its child id: the capability by which a child's faults come to this PD, for
 * seL4_TCB_SetTimeoutEndpoint, which nobody has called. Where x86 has I/O ports.
 */
#define MICROKIT_BASE_CHILD_FAULT_CAP 394

#define MICROKIT_DEFINE_VIEWS                                                                    \
    __attribute__((                                                                              \
            section(".data.microkit"), used)) struct microkit_pd microkit_pds[MICROKIT_PDS_MAX]; \
    __attribute__((section(".data.microkit"), used)) uint64_t microkit_pds_count;                \
    __attribute__((section(".data.microkit"),                                                    \
            used)) struct microkit_view microkit_views[MICROKIT_VIEWS_MAX];                      \
    __attribute__((section(".data.microkit"), used)) uint64_t microkit_views_count

extern struct microkit_pd microkit_pds[MICROKIT_PDS_MAX];
extern uint64_t microkit_pds_count;
extern struct microkit_view microkit_views[MICROKIT_VIEWS_MAX];
extern uint64_t microkit_views_count;
