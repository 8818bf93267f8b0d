/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small machine to test the stub's protocol with: PDs with a page of memory each, and a processor that
 * knows `brk`, `b`, `str x1, [x0]` and takes all else for `nop`. Not a substitute for tests on the kernel.
 */
#pragma once

#include "gdbstub/core/stub.h"

#define SIMULATED_PDS    60
#define SIMULATED_BASE   0x200000u
#define SIMULATED_MEMORY 4096u
#define SIMULATED_UNITS  10

struct simulated_unit {
    bool used;
    enum target_watch kind;
    uint64_t address;
    uint64_t length;
};

struct simulated_pd {
    bool claimed;
    bool running;
    bool step;
    bool stops_at_timeout;
    struct target_stop stop;
    struct aarch64_context context;
    uint8_t memory[SIMULATED_MEMORY];
    struct simulated_unit units[SIMULATED_UNITS];
};

struct simulated {
    struct target target;
    struct gdbstub *stub;
    unsigned fail_write_at; /* counts down with each write of memory; 0: never */
    char log[1024];
    struct target_module module; /* that PD 0 runs; address 0: none */
    struct simulated_pd pds[SIMULATED_PDS];
};

/* `count` PDs named pd0, pd1 and so on; the id of the first is `first`. */
void simulated_init(struct simulated *simulated, unsigned count, uint32_t first);
/* Up to `instructions` of each running PD; stops go to simulated->stub. */
void simulated_run(struct simulated *simulated, unsigned instructions);
/* A PD faults: as if its instruction read `address`. */
void simulated_fault(struct simulated *simulated, unsigned pd, uint64_t address);
