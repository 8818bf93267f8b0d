/* SPDX-License-Identifier: BSD-2-Clause */
/* What an expansion puts into the tree. */
#include <stdio.h>
#include <string.h>

#include "host-tools/compose/composition.h"

#define IDS (MAX_CHANNEL_ID + 1)

/* Where maps go: above any program, which is linked at 2 MiB. */
#define FIRST_ADDRESS UINT64_C(0x10000000)
#define LAST_ADDRESS  (UINT64_C(1) << 38) /* ends below every kernel's user addresses */

/* ---- elements ---- */

struct xml_element *element_new(
        struct composition *composition, const char *name, struct position position)
{
    struct xml_element *element = arena_alloc(composition->arena, sizeof(*element));

    element->name = name;
    element->position = position;
    return element;
}

struct xml_element *element_add(struct composition *composition, struct xml_element *parent,
        const char *name, struct position position)
{
    struct xml_element *element = element_new(composition, name, position);

    element->parent = parent;
    *list_add(composition->arena, &parent->children) = element;
    return element;
}

void attribute_add(struct composition *composition, struct xml_element *element, const char *name,
        const char *format, ...)
{
    struct xml_attribute *attribute = list_add(composition->arena, &element->attributes);
    va_list arguments;

    va_start(arguments, format);
    attribute->name = name;
    attribute->value = arena_vformat(composition->arena, format, arguments);
    attribute->position = element->position;
    va_end(arguments);
}

/* ---- components ---- */

static void copy_wishes(struct composition *composition, struct xml_element *to,
        const struct xml_element *from, const char *const *names)
{
    for (; from != NULL && *names != NULL; names++) {
        const struct xml_attribute *attribute = xml_attribute(from, *names);

        if (attribute != NULL) {
            *list_add(composition->arena, &to->attributes) = *attribute;
        }
    }
}

static void set_time(struct composition *composition, struct xml_element *pd,
        const struct component *component, const struct xml_element *wishes)
{
    static const char *const names[] = { "budget", "period", NULL };

    if (wishes != NULL
            && (xml_attribute(wishes, "budget") != NULL
                    || xml_attribute(wishes, "period") != NULL)) {
        copy_wishes(composition, pd, wishes, names);
        return;
    }
    if (component->budget != 0) {
        attribute_add(composition, pd, "budget", "%u", component->budget);
    }
    if (component->period != 0) {
        attribute_add(composition, pd, "period", "%u", component->period);
    }
}

static void set_program(struct composition *composition, struct pd *pd,
        const struct component *component, const struct xml_element *wishes)
{
    const struct xml_attribute *program = wishes != NULL ? xml_attribute(wishes, "program") : NULL;

    pd->image = element_add(composition, pd->element, "program_image", pd->position);
    pd->program = text_or(composition, wishes, "program", component->program);
    pd->of_sdk = program == NULL;
    attribute_add(composition, pd->image, "path", "%s.elf", pd->name);
    if (program != NULL) {
        is_file_name(composition, program->position, "program", pd->program);
    }
}

struct pd *component_add(struct composition *composition, const struct instance *instance,
        const struct component *component, const struct xml_element *wishes, const char *name)
{
    static const char *const others[] = { "stack_size", "cpu", "fpu", "domain", "id", "setvar_id",
        NULL };
    static const char *const priority[] = { "priority", NULL };
    struct pd *pd = arena_alloc(composition->arena, sizeof(*pd));

    pd->position = wishes != NULL ? wishes->position : instance->element->position;
    pd->parent = instance->parent;
    pd->element =
            element_add(composition, pd->parent != NULL ? pd->parent->element : composition->root,
                    "protection_domain", pd->position);
    pd->name = text_or(composition, wishes, "name", name);
    is_file_name(composition, pd->position, "name", pd->name);
    attribute_add(composition, pd->element, "name", "%s", pd->name);
    if (wishes != NULL && xml_attribute(wishes, "priority") != NULL) {
        copy_wishes(composition, pd->element, wishes, priority);
    } else {
        attribute_add(composition, pd->element, "priority", "%u", component->priority);
    }
    set_time(composition, pd->element, component, wishes);
    if (component->passive) {
        attribute_add(composition, pd->element, "passive", "true");
    }
    copy_wishes(composition, pd->element, wishes, others);
    set_program(composition, pd, component, wishes);
    *list_add(composition->arena, &composition->pds) = pd;
    return pd;
}

static void note_reload(struct composition *composition, struct pd *pd,
        const struct component *component, const struct xml_element *wishes)
{
    if (component->module_kind == NULL) {
        report_error(composition->diagnostics, attribute_position(wishes, "reload"),
                "reload=\"true\" on element '%s': there are no other images for this component",
                wishes->name);
        return;
    }
    reload_note(composition, pd, component);
}

