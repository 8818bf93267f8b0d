/* SPDX-License-Identifier: BSD-2-Clause */
#include <board_facts.h>

#include "microkit/loader/loader.h"

#define ENTRIES          512
#define GIB_SHIFT        30
#define TABLE            3
#define BLOCK            1
#define ACCESS_FLAG      (UINT64_C(1) << 10)
#define INNER_SHAREABLE  (UINT64_C(3) << 8)
#define ATTRIBUTE(index) ((uint64_t)(index) << 2)
#define DEVICE           0
#define NORMAL           4

/* Device-nGnRnE, nGnRE, GRE, Normal non-cacheable, Normal write-back, write-through. */
#define MAIR UINT64_C(0x0000aaff440c0400)
/* 48 bits in both halves, 4 KiB granules, write-back walks, inner shareable, 16-bit ASIDs. */
#define TCR_BASE      UINT64_C(0x10b5103510)
#define KERNEL_WINDOW UINT64_C(0xffffff8000000000)

static uint64_t lower_level0[ENTRIES] __attribute__((aligned(4096)));
static uint64_t lower_level1[ENTRIES] __attribute__((aligned(4096)));
static uint64_t upper_level0[ENTRIES] __attribute__((aligned(4096)));
static uint64_t upper_level1[ENTRIES] __attribute__((aligned(4096)));

static uint64_t normal_block(uint64_t address)
{
    return address | ACCESS_FLAG | INNER_SHAREABLE | ATTRIBUTE(NORMAL) | BLOCK;
}

void loader_enable_mmu(void)
{
    uint64_t sctlr;
    uint64_t features;

    lower_level0[0] = (uintptr_t)lower_level1 | TABLE;
    lower_level1[0] = ACCESS_FLAG | ATTRIBUTE(DEVICE) | BLOCK; /* the devices below RAM */
    for (uint64_t at = BOARD_RAM_START; at < BOARD_RAM_END; at += UINT64_C(1) << GIB_SHIFT) {
        lower_level1[at >> GIB_SHIFT] = normal_block(at);
    }
    upper_level0[ENTRIES - 1] = (uintptr_t)upper_level1 | TABLE;
    upper_level1[BOARD_KERNEL_PHYS_BASE >> GIB_SHIFT] = normal_block(BOARD_KERNEL_PHYS_BASE);

    __asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
    __asm__ volatile("msr mair_el1, %0" ::"r"(MAIR));
    __asm__ volatile("msr tcr_el1, %0" ::"r"(TCR_BASE | (features & 7) << 32));
    __asm__ volatile("msr ttbr0_el1, %0" ::"r"(lower_level0));
    __asm__ volatile("msr ttbr1_el1, %0" ::"r"(upper_level0));
    __asm__ volatile("dsb sy\n\tisb\n\ttlbi vmalle1\n\tic iallu\n\tdsb sy\n\tisb" ::: "memory");
    __asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
    sctlr |= 1 | 1 << 2 | 1 << 12; /* MMU, data cache, instruction cache */
    __asm__ volatile("msr sctlr_el1, %0\n\tisb" ::"r"(sctlr) : "memory");
}
