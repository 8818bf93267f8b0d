/* SPDX-License-Identifier: BSD-2-Clause */
/* Clearing memory and cache maintenance by address. Lines are 64 bytes on all cores supported. */
#include "kernel/src/arch/aarch64/mmu.h"

#define LINE 64

static void clear_words(word_t *word, word_t bytes)
{
    for (; bytes != 0; bytes -= 16) {
        __asm__ volatile("stp xzr, xzr, [%0], #16" : "+r"(word)::"memory");
    }
}

void arch_clear_memory(void *start, word_t bytes)
{
    char *at = start;

    if (!IS_ALIGNED((word_t)(uintptr_t)start | bytes, 6)) {
        clear_words(start, bytes);
        return;
    }
    for (char *end = at + (bytes & ~(word_t)(8 * LINE - 1)); at != end; at += 8 * LINE) {
        __asm__ volatile("dc zva, %0\n\t"
                         "dc zva, %1\n\t"
                         "dc zva, %2\n\t"
                         "dc zva, %3\n\t"
                         "dc zva, %4\n\t"
                         "dc zva, %5\n\t"
                         "dc zva, %6\n\t"
                         "dc zva, %7" ::"r"(at),
                         "r"(at + LINE), "r"(at + 2 * LINE), "r"(at + 3 * LINE), "r"(at + 4 * LINE),
                         "r"(at + 5 * LINE), "r"(at + 6 * LINE), "r"(at + 7 * LINE)
                         : "memory");
    }
    for (char *end = (char *)start + bytes; at != end; at += LINE) {
        __asm__ volatile("dc zva, %0" ::"r"(at) : "memory");
    }
}

/* Pieces that share lines with others. */
static void clear_to_ram_unaligned(char *at, word_t bytes)
{
    char *end = at + bytes;

    clear_words((word_t *)at, bytes);
    for (at = (char *)ALIGN_DOWN((word_t)(uintptr_t)at, 6); at < end; at += LINE) {
        __asm__ volatile("dc cvac, %0" ::"r"(at) : "memory");
    }
}

void arch_clear_memory_to_ram(void *start, word_t bytes)
{
    char *at = start;

    if (IS_ALIGNED((word_t)(uintptr_t)start | bytes, 8)) {
        for (char *end = at + bytes; at != end; at += 4 * LINE) {
            __asm__ volatile("dc zva, %0\n\t"
                             "dc zva, %1\n\t"
                             "dc zva, %2\n\t"
                             "dc zva, %3\n\t"
                             "dc cvac, %0\n\t"
                             "dc cvac, %1\n\t"
                             "dc cvac, %2\n\t"
                             "dc cvac, %3" ::"r"(at),
                             "r"(at + LINE), "r"(at + 2 * LINE), "r"(at + 3 * LINE)
                             : "memory");
        }
    } else {
        clear_to_ram_unaligned(at, bytes);
    }
    __asm__ volatile("dsb sy" ::: "memory");
}

static void operate_on_line(enum cache_operation operation, vaddr_t line)
{
    switch (operation) {
    case CACHE_CLEAN:
        __asm__ volatile("dc cvac, %0" ::"r"(line) : "memory");
        break;
    case CACHE_INVALIDATE:
        __asm__ volatile("dc ivac, %0" ::"r"(line) : "memory");
        break;
    case CACHE_CLEAN_INVALIDATE:
        __asm__ volatile("dc civac, %0" ::"r"(line) : "memory");
        break;
    case CACHE_UNIFY:
        __asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0" ::"r"(line) : "memory");
        break;
    }
}

void mmu_user_cache_operation(
        void *root, word_t asid, enum cache_operation operation, vaddr_t start, vaddr_t end)
{
    write_sysreg(ttbr0_el1, kernel_to_paddr(root) | asid << 48);
    __asm__ volatile("isb");
    for (vaddr_t line = ALIGN_DOWN(start, 6); line < end; line += LINE) {
        operate_on_line(operation, line);
    }
    __asm__ volatile("dsb sy\n\tisb" ::: "memory");
    arch_vspace_reload_current();
}

#define CACHES_INSTRUCTION 1
#define CACHES_DATA        2

/* By set and way, for the levels that CLIDR reports (Arm ARM, D7.5.9). */
static void clean_invalidate_level(word_t level)
{
    word_t ccsidr;

    write_sysreg(csselr_el1, level << 1);
    __asm__ volatile("isb");
    ccsidr = read_sysreg(ccsidr_el1);

    word_t line_bits = (ccsidr & 7) + 4;
    word_t ways = (ccsidr >> 3 & 0x3ff) + 1;
    word_t sets = (ccsidr >> 13 & 0x7fff) + 1;
    word_t way_shift = ways == 1 ? 32 : (word_t)__builtin_clz((unsigned)ways - 1);

    for (word_t way = 0; way < ways; way++) {
        for (word_t set = 0; set < sets; set++) {
            word_t operand =
                    (way_shift < 32 ? way << way_shift : 0) | set << line_bits | level << 1;

            __asm__ volatile("dc cisw, %0" ::"r"(operand) : "memory");
        }
    }
}

void arch_flush_caches(word_t which)
{
    if (which & CACHES_DATA) {
        word_t clidr = read_sysreg(clidr_el1);

        for (word_t level = 0; level < 7 && (clidr >> (3 * level) & 7) >= 2; level++) {
            clean_invalidate_level(level);
        }
    }
    if (which & CACHES_INSTRUCTION) {
        __asm__ volatile("ic iallu" ::: "memory");
    }
    __asm__ volatile("dsb sy\n\tisb" ::: "memory");
}
