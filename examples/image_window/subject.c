/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts; its parent looks at the count from outside, and sets it. */
#include "subject.h"

#include <microkit.h>

/* The inspector finds these by searching for the magic number. */
static volatile struct {
    seL4_Word magic;
    seL4_Word count;
} counter = { MAGIC, 41 };

void init(void)
{
    counter.count++;
    microkit_notify(CHANNEL);
}

void notified(microkit_channel ch)
{
    (void)ch;
    microkit_dbg_puts("subject: my count is now ");
    microkit_dbg_put32((seL4_Uint32)counter.count);
    microkit_dbg_puts("\n");
}
