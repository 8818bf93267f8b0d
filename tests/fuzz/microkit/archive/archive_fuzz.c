/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the reader of system archives. Either there is an error with a text, or everything the
 * structures of archive.h promise holds: files inside the archive, indices of PDs that exist.
 */
#include "microkit/archive/archive.h"

#include <stdlib.h>
#include <string.h>

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static unsigned check_file(const struct archive_file *file)
{
    unsigned sum = (unsigned)strlen(file->name) + (unsigned)strlen(file->build_id);

    for (uint64_t i = 0; i < file->size; i++) {
        sum += file->bytes[i];
    }
    return sum;
}

static unsigned check_pd(const struct archive_pd *pd, size_t index)
{
    unsigned sum = check_file(&pd->elf) + (unsigned)strlen(pd->name);

    require(pd->index == index);
    require(pd->parent >= -1 && pd->parent < (int)index); /* so nobody is his own ancestor */
    require(pd->child_id <= ARCHIVE_MAX_ID && pd->priority <= 255);
    for (size_t i = 0; i < pd->mapping_count; i++) {
        sum += (unsigned)strlen(pd->mappings[i].what)
                + (unsigned)strlen(pd->mappings[i].permissions);
    }
    for (size_t i = 0; i < pd->interrupt_count; i++) {
        require(pd->interrupts[i].id <= ARCHIVE_MAX_ID);
    }
    return sum;
}

static unsigned check_archive(const struct system_archive *archive)
{
    unsigned sum = check_file(&archive->kernel) + (unsigned)strlen(archive->board)
            + (unsigned)strlen(archive->config) + (unsigned)strlen(archive->system);

    require(archive->pd_count <= ARCHIVE_MAX_PDS);
    for (size_t i = 0; i < archive->pd_count; i++) {
        sum += check_pd(&archive->pds[i], i);
    }
    for (size_t i = 0; i < archive->region_count; i++) {
        sum += (unsigned)strlen(archive->regions[i].name);
    }
    for (size_t i = 0; i < archive->channel_count; i++) {
        for (int side = 0; side < 2; side++) {
            require(archive->channels[i].ends[side].pd < archive->pd_count);
            require(archive->channels[i].ends[side].id <= ARCHIVE_MAX_ID);
        }
    }
    return sum;
}

static void every_byte_read(unsigned sum)
{
    __asm__ volatile("" : : "r"(sum));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct system_archive archive;
    const char *error = archive_parse(data, size, &archive);

    if (error != NULL) {
        require(error[0] != 0 && archive.pds == NULL && archive.bytes == NULL);
        return 0;
    }
    every_byte_read(check_archive(&archive));
    archive_close(&archive);
    require(archive.pds == NULL);
    return 0;
}
