/* SPDX-License-Identifier: BSD-2-Clause */
#include "microkit/tool/boot_model.h"

#define PPTR_BASE          UINT64_C(0xffffff8000000000) /* kernel's view of address 0: 17.1 */
#define FIRST_FREE_SLOT    16
#define LEVEL_BITS         9
#define ROOT_LEVEL_BITS    39
#define PAGE_BITS          12
#define SCHED_CONTEXT_BITS 7

typedef LIST(struct address_range) range_list;

const char *boot_model_kernel(struct boot_model *model, const struct elf_image *kernel)
{
    const struct elf_segment *segment = &kernel->segments.items[0];
    struct elf_symbol end;
    struct elf_symbol boot_end;
    uint64_t offset = segment->vaddr - segment->paddr;

    if (elf_image_symbol(kernel, "ki_end", &end) != SYMBOL_FOUND
            || elf_image_symbol(kernel, "ki_boot_end", &boot_end) != SYMBOL_FOUND) {
        return "it has no symbols ki_end and ki_boot_end, so it is not a kernel of this kind";
    }
    model->kernel = (struct address_range){ segment->paddr, end.value - offset };
    model->boot_part = (struct address_range){ segment->paddr, boot_end.value - offset };
    return NULL;
}

static uint64_t align_up(uint64_t value, unsigned bits)
{
    uint64_t mask = (UINT64_C(1) << bits) - 1;

    return (value + mask) & ~mask;
}

static uint64_t align_down(uint64_t value, unsigned bits)
{
    return value >> bits << bits;
}

static void add_range(struct arena *arena, range_list *list, uint64_t start, uint64_t end)
{
    if (start < end) {
        *list_add(arena, list) = (struct address_range){ start, end };
    }
}

/* RAM without the kernel and the task; both lie in that order in it. */
static range_list free_memory(
        struct arena *arena, const struct boot_model *model, const struct sdk *sdk)
{
    range_list free = { 0 };

    list_for_each(ram, &sdk->memory) {
        uint64_t at = ram->start;
        const struct address_range used[] = { model->kernel, model->task };

        for (int i = 0; i < 2; i++) {
            if (used[i].start >= ram->start && used[i].start < ram->end) {
                add_range(arena, &free, at, used[i].start);
                at = used[i].end;
            }
        }
        add_range(arena, &free, at, ram->end);
    }
    return free;
}

/* The task goes to the first place above the kernel that is large enough and not the loader's. */
static const char *place_task(struct boot_model *model, const struct sdk *sdk, uint64_t bytes,
        const struct address_range *loader)
{
    list_for_each(ram, &sdk->memory) {
        uint64_t start = ram->start < model->kernel.end && model->kernel.end <= ram->end
                ? align_up(model->kernel.end, PAGE_BITS)
                : ram->start;

        if (start < loader->end && loader->start < start + bytes) {
            start = align_up(loader->end, PAGE_BITS);
        }
        if (start < model->kernel.start || start > ram->end || ram->end - start < bytes) {
            continue;
        }
        model->task = (struct address_range){ start, start + bytes };
        return NULL;
    }
    return "there is no room in RAM for the initial task with all program images";
}

static uint64_t count_page_tables(uint64_t start, uint64_t end)
{
    uint64_t count = 0;

    for (unsigned bits = ROOT_LEVEL_BITS; bits > PAGE_BITS; bits -= LEVEL_BITS) {
        count += (align_up(end, bits) - align_down(start, bits)) >> bits;
    }
    return count;
}

/* Takes the initial task's objects from the highest place that is large enough. */
static const char *place_root_objects(
        struct arena *arena, const struct sdk *sdk, range_list *free, uint64_t page_tables)
{
    unsigned cnode_bits = (unsigned)(sdk->root_cnode_bits + sdk->bits.slot);
    uint64_t bytes = (UINT64_C(1) << cnode_bits) + (UINT64_C(1) << sdk->bits.vspace)
            + (UINT64_C(1) << sdk->bits.asid_pool) + 2 * SMALL_PAGE + (UINT64_C(1) << sdk->bits.tcb)
            + page_tables * SMALL_PAGE + (UINT64_C(1) << SCHED_CONTEXT_BITS);

    for (size_t i = free->count; i-- > 0;) {
        struct address_range *range = &free->items[i];
        uint64_t start;

        if (range->end - range->start < bytes) {
            continue;
        }
        start = align_down(range->end - bytes, cnode_bits);
        if (start < range->start) {
            continue;
        }

        uint64_t end = range->end;
        range_list result = { 0 };

        for (size_t j = 0; j < free->count; j++) {
            if (j == i) {
                add_range(arena, &result, range->start, start);
                add_range(arena, &result, start + bytes, end);
            } else {
                *list_add(arena, &result) = free->items[j];
            }
        }
        *free = result;
        return NULL;
    }
    return "there is no room in RAM for the initial task's own objects";
}

static void add_untypeds(struct arena *arena, struct boot_model *model, const struct sdk *sdk,
        const struct address_range *range, bool device)
{
    uint64_t at = range->start;

    while (at < range->end) {
        unsigned bits = 63 - (unsigned)__builtin_clzll(range->end - at);
        uint64_t address = at + PPTR_BASE;

        bits = bits > sdk->bits.max_untyped_bits ? (unsigned)sdk->bits.max_untyped_bits : bits;
        if (address != 0 && (unsigned)__builtin_ctzll(address) < bits) {
            bits = (unsigned)__builtin_ctzll(address);
        }
        if (bits >= sdk->bits.min_untyped_bits && model->untypeds.count < sdk->max_untypeds) {
            uint64_t slot = model->first_untyped + model->untypeds.count;

            *list_add(arena, &model->untypeds) =
                    (struct untyped){ .paddr = at, .slot = slot, .bits = bits, .device = device };
        }
        at += UINT64_C(1) << bits;
    }
}

const char *boot_model_run(struct arena *arena, struct boot_model *model, const struct sdk *sdk,
        uint64_t task_vaddr, uint64_t task_pages, const struct address_range *loader)
{
    /* Behind the image: IPC buffer and BootInfo, a page each. */
    uint64_t task_end = task_vaddr + (task_pages + 2) * SMALL_PAGE;
    uint64_t page_tables = count_page_tables(task_vaddr, task_end);
    const char *error = place_task(model, sdk, task_pages * SMALL_PAGE, loader);
    range_list free;

    if (error != NULL) {
        return error;
    }
    model->task_vaddr = task_vaddr;
    model->sched_control = FIRST_FREE_SLOT + page_tables;
    model->image_frames = model->sched_control + 1;
    model->first_untyped = model->image_frames + task_pages;
    model->untypeds.count = 0;
    free = free_memory(arena, model, sdk);
    error = place_root_objects(arena, sdk, &free, page_tables);
    if (error != NULL) {
        return error;
    }
    list_for_each(device, &sdk->devices) {
        add_untypeds(arena, model, sdk, device, true);
    }
    add_untypeds(arena, model, sdk, &model->boot_part, false);
    list_for_each(range, &free) {
        add_untypeds(arena, model, sdk, range, false);
    }
    model->provided = model->untypeds.count;
    model->first_empty = model->first_untyped + model->provided;
    return NULL;
}
