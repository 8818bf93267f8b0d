/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the seL4 target have in common. */
#pragma once

#include "gdbstub/extras/text.h"
#include "gdbstub/rsp/bytes.h"
#include "gdbstub/target/sel4.h"
#include "microkit/include/microkit/grants.h"

/* A PD as this target sees it. */
struct sel4_pd {
    seL4_CPtr tcb;         /* 0: no child */
    struct gdbstub *owner; /* whose client debugs it; NULL: nobody */
    bool stopped;
    /*
     * Stopped while it waits for a reply: its call is not cancelled, but when the reply comes it traps after
     * one instruction, and nobody is told.
     */
    bool waits;
    bool stepping;
    uint16_t units; /* bit i: unit i of the debug API is in use */
    struct target_stop stop;
    struct aarch64_fault_registers fault;
};

struct sel4_pd *sel4_pd(unsigned pd);

/* memory.c */
size_t sel4_read_memory(
        struct target *target, unsigned pd, uint64_t address, void *bytes, size_t length);
size_t sel4_write_memory(
        struct target *target, unsigned pd, uint64_t address, const void *bytes, size_t length);
bool sel4_region(struct target *target, unsigned pd, unsigned number, struct target_region *region);

/* modules.c. False: the PD runs the image that it was booted with. */
bool sel4_image(unsigned pd, struct sel4_target_image *image);
bool sel4_module(struct target *target, unsigned pd, struct target_module *module);

/* sel4.c. -1: there is none. */
int sel4_pd_of_child(microkit_child child);
/* What a fault is, as it stands in the message registers. */
struct target_stop sel4_stop_of(microkit_msginfo message);

/* The PD's stack, as this PD sees it; NULL: it does not. */
const struct microkit_view *sel4_stack_of(unsigned pd);
/* Where a PD's stack begins; 0: not known, because this PD does not see it. */
uint64_t sel4_stack_top(unsigned pd);
/* True if it is in the page below the PD's stack. */
bool sel4_is_below_stack(unsigned pd, uint64_t address);

/* registers.c */
bool sel4_read_registers(struct target *target, unsigned pd, enum aarch64_group group,
        struct aarch64_context *context);
bool sel4_write_registers(struct target *target, unsigned pd, enum aarch64_group group,
        const struct aarch64_context *context);

/* backtrace.c: "backtrace: PC lr LR CALLER...", hexadecimal addresses, innermost first. */
void sel4_put_backtrace(unsigned pd, struct text *text);

/* tables.c */
void sel4_describe(struct target *target, unsigned pd, char text[TARGET_TEXT_MAX]);
const struct target_table *sel4_table(struct target *target, unsigned number);
bool sel4_row(struct target *target, unsigned table, unsigned number, struct target_row *row);

/* Lets a stopped PD's wait for a reply end, so that its registers can be set: the call starts again. */
void sel4_give_up_waiting(struct sel4_pd *pd);
