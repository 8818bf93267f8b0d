/* SPDX-License-Identifier: BSD-2-Clause */
/* The resolved description as JSON, and the archive around it. */
#include "microkit/tool/describe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "microkit/archive/archive.h"

static const char *hexadecimal(struct arena *arena, const unsigned char *bytes, size_t size)
{
    char *text = arena_alloc(arena, 2 * size + 1);

    for (size_t i = 0; i < size; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return text;
}

static json_t *file_json(const struct plan *plan, const struct elf_image *image, uint64_t *offset)
{
    json_t *file = json_pack("{s:s, s:I, s:I, s:s}", "file", base_name(image->path), "size",
            (json_int_t)image->file.size, "offset", (json_int_t)*offset, "build_id",
            hexadecimal(plan->arena, image->build_id, image->build_id_size));

    *offset = (*offset + image->file.size + 7) / 8 * 8;
    return file;
}

static const char *permission_text(struct arena *arena, unsigned permissions)
{
    return arena_format(arena, "%s%s%s", permissions & PERMISSION_READ ? "r" : "",
            permissions & PERMISSION_WRITE ? "w" : "", permissions & PERMISSION_EXECUTE ? "x" : "");
}

static json_t *mappings_json(const struct plan *plan, const struct program *program)
{
    json_t *list = json_array();

    list_for_each(mapping, &program->mappings) {
        json_array_append_new(list,
                json_pack("{s:s, s:I, s:I, s:s, s:b}", "what", mapping->what, "vaddr",
                        (json_int_t)mapping->vaddr, "size",
                        (json_int_t)(mapping->count << mapping->page_bits), "permissions",
                        permission_text(plan->arena, mapping->permissions), "cached",
                        mapping->cached));
    }
    return list;
}

static json_t *interrupts_json(const struct program *program)
{
    json_t *list = json_array();

    list_for_each(irq, &program->pd->irqs) {
        json_array_append_new(list,
                json_pack("{s:I, s:I, s:b}", "number", (json_int_t)irq->number, "id",
                        (json_int_t)irq->id, "edge", irq->edge));
    }
    return list;
}

static const char *const capability_names[] = {
    [CAP_KIND_TCB] = "thread",
    [CAP_KIND_SC] = "scheduling context",
    [CAP_KIND_VSPACE] = "address space",
    [CAP_KIND_FRAME] = "frame",
};

static json_t *capabilities_json(const struct plan *plan, const struct program *program)
{
    json_t *list = json_array();

    list_for_each(grant, &program->pd->grants) {
        json_array_append_new(list,
                json_pack("{s:I, s:s, s:s}", "slot", (json_int_t)grant->slot, "kind",
                        capability_names[grant->kind], "of",
                        grant->kind == CAP_KIND_FRAME
                                ? plan->system->regions.items[grant->region].name
                                : plan->system->pds.items[grant->pd].name));
    }
    return list;
}

static json_t *pd_json(const struct plan *plan, const struct program *program, uint64_t *offset)
{
    const struct protection_domain *pd = program->pd;
    uint64_t stack_top = plan_stack_top(plan->sdk);
    json_t *object = json_pack("{s:s, s:I, s:I, s:I, s:I, s:b, s:b, s:I}", "name", pd->name,
            "index", (json_int_t)program->index, "priority", (json_int_t)pd->priority, "budget_us",
            (json_int_t)pd->budget, "period_us", (json_int_t)pd->period, "passive", pd->passive,
            "fpu", pd->fpu, "domain", (json_int_t)pd->domain);
    json_t *places = json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "parent",
            pd->parent == NONE ? json_null() : json_integer((json_int_t)pd->parent), "child_id",
            (json_int_t)pd->child_id, "entry", (json_int_t)program->image.entry, "stack_bottom",
            (json_int_t)(stack_top - program->stack_size), "stack_top", (json_int_t)stack_top,
            "ipc_buffer", (json_int_t)plan_ipc_buffer(plan->sdk), "image_low",
            (json_int_t)program->image_low, "image_high", (json_int_t)program->image_high);

    json_object_update(object, places);
    json_decref(places);
    json_object_set_new(object, "elf", file_json(plan, &program->symbols, offset));
    json_object_set_new(object, "mappings", mappings_json(plan, program));
    json_object_set_new(object, "interrupts", interrupts_json(program));
    json_object_set_new(object, "capabilities", capabilities_json(plan, program));
    return object;
}

