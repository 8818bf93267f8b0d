/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation tables of user address spaces: entries, walking, TLB and cache upkeep. */
#pragma once

#include "kernel/src/arch/arch.h"

typedef uint64_t pte_t;

#define TABLE_ENTRIES   512
#define ROOT_LEVEL_BITS 39 /* an entry of the root table spans 2^39 bytes */
#define LEVEL_BITS      9
#define PAGE_BITS       12

#define PTE_VALID              BIT(0)
#define PTE_TABLE_OR_PAGE      BIT(1)
#define PTE_KIND_MASK          (PTE_VALID | PTE_TABLE_OR_PAGE)
#define PTE_ACCESS_FLAG        BIT(10)
#define PTE_NOT_GLOBAL         BIT(11)
#define PTE_USER_EXECUTE_NEVER BIT(54)
#define PTE_ADDRESS_MASK       UINT64_C(0x0000fffffffff000)
#define PTE_ATTRIBUTE_SHIFT    2
#define PTE_RIGHTS_SHIFT       6
#define MAIR_DEVICE            0
#define MAIR_NORMAL            4

/* Where a walk ended: the entry, and the bits of address that it covers (39, 30, 21 or 12). */
struct walk {
    pte_t *entry;
    word_t bits;
};

static inline bool pte_is_table(pte_t pte)
{
    return (pte & PTE_KIND_MASK) == PTE_KIND_MASK;
}

/* A page (at the last level) or a block (above it) is mapped here. */
static inline bool pte_is_mapping(struct walk walk)
{
    pte_t kind = *walk.entry & PTE_KIND_MASK;

    return walk.bits == PAGE_BITS ? kind == PTE_KIND_MASK : kind == PTE_VALID;
}

static inline paddr_t pte_address(pte_t pte)
{
    return pte & PTE_ADDRESS_MASK;
}

/* Follows tables from the root towards vaddr, at most down to entries that cover 2^stop_bits. */
static inline struct walk mmu_walk(void *root, vaddr_t vaddr, word_t stop_bits)
{
    word_t bits = ROOT_LEVEL_BITS;
    pte_t *entry = (pte_t *)root + ((vaddr >> bits) & MASK(LEVEL_BITS));

#pragma GCC unroll 3
    for (int level = 0; level < 3; level++) {
        if (bits <= stop_bits || !pte_is_table(*entry)) {
            break;
        }

        pte_t *table = paddr_to_kernel(pte_address(*entry));

        bits -= LEVEL_BITS;
        entry = table + ((vaddr >> bits) & MASK(LEVEL_BITS));
    }
    return (struct walk){ entry, bits };
}

static inline enum vm_rights pte_rights(pte_t pte)
{
    return (enum vm_rights)((pte >> PTE_RIGHTS_SHIFT) & 3);
}

pte_t mmu_make_table_entry(const void *table);
/* attributes: seL4_ARM_VMAttributes. */
pte_t mmu_make_mapping(
        paddr_t paddr, enum frame_size size, enum vm_rights rights, word_t attributes);

/* The entry has been written: makes table walks see it. */
void mmu_entry_written(void);
/* One page's translation has changed or gone. */
void mmu_flush_page(word_t asid, vaddr_t vaddr);
/* Everything of an address space. */
void mmu_flush_asid(word_t asid);
/* Forgets all translations there are, the kernel's too. */
void mmu_flush_all(void);

enum cache_operation {
    CACHE_CLEAN,
    CACHE_INVALIDATE,
    CACHE_CLEAN_INVALIDATE,
    CACHE_UNIFY,
};

/* On user addresses [start, end) of the address space; they must be mapped. */
void mmu_user_cache_operation(
        void *root, word_t asid, enum cache_operation operation, vaddr_t start, vaddr_t end);

/* Kernel page tables from the board's facts; switches to them. Boot only. */
void mmu_init_kernel(void);
/* An address space in which everything faults. */
word_t mmu_empty_root(void);
