/* SPDX-License-Identifier: BSD-2-Clause */
/* Inside of symbols*.c: what an open file is. */
#pragma once

#include <elfutils/libdw.h>
#include <stdbool.h>

struct symbols {
    const unsigned char *bytes;
    size_t size;
    uint64_t base; /* added to the addresses that the file gives */
    Elf *elf;
    Dwarf *dwarf; /* NULL: no debug information */
    Dwarf_CFI *exception_frames;
    bool tried_frames;
};
