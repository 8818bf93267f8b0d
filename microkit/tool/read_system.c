/* SPDX-License-Identifier: BSD-2-Clause */
/* The elements directly below `system`: memory regions, channels, and who reads the others. */
#include <string.h>

#include "microkit/tool/reader.h"

static bool is(const struct xml_element *element, const char *name)
{
    return strcmp(element->name, name) == 0;
}

static bool page_size_valid(uint64_t size)
{
    return size == SMALL_PAGE || size == LARGE_PAGE;
}

static void read_page_size(
        struct reader *reader, const struct xml_element *element, struct memory_region *region)
{
    region->page_size = SMALL_PAGE;
    if (!read_number(reader, element, "page_size", &region->page_size)) {
        return;
    }
    region->page_size_given = true;
    if (!page_size_valid(region->page_size)) {
        report_error(reader->diagnostics, attribute_position(element, "page_size"),
                "page_size=\"%s\" of memory region '%s': page sizes are 0x1000 and 0x200000",
                xml_attribute(element, "page_size")->value, region->name);
        region->page_size = SMALL_PAGE;
    }
}

static void read_prefill(
        struct reader *reader, const struct xml_element *element, struct memory_region *region)
{
    static const char *const kinds[] = { "fdt", "x86_vbe", "x86_mbmmap", "x86_acpi_rsdp",
        "x86_framebuffer", "x86_tsc_freq", NULL };
    const struct xml_attribute *bootinfo = xml_attribute(element, "prefill_bootinfo");

    region->prefill_path = read_text(reader, element, "prefill_path", false);
    region->prefill_position = attribute_position(element, "prefill_path");
    if (bootinfo == NULL) {
        return;
    }
    region->bootinfo = true;
    if (region->prefill_path != NULL) {
        report_error(reader->diagnostics, bootinfo->position,
                "memory region '%s' has both prefill_path and prefill_bootinfo: choose one",
                region->name);
    }
    if (strcmp(bootinfo->value, "fdt") == 0) {
        return;
    }
    for (const char *const *kind = kinds; *kind != NULL; kind++) {
        if (strcmp(bootinfo->value, *kind) == 0) {
            report_error(reader->diagnostics, bootinfo->position,
                    "prefill_bootinfo=\"%s\" exists on x86 only; this board can have: fdt",
                    bootinfo->value);
            return;
        }
    }
    report_error(reader->diagnostics, bootinfo->position,
            "prefill_bootinfo=\"%s\" is unknown; expected fdt", bootinfo->value);
}

static void read_region_size(
        struct reader *reader, const struct xml_element *element, struct memory_region *region)
{
    const struct xml_attribute *size = xml_attribute(element, "size");

    region->size_position = attribute_position(element, "size");
    if (size == NULL) {
        if (region->bootinfo) {
            region->size = region->page_size;
        } else if (region->prefill_path == NULL) {
            require_attribute(reader, element, "size");
            region->size = region->page_size;
        }
        return;
    }
    if (!read_number(reader, element, "size", &region->size)) {
        region->size = region->page_size;
        return;
    }
    if (region->size == 0) {
        report_error(reader->diagnostics, size->position, "size of memory region '%s' is 0",
                region->name);
        region->size = region->page_size;
    } else if (region->size % region->page_size != 0) {
        report_error(reader->diagnostics, size->position,
                "size=\"%s\" of memory region '%s' is not a multiple of its page size 0x%llx",
                size->value, region->name, (unsigned long long)region->page_size);
        region->size = region->page_size;
    }
}

static void read_memory_region(struct reader *reader, const struct xml_element *element)
{
    static const char *const allowed[] = { "name", "size", "page_size", "phys_addr", "prefill_path",
        "prefill_bootinfo", NULL };
    struct memory_region *region = list_add(reader->diagnostics->arena, &reader->system->regions);

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    region->name = read_text(reader, element, "name", true);
    region->name = region->name != NULL ? region->name : "";
    region->position = attribute_position(element, "name");
    read_page_size(reader, element, region);
    read_prefill(reader, element, region);
    read_region_size(reader, element, region);
    region->paddr_position = attribute_position(element, "phys_addr");
    region->has_paddr = read_number(reader, element, "phys_addr", &region->paddr);
    if (region->has_paddr && region->paddr % region->page_size != 0) {
        report_error(reader->diagnostics, region->paddr_position,
                "phys_addr=\"%s\" of memory region '%s' is not a multiple of its page size 0x%llx",
                xml_attribute(element, "phys_addr")->value, region->name,
                (unsigned long long)region->page_size);
        region->has_paddr = false;
    }
}

static void read_end(
        struct reader *reader, const struct xml_element *element, struct channel_end *end)
{
    static const char *const allowed[] = { "pd", "id", "pp", "notify", "setvar_id", NULL };

