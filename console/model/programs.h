/* SPDX-License-Identifier: BSD-2-Clause */
/* The symbols of each PD's program, out of the archive, opened when first asked for. */
#pragma once

#include "console/model/system_names.h"
#include "host-tools/lib/symbols.h"

struct programs {
    const struct system_names *names;
    struct symbols *symbols[PROTOCOL_PDS_MAX]; /* NULL: not opened yet, or not to be opened */
    bool tried[PROTOCOL_PDS_MAX];
};

/* NULL: there is no archive that fits, or its program cannot be read. Belongs to `programs`. */
struct symbols *programs_symbols(struct programs *programs, unsigned pd);
/* The same without asking whether the archive fits the running image: for what is static. */
struct symbols *programs_open(struct programs *programs, unsigned pd);
void programs_close(struct programs *programs);
