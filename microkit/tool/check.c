/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks over the whole system (microkit.md, section 5): names resolved, ids and ranges unique.
 * Every clash names the partner's line.
 */
#include <stdlib.h>
#include <string.h>

#include "microkit/tool/description.h"

#define FIRST_IRQ 16   /* PPIs start here; below are software-generated interrupts */
#define LAST_IRQ  1019 /* GIC architecture specification: INTIDs from 1020 on are special */

struct check {
    struct system *system;
    struct diagnostics *diagnostics;
    uint64_t stack_top; /* of every PD; exclusive */
};

typedef unsigned long long number; /* for %llu and %llx */

static struct protection_domain *pd_at(const struct check *check, size_t index)
{
    return &check->system->pds.items[index];
}

/* ---- protection domains and names ---- */

static void check_pd_names(struct check *check)
{
    struct system *system = check->system;

    /* After other errors it may be that it was not recognised. */
    if (system->pds.count == 0 && check->diagnostics->errors.count == 0) {
        report_error(check->diagnostics, system->position,
                "there is no protection domain in the system");
    }
    if (system->pds.count > MAX_PDS) {
        report_error(check->diagnostics, pd_at(check, MAX_PDS)->position,
                "there are %zu protection domains; the limit is %d, and this is one more",
                system->pds.count, MAX_PDS);
    }
    list_for_each(pd, &system->pds) {
        size_t first = system_find_pd(system, pd->name);

        if (strcmp(pd->name, "monitor") == 0) {
            report_error(check->diagnostics, pd->position,
                    "the name 'monitor' is reserved for the fault monitor; choose another");
        } else if (pd_at(check, first) != pd && pd->name[0] != 0) {
            report_error(check->diagnostics, pd->position,
                    "protection domain name '%s' is already used at line %u", pd->name,
                    pd_at(check, first)->position.line);
        }
    }
}

static void check_region_names(struct check *check)
{
    list_for_each(region, &check->system->regions) {
        const struct memory_region *first =
                &check->system->regions.items[system_find_region(check->system, region->name)];

        if (first != region && region->name[0] != 0) {
            report_error(check->diagnostics, region->position,
                    "memory region name '%s' is already used at line %u", region->name,
                    first->position.line);
        }
    }
}

/* Two children of one PD with the same id could not be told apart. */
static void check_child_ids(struct check *check)
{
    struct system *system = check->system;

    for (size_t i = 0; i < system->pds.count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct protection_domain *pd = pd_at(check, i);
            const struct protection_domain *other = pd_at(check, j);

            if (pd->parent != NONE && pd->parent == other->parent && pd->child_id == other->child_id
                    && pd->child_id_position.line != 0) {
                report_error(check->diagnostics, pd->child_id_position,
                        "child id %llu of '%s' is already used by '%s' at line %u",
                        (number)pd->child_id, pd_at(check, pd->parent)->name, other->name,
                        other->child_id_position.line);
            }
        }
    }
}

static void find_pd_of_grant(
        struct check *check, const struct protection_domain *pd, struct cap_grant *grant)
{
    grant->pd = system_find_pd(check->system, grant->pd_name);
    if (grant->pd == NONE) {
        report_error(check->diagnostics, grant->position,
                "a capability in the cspace of '%s' names protection domain '%s', which "
                "does not exist%s",
                pd->name, grant->pd_name,
                system_suggest_pd(check->system, check->diagnostics->arena, grant->pd_name));
    }
}

static void find_region_of_grant(
        struct check *check, const struct protection_domain *pd, struct cap_grant *grant)
{
    grant->region = system_find_region(check->system, grant->region_name);
    if (grant->region == NONE) {
        report_error(check->diagnostics, grant->position,
                "a capability in the cspace of '%s' names memory region '%s', which does not "
                "exist%s",
                pd->name, grant->region_name,
                system_suggest_region(
                        check->system, check->diagnostics->arena, grant->region_name));
    }
}

