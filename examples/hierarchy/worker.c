/* SPDX-License-Identifier: BSD-2-Clause */
/* Crashes each time it starts. Its memory survives a restart: the count goes on. */
#include <microkit.h>

static volatile unsigned starts;

void init(void)
{
    starts++;
    microkit_dbg_puts("worker: start ");
    microkit_dbg_put32(starts);
    microkit_dbg_puts("\n");
    *(volatile unsigned *)0x1000 = 1; /* nothing is mapped there */
}

void notified(microkit_channel ch)
{
    (void)ch;
}
