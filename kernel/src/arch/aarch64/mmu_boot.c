/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own address space: RAM in 1 GiB blocks of the linear window, devices as pages in the
 * last 2 MiB. Four tables, a dozen entries.
 */
#include "kernel/src/arch/aarch64/devices.h"
#include "kernel/src/arch/aarch64/mmu.h"
#include "kernel/src/core/boot.h"

static pte_t kernel_level0[TABLE_ENTRIES] __attribute__((aligned(4096)));
static pte_t kernel_level1[TABLE_ENTRIES] __attribute__((aligned(4096)));
static pte_t kernel_level2[TABLE_ENTRIES] __attribute__((aligned(4096)));
static pte_t kernel_level3[TABLE_ENTRIES] __attribute__((aligned(4096)));

#define KERNEL_ENTRY_FLAGS       (PTE_ACCESS_FLAG | PTE_USER_EXECUTE_NEVER)
#define PTE_KERNEL_EXECUTE_NEVER BIT(53)
#define MAIR_VALUE               UINT64_C(0x0000aaff440c0400)
#define TCR_16_BIT_ASIDS         BIT(36)

static BOOT_CODE void map_device(word_t vaddr, paddr_t paddr, word_t bytes)
{
    for (word_t offset = 0; offset < bytes; offset += BIT(PAGE_BITS)) {
        kernel_level3[((vaddr + offset) >> PAGE_BITS) & MASK(LEVEL_BITS)] = (paddr + offset)
                | KERNEL_ENTRY_FLAGS | PTE_KERNEL_EXECUTE_NEVER | PTE_KIND_MASK
                | MAIR_DEVICE << PTE_ATTRIBUTE_SHIFT;
    }
}

static BOOT_CODE void map_ram(void)
{
    static const struct physical_region ram[] = BOARD_RAM_REGIONS;

    for (word_t i = 0; i < ARRAY_LENGTH(ram); i++) {
        for (paddr_t paddr = ALIGN_DOWN(ram[i].start, 30); paddr < ram[i].end; paddr += BIT(30)) {
            kernel_level1[paddr >> 30] =
                    paddr | KERNEL_ENTRY_FLAGS | PTE_VALID | MAIR_NORMAL << PTE_ATTRIBUTE_SHIFT;
        }
    }
}

BOOT_CODE void mmu_init_kernel(void)
{
    kernel_level0[TABLE_ENTRIES - 1] = mmu_make_table_entry(kernel_level1);
    kernel_level1[TABLE_ENTRIES - 1] = mmu_make_table_entry(kernel_level2);
    kernel_level2[TABLE_ENTRIES - 1] = mmu_make_table_entry(kernel_level3);
    map_ram();
    map_device(KERNEL_GICD, BOARD_GICD_PHYS, 0x10000);
#ifdef CONFIG_ARM_GIC_V3_SUPPORT
    map_device(KERNEL_GICR, BOARD_GICR_PHYS, BOARD_GICR_SIZE);
#else
    map_device(KERNEL_GICC, BOARD_GICC_PHYS, 0x2000);
#endif
    if (KERNEL_PRINTING) {
        map_device(KERNEL_UART, BOARD_UART_PHYS, 0x1000);
    }

    write_sysreg(mair_el1, MAIR_VALUE);
    write_sysreg(tcr_el1, read_sysreg(tcr_el1) | TCR_16_BIT_ASIDS);
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
    write_sysreg(ttbr1_el1, kernel_to_paddr(kernel_level0));
    write_sysreg(ttbr0_el1, mmu_empty_root());
    __asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb ish\n\tisb" ::: "memory");
}
