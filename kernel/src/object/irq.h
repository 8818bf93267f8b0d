/* SPDX-License-Identifier: BSD-2-Clause */
/* What each INTID is used for. */
#pragma once

#include <board_facts.h>

#include "kernel/src/core/slot.h"

enum irq_state {
    IRQ_FREE = 0,
    IRQ_USED,     /* a handler capability exists */
    IRQ_TIMER,    /* the kernel's tick */
    IRQ_RESERVED, /* the kernel's, not handled */
    IRQ_SAMPLING, /* its handler has started sampling */
};

extern struct slot irq_slots[BOARD_MAX_INTID + 1];

/* Signals the notification of the interrupt's handler, if it has one. */
void irq_signal_handler(word_t intid);

/* Boot, and the IRQ objects themselves. */
void irq_set_state(word_t intid, enum irq_state state);
