/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/image.h"

#include <elf.h>
#include <string.h>

#include "microkit/include/microkit/loader_image.h"
#include "microkit/include/microkit/system_spec.h"

uint64_t image_task_pages(const struct plan *plan)
{
    return plan->initialiser_pages + plan->spec_pages + plan->data_pages.count;
}

uint64_t image_spec_size(const struct plan *plan)
{
    return sizeof(struct system_spec) + plan->model.provided * sizeof(struct spec_untyped)
            + plan->retypes.operations.list.count + plan->setup.operations.list.count;
}

/* ---- the initial task ---- */

static void place_spec(const struct plan *plan, char *to)
{
    struct system_spec spec = {
        .magic = SYSTEM_SPEC_MAGIC,
        .size = image_spec_size(plan),
        .image_frames = plan->model.image_frames,
        .first_untyped = plan->model.first_untyped,
        .first_empty = plan->model.first_empty,
        .untyped_count = plan->model.provided,
        .operation_count = plan->retypes.count + plan->setup.count,
        .operation_bytes = plan->retypes.operations.list.count + plan->setup.operations.list.count,
    };

    memcpy(to, &spec, sizeof(spec));
    to += sizeof(spec);
    for (uint64_t i = 0; i < plan->model.provided; i++) {
        const struct untyped *untyped = &plan->model.untypeds.items[i];
        struct spec_untyped expected = { untyped->paddr, untyped->bits, untyped->device };

        memcpy(to, &expected, sizeof(expected));
        to += sizeof(expected);
    }
    if (plan->retypes.operations.list.count != 0) {
        memcpy(to, plan->retypes.operations.list.items, plan->retypes.operations.list.count);
    }
    memcpy(to + plan->retypes.operations.list.count, plan->setup.operations.list.items,
            plan->setup.operations.list.count);
}

static char *build_task(struct plan *plan)
{
    char *task = arena_alloc(plan->arena, image_task_pages(plan) * SMALL_PAGE);
    char *data = task + (plan->initialiser_pages + plan->spec_pages) * SMALL_PAGE;

    list_for_each(segment, &plan->initialiser.segments) {
        memcpy(task + (segment->vaddr - plan->model.task_vaddr), segment->bytes,
                segment->memory_size);
    }
    place_spec(plan, task + plan->initialiser_pages * SMALL_PAGE);
    list_for_each(page, &plan->data_pages) {
        memcpy(data + page->offset, page->source, page->size);
        data += SMALL_PAGE;
    }
    return task;
}

/* ---- loader, header, regions ---- */

#define REGIONS 3

struct region_data {
    struct loader_region header;
    const char *bytes;
};

static void add_header(struct plan *plan, struct bytes *image, const struct region_data *regions,
        uint64_t data_size)
{
    const struct boot_model *model = &plan->model;
    struct loader_image header = {
        .magic = LOADER_IMAGE_MAGIC,
        .size = sizeof(header) + REGIONS * sizeof(struct loader_region) + data_size,
        .kernel_entry = plan->kernel.entry,
        .ui_p_reg_start = model->task.start,
        .ui_p_reg_end = model->task.end,
        .pv_offset = model->task.start - model->task_vaddr,
        .v_entry = plan->initialiser.entry,
        .region_count = REGIONS,
    };

    bytes_add(plan->arena, image, &header, sizeof(header));
    for (int i = 0; i < REGIONS; i++) {
        bytes_add(plan->arena, image, &regions[i].header, sizeof(regions[i].header));
    }
}

static void add_loader(struct plan *plan, struct bytes *image)
{
    const struct elf_segment *first = &plan->loader.segments.items[0];

    list_for_each(segment, &plan->loader.segments) {
        static const char zeroes[SMALL_PAGE];
        uint64_t offset = segment->vaddr - first->vaddr;

        while (image->list.count < offset) {
            uint64_t gap = offset - image->list.count;

            bytes_add(plan->arena, image, zeroes, gap < SMALL_PAGE ? gap : SMALL_PAGE);
        }
        bytes_add(plan->arena, image, segment->bytes, segment->memory_size);
    }
}

static struct bytes build_binary(struct plan *plan)
{
    const struct elf_segment *kernel = &plan->kernel.segments.items[0];
    const char *task = build_task(plan);
    uint64_t task_size = image_task_pages(plan) * SMALL_PAGE;
    uint64_t kernel_bytes = (kernel->file_size + 7) / 8 * 8;
    struct region_data regions[REGIONS] = {
        { { kernel->paddr, kernel_bytes, 0, LOADER_REGION_DATA }, kernel->bytes },
        { { kernel->paddr + kernel_bytes, kernel->memory_size - kernel_bytes, 0,
                  LOADER_REGION_ZERO },
                NULL },
        { { plan->model.task.start, task_size, kernel_bytes, LOADER_REGION_DATA }, task },
    };
    struct bytes image = { 0 };

    add_loader(plan, &image);
    add_header(plan, &image, regions, kernel_bytes + task_size);
    bytes_add(plan->arena, &image, kernel->bytes, kernel_bytes);
    bytes_add(plan->arena, &image, task, task_size);
    return image;
}

/* One segment with the same bytes at the loader's address. */
static struct bytes wrap_in_elf(struct plan *plan, const struct bytes *binary)
{
    uint64_t address = plan->loader.segments.items[0].paddr;
    Elf64_Ehdr header = {
        .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
        .e_type = ET_EXEC,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_entry = address,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = 1,
        .e_shentsize = sizeof(Elf64_Shdr),
    };
    Elf64_Phdr segment = {
        .p_type = PT_LOAD,
        .p_flags = PF_R | PF_W | PF_X,
        .p_offset = SMALL_PAGE,
        .p_vaddr = address,
        .p_paddr = address,
        .p_filesz = binary->list.count,
        .p_memsz = binary->list.count,
        .p_align = SMALL_PAGE,
    };
    static const char padding[SMALL_PAGE];
    struct bytes image = { 0 };

    bytes_add(plan->arena, &image, &header, sizeof(header));
    bytes_add(plan->arena, &image, &segment, sizeof(segment));
    bytes_add(plan->arena, &image, padding, SMALL_PAGE - sizeof(header) - sizeof(segment));
    bytes_add(plan->arena, &image, binary->list.items, binary->list.count);
    return image;
}

struct bytes image_build(struct plan *plan, enum image_type type)
{
    struct bytes binary = build_binary(plan);

    return type == IMAGE_ELF ? wrap_in_elf(plan, &binary) : binary;
}
