/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel/src/arch/aarch64/mmu.h"

#include <sel4/arch/types.h>

static pte_t empty_root[TABLE_ENTRIES] __attribute__((aligned(4096)));

pte_t mmu_make_table_entry(const void *table)
{
    return kernel_to_paddr(table) | PTE_KIND_MASK;
}

pte_t mmu_make_mapping(
        paddr_t paddr, enum frame_size size, enum vm_rights rights, word_t attributes)
{
    pte_t pte = paddr | PTE_NOT_GLOBAL | PTE_ACCESS_FLAG | (pte_t)rights << PTE_RIGHTS_SHIFT;

    pte |= size == FRAME_SMALL ? PTE_KIND_MASK : PTE_VALID;
    pte |= (pte_t)(attributes & seL4_ARM_PageCacheable ? MAIR_NORMAL : MAIR_DEVICE)
            << PTE_ATTRIBUTE_SHIFT;
    if (attributes & seL4_ARM_ExecuteNever) {
        pte |= PTE_USER_EXECUTE_NEVER;
    }
    return pte;
}

void mmu_entry_written(void)
{
    __asm__ volatile("dsb ishst\n\tisb" ::: "memory");
}

void mmu_flush_page(word_t asid, vaddr_t vaddr)
{
    __asm__ volatile("dsb ishst\n\ttlbi vae1, %0\n\tdsb ish\n\tisb" ::"r"(
            asid << 48 | ((vaddr >> 12) & MASK(44)))
                     : "memory");
}

void mmu_flush_asid(word_t asid)
{
    __asm__ volatile("dsb ishst\n\ttlbi aside1, %0\n\tdsb ish\n\tisb" ::"r"(asid << 48) : "memory");
}

void mmu_flush_all(void)
{
    __asm__ volatile("dsb ishst\n\ttlbi vmalle1\n\tdsb ish\n\tisb" ::: "memory");
}

word_t mmu_empty_root(void)
{
    return kernel_to_paddr(empty_root);
}

bool arch_vspace_find_root(struct tcb *tcb)
{
    struct cap cap = tcb->slots[TCB_VSPACE].cap;
    word_t asid = cap_asid(cap);

    if (cap_type(cap) != CAP_VSPACE || !cap_is_mapped(cap)
            || arch_root_of_asid(asid) != cap_object(cap)) {
        return false;
    }
    tcb->root = kernel_to_paddr(cap_object(cap)) | asid << 48;
    tcb->root_generation = this_core->asid_generation;
    return true;
}

void arch_vspace_reload_current(void)
{
    word_t root;

    if (this_core->current == &idle_thread || !arch_vspace_root(this_core->current, &root)) {
        root = mmu_empty_root();
    }
    write_sysreg(ttbr0_el1, root);
    __asm__ volatile("isb");
}

bool arch_read_user_word(struct tcb *tcb, vaddr_t vaddr, word_t *value)
{
    struct cap cap = tcb->slots[TCB_VSPACE].cap;
    word_t root;

    if (vaddr > USER_TOP || !arch_vspace_root(tcb, &root)) {
        return false;
    }

    struct walk walk = mmu_walk(cap_object(cap), vaddr, PAGE_BITS);
    paddr_t paddr = pte_address(*walk.entry) + (vaddr & MASK(walk.bits));

    if (!pte_is_mapping(walk) || paddr < BOARD_RAM_START || paddr >= BOARD_RAM_END) {
        return false;
    }
    *value = *(word_t *)paddr_to_kernel(paddr);
    return true;
}
