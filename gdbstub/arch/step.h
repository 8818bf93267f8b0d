/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a thread can be after its next instruction: for steps that breakpoints have to make. */
#pragma once

#include "gdbstub/arch/aarch64.h"

#define AARCH64_SUCCESSORS_MAX 2

/* The instruction at an address; false if it cannot be read. */
typedef bool aarch64_fetch_t(void *context, uint64_t address, uint32_t *instruction);

/* True for the loads that begin a sequence of exclusive accesses. */
bool aarch64_is_load_exclusive(uint32_t instruction);
/* The instructions that may follow on this one at the PC. Returns how many addresses. */
unsigned aarch64_successors(const struct aarch64_registers *registers, uint32_t instruction,
        uint64_t next[AARCH64_SUCCESSORS_MAX]);
/*
 * At the PC is a load-exclusive: where its sequence can be left, by the store that ends it or by a
 * branch. Returns how many addresses; 0: it is none that ends soon.
 */
unsigned aarch64_sequence_exits(
        uint64_t pc, aarch64_fetch_t *fetch, void *context, uint64_t exits[AARCH64_SUCCESSORS_MAX]);
