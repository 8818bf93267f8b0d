/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own devices: 4 KiB pages in the last 2 MiB of the address space, mapped at boot in
 * the order of this file (mmu.c).
 */
#pragma once

#include <board_facts.h>

#include "kernel/src/core/types.h"

#define KERNEL_DEVICE_BASE UINT64_C(0xffffffffffe00000)
#define KERNEL_UART        (KERNEL_DEVICE_BASE + 0x0000)
#define KERNEL_GICD        (KERNEL_DEVICE_BASE + 0x10000)
#define KERNEL_GICC        (KERNEL_DEVICE_BASE + 0x20000)
#define KERNEL_GICR        (KERNEL_DEVICE_BASE + 0x30000)

static inline uint32_t device_read(word_t address)
{
    return *(volatile uint32_t *)(uintptr_t)address;
}

static inline void device_write(word_t address, uint32_t value)
{
    *(volatile uint32_t *)(uintptr_t)address = value;
}
