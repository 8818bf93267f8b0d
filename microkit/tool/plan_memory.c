/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory regions, and what is mapped where in each address space. */
#include <stdlib.h>

#include "microkit/tool/plan.h"

/* The initialiser's window for filling frames: behind its own image, in the second GiB. */
#define WINDOW_SMALL UINT64_C(0x40000000)
#define WINDOW_LARGE UINT64_C(0x40200000)

#define ATTRIBUTE_CACHEABLE     1
#define ATTRIBUTE_EXECUTE_NEVER 4

uint64_t plan_copy(struct plan *plan, uint64_t from, uint64_t count)
{
    uint64_t to = plan_slots(plan, count);
    struct invocation copy = { .label = plan->sdk->labels.cnode_copy,
        .service = PLAN_ROOT_CNODE,
        .cap_count = 1,
        .caps = { PLAN_ROOT_CNODE },
        .word_count = 5,
        .words = { to, PLAN_DEPTH, from, PLAN_DEPTH, RIGHTS_ALL },
        .repeat = count,
        .step_words = 1 << 0 | 1 << 2,
        .step = 1 };

    spec_invoke(&plan->setup, &copy);
    return to;
}

static void map_frames(struct plan *plan, uint64_t vspace, const struct mapping *mapping)
{
    unsigned permissions = mapping->permissions;
    uint64_t rights = (permissions & PERMISSION_READ ? RIGHT_READ : 0)
            | (permissions & PERMISSION_WRITE ? RIGHT_WRITE : 0);
    uint64_t attributes = (mapping->cached ? ATTRIBUTE_CACHEABLE : 0)
            | (permissions & PERMISSION_EXECUTE ? 0 : ATTRIBUTE_EXECUTE_NEVER);
    struct invocation map = { .label = plan->sdk->labels.page_map,
        .service = mapping->slot,
        .cap_count = 1,
        .caps = { vspace },
        .word_count = 3,
        .words = { mapping->vaddr, rights, attributes },
        .repeat = mapping->count,
        .flags = SPEC_STEP_SERVICE,
        .step_words = 1 << 0,
        .step = 1UL << mapping->page_bits };

    spec_invoke(&plan->setup, &map);
}

static void map_table(struct plan *plan, uint64_t vspace, uint64_t slot, uint64_t vaddr)
{
    struct invocation map = { .label = plan->sdk->labels.page_table_map,
        .service = slot,
        .cap_count = 1,
        .caps = { vspace },
        .word_count = 2,
        .words = { vaddr, ATTRIBUTE_CACHEABLE } };

    spec_invoke(&plan->setup, &map);
}

/* ---- memory regions ---- */

static uint64_t add_data(struct plan *plan, const char *bytes, uint64_t size)
{
    uint64_t first = plan->data_pages.count;

    for (uint64_t at = 0; at < size; at += SMALL_PAGE) {
        uint64_t left = size - at;

        *list_add(plan->arena, &plan->data_pages) = (struct data_page){ bytes + at, 0,
            (unsigned)(left < SMALL_PAGE ? left : SMALL_PAGE) };
    }
    return first;
}

/* Whether the file's pages themselves can be the region's frames. */
static bool embeddable(const struct memory_region *region)
{
    return !region->has_paddr && !region->paddr_wanted && region->page_size == SMALL_PAGE;
}

void plan_regions_data(struct plan *plan)
{
    for (size_t i = 0; i < plan->system->regions.count; i++) {
        const struct memory_region *region = &plan->system->regions.items[i];

        if (region->prefill != NULL) {
            plan->regions[i].data_page = add_data(plan, region->prefill, region->prefill_size);
            plan->regions[i].copied = !embeddable(region);
        }
    }
}

uint64_t plan_data_slot(const struct plan *plan, uint64_t page)
{
    return plan->model.image_frames + plan->initialiser_pages + plan->spec_pages + page;
}

static uint64_t data_vaddr(const struct plan *plan, uint64_t page)
{
    return plan->model.task_vaddr
            + (plan->initialiser_pages + plan->spec_pages + page) * SMALL_PAGE;
}