struct pd *instance_component(struct composition *composition, const struct instance *instance,
        const struct component *component)
{
    static const char *const allowed[] = { "name", "program", "priority", "budget", "period",
        "stack_size", "cpu", "fpu", "domain", "id", "setvar_id", "reload", NULL };
    const struct xml_element *wishes = child_of(instance->element, component->role);

    if (wishes != NULL) {
        xml_allow_attributes(wishes, allowed, composition->diagnostics);
    }

    struct pd *pd = component_add(composition, instance, component, wishes,
            arena_format(composition->arena, "%s_%s", instance->name, component->role));

    if (boolean_or(composition, wishes, "reload", false)) {
        note_reload(composition, pd, component, wishes);
    }
    return pd;
}

/* ---- regions ---- */

static uint64_t round_to_pages(uint64_t size)
{
    return (size + SMALL_PAGE - 1) / SMALL_PAGE * SMALL_PAGE;
}

static struct region *add_region(struct composition *composition, struct position position,
        uint64_t size, const char *name, const uint64_t *paddr)
{
    struct region *region = arena_alloc(composition->arena, sizeof(*region));
    struct xml_element *element = element_new(composition, "memory_region", position);

    region->name = name;
    region->size = round_to_pages(size);
    attribute_add(composition, element, "name", "%s", name);
    attribute_add(composition, element, "size", "0x%llx", (unsigned long long)region->size);
    if (paddr != NULL) {
        region->paddr = *paddr;
        attribute_add(composition, element, "phys_addr", "0x%llx", (unsigned long long)*paddr);
    }
    *list_add(composition->arena, &composition->new_regions) = element;
    *list_add(composition->arena, &composition->regions) = region;
    return region;
}

struct region *region_add(struct composition *composition, struct position position, uint64_t size,
        const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);

    const char *name = arena_vformat(composition->arena, format, arguments);

    va_end(arguments);
    return add_region(composition, position, size, name, NULL);
}

static uint64_t round_to_power_of_two(uint64_t size)
{
    uint64_t power = SMALL_PAGE;

    while (power < size) {
        power <<= 1;
    }
    return power;
}

/* The highest place below what is taken already that no fixed or reserved range touches. */
static bool take_dma(struct composition *composition, uint64_t size, uint64_t *start)
{
    /* An aligned block of a power of two lies within one untyped, wherever the kernel cuts. */
    uint64_t alignment = round_to_power_of_two(size);
    struct range *dma = &composition->dma;
    struct range place;
    bool moved;

    do {
        if (dma->end < dma->start || dma->end - dma->start < size) {
            return false;
        }
        place.start = (dma->end - size) / alignment * alignment;
        place.end = place.start + size;
        moved = false;
        list_for_each(range, &composition->fixed) {
            moved = moved || ranges_overlap(place, *range);
        }
        list_for_each(range, &composition->board->reserved) {
            moved = moved || ranges_overlap(place, *range);
        }
        dma->end = place.start;
    } while (moved);
    *start = place.start;
    return place.start >= dma->start;
}

struct region *region_add_dma(struct composition *composition, struct position position,
        uint64_t size, const char *format, ...)
{
    va_list arguments;
    uint64_t paddr = 0;

    va_start(arguments, format);

    const char *name = arena_vformat(composition->arena, format, arguments);

    va_end(arguments);
    if (!take_dma(composition, round_to_pages(size), &paddr)) {
        report_error(composition->diagnostics, position,
                "no room for the 0x%llx bytes of '%s' in the memory below dma_end; choose another "
                "dma_end=\"...\" on element 'composition'",
                (unsigned long long)round_to_pages(size), name);
        return add_region(composition, position, size, name, NULL);
    }
    return add_region(composition, position, size, name, &paddr);
}

struct region *region_add_device(struct composition *composition, struct position position,
        struct range pages, const char *name)
{
    list_for_each(region, &composition->regions) {
        if ((*region)->paddr != pages.start || (*region)->size != pages.end - pages.start) {
            continue;
        }
        if (strcmp((*region)->name, name) != 0) {
            report_warning(composition->diagnostics, position,
                    "'%s' and '%s' share a page of registers: each driver can reach the other's "
                    "device",
                    name, (*region)->name);
        }
        return *region;
    }
    return add_region(composition, position, pages.end - pages.start, name, &pages.start);
}

/* ---- addresses ---- */

uint64_t address_take(struct pd *pd, struct arena *arena, uint64_t size, uint64_t alignment)
{
    struct range place = { FIRST_ADDRESS, FIRST_ADDRESS + size };
    bool moved = size < LAST_ADDRESS;

    /* The page behind each map stays empty, so that running over its end is noticed. */
    while (moved && place.end < LAST_ADDRESS) {
        moved = false;
        list_for_each(used, &pd->addresses) {
            if (place.start < used->end + SMALL_PAGE && used->start < place.end + SMALL_PAGE) {
                place.start = (used->end + SMALL_PAGE + alignment - 1) / alignment * alignment;
                place.end = place.start + size;
                moved = true;
            }
        }
    }
    *list_add(arena, &pd->addresses) = place;
    return place.start;
}

