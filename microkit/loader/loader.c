/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Boot loader: puts kernel and initial task where the image says, switches the MMU on and jumps
 * (the state it hands over: sel4-abi.md, 17.2). The MMU comes first, so that the copying runs
 * through the caches.
 */
#include "microkit/loader/loader.h"

#include <board_facts.h>
#include <stdbool.h>
#include <stddef.h>

#include "microkit/include/microkit/loader_image.h"

extern char _bss_end[]; /* the image follows the loader directly */

#define BLOCK 64

static void copy_tail(char *to, const char *from, uint64_t bytes)
{
    while (bytes-- > 0) {
        *to++ = *from++;
    }
}

/* 64 bytes a step; addresses need not be aligned for that, but usually are. */
static void copy(char *to, const char *from, uint64_t bytes)
{
    for (; bytes >= BLOCK; bytes -= BLOCK) {
        __asm__ volatile("ldp x9, x10, [%1], #64\n\t"
                         "ldp x11, x12, [%1, #-48]\n\t"
                         "ldp x13, x14, [%1, #-32]\n\t"
                         "ldp x15, x16, [%1, #-16]\n\t"
                         "stp x9, x10, [%0], #64\n\t"
                         "stp x11, x12, [%0, #-48]\n\t"
                         "stp x13, x14, [%0, #-32]\n\t"
                         "stp x15, x16, [%0, #-16]"
                         : "+r"(to), "+r"(from)::"x9", "x10", "x11", "x12", "x13", "x14", "x15",
                         "x16", "memory");
    }
    copy_tail(to, from, bytes);
}

static void clear(char *to, uint64_t bytes)
{
    for (; bytes > 0 && ((uintptr_t)to % BLOCK != 0); bytes--) {
        *to++ = 0;
    }
    for (; bytes >= BLOCK; bytes -= BLOCK, to += BLOCK) {
        __asm__ volatile("dc zva, %0" ::"r"(to) : "memory");
    }
    for (; bytes > 0; bytes--) {
        *to++ = 0;
    }
}

/* To RAM: programs in it are fetched as instructions, and may be mapped uncached. */
static void clean(const char *from, uint64_t bytes)
{
    for (const char *line = from; line < from + bytes; line += BLOCK) {
        __asm__ volatile("dc cvac, %0" ::"r"(line) : "memory");
    }
}

static void load_regions(const struct loader_image *image)
{
    const char *data = (const char *)&image->regions[image->region_count];

    for (uint64_t i = 0; i < image->region_count; i++) {
        const struct loader_region *region = &image->regions[i];
        char *target = (char *)(uintptr_t)region->load_address;

        if (region->type == LOADER_REGION_DATA) {
            copy(target, data + region->offset, region->size);
            clean(target, region->size);
        } else {
            clear(target, region->size);
        }
    }
}

void loader_main(void)
{
    const struct loader_image *image = (const struct loader_image *)_bss_end;

    loader_puts("LDR|INFO: Lionscope loader\n");
    if (image->magic != LOADER_IMAGE_MAGIC) {
        loader_puts("LDR|ERROR: no boot image behind the loader (wrong magic number)\n");
        for (;;) {
            __asm__ volatile("wfi");
        }
    }
    loader_enable_mmu();
    load_regions(image);

    const uint64_t arguments[6] = { image->ui_p_reg_start, image->ui_p_reg_end, image->pv_offset,
        image->v_entry, 0, 0 };

    __asm__ volatile("dsb sy\n\tic iallu\n\tdsb sy\n\tisb" ::: "memory");
    loader_puts("LDR|INFO: jumping to the kernel\n");
    loader_jump(image->kernel_entry, arguments);
}
