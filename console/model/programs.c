/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/programs.h"

#include <string.h>

struct symbols *programs_open(struct programs *programs, unsigned pd)
{
    const struct archive_file *elf;
    struct error_report error;

    if (!programs->names->has_archive || pd >= programs->names->archive.pd_count
            || pd >= PROTOCOL_PDS_MAX) {
        return NULL;
    }
    if (!programs->tried[pd]) {
        programs->tried[pd] = true;
        elf = &programs->names->archive.pds[pd].elf;
        programs->symbols[pd] = symbols_open(elf->bytes, elf->size, &error);
    }
    return programs->symbols[pd];
}

struct symbols *programs_symbols(struct programs *programs, unsigned pd)
{
    return programs->names->trusted ? programs_open(programs, pd) : NULL;
}

void programs_close(struct programs *programs)
{
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        symbols_close(programs->symbols[i]);
    }
    memset(programs->symbols, 0, sizeof(programs->symbols));
    memset(programs->tried, 0, sizeof(programs->tried));
}