    xml_allow_attributes(element, allowed, reader->diagnostics);
    no_children(reader, element);
    end->pd_name = read_text(reader, element, "pd", true);
    end->position = attribute_position(element, "pd");
    end->may_notify = true;
    read_id(reader, element, &end->id, &end->id_position);
    read_boolean(reader, element, "pp", &end->may_call);
    read_boolean(reader, element, "notify", &end->may_notify);
    end->pd = NONE;
    if (end->pd_name == NULL) {
        return;
    }
    end->pd = system_find_pd(reader->system, end->pd_name);
    if (end->pd == NONE) {
        report_error(reader->diagnostics, end->position,
                "channel end names protection domain '%s', which does not exist%s", end->pd_name,
                system_suggest_pd(reader->system, reader->diagnostics->arena, end->pd_name));
        return;
    }

    struct setvar *setvar = read_setvar(
            reader, &reader->system->pds.items[end->pd], element, "setvar_id", SETVAR_ID);

    if (setvar != NULL) {
        setvar->value = end->id;
    }
}

/* After all protection domains, whatever the order in the file. */
static void read_channel(struct reader *reader, const struct xml_element *element)
{
    static const char *const no_attributes[] = { NULL };
    static const char *const children[] = { "end", NULL };
    struct channel channel = { .position = element->position };
    size_t ends = 0;
    bool others = false;

    xml_allow_attributes(element, no_attributes, reader->diagnostics);
    list_for_each(child, &element->children) {
        if (!is(*child, "end")) {
            unknown_element(reader, *child, children);
            others = true;
        } else if (ends < 2) {
            read_end(reader, *child, &channel.ends[ends++]);
        } else {
            report_error(reader->diagnostics, (*child)->position,
                    "a channel has exactly two ends; this is one more");
        }
    }
    if (ends < 2) {
        if (!others) {
            report_error(reader->diagnostics, element->position,
                    "a channel has exactly two ends; this one has %zu", ends);
        }
        return;
    }
    if (channel.ends[0].may_call && channel.ends[1].may_call) {
        report_error(reader->diagnostics, element->position,
                "both ends of the channel have pp=\"true\": calls can go one way only");
        channel.ends[0].may_call = false;
        channel.ends[1].may_call = false;
    }
    *list_add(reader->diagnostics->arena, &reader->system->channels) = channel;
}

static void read_top_level(struct reader *reader, const struct xml_element *element)
{
    static const char *const known[] = { "protection_domain", "memory_region", "channel", "domains",
        NULL };

    if (is(element, "protection_domain")) {
        read_protection_domain(reader, element, NONE);
    } else if (is(element, "memory_region")) {
        read_memory_region(reader, element);
    } else if (is(element, "domains")) {
        read_domains(reader, element);
    } else if (is(element, "virtual_machine")) {
        report_error(reader->diagnostics, element->position,
                "element 'virtual_machine' belongs inside a 'protection_domain'");
    } else if (is(element, "io_address_space")) {
        report_error(reader->diagnostics, element->position,
                "element 'io_address_space' exists on x86 only");
    } else if (!is(element, "channel")) {
        unknown_element(reader, element, known);
    }
}

void description_read(struct system *system, const struct xml_element *root,
        const struct description_limits *limits, struct diagnostics *diagnostics)
{
    static const char *const no_attributes[] = { NULL };
    struct reader reader = { system, limits, diagnostics };

    system->position = root->position;
    if (!is(root, "system")) {
        report_error(diagnostics, root->position,
                "the outermost element is '%s'; a system description starts with 'system'",
                root->name);
        return;
    }
    xml_allow_attributes(root, no_attributes, diagnostics);
    list_for_each(child, &root->children) {
        read_top_level(&reader, *child);
    }
    list_for_each(child, &root->children) {
        if (is(*child, "channel")) {
            read_channel(&reader, *child);
        }
    }
}

size_t system_find_pd(const struct system *system, const char *name)
{
    for (size_t i = 0; i < system->pds.count; i++) {
        if (strcmp(system->pds.items[i].name, name) == 0) {
            return i;
        }
    }
    return NONE;
}

size_t system_find_region(const struct system *system, const char *name)
{
    for (size_t i = 0; i < system->regions.count; i++) {
        if (strcmp(system->regions.items[i].name, name) == 0) {
            return i;
        }
    }
    return NONE;
}

const char *system_suggest_pd(const struct system *system, struct arena *arena, const char *name)
{
    LIST(const char *) names = { 0 };

    list_for_each(pd, &system->pds) {
        *list_add(arena, &names) = pd->name;
    }
    *list_add(arena, &names) = NULL;
    return suggestion(arena, name, names.items);
}

const char *system_suggest_region(
        const struct system *system, struct arena *arena, const char *name)
{
    LIST(const char *) names = { 0 };

    list_for_each(region, &system->regions) {
        *list_add(arena, &names) = region->name;
    }
    *list_add(arena, &names) = NULL;
    return suggestion(arena, name, names.items);
}
