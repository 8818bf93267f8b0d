/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tells a PD about its own authority, if it asks by defining the variables of
 * microkit/include/microkit/grants.h.
 */
#include <string.h>

#include "microkit/include/microkit/grants.h"
#include "microkit/tool/plan.h"

/* True if the program has the symbol; wrong sizes are reported. */
static bool patch_optional(struct plan *plan, struct program *program, const char *name,
        const void *bytes, uint64_t size)
{
    struct elf_symbol symbol;

    if (elf_image_symbol(&program->symbols, name, &symbol) != SYMBOL_FOUND) {
        return false;
    }
    if (symbol.size != size || !elf_image_write(&program->image, symbol.value, bytes, size)) {
        plan_error(plan, program->pd->image_position,
                "symbol '%s' of '%s' has %llu bytes; define it with MICROKIT_DEFINE_GRANTS", name,
                program->name, (unsigned long long)symbol.size);
    }
    return true;
}

static void describe_grants(const struct plan *plan, const struct program *program,
        struct microkit_grant grants[MICROKIT_GRANT_SLOTS])
{
    static const uint8_t kinds[] = {
        [CAP_KIND_TCB] = MICROKIT_GRANT_TCB,
        [CAP_KIND_SC] = MICROKIT_GRANT_SC,
        [CAP_KIND_VSPACE] = MICROKIT_GRANT_VSPACE,
        [CAP_KIND_FRAME] = MICROKIT_GRANT_FRAME,
    };

    list_for_each(grant, &program->pd->grants) {
        struct microkit_grant *entry = &grants[grant->slot];

        entry->kind = kinds[grant->kind];
        if (grant->kind == CAP_KIND_FRAME) {
            continue;
        }
        entry->pd = (uint8_t)grant->pd;
        entry->flags = grant->pd == program->index ? MICROKIT_GRANT_SELF : 0;
        if (plan->system->pds.items[grant->pd].parent == program->index) {
            entry->flags |= MICROKIT_GRANT_CHILD;
        }
    }
}

static void add_window(struct microkit_window *windows, uint64_t *count, uint64_t address,
        uint64_t size, unsigned permissions)
{
    if (*count == MICROKIT_WINDOWS_MAX || (permissions & PERMISSION_READ) == 0) {
        return;
    }
    windows[*count].address = address;
    windows[*count].size = size;
    windows[*count].writable = (permissions & PERMISSION_WRITE) != 0;
    (*count)++;
}

/* Device memory is left out: reading it has effects. */
static uint64_t describe_windows(const struct plan *plan, const struct program *program,
        struct microkit_window windows[MICROKIT_WINDOWS_MAX])
{
    uint64_t count = 0;

    list_for_each(map, &program->pd->maps) {
        if (map->cached) {
            add_window(windows, &count, map->vaddr, plan->system->regions.items[map->region].size,
                    map->permissions);
        }
    }
    list_for_each(window, &program->pd->windows) {
        const struct program *child = &plan->programs[window->pd];
        struct window_plan place = plan_window(plan, window);

        list_for_each(segment, &child->image.segments) {
            uint64_t low = segment->vaddr / SMALL_PAGE * SMALL_PAGE;
            uint64_t high = (segment->vaddr + segment->memory_size + SMALL_PAGE - 1) / SMALL_PAGE
                    * SMALL_PAGE;

            add_window(windows, &count, window->vaddr + (low - child->image_low), high - low,
                    window->permissions);
        }
        add_window(windows, &count, place.stack_vaddr, child->stack_size, window->permissions);
    }
    return count;
}

static void describe_pds(const struct plan *plan, const struct program *program,
        struct microkit_pd pds[MICROKIT_PDS_MAX])
{
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        const struct protection_domain *pd = &plan->system->pds.items[i];

        strncpy(pds[i].name, pd->name, sizeof(pds[i].name));
        pds[i].entry = plan->programs[i].image.entry;
        pds[i].is_child = pd->parent == program->index;
        pds[i].child_id = pds[i].is_child ? (uint8_t)pd->child_id : 0;
    }
}

struct views {
    struct microkit_view view[MICROKIT_VIEWS_MAX];
    uint64_t count;
};

static void add_view(struct views *views, struct microkit_view view)
{
    if (views->count < MICROKIT_VIEWS_MAX) {
        views->view[views->count++] = view;
    }
}

