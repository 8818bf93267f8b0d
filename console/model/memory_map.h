/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the monitor sees the memory of the others: from the archive and the windows it reports. */
#pragma once

#include "console/model/model.h"

/*
 * The monitor's address of a PD's address, and how many bytes from there on the monitor can read. False:
 * it cannot read any; *why says, in words, what is missing.
 */
bool memory_find(const struct model *model, unsigned pd, uint64_t address,
        uint64_t *monitor_address, uint64_t *length, char *why, size_t why_size);

/* The same for a place in a memory region of the description. */
bool memory_find_region(const struct model *model, const char *region, uint64_t offset,
        uint64_t *monitor_address, uint64_t *length);

/* The mapping of a PD that an address lies in; NULL if there is none. */
const struct archive_mapping *memory_mapping(const struct archive_pd *pd, uint64_t address);
/* Offset in its region of an address in a mapping: a region may be several mappings, in order. */
uint64_t memory_region_offset(
        const struct archive_pd *pd, const struct archive_mapping *mapping, uint64_t address);
/* Whether so many bytes from an address of the monitor's own lie in one of the windows that it has named. */
bool memory_can_read(const struct model *model, uint64_t address, uint64_t length);
