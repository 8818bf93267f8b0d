/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PD may know about its own authority: an addition to Microkit. The microkit tool fills
 * these variables in if the program defines them (with these names and types, in a data section);
 * a program without them is treated as ever. MICROKIT_DEFINE_GRANTS defines them all.
 */
#pragma once

#include <stdint.h>

#define MICROKIT_GRANT_SLOTS    64
#define MICROKIT_WINDOWS_MAX    128
#define MICROKIT_SYSTEM_ID_SIZE 16

enum microkit_grant_kind {
    MICROKIT_GRANT_NONE,
    MICROKIT_GRANT_TCB,
    MICROKIT_GRANT_SC,
    MICROKIT_GRANT_VSPACE,
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