static void check_grants(struct check *check)
{
    list_for_each(pd, &check->system->pds) {
        list_for_each(grant, &pd->grants) {
            if (grant->pd_name != NULL) {
                find_pd_of_grant(check, pd, grant);
            } else if (grant->region_name != NULL) {
                find_region_of_grant(check, pd, grant);
            }
            for (struct cap_grant *other = pd->grants.items; other < grant; other++) {
                if (grant->slot != 0 && other->slot == grant->slot) {
                    report_error(check->diagnostics, grant->slot_position,
                            "cspace slot %llu of '%s' is already used at line %u",
                            (number)grant->slot, pd->name, other->slot_position.line);
                }
            }
        }
    }
}

/* ---- interrupts and channels ---- */

/* Who uses each id of one PD, channels and interrupts together. */
struct id_table {
    struct position used[MAX_CHANNEL_ID + 1];
};

static void claim_id(struct check *check, struct id_table *table, const char *kind,
        const char *pd_name, uint64_t id, struct position position)
{
    if (position.line == 0 || id > MAX_CHANNEL_ID) {
        return; /* reported already */
    }
    if (table->used[id].line != 0) {
        report_error(check->diagnostics, position, "%s id %llu of '%s' is already used at line %u",
                kind, (number)id, pd_name, table->used[id].line);
        return;
    }
    table->used[id] = position;
}

static void check_ids(struct check *check)
{
    size_t count = check->system->pds.count;
    struct id_table *tables =
            arena_alloc(check->diagnostics->arena, (count + 1) * sizeof(struct id_table));

    for (size_t i = 0; i < count; i++) {
        list_for_each(irq, &pd_at(check, i)->irqs) {
            claim_id(check, &tables[i], "interrupt", pd_at(check, i)->name, irq->id,
                    irq->id_position);
        }
    }
    list_for_each(channel, &check->system->channels) {
        for (int side = 0; side < 2; side++) {
            const struct channel_end *end = &channel->ends[side];

            if (end->pd != NONE) {
                claim_id(check, &tables[end->pd], "channel", end->pd_name, end->id,
                        end->id_position);
            }
        }
    }
}

static void check_irq_number(
        struct check *check, const struct protection_domain *pd, const struct irq *irq)
{
    if (irq->number == UINT64_MAX) {
        return;
    }
    if (irq->number < FIRST_IRQ || irq->number > LAST_IRQ) {
        report_error(check->diagnostics, irq->position,
                "irq=\"%llu\" of '%s': interrupts are %d..%d (16..31 private, from 32 on shared)",
                (number)irq->number, pd->name, FIRST_IRQ, LAST_IRQ);
    }
    list_for_each(other_pd, &check->system->pds) {
        list_for_each(other, &other_pd->irqs) {
            if (other == irq) {
                return;
            }
            if (other->number == irq->number) {
                report_error(check->diagnostics, irq->position,
                        "interrupt %llu already goes to '%s' at line %u", (number)irq->number,
                        other_pd->name, other->position.line);
                return;
            }
        }
    }
}

static void check_irqs(struct check *check)
{
    list_for_each(pd, &check->system->pds) {
        list_for_each(irq, &pd->irqs) {
            check_irq_number(check, pd, irq);
        }
    }
}

static void check_calls(struct check *check)
{
    list_for_each(channel, &check->system->channels) {
        for (int side = 0; side < 2; side++) {
            const struct channel_end *caller = &channel->ends[side];
            const struct channel_end *callee = &channel->ends[1 - side];

            if (!caller->may_call || caller->pd == NONE || callee->pd == NONE) {
                continue;
            }

            const struct protection_domain *low = pd_at(check, caller->pd);
            struct protection_domain *high = pd_at(check, callee->pd);

            high->is_called = true;
            if (low->priority >= high->priority) {
                report_error(check->diagnostics, caller->position,
                        "'%s' (priority %llu) may call '%s' (priority %llu, line %u): a caller's "
                        "priority must be lower than the callee's",
                        low->name, (number)low->priority, high->name, (number)high->priority,
                        high->position.line);
            }
        }
    }
}

/* ---- memory ---- */

static void resolve_maps(struct check *check)
{
    list_for_each(pd, &check->system->pds) {
        list_for_each(map, &pd->maps) {
            if (map->region_name == NULL) {
                continue;
            }
            map->region = system_find_region(check->system, map->region_name);
            if (map->region == NONE) {
                report_error(check->diagnostics, map->position,
                        "'%s' maps memory region '%s', which does not exist%s", pd->name,
                        map->region_name,
                        system_suggest_region(
                                check->system, check->diagnostics->arena, map->region_name));
            } else {
                check->system->regions.items[map->region].users++;
            }
        }
    }
}

