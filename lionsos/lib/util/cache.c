/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>

#include <sddf/util/cache.h>

/* CTR_EL0.DminLine, bits 19:16: log2 of the words (4 bytes) in the smallest data cache line. */
#define CTR_DMINLINE_SHIFT 16
#define CTR_DMINLINE_MASK  0xf

static unsigned long line_size(void)
{
    uint64_t ctr;

    __asm__("mrs %0, ctr_el0" : "=r"(ctr));
    return 4ul << ((ctr >> CTR_DMINLINE_SHIFT) & CTR_DMINLINE_MASK);
}

void cache_clean(unsigned long start, unsigned long end)
{
    unsigned long line = line_size();

    for (unsigned long address = start & ~(line - 1); address < end; address += line) {
        __asm__ volatile("dc cvac, %0" : : "r"(address) : "memory");
    }
    __asm__ volatile("dmb sy" : : : "memory");
}

void cache_clean_and_invalidate(unsigned long start, unsigned long end)
{
    unsigned long line = line_size();

    for (unsigned long address = start & ~(line - 1); address < end; address += line) {
        __asm__ volatile("dc civac, %0" : : "r"(address) : "memory");
    }
    __asm__ volatile("dsb sy" : : : "memory");
}