static void plan_region(struct plan *plan, size_t index)
{
    const struct memory_region *region = &plan->system->regions.items[index];
    struct region_plan *result = &plan->regions[index];
    bool large = region->page_size == LARGE_PAGE;
    uint64_t pages = region->size / region->page_size;
    uint64_t embedded = 0;

    result->chunks.count = 0;
    result->object = NONE;
    if (region->prefill != NULL && !result->copied) {
        embedded = (region->prefill_size + SMALL_PAGE - 1) / SMALL_PAGE;
        *list_add(plan->arena, &result->chunks) = (struct chunk){ .page_bits = 12,
            .slot = plan_data_slot(plan, result->data_page),
            .count = embedded,
            .embedded = true };
    }
    if (pages == embedded) {
        return;
    }
    result->object = plan->objects.count;

    uint64_t slot = plan_object(plan, large ? OBJECT_LARGE_PAGE : OBJECT_SMALL_PAGE, 0,
            pages - embedded, arena_format(plan->arena, "mr_%s", region->name));
    struct object *object = &plan->objects.items[result->object];

    object->fixed = region->has_paddr;
    object->paddr = region->paddr;
    object->contiguous = region->paddr_wanted;
    object->region = region;
    *list_add(plan->arena, &result->chunks) = (struct chunk){ .page_bits = large ? 21 : 12,
        .slot = slot,
        .count = pages - embedded,
        .offset = embedded * SMALL_PAGE };
}

uint64_t plan_region_paddr(const struct plan *plan, size_t region)
{
    return plan->objects.items[plan->regions[region].object].paddr;
}

static void unmap_and_clean(struct plan *plan, uint64_t frame, uint64_t size)
{
    struct invocation clean = { .label = plan->sdk->labels.page_clean,
        .service = frame,
        .word_count = 2,
        .words = { 0, size } };
    struct invocation unmap = { .label = plan->sdk->labels.page_unmap, .service = frame };

    spec_invoke(&plan->setup, &clean);
    spec_invoke(&plan->setup, &unmap);
}

/* The initialiser copies the prefill into frames that cannot be pages of its own image. */
static void fill_region(struct plan *plan, size_t index)
{
    const struct memory_region *region = &plan->system->regions.items[index];
    const struct region_plan *result = &plan->regions[index];
    bool large = region->page_size == LARGE_PAGE;
    uint64_t window = large ? WINDOW_LARGE : WINDOW_SMALL;
    uint64_t source = data_vaddr(plan, result->data_page);
    uint64_t frame = result->chunks.items[0].slot;

    for (uint64_t at = 0; at < region->prefill_size; at += region->page_size, frame++) {
        uint64_t left = region->prefill_size - at;
        uint64_t size = left < region->page_size ? left : region->page_size;
        struct mapping mapping = { .vaddr = window,
            .slot = frame,
            .count = 1,
            .page_bits = large ? 21 : 12,
            .cached = true,
            .permissions = PERMISSION_READ | PERMISSION_WRITE };

        map_frames(plan, PLAN_VSPACE, &mapping);
        spec_copy_memory(&plan->setup, window, source + at, size);
        unmap_and_clean(plan, frame, region->page_size);
    }
}

static void fill_regions(struct plan *plan)
{
    bool needed = false;

    for (size_t i = 0; i < plan->system->regions.count; i++) {
        needed = needed || plan->regions[i].copied;
    }
    if (!needed) {
        return;
    }

    /* The level-2 table of the second GiB, then a last-level table for small pages. */
    uint64_t tables = plan_object(plan, OBJECT_PAGE_TABLE, 0, 2, "pt_initialiser");

    map_table(plan, PLAN_VSPACE, tables, WINDOW_SMALL);
    map_table(plan, PLAN_VSPACE, tables + 1, WINDOW_SMALL);
    for (size_t i = 0; i < plan->system->regions.count; i++) {
        if (plan->regions[i].copied) {
            fill_region(plan, i);
        }
    }
}

