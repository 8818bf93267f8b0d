/* SPDX-License-Identifier: BSD-2-Clause */
/* The performance monitor's event counter 0 (Arm ARM, D13): the source of samples. */
#include "kernel/src/arch/arch.h"

#define PMCR_ENABLE      BIT(0)
#define COUNTER_0        BIT(0)
#define COUNTER_BITS     32
#define DFR0_PMU_SHIFT   8
#define DFR0_PMU_OTHER   0xf /* not one of the architecture */
#define PMCR_COUNT_SHIFT 11
#define PMCEID_EXTENDED \
    0x4000 /* 64 more events from here, in the upper halves of the two registers */

bool arch_pmu_is_present(void)
{
    word_t version = read_sysreg(id_aa64dfr0_el1) >> DFR0_PMU_SHIFT & MASK(4);

    return version != 0 && version != DFR0_PMU_OTHER
            && (read_sysreg(pmcr_el0) >> PMCR_COUNT_SHIFT & MASK(5)) != 0;
}

bool arch_pmu_counts(word_t event)
{
    bool extended = (event & ~MASK(6)) == PMCEID_EXTENDED;
    word_t counted = (event & BIT(5)) != 0 ? read_sysreg(pmceid1_el0) : read_sysreg(pmceid0_el0);

    if (event > MASK(6) && !extended) {
        return true;
    }
    return (counted >> ((event & MASK(5)) + (extended ? 32 : 0)) & 1) != 0;
}

void arch_pmu_start(word_t event, word_t period)
{
    arch_pmu_stop();
    write_sysreg(pmevtyper0_el0, event); /* in all modes */
    write_sysreg(pmevcntr0_el0, BIT(COUNTER_BITS) - period);
    write_sysreg(pmcr_el0, read_sysreg(pmcr_el0) | PMCR_ENABLE);
    write_sysreg(pmintenset_el1, COUNTER_0);
    write_sysreg(pmcntenset_el0, COUNTER_0);
    __asm__ volatile("isb");
}

void arch_pmu_stop(void)
{
    write_sysreg(pmcntenclr_el0, COUNTER_0);
    write_sysreg(pmintenclr_el1, COUNTER_0);
    write_sysreg(pmovsclr_el0, COUNTER_0);
    __asm__ volatile("isb");
}