void map_add_at(struct composition *composition, struct position position, struct pd *pd,
        const struct region *region, uint64_t vaddr, const char *permissions, bool cached)
{
    struct xml_element *map = element_add(composition, pd->element, "map", position);

    attribute_add(composition, map, "mr", "%s", region->name);
    attribute_add(composition, map, "vaddr", "0x%llx", (unsigned long long)vaddr);
    attribute_add(composition, map, "perms", "%s", permissions);
    if (!cached) {
        attribute_add(composition, map, "cached", "false");
    }
}

uint64_t map_add(struct composition *composition, struct position position, struct pd *pd,
        const struct region *region, const char *permissions, bool cached)
{
    uint64_t alignment = region->size % LARGE_PAGE == 0 ? LARGE_PAGE : SMALL_PAGE;
    uint64_t vaddr = address_take(pd, composition->arena, region->size, alignment);

    map_add_at(composition, position, pd, region, vaddr, permissions, cached);
    return vaddr;
}

/* ---- ids ---- */

static uint64_t take_bit(struct composition *composition, struct position position, uint64_t *used,
        const char *pd, const char *what)
{
    for (unsigned id = 0; id < IDS; id++) {
        if ((*used >> id & 1) == 0) {
            *used |= UINT64_C(1) << id;
            return id;
        }
    }
    report_error(composition->diagnostics, position,
            "protection domain '%s' has no id left for another %s: all of 0..%d are in use", pd,
            what, IDS - 1);
    return 0;
}

uint64_t id_take(struct composition *composition, struct position position, struct pd *pd)
{
    return take_bit(composition, position, &pd->ids, pd->name, "channel or interrupt");
}

uint64_t child_id_take(struct composition *composition, struct position position, struct pd *parent)
{
    return take_bit(composition, position, &parent->child_ids, parent->name, "child");
}

static struct xml_element *add_end(struct composition *composition, struct xml_element *channel,
        const struct pd *pd, uint8_t id)
{
    struct xml_element *end = element_add(composition, channel, "end", channel->position);

    attribute_add(composition, end, "pd", "%s", pd->name);
    attribute_add(composition, end, "id", "%u", id);
    return end;
}

struct channel_ids channel_add_for_symbol(struct composition *composition, struct position position,
        struct pd *first, struct pd *second, bool calls, const char *symbol)
{
    struct xml_element *channel = element_new(composition, "channel", position);
    struct channel_ids ids = { (uint8_t)id_take(composition, position, first),
        (uint8_t)id_take(composition, position, second) };

    add_end(composition, channel, first, ids.first);

    struct xml_element *end = add_end(composition, channel, second, ids.second);

    if (calls) {
        attribute_add(composition, end, "pp", "true");
    }
    if (symbol != NULL) {
        attribute_add(composition, end, "setvar_id", "%s", symbol);
    }
    *list_add(composition->arena, &composition->new_channels) = channel;
    return ids;
}

struct channel_ids channel_add(struct composition *composition, struct position position,
        struct pd *first, struct pd *second, bool calls)
{
    return channel_add_for_symbol(composition, position, first, second, calls, NULL);
}

uint8_t interrupt_add(struct composition *composition, struct position position, struct pd *pd,
        struct board_interrupt interrupt)
{
    struct xml_element *irq = element_add(composition, pd->element, "irq", position);
    uint8_t id = (uint8_t)id_take(composition, position, pd);

    attribute_add(composition, irq, "irq", "%u", interrupt.number);
    attribute_add(composition, irq, "id", "%u", id);
    if (interrupt.edge) {
        attribute_add(composition, irq, "trigger", "edge");
    }
    return id;
}

/* ---- configuration ---- */

const char *instance_folder(struct composition *composition, const struct instance *instance)
{
    return instance->alone ? "" : arena_format(composition->arena, "%s/", instance->name);
}

/* Names of PDs can be such that two files have the same. */
static void check_file_is_new(
        struct composition *composition, const struct pd *pd, const struct blob *blob)
{
    list_for_each(other, &composition->blobs) {
        if (other != blob && strcmp(other->file, blob->file) == 0) {
            report_error(composition->diagnostics, pd->position,
                    "the configuration of '%s' and that of another protection domain are both "
                    "written to '%s'; rename one of them",
                    pd->name, blob->file);
            return;
        }
    }
}

void *section_add(struct composition *composition, struct pd *pd, const char *section, size_t size,
        const char *format, ...)
{
    struct blob *blob = list_add(composition->arena, &composition->blobs);
    va_list arguments;
    void *bytes = arena_alloc(composition->arena, size);

    va_start(arguments, format);
    blob->file = arena_vformat(composition->arena, format, arguments);
    va_end(arguments);
    blob->bytes = bytes;
    blob->size = size;
    check_file_is_new(composition, pd, blob);
    if (section != NULL) {
        *list_add(composition->arena, &pd->sections) = (struct section){ section, blob->file };
    }
    return bytes;
}
