/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of the Arm PrimeCell GPIO (PL061, DDI 0190B, 3.2). A bit for each of eight lines. */
#pragma once

#include <stdint.h>

#define GPIO_RISING \
    0x40c /* an edge is one upwards; lines are inputs, and watched for edges, from reset on */
#define GPIO_ENABLE 0x410 /* interrupts */
#define GPIO_CLEAR  0x41c /* edges that have been seen */

static inline volatile uint32_t *gpio_register(uintptr_t base, unsigned offset)
{
    return (volatile uint32_t *)(base + offset);
}
