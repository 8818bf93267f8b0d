/* SPDX-License-Identifier: BSD-2-Clause */
/* What kernel, loader and SDK are compiled with: the facts of one board. */
#pragma once

#include "host-tools/board_facts/device_tree.h"

struct board_facts {
    struct range_list memory;     /* RAM; its lowest address is where the kernel image lies */
    struct range_list reserved;   /* set aside by the device tree: nobody gets it */
    unsigned gic_version;         /* 2 or 3 */
    struct range gic_distributor; /* what the kernel keeps of it */
    struct range gic_per_core;    /* GICv2: CPU interface; GICv3: redistributor of core 0 */
    uint32_t highest_interrupt;   /* greatest interrupt id that the kernel knows */
    uint32_t timer_interrupt;     /* id of the virtual timer's interrupt */
    uint32_t timer_hz;
    uint64_t uart;             /* PL011 of the console */
    struct range_list devices; /* all other addresses that user programs may get */
};

/*
 * Collects the facts.
 *   gic_version   what the kernel is built for, 2 or 3; the device tree has to agree
 *   device_top    end of the addresses that user programs may get (PADDR_USER_DEVICE_TOP)
 */
bool board_facts_read(const struct device_tree *tree, unsigned gic_version, uint64_t device_top,
        struct board_facts *facts, struct dt_error *error);
