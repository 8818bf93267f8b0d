/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps from a composition to a system description. */
#include <string.h>

#include "host-tools/compose/composition.h"

/*
 * What the checks of the microkit tool need to know of a kernel. The composition serves any
 * configuration of the board, so these are the widest limits; the tool itself has the real ones.
 */
#define STACK_TOP UINT64_C(0x7fffffffe000)
static const struct description_limits widest = {
    .cores = 64,
    .domains = 16,
    .domain_schedule_entries = 100,
    .hypervisor = true,
    .smc = true,
};

static const struct {
    void (*make_components)(struct composition *composition, struct instance *instance);
    void (*connect)(struct composition *composition, struct instance *instance);
} classes[CLASS_COUNT] = {
    [CLASS_SERIAL] = { serial_make_components, serial_connect },
    [CLASS_TIMER] = { timer_make_components, timer_connect },
    [CLASS_NETWORK] = { network_make_components, network_connect },
    [CLASS_ENTROPY] = { entropy_make_components, entropy_connect },
};

/* Profiler and monitor come last: they want to see everything. */
static void expand(struct composition *composition)
{
    list_for_each(instance, &composition->instances) {
        classes[(*instance)->device_class].make_components(composition, *instance);
    }
    if (composition->monitor != NULL) {
        monitor_adopt(composition, composition->monitor);
    }
    note_choices(composition);
    list_for_each(instance, &composition->instances) {
        classes[(*instance)->device_class].connect(composition, *instance);
    }
    benchmark_connect(composition);
    reload_connect(composition);
    profiler_connect(composition);
    network_link_connect(composition);
    if (composition->monitor != NULL) {
        monitor_connect(composition, composition->monitor);
    }
    fill_in_choices(composition);
    benchmark_finish(composition);
}

static void take_children(struct composition *composition, const struct xml_element *from,
        struct xml_element *to, const char *name)
{
    list_for_each(child, &from->children) {
        if (strcmp((*child)->name, name) == 0) {
            *list_add(composition->arena, &to->children) = *child;
        }
    }
}

/* The order of a `.system` file: domains, regions, PDs, channels; the user's before ours. */
static void put_in_order(struct composition *composition)
{
    const struct xml_element *root = composition->root;
    struct xml_element *system = element_new(composition, "system", root->position);

    take_children(composition, root, system, "domains");
    take_children(composition, root, system, "memory_region");
    list_for_each(region, &composition->new_regions) {
        *list_add(composition->arena, &system->children) = *region;
    }
    take_children(composition, root, system, "protection_domain");
    take_children(composition, root, system, "channel");
    list_for_each(channel, &composition->new_channels) {
        *list_add(composition->arena, &system->children) = *channel;
    }
    composition->root = system;
}

/* Each PD is made of its own file, named after it. */
static void name_images(struct composition *composition)
{
    list_for_each(pd, &composition->pds) {
        const struct xml_attribute *symbols;
        struct xml_element *image = (*pd)->image;

        if (image == NULL) {
            continue;
        }
        if ((*pd)->secret != NULL) {
            attribute_add(composition, image, "path_for_symbols", "%s.public.elf", (*pd)->name);
        }
        symbols = xml_attribute(image, "path_for_symbols");

        struct xml_attribute kept = symbols != NULL ? *symbols : (struct xml_attribute){ 0 };

        memset(&image->attributes, 0, sizeof(image->attributes));
        attribute_add(composition, image, "path", "%s.elf", (*pd)->name);
        if (symbols != NULL) {
            *list_add(composition->arena, &image->attributes) = kept;
        }
    }
}

/* Files of unknown length get one page, as far as the checks are concerned. */
static void guess_sizes(struct system *system)
{
    list_for_each(region, &system->regions) {
        region->size = region->size == 0 ? region->page_size : region->size;
        region->prefill_size = region->prefill_path != NULL ? 1 : 0;
    }
}

/* The warnings are left to the microkit tool, which will find the same. */
static void check(struct composition *composition)
{
    struct system *system = arena_alloc(composition->arena, sizeof(*system));
    size_t warnings = composition->diagnostics->warnings.count;
    struct description_limits limits = widest;

    if (child_of(composition->root, "domains") != NULL) {
        limits.cores = 1; /* a kernel has domains or several cores */
    }
    description_read(system, composition->root, &limits, composition->diagnostics);
    guess_sizes(system);
    description_check(system, STACK_TOP, composition->diagnostics);
    composition->diagnostics->warnings.count = warnings;
}

void compose(struct composition *composition)
{
    composition->reader.diagnostics = composition->diagnostics;
    composition->reader.limits = &widest;
    composition_read(composition);
    if (strcmp(composition->root->name, "composition") != 0) {
        return;
    }
    expand(composition);
    put_in_order(composition);
    if (composition->monitor != NULL) {
        monitor_finish(composition, composition->monitor);
    }
    check(composition);
    if (composition->diagnostics->errors.count == 0) {
        name_images(composition);
    }
}
