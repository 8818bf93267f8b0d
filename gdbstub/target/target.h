/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the stub needs from a system: the one seam between protocol and machine. An implementation puts
 * a `struct target` first in a structure of its own and fills it in before gdbstub_init.
 *
 * PDs are numbered 0 .. pd_count - 1. All functions may be called for any of them at any time, whether
 * it runs or not, and none of them blocks or faults, whatever the arguments are.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gdbstub/arch/aarch64.h"

#define TARGET_PDS_MAX  64
#define TARGET_NAME_MAX 64
#define TARGET_TEXT_MAX 96
#define TARGET_COLUMNS  6
#define TARGET_PATH_MAX 192

enum target_stop_kind {
    STOP_NONE,                /* it has not stopped */
    STOP_REQUESTED,           /* by target->stop */
    STOP_STEP,                /* one instruction is done */
    STOP_SOFTWARE_BREAKPOINT, /* a brk instruction; the PC is at it */
    STOP_HARDWARE_BREAKPOINT, /* before the instruction at the PC */
    STOP_WATCHPOINT,          /* before the access; `address` is what would be accessed */
    STOP_MEMORY_FAULT,        /* `address`; `detail` is ESR; `fetch`: of an instruction */
    STOP_CAPABILITY_FAULT,    /* `address` is the capability pointer; `fetch`: when receiving */
    STOP_UNKNOWN_SYSCALL,     /* `detail` is its number */
    STOP_EXCEPTION,           /* `detail` is ESR */
    STOP_BUDGET,              /* `detail`: microseconds consumed since somebody asked */
    STOP_START,               /* before its first instruction */
    STOP_REPLACED,            /* before the first instruction of another image than it ran before */
};

struct target_stop {
    uint8_t kind; /* enum target_stop_kind */
    bool fetch;
    bool below_stack; /* a memory fault within a page below the stack */
    uint64_t address;
    uint64_t detail;
};

/* A part of a PD's address space. */
struct target_region {
    uint64_t start;
    uint64_t length;
};

/* What a PD runs in place of the program that it was booted with. */
struct target_module {
    uint64_t address; /* where the file's address 0 is */
    char path
            [TARGET_PATH_MAX]; /* by which the host serves the file; another one if the address is another */
};

enum target_watch {
    TARGET_EXECUTE,
    TARGET_WRITE,
    TARGET_READ,
    TARGET_ACCESS
};

/* A line of a table of `info os`. */
struct target_row {
    char column[TARGET_COLUMNS][TARGET_NAME_MAX];
};

struct target_table {
    const char *name;                    /* as the user types it */
    const char *title;                   /* what it shows */
    const char *columns[TARGET_COLUMNS]; /* headings; NULL: no such column */
};

struct target {
    unsigned pd_count;      /* <= TARGET_PDS_MAX */
    bool steps;             /* resume() can let a PD make one step */
    uint32_t first_process; /* process and thread id of PD 0; the others follow. At least 1 */

    /* Valid for ever. */
    const char *(*name)(struct target *target, unsigned pd);
    /* What it does or waits for, in words, with a zero at the end. */
    void (*describe)(struct target *target, unsigned pd, char text[TARGET_TEXT_MAX]);

    /*
     * Takes a PD into this stub's hands; false if it has no authority over the PD or somebody else
     * debugs it. A claimed PD's stops are passed to gdbstub_stopped.
     */
    bool (*claim)(struct target *target, unsigned pd);
    /* Gives it back. The stub has removed its breakpoints and resumed it before. */
    void (*release)(struct target *target, unsigned pd);

    /*
     * Stops a PD. *stop says why it does not run: its fault if it has stopped by itself before, else
     * STOP_REQUESTED.
     */
    void (*stop)(struct target *target, unsigned pd, struct target_stop *stop);
    /* Lets a stopped PD go on; `step`: for one instruction, only if the target steps. */
    void (*resume)(struct target *target, unsigned pd, bool step);
    /* To its entry point, as after boot, stopped; false if that cannot be done. */
    bool (*restart)(struct target *target, unsigned pd);
    /* On: a spent budget stops the PD (STOP_BUDGET). Off: it waits for the next. False: cannot be. */
    bool (*stop_at_timeout)(struct target *target, unsigned pd, bool on);

    /* One group of registers of *context; false if they cannot be had. */
    bool (*read_registers)(struct target *target, unsigned pd, enum aarch64_group group,
            struct aarch64_context *context);
    /* The PD is stopped. */
    bool (*write_registers)(struct target *target, unsigned pd, enum aarch64_group group,
            const struct aarch64_context *context);

    /* As many of the bytes as can be had, from the first on; returns how many. */
    size_t (*read_memory)(
            struct target *target, unsigned pd, uint64_t address, void *bytes, size_t length);
    /* Likewise. Also writes what the PD itself may only read; its next instruction fetch sees it. */
    size_t (*write_memory)(
            struct target *target, unsigned pd, uint64_t address, const void *bytes, size_t length);
    /* The regions that can be read, by number; false: no more. They may overlap, in any order. */
    bool (*region)(
            struct target *target, unsigned pd, unsigned number, struct target_region *region);

    /* False: the PD runs the program that it was booted with. */
    bool (*module)(struct target *target, unsigned pd, struct target_module *module);

    /*
     * Hardware breakpoints (TARGET_EXECUTE, length 4) and watchpoints. Returns the unit's number, or -1:
     * all are taken, or the hardware cannot do it.
     */
    int (*set_watch)(struct target *target, unsigned pd, enum target_watch kind, uint64_t address,
            uint64_t length);
    void (*clear_watch)(struct target *target, unsigned pd, int unit);

    /* Tables of `info os`, by number; NULL: no more. Row by row; false: no more. */
    const struct target_table *(*table)(struct target *target, unsigned number);
    bool (*row)(struct target *target, unsigned table, unsigned number, struct target_row *row);

    /* A line for the log, from a dynamic printf of a PD. */
    void (*log)(struct target *target, unsigned pd, const char *text, size_t length);
};
