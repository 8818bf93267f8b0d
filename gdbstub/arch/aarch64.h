/* SPDX-License-Identifier: BSD-2-Clause */
/* What the stub knows of AArch64: registers and their order, target description, breakpoints. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AARCH64_SP 31
#define AARCH64_PC 32

/* A thread's registers. */
struct aarch64_registers {
    uint64_t x[31];
    uint64_t sp;
    uint64_t pc;
    uint32_t cpsr;
    uint64_t tpidr;   /* TPIDR_EL0: thread-local storage */
    uint64_t tpidrro; /* TPIDRRO_EL0: where libmicrokit keeps the IPC buffer's address */
};

struct aarch64_vectors {
    uint8_t v[32][16]; /* as they lie in memory, little endian */
    uint32_t fpsr;
    uint32_t fpcr;
};

/* What the last fault of a thread left in the system registers; 0 if it has had none. */
struct aarch64_fault_registers {
    uint64_t esr;
    uint64_t far;
};

/* All that GDB calls registers. */
struct aarch64_context {
    struct aarch64_registers general;
    struct aarch64_vectors vectors;
    struct aarch64_fault_registers fault;
};

/* Which structure of the context a register of GDB's numbering lies in. */
enum aarch64_group {
    AARCH64_GENERAL,
    AARCH64_VECTORS,
    AARCH64_FAULT
};

struct aarch64_location {
    enum aarch64_group group;
    uint16_t offset; /* in struct aarch64_context */
    uint8_t size;    /* bytes */
};

/* False if there is no such register. */
bool aarch64_locate(uint64_t number, struct aarch64_location *location);

/* x0..x30, sp, pc, cpsr: what a `g` packet carries. Others GDB asks for one by one. */
#define AARCH64_G_REGISTERS 34

/* The target description, XML. */
extern const char aarch64_description[];

/* brk #0 */
#define AARCH64_BREAKPOINT      0xd4200000u
#define AARCH64_BREAKPOINT_SIZE 4