/* Regions without a page_size get large pages where every use allows it (microkit.md, 4.7). */
static void raise_page_sizes(struct check *check)
{
    struct system *system = check->system;

    for (size_t i = 0; i < system->regions.count; i++) {
        struct memory_region *region = &system->regions.items[i];
        bool fits = !region->page_size_given && region->size % LARGE_PAGE == 0 && region->size != 0
                && (!region->has_paddr || region->paddr % LARGE_PAGE == 0);

        list_for_each(pd, &system->pds) {
            list_for_each(map, &pd->maps) {
                fits = fits && (map->region != i || map->vaddr % LARGE_PAGE == 0);
            }
        }
        region->page_size = fits ? LARGE_PAGE : region->page_size;
    }
}

static void check_map_place(
        struct check *check, const struct protection_domain *pd, const struct map *map)
{
    const struct memory_region *region = &check->system->regions.items[map->region];
    uint64_t stack_bottom = check->stack_top - pd->stack_size;
    uint64_t end;

    if (map->vaddr % region->page_size != 0) {
        report_error(check->diagnostics, map->vaddr_position,
                "vaddr 0x%llx of memory region '%s' in '%s' is not a multiple of its page size "
                "0x%llx",
                (number)map->vaddr, region->name, pd->name, (number)region->page_size);
    }
    if (__builtin_add_overflow(map->vaddr, region->size, &end) || end > stack_bottom) {
        report_error(check->diagnostics, map->vaddr_position,
                "vaddr 0x%llx: memory region '%s' (0x%llx bytes) would reach beyond 0x%llx, where "
                "the stack of '%s' begins",
                (number)map->vaddr, region->name, (number)region->size, (number)stack_bottom,
                pd->name);
    }
}

static void check_map_overlap(
        struct check *check, const struct protection_domain *pd, const struct map *map)
{
    const struct memory_region *regions = check->system->regions.items;
    const struct memory_region *region = &regions[map->region];

    for (const struct map *other = pd->maps.items; other < map; other++) {
        if (other->region == NONE || other->vaddr_position.line == 0) {
            continue;
        }

        const struct memory_region *other_region = &regions[other->region];

        if (map->vaddr < other->vaddr + other_region->size
                && other->vaddr < map->vaddr + region->size) {
            report_error(check->diagnostics, map->vaddr_position,
                    "memory region '%s' in '%s' at [0x%llx..0x%llx) overlaps '%s' at "
                    "[0x%llx..0x%llx), line %u",
                    region->name, pd->name, (number)map->vaddr, (number)(map->vaddr + region->size),
                    other_region->name, (number)other->vaddr,
                    (number)(other->vaddr + other_region->size), other->position.line);
            return;
        }
    }
}

static void check_maps(struct check *check)
{
    list_for_each(pd, &check->system->pds) {
        list_for_each(map, &pd->maps) {
            if (map->region != NONE && map->vaddr_position.line != 0) {
                check_map_place(check, pd, map);
                check_map_overlap(check, pd, map);
            }
        }
    }
}

static void check_fixed_ranges(struct check *check)
{
    list_for_each(region, &check->system->regions) {
        uint64_t end;

        if (!region->has_paddr) {
            continue;
        }
        if (__builtin_add_overflow(region->paddr, region->size, &end)) {
            report_error(check->diagnostics, region->paddr_position,
                    "phys_addr 0x%llx of memory region '%s' plus its size passes the end of the "
                    "address space",
                    (number)region->paddr, region->name);
            continue;
        }
        for (struct memory_region *other = check->system->regions.items; other < region; other++) {
            if (other->has_paddr && region->paddr < other->paddr + other->size
                    && other->paddr < end) {
                report_error(check->diagnostics, region->paddr_position,
                        "physical range [0x%llx..0x%llx) of memory region '%s' overlaps "
                        "[0x%llx..0x%llx) of '%s' at line %u",
                        (number)region->paddr, (number)end, region->name, (number)other->paddr,
                        (number)(other->paddr + other->size), other->name, other->position.line);
            }
        }
    }
}