/* A child's program and stack. */
static void view_window(
        const struct plan *plan, const struct image_window *window, struct views *views)
{
    const struct program *child = &plan->programs[window->pd];
    struct window_plan place = plan_window(plan, window);
    struct microkit_view view = { .pd = (uint8_t)window->pd,
        .writable = (window->permissions & PERMISSION_WRITE) != 0 };

    list_for_each(segment, &child->image.segments) {
        uint64_t end = segment->vaddr + segment->memory_size;

        view.pd_address = segment->vaddr / SMALL_PAGE * SMALL_PAGE;
        view.size = (end + SMALL_PAGE - 1) / SMALL_PAGE * SMALL_PAGE - view.pd_address;
        view.address = window->vaddr + (view.pd_address - child->image_low);
        add_view(views, view);
    }
    view.pd_address = plan_stack_top(plan->sdk) - child->stack_size;
    view.size = child->stack_size;
    view.address = place.stack_vaddr;
    view.is_stack = 1;
    add_view(views, view);
}

/* What a child and this PD both map. */
static void view_shared(
        const struct plan *plan, const struct program *program, size_t child, struct views *views)
{
    list_for_each(theirs, &plan->system->pds.items[child].maps) {
        list_for_each(ours, &program->pd->maps) {
            if (theirs->region == ours->region && theirs->cached && ours->cached
                    && (ours->permissions & PERMISSION_READ) != 0) {
                add_view(views,
                        (struct microkit_view){ .pd_address = theirs->vaddr,
                                .address = ours->vaddr,
                                .size = plan->system->regions.items[ours->region].size,
                                .pd = (uint8_t)child,
                                .writable = (ours->permissions & PERMISSION_WRITE) != 0 });
                break;
            }
        }
    }
}

static void describe_views(
        const struct plan *plan, const struct program *program, struct views *views)
{
    list_for_each(window, &program->pd->windows) {
        view_window(plan, window, views);
    }
    for (size_t child = 0; child < plan->system->pds.count; child++) {
        if (plan->system->pds.items[child].parent == program->index) {
            view_shared(plan, program, child, views);
        }
    }
}

static void patch_views(struct plan *plan, struct program *program)
{
    struct microkit_pd pds[MICROKIT_PDS_MAX] = { 0 };
    struct views views = { .count = 0 };
    uint64_t count = plan->system->pds.count;

    describe_pds(plan, program, pds);
    describe_views(plan, program, &views);
    patch_optional(plan, program, "microkit_pds", pds, sizeof(pds));
    patch_optional(plan, program, "microkit_pds_count", &count, sizeof(count));
    patch_optional(plan, program, "microkit_views", views.view, sizeof(views.view));
    patch_optional(plan, program, "microkit_views_count", &views.count, sizeof(views.count));
}

void plan_patch_grants(struct plan *plan, struct program *program)
{
    struct microkit_grant grants[MICROKIT_GRANT_SLOTS] = { 0 };
    struct microkit_window windows[MICROKIT_WINDOWS_MAX] = { 0 };
    uint64_t count = describe_windows(plan, program, windows);

    describe_grants(plan, program, grants);
    patch_optional(plan, program, "microkit_grants", grants, sizeof(grants));
    patch_optional(plan, program, "microkit_windows", windows, sizeof(windows));
    patch_optional(plan, program, "microkit_windows_count", &count, sizeof(count));
    patch_optional(plan, program, "microkit_system_id", plan->system_id, sizeof(plan->system_id));
    patch_views(plan, program);
}

/* FNV-1a, 64 bits, with two different starts: an id, no protection against forgery. */
static uint64_t hash(uint64_t start, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        start = (start ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
    }
    return start;
}

void plan_identify_system(struct plan *plan, const char *description, size_t size)
{
    uint64_t id[2] = { hash(UINT64_C(0xcbf29ce484222325), description, size),
        hash(UINT64_C(0x84222325cbf29ce4), description, size) };

    for (size_t i = 0; i < plan->system->pds.count; i++) {
        const struct file *file = &plan->programs[i].image.file;

        id[0] = hash(id[0], file->bytes, file->size);
        id[1] = hash(id[1], file->bytes, file->size);
    }
    _Static_assert(sizeof(id) == MICROKIT_SYSTEM_ID_SIZE, "two words");
    memcpy(plan->system_id, id, sizeof(id));
}
