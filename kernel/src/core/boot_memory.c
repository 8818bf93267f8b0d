/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/core/boot_memory.h"

#include <board_facts.h>

#include "kernel/src/arch/arch.h"

#define BOOT_DATA         __attribute__((section(".boot.data")))
#define CNODE_OBJECT_BITS (ROOT_CNODE_BITS + SLOT_BITS)

BOOT_DATA struct boot_memory boot_memory;

extern char ki_boot_end[];
extern char ki_end[];

/* Reserved for somebody: sorted list, no overlaps, neighbours merged. */
struct region_list {
    struct physical_region regions[MAX_REGIONS];
    word_t count;
};

static BOOT_CODE void list_remove(struct region_list *list, word_t index)
{
    for (word_t i = index; i + 1 < list->count; i++) {
        list->regions[i] = list->regions[i + 1];
    }
    list->count--;
}

static BOOT_CODE void list_insert(struct region_list *list, struct physical_region region)
{
    word_t at = 0;

    if (region.start >= region.end) {
        return;
    }
    while (at < list->count && list->regions[at].end < region.start) {
        at++;
    }
    while (at < list->count && list->regions[at].start <= region.end) {
        region.start = MIN(region.start, list->regions[at].start);
        region.end = MAX(region.end, list->regions[at].end);
        list_remove(list, at);
    }
    if (list->count == MAX_REGIONS) {
        kernel_panic("boot: too many memory regions");
    }
    for (word_t i = list->count; i > at; i--) {
        list->regions[i] = list->regions[i - 1];
    }
    list->regions[at] = region;
    list->count++;
}

/* What is in `whole` but in none of the reserved regions, in ascending order. */
static BOOT_CODE word_t complement(struct physical_region whole, const struct region_list *reserved,
        struct physical_region *result, word_t count)
{
    paddr_t at = whole.start;

    for (word_t i = 0; i <= reserved->count && at < whole.end; i++) {
        bool last = i == reserved->count;
        paddr_t end = last ? whole.end : MIN(whole.end, reserved->regions[i].start);

        if (at < end) {
            result[count++] = (struct physical_region){ at, end };
        }
        if (!last) {
            at = MAX(at, reserved->regions[i].end);
        }
    }
    return count;
}

BOOT_CODE void boot_memory_init(struct physical_region task_image, struct physical_region dtb)
{
    static const struct physical_region ram[] = BOARD_RAM_REGIONS;
    static const struct physical_region devices[] = BOARD_KERNEL_DEVICES;
    struct region_list used = { .count = 0 };
    struct physical_region kernel = { BOARD_KERNEL_PHYS_BASE, kernel_to_paddr(ki_end) };
    const struct physical_region all = { 0, CONFIG_PADDR_USER_DEVICE_TOP };

    list_insert(&used, kernel);
    list_insert(&used, task_image);
    list_insert(
            &used, (struct physical_region){ ALIGN_DOWN(dtb.start, 12), ALIGN_UP(dtb.end, 12) });
    boot_memory.free_count = 0;
    for (word_t i = 0; i < ARRAY_LENGTH(ram); i++) {
        boot_memory.free_count =
                complement(ram[i], &used, boot_memory.free, boot_memory.free_count);
    }
    for (word_t i = 0; i < ARRAY_LENGTH(ram); i++) {
        list_insert(&used, ram[i]);
    }
    for (word_t i = 0; i < ARRAY_LENGTH(devices); i++) {
        list_insert(&used, devices[i]);
    }
    boot_memory.device_count = complement(all, &used, boot_memory.device, 0);
    boot_memory.boot_part =
            (struct physical_region){ BOARD_KERNEL_PHYS_BASE, kernel_to_paddr(ki_boot_end) };
}

/* The last free region that is big enough, as high as possible; the rest stays free. */
static BOOT_CODE paddr_t take_highest(word_t bytes, word_t alignment_bits)
{
    for (word_t i = boot_memory.free_count; i-- > 0;) {
        struct physical_region *region = &boot_memory.free[i];

        if (region->end - region->start < bytes) {
            continue;
        }

        paddr_t start = ALIGN_DOWN(region->end - bytes, alignment_bits);

        if (start < region->start || boot_memory.free_count == MAX_REGIONS) {
            continue;
        }
        for (word_t j = boot_memory.free_count; j > i + 1; j--) {
            boot_memory.free[j] = boot_memory.free[j - 1];
        }
        boot_memory.free[i + 1] = (struct physical_region){ start + bytes, region->end };
        region->end = start;
        boot_memory.free_count++;
        return start;
    }
    kernel_panic("boot: no room for the initial task's objects");
}

/* Hands out consecutive pieces. */
static BOOT_CODE void *take(char **next, word_t bytes)
{
    void *piece = *next;

    *next += bytes;
    return piece;
}

static BOOT_CODE void take_extra(
        char **next, struct root_objects *objects, word_t extra_bits, word_t object_bits)
{
    if (extra_bits != 0 && objects->extra == NULL && object_bits <= extra_bits) {
        objects->extra = take(next, BIT(extra_bits));
    }
}

BOOT_CODE void boot_memory_place(
        struct root_objects *objects, word_t extra_bits, word_t page_tables)
{
    word_t bytes = BIT(CNODE_OBJECT_BITS) + 4 * BIT(12) + BIT(TCB_BITS) + page_tables * BIT(12)
            + BIT(SCHED_CONTEXT_MIN_BITS) + (extra_bits != 0 ? BIT(extra_bits) : 0);
    paddr_t start = take_highest(bytes, MAX(CNODE_OBJECT_BITS, MAX(extra_bits, 12)));
    char *next = paddr_to_kernel(start);

    arch_clear_memory(next, ALIGN_UP(bytes, 6));
    objects->extra = NULL;
    take_extra(&next, objects, extra_bits, CNODE_OBJECT_BITS);
    objects->cnode = take(&next, BIT(CNODE_OBJECT_BITS));
    take_extra(&next, objects, extra_bits, 12);
    objects->vspace = take(&next, BIT(12));
    objects->asid_pool = take(&next, BIT(12));
    objects->ipc_buffer = take(&next, BIT(12));
    objects->boot_info = take(&next, BIT(12));
    if (TCB_BITS == 12) {
        objects->tcb = take(&next, BIT(TCB_BITS));
    }
    objects->page_tables = take(&next, page_tables * BIT(12));
    if (TCB_BITS == 11) {
        objects->tcb = take(&next, BIT(TCB_BITS));
    }
    objects->sched_context = take(&next, BIT(SCHED_CONTEXT_MIN_BITS));
}
