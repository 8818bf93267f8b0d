/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3 (Arm IHI 0069): affinity routing, system-register CPU interface. Delivery only drops the
 * priority; the interrupt stays active, and so silent, until the user's Ack deactivates it.
 */
#include "kernel/src/arch/aarch64/devices.h"
#include "kernel/src/arch/arch.h"

#define GICD_CTLR       0x0000
#define GICD_IGROUPR    0x0080
#define GICD_ISENABLER  0x0100
#define GICD_ICENABLER  0x0180
#define GICD_ICPENDR    0x0280
#define GICD_ICACTIVER  0x0380
#define GICD_IPRIORITYR 0x0400
#define GICD_ICFGR      0x0c00
#define GICD_IROUTER    0x6000
#define GICR_WAKER      0x0014
#define GICR_SGI        0x10000 /* second frame: SGIs and PPIs, same offsets as the distributor */

#define CTLR_RWP              (UINT32_C(1) << 31)
#define CTLR_ARE_AND_GROUPS   0x37
#define WAKER_PROCESSOR_SLEEP 2
#define WAKER_CHILDREN_ASLEEP 4

#define FIRST_SPI 32
#define INTIDS    (BOARD_MAX_INTID + 1)
#define SPURIOUS  1020

/* Banked interrupts are configured at the redistributor, shared ones at the distributor. */
static word_t frame_of(word_t intid)
{
    return intid < FIRST_SPI ? KERNEL_GICR + GICR_SGI : KERNEL_GICD;
}

static void wait_for_writes(void)
{
    while (device_read(KERNEL_GICD + GICD_CTLR) & CTLR_RWP) {}
}

static void init_bank(word_t frame, word_t first)
{
    device_write(frame + GICD_ICENABLER + first / 8, UINT32_MAX);
    device_write(frame + GICD_ICPENDR + first / 8, UINT32_MAX);
    device_write(frame + GICD_ICACTIVER + first / 8, UINT32_MAX);
    device_write(frame + GICD_IGROUPR + first / 8, UINT32_MAX);
    for (word_t i = first; i < first + 32; i += 4) {
        device_write(frame + GICD_IPRIORITYR + i, 0x80808080);
    }
}

static void init_distributor(void)
{
    device_write(KERNEL_GICD + GICD_CTLR, 0);
    wait_for_writes();
    for (word_t i = FIRST_SPI; i < INTIDS; i += 32) {
        init_bank(KERNEL_GICD, i);
        device_write(KERNEL_GICD + GICD_ICFGR + i / 4, 0);
        device_write(KERNEL_GICD + GICD_ICFGR + i / 4 + 4, 0);
    }
    device_write(KERNEL_GICD + GICD_CTLR, CTLR_ARE_AND_GROUPS);
    wait_for_writes();
    for (word_t i = FIRST_SPI; i < INTIDS; i++) {
        *(volatile uint64_t *)(uintptr_t)(KERNEL_GICD + GICD_IROUTER + i * 8) =
                read_sysreg(mpidr_el1) & UINT64_C(0xff00ffffff);
    }
}

static void init_redistributor(void)
{
    uint32_t waker = device_read(KERNEL_GICR + GICR_WAKER);

    device_write(KERNEL_GICR + GICR_WAKER, waker & ~WAKER_PROCESSOR_SLEEP);
    while (device_read(KERNEL_GICR + GICR_WAKER) & WAKER_CHILDREN_ASLEEP) {}
    init_bank(KERNEL_GICR + GICR_SGI, 0);
}

void arch_irq_controller_init(void)
{
    init_distributor();
    init_redistributor();
    write_sysreg(S3_0_C12_C12_5, read_sysreg(S3_0_C12_C12_5) | 1); /* ICC_SRE_EL1 */
    __asm__ volatile("isb");
    write_sysreg(S3_0_C4_C6_0, 0xf0); /* ICC_PMR_EL1 */
    write_sysreg(S3_0_C12_C12_3, 0);  /* ICC_BPR1_EL1 */
    write_sysreg(S3_0_C12_C12_4, 2);  /* ICC_CTLR_EL1: EOI drops the priority only */
    write_sysreg(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
    __asm__ volatile("isb");
}

word_t arch_irq_get_active(void)
{
    word_t intid = read_sysreg(S3_0_C12_C12_0) & 0xffffff; /* ICC_IAR1_EL1 */

    return intid >= SPURIOUS ? NO_INTERRUPT : intid;
}

static void deactivate(word_t intid)
{
    write_sysreg(S3_0_C12_C11_1, intid); /* ICC_DIR_EL1 */
}

static void drop_priority(word_t intid)
{
    write_sysreg(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
}

void arch_irq_end(word_t intid)
{
    drop_priority(intid);
    deactivate(intid);
}

void arch_irq_deliver(word_t intid)
{
    drop_priority(intid);
}

void arch_irq_mask(word_t intid)
{
    device_write(frame_of(intid) + GICD_ICENABLER + intid / 32 * 4, UINT32_C(1) << intid % 32);
}

void arch_irq_unmask(word_t intid)
{
    device_write(frame_of(intid) + GICD_ISENABLER + intid / 32 * 4, UINT32_C(1) << intid % 32);
}

void arch_irq_user_ack(word_t intid)
{
    deactivate(intid);
}

void arch_irq_set_trigger(word_t intid, bool edge)
{
    word_t address = frame_of(intid) + GICD_ICFGR + intid / 16 * 4;
    uint32_t bit = UINT32_C(2) << intid % 16 * 2;
    uint32_t value = device_read(address);

    device_write(address, edge ? value | bit : value & ~bit);
}

/* Core numbers are affinity level 0 on this board; a target list has 16 bits. */
bool arch_sgi_target_is_valid(word_t target)
{
    return target < 16;
}

void arch_sgi_send(word_t sgi, word_t target)
{
    __asm__ volatile("dsb ish" ::: "memory");
    write_sysreg(S3_0_C12_C11_5, sgi << 24 | BIT(target)); /* ICC_SGI1R_EL1 */
    __asm__ volatile("isb");
}
