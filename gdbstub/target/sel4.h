/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The target on seL4 and Microkit: children of the PD it runs in. Registers and stops come from their TCBs
 * and faults, memory from what this PD maps of them; the microkit tool says what is where (grants.h). Only
 * one of these may exist in a program; several stubs (clients) share it.
 */
#pragma once

#include <microkit.h>

#include "gdbstub/core/stub.h"

#define SEL4_TARGET_CLIENTS 2

/* Writes a line to the log of the PD it runs in. */
typedef void sel4_target_log_t(unsigned pd, const char *text);

/*
 * `keep_running`: bit i set: PD i carries the link, and nobody may stop it. `hold`: bit i set: PD i, a child
 * of lower priority that has not run yet, does not before a client lets it. Call once, before the rest.
 */
void sel4_target_init(uint64_t keep_running, uint64_t hold, sel4_target_log_t *log);
/* The stub of client 0 .. SEL4_TARGET_CLIENTS - 1. */
struct gdbstub *sel4_target_stub(unsigned client);

/*
 * For the PD's fault(): the child has stopped, and stays so until it is resumed; do not reply. Tells the
 * stub that has claimed it, or the log.
 */
void sel4_target_fault(microkit_child child, microkit_msginfo message);

/* ---- images that are exchanged ---- */

/* What a PD runs that has another image than the one it was booted with. */
struct sel4_target_image {
    uint64_t address; /* where its file's address 0 is */
    uint64_t entry;
    unsigned slot;
    const uint8_t *build_id; /* valid until the PD runs another image */
    size_t build_id_length;
};

/* False: it runs the one it was booted with. */
typedef bool sel4_target_image_t(unsigned pd, struct sel4_target_image *image);
void sel4_target_follow(sel4_target_image_t *image_of);

/* True if a client has attached to the PD. */
bool sel4_target_has_client(unsigned pd);
/* A client wants to see another image of the PD before it begins: it must stay stopped until sel4_target_replaced(). */
bool sel4_target_follows(unsigned pd);
/* A PD is going to begin with another image, and its registers are set: whoever debugs it may stop it before that. */
void sel4_target_replaced(unsigned pd);
/* Before that: the image there is one that it does not run any more. */
void sel4_target_left(unsigned pd, uint64_t address, uint64_t length);
/* Something else is going to lie there. */
void sel4_target_overwritten(unsigned pd, uint64_t address, uint64_t length);
/* A client has stopped it, or it is held for one since boot. */
bool sel4_target_is_held(unsigned pd);
/* The fault is a breakpoint, watchpoint or step of a client. */
bool sel4_target_expects(microkit_child child, microkit_msginfo message);

/* ---- without a client ---- */

/* Why PD i has stopped; false if it has not. */
bool sel4_target_stopped(unsigned pd, struct target_stop *stop);
