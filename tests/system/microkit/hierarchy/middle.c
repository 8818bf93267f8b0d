/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A child that is a parent: writes down its own child's fault and lets the word be written
 * elsewhere.
 */
#include "hierarchy/orders.h"
#include "support/test.h"

#define PARENT 1

volatile struct orders *orders;

void init(void)
{
}

/* The grandparent asks for a fault of this PD itself. */
void notified(microkit_channel ch)
{
    (void)ch;
    __asm__ volatile(".inst 0");
}

seL4_Bool fault(microkit_child child, microkit_msginfo message, microkit_msginfo *reply)
{
    (void)reply;
    orders->heard = microkit_msginfo_get_label(message);
    orders->heard_address = microkit_mr_get(seL4_VMFault_Addr);
    orders->heard_child = child;
    microkit_notify(PARENT);
    return seL4_False;
}
