/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU `virt`, Cortex-A53, 2 GiB: memory, devices, interrupts. Source: the machine's device tree. */
#pragma once

/* RAM handed to the kernel: { start, end } pairs, end exclusive. */
#define BOARD_RAM_START 0x40000000UL
#define BOARD_RAM_END 0xc0000000UL
#define BOARD_RAM_REGIONS { { BOARD_RAM_START, BOARD_RAM_END } }
#define BOARD_KERNEL_PHYS_BASE 0x40000000UL

#define BOARD_UART_PHYS 0x09000000UL
#define BOARD_GICD_PHYS 0x08000000UL
#define BOARD_GICC_PHYS 0x08010000UL /* GICv2 */
#define BOARD_GICR_PHYS 0x080a0000UL /* GICv3: redistributor of core 0 */
#define BOARD_GICR_SIZE 0x20000UL

#define BOARD_TIMER_INTID 27 /* virtual timer */
#define BOARD_TIMER_HZ 62500000UL
#define BOARD_MAX_INTID 159

/* Device pages that only the kernel may map; the UART stays available to user programs. */
#ifdef CONFIG_ARM_GIC_V3_SUPPORT
#define BOARD_KERNEL_DEVICES                                                                       \
    {                                                                                              \
        { BOARD_GICD_PHYS, BOARD_GICD_PHYS + 0x10000 },                                            \
                { BOARD_GICR_PHYS, BOARD_GICR_PHYS + BOARD_GICR_SIZE },                            \
    }
#else
#define BOARD_KERNEL_DEVICES                                                                       \
    {                                                                                              \
        { BOARD_GICD_PHYS, BOARD_GICD_PHYS + 0x1000 },                                             \
                { BOARD_GICC_PHYS, BOARD_GICC_PHYS + 0x1000 },                                     \
    }
#endif
