/* SPDX-License-Identifier: BSD-2-Clause */
#include "console/model/memory_map.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE 4096 /* between image and stack in a window */

const struct archive_mapping *memory_mapping(const struct archive_pd *pd, uint64_t address)
{
    for (size_t i = 0; i < pd->mapping_count; i++) {
        if (address >= pd->mappings[i].vaddr
                && address - pd->mappings[i].vaddr < pd->mappings[i].size) {
            return &pd->mappings[i];
        }
    }
    return NULL;
}

/* The lowest address of all mappings with this name; false if there is none. */
static bool begin_of(const struct archive_pd *pd, const char *what, uint64_t *begin)
{
    bool found = false;

    for (size_t i = 0; i < pd->mapping_count; i++) {
        if (strcmp(pd->mappings[i].what, what) == 0 && (!found || pd->mappings[i].vaddr < *begin)) {
            *begin = pd->mappings[i].vaddr;
            found = true;
        }
    }
    return found;
}

uint64_t memory_region_offset(
        const struct archive_pd *pd, const struct archive_mapping *mapping, uint64_t address)
{
    uint64_t begin = mapping->vaddr;

    begin_of(pd, mapping->what, &begin);
    return address - begin;
}

static const struct archive_pd *find_monitor(const struct model *model)
{
    for (unsigned i = 0; i < PROTOCOL_PDS_MAX; i++) {
        if (model->pds[i].listed && (model->pds[i].flags & PROTOCOL_PD_MONITOR)) {
            return names_describe_pd(&model->names, i);
        }
    }
    return NULL;
}

/* How much of [address, ...) lies in one of the windows that the target has named. */
static uint64_t readable(const struct model *model, uint64_t address)
{
    for (unsigned i = 0; i < model->window_count; i++) {
        const struct protocol_window *window = &model->windows[i];

        if (address >= window->address && address - window->address < window->size) {
            return window->size - (address - window->address);
        }
    }
    return 0;
}

bool memory_can_read(const struct model *model, uint64_t address, uint64_t length)
{
    return readable(model, address) >= length;
}

bool memory_find_region(const struct model *model, const char *region, uint64_t offset,
        uint64_t *monitor_address, uint64_t *length)
{
    const struct archive_pd *monitor = find_monitor(model);
    uint64_t begin;

    if (monitor == NULL || !begin_of(monitor, region, &begin)) {
        return false;
    }
    *monitor_address = begin + offset;
    *length = readable(model, *monitor_address);
    return *length > 0;
}

/* An address in the image or the stack, as an offset in a window on the PD. */
static bool window_offset(const struct archive_pd *pd, uint64_t address, uint64_t *offset)
{
    if (address >= pd->image_low && address < pd->image_high) {
        *offset = address - pd->image_low;
        return true;
    }
    if (address >= pd->stack_bottom && address < pd->stack_top) {
        *offset = pd->image_high - pd->image_low + PAGE + (address - pd->stack_bottom);
        return true;
    }
    return false;
}

static bool find_image(const struct model *model, const struct archive_pd *pd, uint64_t address,
        uint64_t *monitor_address, uint64_t *length)
{
    char window[160];
    uint64_t offset;

    if ((model->pds[pd->index % PROTOCOL_PDS_MAX].flags & PROTOCOL_PD_MONITOR) != 0) {
        *monitor_address = address; /* its own */
        *length = readable(model, address);
        return *length > 0;
    }
    snprintf(window, sizeof(window), "window on %s", pd->name);
    return window_offset(pd, address, &offset)
            && memory_find_region(model, window, offset, monitor_address, length);
}

bool memory_find(const struct model *model, unsigned pd, uint64_t address,
        uint64_t *monitor_address, uint64_t *length, char *why, size_t why_size)
{
    const struct archive_pd *known = names_describe_pd(&model->names, pd);
    const struct archive_mapping *mapping;

    if (known == NULL) {
        snprintf(why, why_size, "there is no archive that fits the running image");
        return false;
    }
    mapping = memory_mapping(known, address);
    if (mapping == NULL) {
        snprintf(why, why_size, "%s has nothing mapped at 0x%" PRIx64, known->name, address);
        return false;
    }
    if (find_image(model, known, address, monitor_address, length)
            || memory_find_region(model, mapping->what,
                    memory_region_offset(known, mapping, address), monitor_address, length)) {
        return true;
    }
    snprintf(why, why_size,
            "0x%" PRIx64 " is in '%s' of %s, which the monitor may not read; give "
            "it a map or an image_window of that in the system description",
            address, mapping->what, known->name);
    return false;
}
