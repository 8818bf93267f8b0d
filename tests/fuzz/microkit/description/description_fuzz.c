/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: from the bytes of a system description to the checked model. Either there are errors,
 * each with a text and a place in the file, or the model obeys the rules that planning relies on.
 */
#include "microkit/tool/description.h"

#include <stdlib.h>
#include <string.h>

#include "microkit/tool/xml.h"

#define STACK_TOP    UINT64_C(0x7fffffffe000)
#define PREFILL_SIZE 5000

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static unsigned count_lines(const uint8_t *data, size_t size)
{
    unsigned lines = 1;

    for (size_t i = 0; i < size; i++) {
        lines += data[i] == '\n' || data[i] == '\r';
    }
    return lines;
}

static void check_errors(const struct diagnostics *diagnostics, unsigned lines)
{
    list_for_each(error, &diagnostics->errors) {
        require(error->text[0] != 0);
        require(error->position.line <= lines);
        require(error->position.line != 0 && error->position.column != 0);
    }
}

/* Every file that a description names exists and has this size. */
static void pretend_prefills(struct system *system)
{
    list_for_each(region, &system->regions) {
        if (region->prefill_path != NULL) {
            region->prefill_size = PREFILL_SIZE;
        }
        if (region->size == 0) {
            region->size = region->page_size == SMALL_PAGE ? 2 * SMALL_PAGE : LARGE_PAGE;
        }
    }
}

static void check_maps(const struct system *system, const struct protection_domain *pd)
{
    list_for_each(map, &pd->maps) {
        require(map->region < system->regions.count);

        const struct memory_region *region = &system->regions.items[map->region];
        uint64_t end = map->vaddr + region->size;

        require(map->vaddr % region->page_size == 0 && map->vaddr < end);
        require(end <= STACK_TOP - pd->stack_size);
        for (const struct map *other = pd->maps.items; other < map; other++) {
            require(end <= other->vaddr
                    || map->vaddr >= other->vaddr + system->regions.items[other->region].size);
        }
    }
}

static void check_pd(const struct system *system, size_t index)
{
    const struct protection_domain *pd = &system->pds.items[index];

    require(system_find_pd(system, pd->name) == index && strlen(pd->name) <= MAX_NAME);
    require(pd->priority <= MAX_PRIORITY && pd->image_path != NULL);
    require(MIN_BUDGET_US <= pd->budget && pd->budget <= pd->period);
    require(pd->stack_size >= MIN_STACK_SIZE && pd->stack_size <= MAX_STACK_SIZE);
    require(pd->stack_size % SMALL_PAGE == 0);
    require(pd->parent == NONE || (pd->parent < index && pd->child_id <= MAX_CHANNEL_ID));
    list_for_each(grant, &pd->grants) {
        if (grant->kind == CAP_KIND_FRAME) {
            require(grant->region < system->regions.count);
        } else {
            require(grant->pd < system->pds.count);
        }
        require(grant->slot >= 1 && grant->slot <= MAX_CSPACE_SLOT);
    }
    list_for_each(window, &pd->windows) {
        require(window->pd < system->pds.count && window->pd != index);
    }
    list_for_each(setvar, &pd->setvars) {
        require(setvar->symbol[0] != 0);
        require(setvar->region_name == NULL || setvar->region < system->regions.count);
        require(setvar->kind != SETVAR_WINDOW || setvar->window < pd->windows.count);
    }
    check_maps(system, pd);
}

/* Each id of each PD at most once, channels and interrupts together. */
static void check_ids(const struct system *system)
{
    uint64_t used[MAX_PDS] = { 0 };

    for (size_t i = 0; i < system->pds.count; i++) {
        list_for_each(irq, &system->pds.items[i].irqs) {
            require(irq->id <= MAX_CHANNEL_ID && (used[i] >> irq->id & 1) == 0);
            used[i] |= UINT64_C(1) << irq->id;
        }
    }
    list_for_each(channel, &system->channels) {
        for (int side = 0; side < 2; side++) {
            const struct channel_end *end = &channel->ends[side];

            require(end->pd < system->pds.count && end->id <= MAX_CHANNEL_ID);
            require((used[end->pd] >> end->id & 1) == 0);
            used[end->pd] |= UINT64_C(1) << end->id;
            require(!end->may_call
                    || system->pds.items[end->pd].priority
                            < system->pds.items[channel->ends[1 - side].pd].priority);
        }
    }
}

static void check_regions(const struct system *system)
{
    for (size_t i = 0; i < system->regions.count; i++) {
        const struct memory_region *region = &system->regions.items[i];

        require(system_find_region(system, region->name) == i);
        require(region->page_size == SMALL_PAGE || region->page_size == LARGE_PAGE);
        require(region->size != 0 && region->size % region->page_size == 0);
        require(!region->has_paddr
                || (region->paddr % region->page_size == 0
                        && region->paddr < region->paddr + region->size));
    }
}

static void check_model(const struct system *system)
{
    require(system->pds.count >= 1 && system->pds.count <= MAX_PDS);
    check_regions(system);
    for (size_t i = 0; i < system->pds.count; i++) {
        check_pd(system, i);
    }
    check_ids(system);
    require(!system->has_domains || system->schedule_start < system->schedule.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct description_limits limits = {
        .cores = 1, .domains = 16, .domain_schedule_entries = 100
    };
    struct arena arena = { 0 };
    struct diagnostics diagnostics = { .arena = &arena, .file = "case.system" };
    struct system system = { 0 };
    char *text = malloc(size + 1); /* its own, so that a byte too far is seen */

    require(text != NULL);
    if (size != 0) {
        memcpy(text, data, size);
    }

    const struct xml_element *root = xml_parse(text, size, &diagnostics);

    require(root != NULL || diagnostics.errors.count != 0);
    if (root != NULL) {
        description_read(&system, root, &limits, &diagnostics);
        pretend_prefills(&system);
        description_check(&system, STACK_TOP, &diagnostics);
    }
    check_errors(&diagnostics, count_lines(data, size));
    if (diagnostics.errors.count == 0) {
        check_model(&system);
    }
    arena_release(&arena);
    free(text);
    return 0;
}
