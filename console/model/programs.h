/* SPDX-License-Identifier: BSD-2-Clause */
/* The symbols of each PD's program, out of the archive, opened when first asked for. */
#pragma once

#include "console/model/modules.h"
#include "console/model/system_names.h"
#include "host-tools/lib/symbols.h"

/* A module at a place: the same file in another slot is another one. */
struct program_module {
    char build_id[MODULE_ID_MAX]; /* "": free */
    uint64_t address;
    char label[40]; /* for people; stays where it is until programs_close */
    void *bytes;    /* NULL: its file is not known here */
    struct symbols *symbols;
};

#define PROGRAM_MODULES_MAX 32

struct programs {
    const struct system_names *names;
    const struct model_modules *modules; /* what PDs run now; NULL: what they were booted with */
    struct program_module loaded[PROGRAM_MODULES_MAX];
    struct symbols *symbols[PROTOCOL_PDS_MAX]; /* NULL: not opened yet, or not to be opened */
    bool tried[PROTOCOL_PDS_MAX];
};

/*
 * Of the image that the PD runs now. NULL: there is no archive that fits, or its program cannot be read, or it
 * runs a module that is not known here. Belongs to `programs`.
 */
struct symbols *programs_symbols(struct programs *programs, unsigned pd);
/* Of the program that the PD was booted with. */
struct symbols *programs_booted(struct programs *programs, unsigned pd);
/* Of what lay at the address of the PD, at a time in ticks (UINT64_MAX: now). */
struct symbols *programs_at(
        struct programs *programs, unsigned pd, uint64_t ticks, uint64_t address);
/* A module at its place. NULL: too many. Its symbols are NULL if its file is not known here. */
const struct program_module *programs_module(
        struct programs *programs, const char *build_id, uint64_t address, uint32_t version);
/* The same without asking whether the archive fits the running image: for what is static. */
struct symbols *programs_open(struct programs *programs, unsigned pd);
void programs_close(struct programs *programs);