static void warn_of_unused_regions(struct check *check)
{
    list_for_each(region, &check->system->regions) {
        if (region->users == 0) {
            report_warning(check->diagnostics, region->position, "unused memory region '%s'",
                    region->name);
        }
    }
}

/* ---- symbols ---- */

static void resolve_setvar_region(
        struct check *check, const struct protection_domain *pd, struct setvar *setvar)
{
    struct memory_region *region;

    if (setvar->region_name == NULL) {
        return;
    }
    setvar->region = system_find_region(check->system, setvar->region_name);
    if (setvar->region == NONE) {
        if (setvar->kind == SETVAR_REGION_PADDR) {
            report_error(check->diagnostics, setvar->position,
                    "setvar '%s' of '%s' names memory region '%s', which does not exist%s",
                    setvar->symbol, pd->name, setvar->region_name,
                    system_suggest_region(
                            check->system, check->diagnostics->arena, setvar->region_name));
        }
        return;
    }
    region = &check->system->regions.items[setvar->region];
    if (setvar->kind == SETVAR_REGION_PADDR) {
        region->paddr_wanted = true;
        region->users++;
    }
    if (setvar->kind == SETVAR_PREFILL_SIZE && region->prefill_path == NULL) {
        report_error(check->diagnostics, setvar->position,
                "setvar_prefill_size=\"%s\", but memory region '%s' (line %u) has no prefill_path",
                setvar->symbol, region->name, region->position.line);
    }
}

static void check_setvars(struct check *check)
{
    list_for_each(pd, &check->system->pds) {
        list_for_each(setvar, &pd->setvars) {
            resolve_setvar_region(check, pd, setvar);
            for (struct setvar *other = pd->setvars.items; other < setvar; other++) {
                if (strcmp(other->symbol, setvar->symbol) == 0) {
                    report_error(check->diagnostics, setvar->position,
                            "symbol '%s' of '%s' is already set at line %u", setvar->symbol,
                            pd->name, other->position.line);
                    break;
                }
            }
        }
    }
}

/* That the whole of it fits is checked when the other PD's image is known. */
static void check_window(struct check *check, size_t parent, struct image_window *window)
{
    const struct protection_domain *pd = pd_at(check, parent);
    uint64_t stack_bottom = check->stack_top - pd->stack_size;

    window->pd = system_find_pd(check->system, window->pd_name);
    if (window->pd == NONE || window->pd == parent) {
        report_error(check->diagnostics, window->position,
                "image_window of '%s' names '%s', which is not another protection domain%s",
                pd->name, window->pd_name,
                window->pd == NONE ? system_suggest_pd(
                        check->system, check->diagnostics->arena, window->pd_name)
                                   : "");
        window->pd = NONE;
    } else if (window->vaddr % SMALL_PAGE != 0) {
        report_error(check->diagnostics, window->vaddr_position,
                "vaddr 0x%llx of the image_window in '%s' is not a multiple of 0x1000",
                (number)window->vaddr, pd->name);
    } else if (window->vaddr >= stack_bottom) {
        report_error(check->diagnostics, window->vaddr_position,
                "vaddr 0x%llx of the image_window in '%s' is not below 0x%llx, where its stack "
                "begins",
                (number)window->vaddr, pd->name, (number)stack_bottom);
    }
}

static void check_windows(struct check *check)
{
    for (size_t i = 0; i < check->system->pds.count; i++) {
        list_for_each(window, &pd_at(check, i)->windows) {
            if (window->pd_name != NULL) {
                check_window(check, i, window);
            }
        }
    }
}

void description_check(struct system *system, uint64_t stack_top, struct diagnostics *diagnostics)
{
    struct check check = { system, diagnostics, stack_top };

    check_grants(&check);
    check_pd_names(&check);
    check_region_names(&check);
    check_child_ids(&check);
    check_irqs(&check);
    check_ids(&check);
    check_calls(&check);
    resolve_maps(&check);
    raise_page_sizes(&check);
    check_maps(&check);
    check_fixed_ranges(&check);
    check_setvars(&check);
    check_windows(&check);
    warn_of_unused_regions(&check);
}
