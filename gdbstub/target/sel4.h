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

/* ---- without a client ---- */

/* Why PD i has stopped; false if it has not. */
bool sel4_target_stopped(unsigned pd, struct target_stop *stop);