void plan_regions(struct plan *plan)
{
    for (size_t i = 0; i < plan->system->regions.count; i++) {
        plan_region(plan, i);
    }
    fill_regions(plan);
}

/* ---- what each address space contains ---- */

static struct mapping *add_mapping(
        struct plan *plan, struct program *program, const char *what, struct position position)
{
    struct mapping *mapping = list_add(plan->arena, &program->mappings);

    mapping->what = what;
    mapping->position = position;
    mapping->cached = true;
    return mapping;
}

/* The chunk at an address, with capabilities nobody else maps. */
static void add_chunk(struct plan *plan, struct program *program, struct chunk *chunk,
        uint64_t vaddr, struct mapping like)
{
    uint64_t slot = chunk->slot;

    if (chunk->embedded || chunk->mapped) {
        slot = plan_copy(plan, chunk->slot, chunk->count);
    }
    chunk->mapped = true;

    struct mapping *mapping = add_mapping(plan, program, like.what, like.position);

    mapping->vaddr = vaddr;
    mapping->slot = slot;
    mapping->count = chunk->count;
    mapping->page_bits = chunk->page_bits;
    mapping->permissions = like.permissions;
    mapping->cached = like.cached;
}

static void map_image(struct plan *plan, struct program *program)
{
    struct mapping like = { .what = "program image", .cached = true };

    list_for_each(chunk, &program->chunks) {
        like.permissions = chunk->permissions;
        add_chunk(plan, program, chunk, chunk->offset, like);
    }
    like.what = "stack";
    like.permissions = PERMISSION_READ | PERMISSION_WRITE;
    list_for_each(chunk, &program->stack) {
        add_chunk(plan, program, chunk, chunk->offset, like);
    }
}

static void map_ipc_buffer(struct plan *plan, struct program *program)
{
    struct mapping *mapping = add_mapping(plan, program, "IPC buffer", (struct position){ 0 });

    mapping->vaddr = plan_ipc_buffer(plan->sdk);
    mapping->slot = program->ipc_frame;
    mapping->count = 1;
    mapping->page_bits = 12;
    mapping->permissions = PERMISSION_READ | PERMISSION_WRITE;
}

static void map_region(struct plan *plan, struct program *program, const struct map *map)
{
    struct mapping like = { .what = plan->system->regions.items[map->region].name,
        .position = map->position,
        .permissions = map->permissions,
        .cached = map->cached };

    list_for_each(chunk, &plan->regions[map->region].chunks) {
        add_chunk(plan, program, chunk, map->vaddr + chunk->offset, like);
    }
}

static void map_window(
        struct plan *plan, struct program *program, const struct image_window *window)
{
    struct program *child = &plan->programs[window->pd];
    struct window_plan place = plan_window(plan, window);
    uint64_t stack_bottom = plan_stack_top(plan->sdk) - child->stack_size;
    struct mapping like = { .cached = true,
        .position = window->position,
        .permissions = window->permissions,
        .what = arena_format(plan->arena, "window on %s", child->name) };

    list_for_each(chunk, &child->chunks) {
        add_chunk(plan, program, chunk, window->vaddr + chunk->offset - child->image_low, like);
    }
    list_for_each(chunk, &child->stack) {
        add_chunk(plan, program, chunk, place.stack_vaddr + chunk->offset - stack_bottom, like);
    }
}

void plan_collect_mappings(struct plan *plan, struct program *program)
{
    map_image(plan, program);
    map_ipc_buffer(plan, program);
    if (program->pd == NULL) {
        return;
    }
    list_for_each(map, &program->pd->maps) {
        map_region(plan, program, map);
    }
    list_for_each(window, &program->pd->windows) {
        map_window(plan, program, window);
    }
}

static uint64_t mapping_end(const struct mapping *mapping)
{
    return mapping->vaddr + (mapping->count << mapping->page_bits);
}

/* One message for each place of the description: a map or a window may be several mappings. */
static bool first_at(struct position position, struct position *reported)
{
    bool first = position.line == 0 || position.line != reported->line
            || position.column != reported->column;

    *reported = position;
    return first;
}

