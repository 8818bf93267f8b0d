/* SPDX-License-Identifier: BSD-2-Clause */
/* GICv2 (Arm IHI 0048B): distributor, CPU interface of this core. All interrupts in one group. */
#include "kernel/src/arch/aarch64/devices.h"
#include "kernel/src/arch/arch.h"

#define GICD_CTLR       0x000
#define GICD_TYPER      0x004
#define GICD_ISENABLER  0x100
#define GICD_ICENABLER  0x180
#define GICD_ICPENDR    0x280
#define GICD_ICACTIVER  0x380
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR  0x800
#define GICD_ICFGR      0xc00
#define GICD_SGIR       0xf00
#define GICC_CTLR       0x00
#define GICC_PMR        0x04
#define GICC_IAR        0x0c
#define GICC_EOIR       0x10

#define FIRST_SPI 32
#define INTIDS    (BOARD_MAX_INTID + 1)
#define SPURIOUS  1020

static uint32_t last_iar;

static void gicd_write(word_t offset, uint32_t value)
{
    device_write(KERNEL_GICD + offset, value);
}

void arch_irq_controller_init(void)
{
    gicd_write(GICD_CTLR, 0);
    for (word_t i = 0; i < INTIDS; i += 32) {
        gicd_write(GICD_ICENABLER + i / 8, UINT32_MAX);
        gicd_write(GICD_ICPENDR + i / 8, UINT32_MAX);
        gicd_write(GICD_ICACTIVER + i / 8, UINT32_MAX);
    }
    for (word_t i = 0; i < INTIDS; i += 4) {
        gicd_write(GICD_IPRIORITYR + i, 0);
    }
    for (word_t i = FIRST_SPI; i < INTIDS; i += 4) {
        gicd_write(GICD_ITARGETSR + i, 0x01010101);
    }
    for (word_t i = FIRST_SPI; i < INTIDS; i += 16) {
        gicd_write(GICD_ICFGR + i / 4, 0); /* level */
    }
    gicd_write(GICD_CTLR, 1);
    device_write(KERNEL_GICC + GICC_PMR, 0xf0);
    device_write(KERNEL_GICC + GICC_CTLR, 1);
}

word_t arch_irq_get_active(void)
{
    uint32_t iar = device_read(KERNEL_GICC + GICC_IAR);

    if ((iar & 0x3ff) >= SPURIOUS) {
        return NO_INTERRUPT;
    }
    last_iar = iar;
    return iar & 0x3ff;
}

void arch_irq_end(word_t intid)
{
    kassert((last_iar & 0x3ff) == intid);
    (void)intid;
    device_write(KERNEL_GICC + GICC_EOIR, last_iar);
}

void arch_irq_mask(word_t intid)
{
    gicd_write(GICD_ICENABLER + intid / 32 * 4, UINT32_C(1) << intid % 32);
}

void arch_irq_unmask(word_t intid)
{
    gicd_write(GICD_ISENABLER + intid / 32 * 4, UINT32_C(1) << intid % 32);
}

/* The line was masked on delivery. */
void arch_irq_deliver(word_t intid)
{
    arch_irq_mask(intid);
    arch_irq_end(intid);
}

void arch_irq_user_ack(word_t intid)
{
    arch_irq_unmask(intid);
}

void arch_irq_set_trigger(word_t intid, bool edge)
{
    word_t address = KERNEL_GICD + GICD_ICFGR + intid / 16 * 4;
    uint32_t bit = UINT32_C(2) << intid % 16 * 2;
    uint32_t value = device_read(address);

    device_write(address, edge ? value | bit : value & ~bit);
}

bool arch_sgi_target_is_valid(word_t target)
{
    return target <= 7;
}

void arch_sgi_send(word_t sgi, word_t target)
{
    __asm__ volatile("dsb ish" ::: "memory");
    gicd_write(GICD_SGIR, (uint32_t)(UINT32_C(1) << (16 + target) | sgi));
}
