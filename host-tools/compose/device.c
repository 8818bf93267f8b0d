/* SPDX-License-Identifier: BSD-2-Clause */
/* From a driver's config.json and a node of the device tree to regions, interrupts and a section. */
#include <string.h>

#include <sddf/resources/device.h>

#include "host-tools/compose/composition.h"

static void fail(struct composition *composition, const struct instance *instance,
        const struct dt_error *error)
{
    report_error(composition->diagnostics, attribute_position(instance->element, "device"),
            "device of '%s': %s: %s", instance->name, composition->board->path, error->text);
}

/* Registers: the pages they lie in are mapped, the driver is told where they begin. */
static void connect_registers(struct composition *composition, struct instance *instance,
        const struct driver_region *needed, device_region_resource_t *resource)
{
    struct position position = instance->element->position;
    struct dt_error error;
    struct range registers;

    if (!dt_reg(&composition->board->tree, instance->node, needed->dt_index, &registers, &error)) {
        fail(composition, instance, &error);
        return;
    }

    struct range pages = { registers.start / SMALL_PAGE * SMALL_PAGE,
        (registers.end + SMALL_PAGE - 1) / SMALL_PAGE * SMALL_PAGE };

    if (pages.end - pages.start < needed->size) {
        report_error(composition->diagnostics, attribute_position(instance->element, "device"),
                "device of '%s' has 0x%llx bytes of registers; region '%s' of driver '%s' needs "
                "0x%llx",
                instance->name, (unsigned long long)(pages.end - pages.start), needed->name,
                instance->driver->name, (unsigned long long)needed->size);
    }

    struct region *region = region_add_device(composition, position, pages,
            arena_format(composition->arena, "%s/%s", instance->node_name, needed->name));
    uint64_t vaddr = map_add(composition, position, instance->driver_pd, region,
            needed->permissions, needed->cached);

    resource->region.vaddr = (void *)(uintptr_t)(vaddr + (registers.start - pages.start));
    resource->region.size = registers.end - registers.start;
    resource->io_addr = registers.start;
}

static void connect_memory(struct composition *composition, struct instance *instance,
        const struct driver_region *needed, device_region_resource_t *resource)
{
    struct position position = instance->element->position;
    struct region *region = region_add_dma(
            composition, position, needed->size, "%s/%s", instance->node_name, needed->name);

    resource->region.vaddr = (void *)(uintptr_t)map_add(composition, position, instance->driver_pd,
            region, needed->permissions, needed->cached);
    resource->region.size = region->size;
    resource->io_addr = region->paddr;
}

static void connect_regions(
        struct composition *composition, struct instance *instance, device_resources_t *resources)
{
    const struct driver *driver = instance->driver;

    for (size_t i = 0; i < driver->regions.count && i < DEVICE_MAX_REGIONS; i++) {
        const struct driver_region *needed = &driver->regions.items[i];

        if (needed->is_device) {
            connect_registers(composition, instance, needed, &resources->regions[i]);
        } else {
            connect_memory(composition, instance, needed, &resources->regions[i]);
        }
        resources->num_regions++;
    }
}

static void connect_interrupts(
        struct composition *composition, struct instance *instance, device_resources_t *resources)
{
    const struct driver *driver = instance->driver;

    for (size_t i = 0; i < driver->interrupts.count && i < DEVICE_MAX_IRQS; i++) {
        struct board_interrupt interrupt;
        struct dt_error error;

        if (!board_interrupt(composition->board, instance->node, driver->interrupts.items[i],
                    &interrupt, &error)) {
            fail(composition, instance, &error);
            return;
        }
        resources->irqs[i].id = interrupt_add(
                composition, instance->element->position, instance->driver_pd, interrupt);
        resources->num_irqs++;
    }
}

void device_connect(struct composition *composition, struct instance *instance)
{
    static const char magic[] = DEVICE_RESOURCES_MAGIC;
    device_resources_t *resources = section_add(composition, instance->driver_pd,
            "device_resources", sizeof(*resources), "%s%s_device_resources.data",
            instance_folder(composition, instance), instance->driver_pd->name);

    memcpy(resources->magic, magic, sizeof(magic));
    if (instance->driver != NULL && instance->node >= 0) {
        connect_regions(composition, instance, resources);
        connect_interrupts(composition, instance, resources);
    }
}