static uint64_t region_paddr(const struct plan *plan, size_t index)
{
    const struct region_plan *region = &plan->regions[index];
    const struct chunk *first = &region->chunks.items[0];

    if (first->embedded) {
        return plan->model.task.start + (first->slot - plan->model.image_frames) * SMALL_PAGE;
    }
    return plan->objects.items[region->object].pieces.items[0].paddr;
}

static bool region_contiguous(const struct plan *plan, size_t index)
{
    const struct region_plan *region = &plan->regions[index];
    uint64_t expected = 0;

    if (region->chunks.count > 1 || region->object == NONE) {
        return region->chunks.count == 1;
    }
    list_for_each(piece, &plan->objects.items[region->object].pieces) {
        uint64_t bits = plan->objects.items[region->object].bits;

        if (piece->first != 0 && piece->paddr != expected) {
            return false;
        }
        expected = piece->paddr + (piece->count << bits);
    }
    return true;
}

static json_t *regions_json(const struct plan *plan)
{
    json_t *list = json_array();

    for (size_t i = 0; i < plan->system->regions.count; i++) {
        const struct memory_region *region = &plan->system->regions.items[i];

        json_array_append_new(list,
                json_pack("{s:s, s:I, s:I, s:I, s:b}", "name", region->name, "size",
                        (json_int_t)region->size, "page_size", (json_int_t)region->page_size,
                        "paddr", (json_int_t)region_paddr(plan, i), "contiguous",
                        region_contiguous(plan, i)));
    }
    return list;
}

static json_t *end_json(const struct channel_end *end)
{
    return json_pack("{s:I, s:I, s:b, s:b}", "pd", (json_int_t)end->pd, "id", (json_int_t)end->id,
            "may_notify", end->may_notify, "may_call", end->may_call);
}

static json_t *channels_json(const struct plan *plan)
{
    json_t *list = json_array();

    list_for_each(channel, &plan->system->channels) {
        json_array_append_new(list,
                json_pack("{s:[o, o]}", "ends", end_json(&channel->ends[0]),
                        end_json(&channel->ends[1])));
    }
    return list;
}

json_t *describe_system(const struct plan *plan, const struct options *options)
{
    uint64_t offset = 0;
    json_t *kernel = file_json(plan, &plan->kernel, &offset);
    json_t *pds = json_array();

    for (size_t i = 0; i < plan->system->pds.count; i++) {
        json_array_append_new(pds, pd_json(plan, &plan->programs[i], &offset));
    }
    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "version", ARCHIVE_VERSION,
            "system_id", hexadecimal(plan->arena, plan->system_id, sizeof(plan->system_id)),
            "system", base_name(options->system), "board", plan->sdk->board, "config",
            plan->sdk->config, "kernel", kernel, "protection_domains", pds, "memory_regions",
            regions_json(plan), "channels", channels_json(plan));
}

static struct archive_file archive_file_of(const struct elf_image *image)
{
    return (struct archive_file){ .bytes = (const unsigned char *)image->file.bytes,
        .size = image->file.size };
}

bool write_archive(const struct plan *plan, json_t *description, const char *path)
{
    size_t count = plan->system->pds.count + 1;
    struct archive_file *files = arena_alloc(plan->arena, count * sizeof(*files));
    size_t size;
    void *bytes;
    bool good;

    files[0] = archive_file_of(&plan->kernel);
    for (size_t i = 0; i < plan->system->pds.count; i++) {
        files[i + 1] = archive_file_of(&plan->programs[i].symbols);
    }
    bytes = archive_build(description, files, count, &size);
    good = bytes != NULL && file_write(path, bytes, size);
    free(bytes);
    if (!good) {
        fprintf(stderr, "microkit: error: cannot write '%s': %s\n", path, strerror(errno));
    }
    return good;
}