/* The one from the description is at fault; of two, the later one. */
static void report_overlap(struct plan *plan, const struct program *program,
        const struct mapping *a, const struct mapping *b, struct position *reported)
{
    const struct mapping *guilty = b->position.line > a->position.line ? b : a;
    const struct mapping *other = guilty == b ? a : b;

    if (!first_at(guilty->position, reported)) {
        return;
    }
    plan_error(plan, guilty->position,
            "'%s' at [0x%llx..0x%llx) in '%s' overlaps its %s at [0x%llx..0x%llx)", guilty->what,
            (unsigned long long)guilty->vaddr, (unsigned long long)mapping_end(guilty),
            program->name, other->what, (unsigned long long)other->vaddr,
            (unsigned long long)mapping_end(other));
}

static int compare_mappings(const void *left, const void *right)
{
    uint64_t a = ((const struct mapping *)left)->vaddr;
    uint64_t b = ((const struct mapping *)right)->vaddr;

    return (a > b) - (a < b);
}

static void check_overlaps(struct plan *plan, struct program *program)
{
    struct mapping *mappings = program->mappings.items;
    struct position reported = { 0 };

    qsort(mappings, program->mappings.count, sizeof(*mappings), compare_mappings);
    for (size_t i = 0; i < program->mappings.count; i++) {
        if (mapping_end(&mappings[i]) > plan->sdk->user_top + 1
                && first_at(mappings[i].position, &reported)) {
            plan_error(plan, mappings[i].position,
                    "'%s' at 0x%llx in '%s' reaches beyond the address space", mappings[i].what,
                    (unsigned long long)mappings[i].vaddr, program->name);
        }
        if (i + 1 < program->mappings.count && mapping_end(&mappings[i]) > mappings[i + 1].vaddr) {
            report_overlap(plan, program, &mappings[i], &mappings[i + 1], &reported);
        }
    }
}

bool plan_check_mappings(struct plan *plan)
{
    check_overlaps(plan, &plan->monitor);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        check_overlaps(plan, &plan->programs[i]);
    }
    return !plan->failed;
}

/* ---- page tables ---- */

/* Tables of one level that the sorted mappings need, each once. */
static uint64_t map_level(
        struct plan *plan, const struct program *program, unsigned bits, uint64_t slot, bool emit)
{
    uint64_t next = 0; /* first address without a table */
    uint64_t count = 0;

    list_for_each(mapping, &program->mappings) {
        uint64_t at = mapping->vaddr >> bits << bits;

        if (mapping->page_bits >= bits) {
            continue;
        }
        for (at = at > next ? at : next; at < mapping_end(mapping); at += UINT64_C(1) << bits) {
            if (emit) {
                map_table(plan, program->vspace, slot + count, at);
            }
            next = at + (UINT64_C(1) << bits);
            count++;
        }
    }
    return count;
}

static void map_tables(struct plan *plan, const struct program *program)
{
    static const unsigned levels[] = { 39, 30, 21 };

    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        uint64_t count = map_level(plan, program, levels[i], 0, false);

        if (count != 0) {
            uint64_t slot = plan_object(plan, OBJECT_PAGE_TABLE, 0, count,
                    arena_format(plan->arena, "pt_%s_%u", program->name, levels[i]));

            map_level(plan, program, levels[i], slot, true);
        }
    }
}

static void plan_address_space(struct plan *plan, struct program *program)
{
    struct invocation assign = { .label = plan->sdk->labels.asid_pool_assign,
        .service = 6,
        .cap_count = 1,
        .caps = { program->vspace } };

    spec_invoke(&plan->setup, &assign);
    map_tables(plan, program);
    list_for_each(mapping, &program->mappings) {
        map_frames(plan, program->vspace, mapping);
    }
}

void plan_address_spaces(struct plan *plan)
{
    plan_address_space(plan, &plan->monitor);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        plan_address_space(plan, &plan->programs[i]);
    }
}
